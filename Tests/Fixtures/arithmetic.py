"""What the networks and losses are made of, over NCHW tensors."""

import torch
import torch.nn.functional as F


def padded(x, padding, border="mirrored"):
    """The image within a border that mirrors it or repeats its outermost pixels."""
    mode = {"mirrored": "reflect", "repeated": "replicate"}[border]
    return F.pad(x, (padding,) * 4, mode=mode) if padding else x


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
