"""The losses by which single pictures are optimised, and the optimizer."""

import torch
import torch.nn.functional as F

from arithmetic import gram, relative_squared_error, total_variation
from fixture import Fixture
from loss_network import formula_weights, taps

POOLS = {"max": F.max_pool2d, "average": F.avg_pool2d}


def mean(values, tap_weights):
    """The mean of one value per tap, weighted."""
    return sum(w * v for w, v in zip(tap_weights, values)) / sum(tap_weights)


def perceptual_terms():
    """Content, style and total loss of a picture and its gradient, for several settings."""
    fixture = Fixture("perceptual-terms", "ImpastoTrainingTests")
    weights = formula_weights()
    for name, formula, pooling, padding, content_taps, style_taps, factors in [
        ("relative", "relative", "max", "mirrored", {"relu4_2": 1},
         {"relu1_1": 1, "relu2_1": 1, "relu3_1": 1, "relu4_1": 1}, (1, 20, 0.5)),
        ("weighted taps", "relative", "max", "zeros", {"relu2_2": 1, "relu4_1": 3},
         {"relu1_2": 0.5, "relu4_1": 2}, (3, 7, 0)),
        ("average pooling", "relative", "average", "mirrored", {"relu3_2": 2},
         {"relu2_1": 1, "relu5_1": 2}, (1, 20, 0)),
        ("gatys", "gatys", "average", "zeros", {"relu4_2": 1},
         {"relu1_1": 1, "relu2_1": 1, "relu3_1": 1, "relu4_1": 1, "relu5_1": 1}, (1, 0.1, 10)),
    ]:
        case = fixture.case(
            name, formula=formula, pooling=pooling, padding=padding, content_taps=content_taps,
            style_taps=style_taps, weights=factors)
        photo, painting = case.levels(1, 3, 32, 40), case.levels(1, 3, 36, 32)
        picture = ((photo + case.levels(1, 3, 32, 40)) / 2).floor()
        case.keep_spatial(photo=photo, painting=painting, picture=picture)
        x = (picture / 255).requires_grad_()
        of_x, of_photo, of_painting = (
            taps(image, weights, POOLS[pooling], padding)
            for image in (x, photo / 255, painting / 255))
        if formula == "relative":
            contents = [relative_squared_error(of_x[t], of_photo[t])[0] for t in content_taps]
            layers = [
                relative_squared_error(gram(of_x[t]), gram(of_painting[t]))[0]
                for t in style_taps]
        else:
            contents = [
                (of_x[t] - of_photo[t]).square().sum() / (2 * of_x[t][0, 0].numel())
                for t in content_taps]
            layers = [
                (gram(of_x[t]) - gram(of_painting[t])).square().sum() / (4 * of_x[t].shape[1] ** 2)
                for t in style_taps]
        content = mean(contents, content_taps.values())
        style = mean(layers, style_taps.values())
        total = factors[0] * content + factors[1] * style + factors[2] * total_variation(x)[0]
        total.backward()
        case.keep(
            total=total[None], content=content[None], style=style[None],
            layers=torch.stack(layers))
        case.keep_spatial(gradient=x.grad)
    fixture.write()


def bowl(x):
    """½ Σ cᵢ(xᵢ − i)² + ¼ Σ (xᵢ − i)⁴ / 100, with curvatures c from 1 to 30."""
    count = len(x)
    errors = x - torch.arange(count)
    curvatures = 30 ** (torch.arange(count) / (count - 1)).double()
    return (curvatures * errors.square() / 2 + errors**4 / 400).sum()


def lbfgs():
    """The path of PyTorch's L-BFGS, whose line search has to go further once, at the first step."""
    fixture = Fixture("lbfgs", "ImpastoTrainingTests")
    case = fixture.case("lbfgs")
    count, steps = 8, 11
    x = torch.zeros(count, dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [x], lr=1, max_iter=1, max_eval=30, history_size=5, line_search_fn="strong_wolfe", tolerance_grad=0,
        tolerance_change=0)
    path = []

    def closure():
        optimizer.zero_grad()
        value = bowl(x)
        value.backward()
        return value

    for _ in range(steps):
        optimizer.step(closure)
        path.append(x.detach().clone())
    case.keep(path=torch.stack(path))
    fixture.write()
