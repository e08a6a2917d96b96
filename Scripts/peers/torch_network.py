"""The transformation network in PyTorch, written for speed on a processor.

Everything is channels last. Instance normalization is `group_norm` with a group for each channel, which
computes the same several times faster. Doubling and the 3×3 convolution after it are one
transposed convolution with the weights that this amounts to, as in Docs/Formats/Onnx.md.
"""

import json

import torch
import torch.nn.functional as F
from safetensors import safe_open

EPSILON = 1e-5


class TransformNetwork(torch.nn.Module):
    """The network of a checkpoint, with the rows of some of its styles."""

    def __init__(self, path, names):
        super().__init__()
        with safe_open(path, "pt") as checkpoint:
            facts = checkpoint.metadata()
            exponents = json.loads(facts.get("exponents", "{}"))
            architecture = json.loads(facts["architecture"])
            self.names = layer_names(architecture["residualBlocks"])

            def filter(name):
                weights = checkpoint.get_tensor(f"network.{name}.weight").float()
                weights = weights * 2.0 ** -exponents.get(name, 0)
                return torch.nn.Parameter(weights.permute(0, 3, 1, 2))

            self.filters = torch.nn.ParameterList(filter(name) for name in self.names)
            rows = [
                torch.stack([checkpoint.get_tensor(f"style.{name}.{letter}") for name in names])
                for letter in ("gamma", "beta")
            ]
        self.gamma, self.beta = (torch.nn.Parameter(row.float()) for row in rows)
        self.channels = [len(filter) for filter in self.filters]

    def forward(self, x, gamma, beta):
        """Pictures before the sigmoid, of photos as (level − 128)/128 with γ and β of each.

        `gamma` and `beta` are lists with a tensor for each layer: `[channels]`, the same for all
        photos, or `[batch, channels]`.
        """
        layers = iter(zip(self.filters, gamma, beta))

        def layer(x, stride=1, doubled=False):
            filter, scale, shift = next(layers)
            if doubled:
                x = F.conv_transpose2d(edged(x), merged(filter), stride=2, padding=3)
            else:
                border = filter.shape[2] // 2
                x = F.conv2d(F.pad(x, (border,) * 4, "reflect"), filter, stride=stride)
            if scale.dim() == 1:
                return F.group_norm(x, len(scale), scale, shift, EPSILON)
            x = F.group_norm(x, x.shape[1], eps=EPSILON)
            return x * scale[:, :, None, None] + shift[:, :, None, None]

        x = F.relu(layer(x))
        x = F.relu(layer(x, stride=2))
        x = F.relu(layer(x, stride=2))
        for _ in range((len(self.filters) - 6) // 2):
            x = x + layer(F.relu(layer(x)))
        x = F.relu(layer(x, doubled=True))
        x = F.relu(layer(x, doubled=True))
        return layer(x)


def layer_names(blocks):
    """The layers in the order in which they run."""
    residual = [f"residual.{block + 1}.{half}" for block in range(blocks) for half in (1, 2)]
    encoder, decoder = ([f"{part}.{i}" for i in (1, 2, 3)] for part in ("encoder", "decoder"))
    return encoder + residual + decoder


def edged(x):
    """The image with its outermost pixels repeated once.

    Not `F.pad`, the gradient of which torch.compile lays out wrongly (PyTorch 2.15).
    """
    for axis in (2, 3):
        first, last = x.narrow(axis, 0, 1), x.narrow(axis, x.shape[axis] - 1, 1)
        x = torch.cat([first, x, last], axis)
    return x


def merged(filter):
    """The weights of the transposed convolution that doubles and convolves, `[in, out, 4, 4]`."""
    for axis in (2, 3):
        first, second, third = filter.unbind(axis)
        filter = torch.stack([third, second + third, first + second, first], axis)
    return filter.transpose(0, 1)
