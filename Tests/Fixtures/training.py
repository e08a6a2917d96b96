"""The first steps of a training run, of its two optimizers, and the losses of an evaluation."""

import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from arithmetic import gram, relative_squared_error, total_variation
from fixture import Fixture
from loss_network import formula_weights, taps
from transform_network import TransformNetwork

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Scripts/gpu"))

from draws import RandomSource  # noqa: E402

STYLE_TAPS, CONTENT_TAP = ["relu1_1", "relu2_1", "relu3_1", "relu4_1"], "relu4_2"


class Losses:
    """The terms of the loss of training, one number per image each."""

    def __init__(self, pictures, photos, paintings, weights, padding):
        of_pictures, of_photos, of_paintings = (
            taps(x, weights, padding=padding) for x in (pictures, photos, paintings))
        self.content = relative_squared_error(of_pictures[CONTENT_TAP], of_photos[CONTENT_TAP])
        self.layers = torch.stack([
            relative_squared_error(gram(of_pictures[tap]), gram(of_paintings[tap]))
            for tap in STYLE_TAPS
        ])
        self.style = self.layers.mean(0)
        self.variation = total_variation(pictures)
        contrast = photos.var((2, 3), unbiased=False).sum(1) + 1e-3
        self.pixels = (pictures - photos).square().sum(1).mean((1, 2)) / contrast

    def total(self, is_photo, content=1.0, style=20.0, variation=0.5, pixels=20.0):
        """The weighted sum; the `photo` row has pixels to reach instead of a style."""
        painted = style * self.style + variation * self.variation
        return content * self.content + torch.where(is_photo, pixels * self.pixels, painted)


class Muon:
    """Steps along the orthogonal matrix next to the momentum; filters are OIHW.

    The formulas of Jordan et al. 2024, with the scale of Liu et al. 2025 without its 0.2.
    """

    def __init__(self, filters, decay=0.95):
        self.filters, self.decay = filters, decay
        self.momenta = [torch.zeros_like(filter) for filter in filters]

    def step(self, rate):
        for filter, momentum in zip(self.filters, self.momenta):
            momentum.mul_(self.decay).add_(filter.grad)
            direction = (filter.grad + self.decay * momentum).flatten(1)
            with torch.no_grad():
                orthogonal = self.orthogonalized(direction)
                filter -= rate * max(direction.shape) ** 0.5 * orthogonal.view_as(filter)
            filter.grad = None

    @staticmethod
    def orthogonalized(matrix):
        x = matrix / matrix.norm()
        for _ in range(5):
            a = x @ x.T
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
        return x


def training():
    """Ten steps of training: the losses of each, and the parameters in the end."""
    fixture = Fixture("training", "ImpastoTrainingTests")
    steps, planned, seed = 10, 300, 1
    learning_rate, row_learning_rate = 1e-4, 1e-3
    case = fixture.case("training")
    network = TransformNetwork(case, rows=2)
    photos, painting = case.levels(3, 3, 32, 32), case.levels(1, 3, 40, 32)
    case.keep_spatial(photos=photos, painting=painting)
    case.keep(gamma=network.gamma, beta=network.beta)
    for index, filter in enumerate(network.filters):
        case.keep_spatial(**{f"filter.{index}": filter})

    rows_optimizer = torch.optim.Adam([network.gamma, network.beta], betas=(0.9, 0.999), eps=1e-8)
    filters_optimizer = Muon(network.filters)
    weights, records = formula_weights(), []
    for step in range(1, steps + 1):
        random = RandomSource(seed, [0x7374796C65, step])
        rows = torch.tensor([random.next() * 2 >> 64 for _ in photos])
        pictures = network.stylized(photos, F.one_hot(rows, 2).double())
        losses = Losses(pictures, photos / 255, painting / 255, weights, "mirrored")
        total = losses.total(rows == 1).mean()
        schedule = min(1, step / (planned / 100))
        schedule *= 0.05 + 0.95 * (1 + math.cos(math.pi * step / planned)) / 2
        rows_optimizer.param_groups[0]["lr"] = row_learning_rate * schedule
        rows_optimizer.zero_grad()
        total.backward()
        rows_optimizer.step()
        filters_optimizer.step(learning_rate * schedule)

        def mean(values, row):
            return values[rows == row].mean().item() if (rows == row).any() else 0.0

        records.append([
            total.item(), mean(losses.content, 0), mean(losses.style, 0),
            mean(losses.variation, 0), mean(losses.pixels, 1), row_learning_rate * schedule])
    case.keep(
        records=torch.tensor(records), trained_gamma=network.gamma, trained_beta=network.beta)
    for index, filter in enumerate(network.filters):
        case.keep_spatial(**{f"trained_filter.{index}": filter})
    fixture.write()


def adam():
    """Ten steps of Adam by themselves, over gradients of all magnitudes."""
    fixture = Fixture("adam", "ImpastoTrainingTests")
    steps, count = 10, 11
    case = fixture.case("adam")
    parameters = case.normal(count)
    gradients = case.normal(steps, count).detach()
    gradients *= torch.tensor([0, 1e-8, 1e-4, 1, 1, 1, 1, 1, 1, 1e4, 1e8]).double()
    gradients = gradients.float().double()
    rates = torch.tensor([1e-3 * min(1, (step + 1) / 3) * (1 - step / 12) for step in range(steps)])
    case.keep(parameters=parameters, gradients=gradients, rates=rates)
    optimizer = torch.optim.Adam([parameters], betas=(0.9, 0.999), eps=1e-8)
    trajectory = []
    for gradient, rate in zip(gradients, rates):
        optimizer.param_groups[0]["lr"] = rate.item()
        parameters.grad = gradient
        optimizer.step()
        trajectory.append(parameters.detach().clone())
    case.keep(trajectory=torch.stack(trajectory))
    fixture.write()


def evaluation():
    """The content and style losses of pictures that one photo became in two styles."""
    fixture = Fixture("evaluation", "ImpastoTrainingTests")
    case = fixture.case("evaluation")
    photo, paintings = case.levels(1, 3, 36, 44), case.levels(2, 3, 32, 40)
    # Half of the way from the photo to noise, so that neither term is far from what pictures have.
    pictures = ((photo + case.levels(2, 3, 36, 44)) / 2).floor()
    case.keep_spatial(photo=photo, paintings=paintings, pictures=pictures)
    losses = Losses(
        pictures / 255, photo.expand_as(pictures) / 255, paintings / 255, formula_weights(),
        "zeros")
    case.keep(content=losses.content, style=losses.style)
    fixture.write()


def muon():
    """Ten steps of Muon by themselves, over a tall, a wide and a nearly singular filter."""
    fixture = Fixture("muon", "ImpastoTrainingTests")
    for name, shape in {"wide": (4, 3, 3, 3), "tall": (16, 2, 1, 3), "flat": (8, 2, 3, 3)}.items():
        case = fixture.case(name)
        filter = case.normal(*shape)
        gradients = case.normal(10, *shape).detach()
        if name == "flat":  # The outputs' gradients are nearly the same.
            gradients = gradients[:, :1] + gradients / 64
        case.keep_spatial(filter=filter)
        optimizer, trajectory = Muon([filter]), []
        for gradient in gradients:
            filter.grad = gradient.float().double()
            optimizer.step(0.01)
            trajectory.append(filter.detach().clone())
        for step, gradient in enumerate(gradients):
            case.keep_spatial(
                **{f"gradient.{step}": gradient, f"filter.{step}": trajectory[step]})
    fixture.write()
