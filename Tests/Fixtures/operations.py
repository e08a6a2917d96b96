"""Every differentiable operation: outputs, and gradients of all inputs."""

import torch
import torch.nn.functional as F

from arithmetic import (
    ACTIVATIONS, CLAMP_BOUNDS, blurred, doubled, gram, normalized, padded, relative_squared_error,
    total_variation)
from fixture import Fixture
from loss_network import preprocessed


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

    for height, width, padding, border in [
        (2, 5, 1, "mirrored"), (5, 7, 4, "mirrored"), (6, 2, 1, "mirrored"),
        (9, 8, 4, "mirrored"), (3, 4, 1, "repeated"), (1, 2, 3, "repeated"),
    ]:
        case = fixture.case(
            f"{border} padding {height}×{width} by {padding}",
            operation="padding", padding=padding, border=border)
        x = case.normal(2, 3, height, width)
        y = padded(x, padding, border)
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, output=y, cotangent=cotangent, input_gradient=x.grad)

    # What doubling leaves to see of a mirrored border is the outermost pixel.
    #   height width inputs outputs doubling border_of_the_large_image border_of_the_small_one
    for height, width, inputs, outputs, doubling, large, small in [
        (4, 5, 3, 2, "nearest", "mirrored", "repeated"),
        (1, 1, 2, 3, "nearest", "mirrored", "repeated"),
        (7, 6, 16, 8, "nearest", "mirrored", "repeated"),
        (3, 4, 4, 4, "nearest", "repeated", "repeated"),
        (3, 5, 2, 3, "nearest", "zeros", "zeros"),
        (4, 5, 3, 2, "bilinear", "repeated", "repeated"),
        (1, 2, 2, 3, "bilinear", "repeated", "repeated"),
        (6, 7, 16, 8, "bilinear", "repeated", "repeated"),
        (4, 3, 3, 4, "zeros", "zeros", "zeros"),
    ]:
        case = fixture.case(
            f"convolution {height}×{width} {inputs} to {outputs} doubled by {doubling}, {large}",
            operation="doubled convolution", doubling=doubling, border=small)
        x, w = case.normal(2, inputs, height, width), case.normal(outputs, inputs, 3, 3)
        y = F.conv2d(padded(doubled(x, doubling), 1, large), w)
        cotangent = case.differentiate(y)
        case.keep_spatial(
            input=x, filter=w, output=y, cotangent=cotangent, input_gradient=x.grad,
            filter_gradient=w.grad)

    # A mirrored border may as well be put around the blurred image.
    for height, width, inputs, outputs, kernel, border, pads_first in [
        (8, 6, 3, 4, 3, "mirrored", False), (7, 9, 4, 8, 3, "mirrored", True),
        (5, 6, 2, 3, 3, "repeated", True), (6, 5, 3, 2, 5, "zeros", True),
    ]:
        padding = kernel // 2
        case = fixture.case(
            f"blurred convolution {height}×{width} {inputs} to {outputs}, {kernel}×{kernel} {border}"
            + " blurred first" * (not pads_first),
            operation="blurred convolution", padding=padding + 1, border=border)
        x, w = case.normal(2, inputs, height, width), case.normal(outputs, inputs, kernel, kernel)
        blurry = (
            blurred(padded(x, padding + 1, border)) if pads_first
            else padded(blurred(padded(x, 1, border)), padding, border))
        y = F.conv2d(blurry, w, stride=2)
        cotangent = case.differentiate(y)
        case.keep_spatial(
            input=x, filter=w, output=y, cotangent=cotangent, input_gradient=x.grad,
            filter_gradient=w.grad)

    for height, width, channels, factor in [(3, 4, 2, 2), (2, 1, 3, 4)]:
        case = fixture.case(
            f"pixel shuffle {height}×{width}×{channels} by {factor}", operation="pixel shuffle",
            factor=factor)
        x = case.normal(2, factor * factor * channels, height, width)
        # PyTorch has the pixels of a channel side by side, here are the channels of a pixel.
        y = F.pixel_shuffle(
            x.unflatten(1, (factor * factor, channels)).transpose(1, 2).flatten(1, 2), factor)
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, output=y, cotangent=cotangent, input_gradient=x.grad)

    for height, width, channels, activation, padding, border in [
        (4, 5, 3, "linear", 1, "zeros"), (5, 4, 8, "rectified", 1, "mirrored"),
        (3, 4, 5, "leaky", 1, "mirrored"), (6, 5, 3, "sigmoid", 0, "mirrored"),
        (5, 6, 3, "tanh", 0, "mirrored"), (4, 4, 16, "clamped", 2, "repeated"),
    ]:
        case = fixture.case(
            f"bias {height}×{width}×{channels} {activation}, {border} by {padding}",
            operation="bias", activation=activation, padding=padding, border=border)
        x, b = case.normal(2, channels, height, width), case.normal(channels)
        if activation == "clamped":
            # Exactly at a bound either derivative is right, and versions of PyTorch differ.
            with torch.no_grad():
                at_bound = torch.isin(x + b[:, None, None], torch.tensor(CLAMP_BOUNDS).to(x))
                x[at_bound] *= 2
        y = padded(ACTIVATIONS[activation](x + b[:, None, None]), padding, border)
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, output=y, cotangent=cotangent, input_gradient=x.grad)
        case.keep(bias=b, bias_gradient=b.grad)

    #   height width channels activation residual padding border
    for height, width, channels, activation, residual, padding, border in [
        (5, 7, 3, "linear", False, 0, "mirrored"),
        (1, 6, 4, "rectified", False, 0, "mirrored"),
        (5, 6, 16, "rectified", False, 1, "mirrored"),
        (6, 5, 8, "linear", True, 0, "mirrored"),
        (5, 5, 20, "linear", True, 1, "mirrored"),
        (4, 3, 8, "linear", True, 1, "repeated"),
        (3, 4, 12, "rectified", False, 1, "repeated"),
        (1, 4, 5, "rectified", False, 2, "repeated"),
        (8, 9, 3, "rectified", False, 4, "mirrored"),
        (7, 4, 3, "sigmoid", False, 0, "mirrored"),
        (33, 40, 2, "sigmoid", False, 0, "mirrored"),
        (5, 6, 4, "leaky", False, 1, "mirrored"),
        (6, 5, 3, "tanh", False, 0, "mirrored"),
        (4, 5, 8, "clamped", False, 1, "zeros"),
    ]:
        name = f"normalization {height}×{width}×{channels} {activation}" + " residual" * residual
        name += f" {border} by {padding}" * (padding > 0)
        case = fixture.case(
            name, operation="normalization", activation=activation, padding=padding,
            border=border)
        x = case.normal(2, channels, height, width, scale=3, mean=0.7)
        gamma = case.normal(2, channels, scale=0.3, mean=1)
        beta = case.normal(2, channels, scale=0.3)
        r = case.normal(2, channels, height, width) if residual else None
        y = ACTIVATIONS[activation](normalized(x, gamma, beta))
        y = y + r if residual else y
        y = padded(y, padding, border)
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, output=y, cotangent=cotangent, input_gradient=x.grad)
        case.keep(gamma=gamma, beta=beta, gamma_gradient=gamma.grad, beta_gradient=beta.grad)
        if residual:
            case.keep_spatial(residual=r, residual_gradient=r.grad)

    for name, operation, shape in [
        ("max pooling", lambda x: F.max_pool2d(x, 2), (2, 5, 6, 8)),
        ("max pooling of odd sizes", lambda x: F.max_pool2d(x, 2), (2, 3, 7, 5)),
        ("average pooling", lambda x: F.avg_pool2d(x, 2), (2, 5, 6, 8)),
        ("average pooling of odd sizes", lambda x: F.avg_pool2d(x, 2), (2, 3, 7, 5)),
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

    for batch, height, width, channels in [(1, 4, 5, 6), (2, 3, 3, 8)]:
        case = fixture.case(
            f"squares of {batch}×{height}×{width}×{channels}", operation="squares of features")
        x, weights = case.normal(batch, channels, height, width), case.uniform(batch, channels)
        y = (weights[:, :, None, None] * x.square()).flatten(1).sum(1)
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, input_gradient=x.grad)
        case.keep(weights=weights, output=y, cotangent=cotangent)

    for height, width, channels, choices in [(4, 5, 8, 6), (3, 1, 16, 1)]:
        case = fixture.case(
            f"features of {height}×{width}×{channels} guided by {choices}",
            operation="guided features")
        x, target = case.normal(1, channels, height, width), case.normal(1, choices, channels)
        products = x[0].flatten(1).T @ target[0].T
        y = products.max(1).values.sum()[None]
        cotangent = case.differentiate(y)
        case.keep_spatial(input=x, input_gradient=x.grad)
        case.keep(target=target, output=y, cotangent=cotangent)

    for height, width, channels in [(4, 5, 6), (1, 7, 16)]:
        case = fixture.case(
            f"features of {height}×{width}×{channels} weighted by pixel",
            operation="weighted pixels")
        x, weights = case.normal(1, channels, height, width), case.uniform(1, 1, height, width)
        y = x * weights
        cotangent = case.differentiate(y)
        case.keep_spatial(
            input=x, weights=weights, output=y, cotangent=cotangent, input_gradient=x.grad)

    fixture.write()
