"""The losses of training: those of Sources/ImpastoTraining/Losses/PerceptualLoss.swift and ShiftLoss.swift."""

import os
from pathlib import Path

import torch
import torch.nn.functional as F

STYLE_TAPS, CONTENT_TAP = ("1_1", "2_1", "3_1", "4_1"), "4_2"
TAPS = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1", "4_2"]
PIXEL_WEIGHT = 20


def weights_path():
    """Where `impasto weights install` puts VGG-19."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("IMPASTO_CACHE") or Path(cache) / "impasto") / "vgg19.safetensors"


class LossNetwork(torch.nn.Module):
    """VGG-19 up to relu4_2, of the weights that `impasto weights install` provides."""

    def __init__(self, tensors):
        super().__init__()
        for tap in TAPS:
            filter = tensors[f"conv{tap}.weight"].float().permute(0, 3, 1, 2)
            filter = filter.contiguous(memory_format=torch.channels_last)
            self.register_buffer(f"filter{tap}", filter)
            self.register_buffer(f"bias{tap}", tensors[f"conv{tap}.bias"].float())
        self.register_buffer("means", torch.tensor([103.939, 116.779, 123.68]).view(3, 1, 1))

    def forward(self, pixels):
        """The rectified convolutions by tap, of RGB in 0…1."""
        x, found = pixels.flip(1) * 255 - self.means, {}
        x = x.contiguous(memory_format=torch.channels_last)
        for tap in TAPS:
            if tap.endswith("_1") and found:
                x = F.max_pool2d(x, 2)
            x = F.pad(x, (1, 1, 1, 1), "reflect")
            x = F.conv2d(x, getattr(self, f"filter{tap}"), getattr(self, f"bias{tap}"))
            x = found[tap] = F.relu(x)
        return found

    def grams(self, pixels):
        return [gram(features) for features in map(self(pixels).get, STYLE_TAPS)]


def gram(features):
    """FᵀF / (H·W) of each image."""
    flat = features.flatten(2)
    return (flat @ flat.transpose(1, 2)).float() / flat.shape[2]


def relative_error(a, b):
    """‖a − b‖² / ‖b‖² of each image."""
    a, b = a.float(), b.float()
    return (a - b).square().flatten(1).sum(1) / b.square().flatten(1).sum(1)


def contrast(pixels):
    """The variance of each image, kept from zero."""
    return pixels.var((2, 3), correction=0).sum(1) + 1e-3


def shift_losses(pictures, x, y):
    """How much each of the pictures' second half differs from the first, seen `x` and `y` pixels farther."""
    size = pictures.shape[2]
    first, second = pictures.chunk(2)
    first = first[:, :, max(0, y):size + min(0, y), max(0, x):size + min(0, x)]
    second = second[:, :, max(0, -y):size + min(0, -y), max(0, -x):size + min(0, -x)]
    return (first - second).square().sum(1).mean((1, 2)) / contrast(first).detach()
