"""A small network that enlarges fourfold: its pictures, their halves, and every gradient."""

import torch
import torch.nn.functional as F

from arithmetic import padded
from fixture import Fixture


def enlarging():
    """A small network that enlarges fourfold: its pictures, their halves, and every gradient."""
    fixture = Fixture("enlarging", "ImpastoNetworksTests")
    width = 8
    for name, height, columns in [("photos", 5, 7), ("one pixel", 1, 1)]:
        case = fixture.case(name)
        shapes = [(3, width), (width, width), (width, width), (width, 3 * 16)]
        filters = [
            case.normal(outputs, inputs, 3, 3, scale=(2 / inputs) ** 0.5 / 3)
            for inputs, outputs in shapes
        ]
        biases = [case.normal(outputs, scale=0.2) for _, outputs in shapes]
        levels = case.levels(2, 3, height, columns)

        def layer(x, index):
            y = F.conv2d(padded(x, 1, "repeated"), filters[index])
            return y + biases[index][:, None, None]

        first = layer((levels - 128) / 128, 0)
        second = first + layer(F.relu(layer(first, 1)), 2)
        # PyTorch has the pixels of a channel side by side, here are the channels of a pixel.
        groups = layer(second, 3).unflatten(1, (16, 3)).transpose(1, 2).flatten(1, 2)
        pictures = F.pixel_shuffle(groups, 4) + F.interpolate(
            levels / 255, scale_factor=4, mode="nearest")
        cotangent = case.differentiate(pictures)
        case.keep_spatial(
            levels=levels, output=pictures, half=F.avg_pool2d(pictures, 2), cotangent=cotangent)
        for index, (filter, bias) in enumerate(zip(filters, biases)):
            case.keep_spatial(
                **{f"filter.{index}": filter, f"filter.{index}_gradient": filter.grad})
            case.keep(**{f"bias.{index}": bias, f"bias.{index}_gradient": bias.grad})
    fixture.write()
