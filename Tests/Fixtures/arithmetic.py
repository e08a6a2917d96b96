"""What the networks and losses are made of, over NCHW tensors."""

import torch
import torch.nn.functional as F


def padded(x, padding, border="mirrored"):
    """The image within a border that mirrors it, repeats its outermost pixels or is of zeros."""
    mode = {"mirrored": "reflect", "repeated": "replicate", "zeros": "constant"}[border]
    return F.pad(x, (padding,) * 4, mode=mode) if padding else x


def normalized(x, gamma, beta, epsilon=1e-5):
    """Instance normalization with one row of gamma and beta per image."""
    mean = x.mean((2, 3), keepdim=True)
    variance = x.var((2, 3), unbiased=False, keepdim=True)
    gamma, beta = gamma[:, :, None, None], beta[:, :, None, None]
    return gamma * (x - mean) / (variance + epsilon).sqrt() + beta


def doubled(x, doubling):
    """The image with twice the extents."""
    if doubling == "bilinear":
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    large = F.interpolate(x, scale_factor=2, mode="nearest")
    if doubling == "zeros":
        mask = torch.zeros_like(large)
        mask[:, :, ::2, ::2] = 1
        large = large * mask
    return large


def blurred(x):
    """The image after [1 2 1]/4 along both axes, without its outermost pixels."""
    line = torch.tensor([0.25, 0.5, 0.25], dtype=x.dtype)
    filter = torch.outer(line, line).expand(x.shape[1], 1, 3, 3)
    return F.conv2d(x, filter, groups=x.shape[1])


CLAMP_BOUNDS = (-0.5, 1.5)

ACTIVATIONS = {
    "linear": lambda x: x,
    "rectified": F.relu,
    "leaky": lambda x: F.leaky_relu(x, 0.25),
    "sigmoid": torch.sigmoid,
    "tanh": lambda x: 150 * torch.tanh(x),
    "clamped": lambda x: x.clamp(*CLAMP_BOUNDS),
}


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
