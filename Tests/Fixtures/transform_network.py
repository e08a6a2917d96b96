"""A small transformation network: every layer, every parameter's gradient, and odd sizes."""

import torch
import torch.nn.functional as F

from arithmetic import ACTIVATIONS, normalized, padded
from fixture import Fixture


class TransformNetwork:
    """A small transformation network and its bank; the last row is the one of the photo itself."""

    def __init__(self, case, widths=(8, 12, 16), blocks=2, rows=3):
        a, b, c = widths
        layers = [(3, a, 9), (a, b, 3), (b, c, 3)] + [(c, c, 3)] * (2 * blocks)
        layers += [(c, b, 3), (b, a, 3), (a, 3, 9)]
        self.blocks, self.channels = blocks, [outputs for _, outputs, _ in layers]
        self.filters = [
            case.normal(outputs, inputs, kernel, kernel, scale=(2 / inputs) ** 0.5 / kernel)
            for inputs, outputs, kernel in layers
        ]
        self.gamma = case.normal(rows, sum(self.channels), scale=0.2, mean=1)
        self.beta = case.normal(rows, sum(self.channels), scale=0.2)
        self.convolved = []

    def rows(self, mixtures, pixels):
        """γ and β of each photo: its mixture of rows, the photo's own relative to its logits.

        With p the weight of the photo's row, it counts p(2 - p) in the encoder and p² after it.
        """
        logits = torch.logit(pixels, eps=1 / 510)
        mean = logits.mean((2, 3))
        deviation = logits.var((2, 3), unbiased=False).sqrt()
        encoder = sum(self.channels[:3])
        styles, photo = mixtures[:, :-1], mixtures[:, -1:]
        early = torch.cat([styles * (1 - photo), photo * (2 - photo)], 1)
        late = torch.cat([styles * (1 + photo), photo**2], 1)
        gamma = torch.cat([early @ self.gamma[:, :encoder], late @ self.gamma[:, encoder:]], 1)
        beta = torch.cat([early @ self.beta[:, :encoder], late @ self.beta[:, encoder:]], 1)
        # What the photo's row gives in the last layer is relative to the photo.
        share = late[:, -1:]
        before = (gamma.shape[1] - 3, 0)
        gamma = gamma + F.pad(share * (deviation - 1) * self.gamma[-1, -3:], before)
        beta = beta + F.pad(share * mean, before)
        return gamma.split(self.channels, 1), beta.split(self.channels, 1)

    def stylized(self, levels, mixtures):
        """The pictures of photos given as levels 0…255; keeps what the convolutions compute."""
        gamma, beta = self.rows(mixtures, levels / 255)
        self.convolved = []

        def layer(x, activation, stride=1):
            index = len(self.convolved)
            filter = self.filters[index]
            self.convolved.append(
                F.conv2d(padded(x, filter.shape[2] // 2), filter, stride=stride))
            return ACTIVATIONS[activation](
                normalized(self.convolved[-1], gamma[index], beta[index]))

        x = layer((levels - 128) / 128, "rectified")
        x = layer(x, "rectified", stride=2)
        x = layer(x, "rectified", stride=2)
        for _ in range(self.blocks):
            x = x + layer(layer(x, "rectified"), "linear")
        for _ in range(2):
            x = layer(F.interpolate(x, scale_factor=2, mode="nearest"), "rectified")
        pictures = layer(x, "sigmoid")
        # Sizes that are no multiple of 4 have grown to the next one.
        return pictures[:, :, :levels.shape[2], :levels.shape[3]]


def transform_network():
    """A small transformation network: every layer, every parameter's gradient, and odd sizes."""
    fixture = Fixture("transform-network", "ImpastoNetworksTests")
    case = fixture.case("network")
    network = TransformNetwork(case)
    case.keep(gamma=network.gamma, beta=network.beta)
    for index, filter in enumerate(network.filters):
        case.keep_spatial(**{f"filter.{index}": filter})

    for name, height, width, mixtures in [
        ("styles", 20, 28, [[0, 1, 0], [0.25, 0.75, 0]]),
        ("photo", 16, 24, [[0, 0, 1], [0.25, 0, 0.75]]),
        ("odd height", 17, 20, [[1, 0, 0]]),
        ("odd width", 16, 19, [[1, 0, 0]]),
        ("even sizes", 18, 22, [[0, 0.5, 0.5]]),
    ]:
        case = fixture.case(name, mixtures=mixtures)
        levels = case.levels(len(mixtures), 3, height, width)
        pictures = network.stylized(levels, torch.tensor(mixtures, dtype=torch.float64))
        cotangent = case.differentiate(pictures)
        case.keep_spatial(levels=levels, output=pictures, cotangent=cotangent)
        if name == "styles":
            for index, convolved in enumerate(network.convolved):
                case.keep_spatial(**{f"convolved.{index}": convolved})
            for index, filter in enumerate(network.filters):
                case.keep_spatial(**{f"filter.{index}_gradient": filter.grad})
        case.keep(gamma_gradient=network.gamma.grad, beta_gradient=network.beta.grad)
        for parameter in [network.gamma, network.beta, *network.filters]:
            parameter.grad = None
    fixture.write()
