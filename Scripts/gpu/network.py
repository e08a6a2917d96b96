"""The transformation network in PyTorch, as a checkpoint describes it (Docs/Networks.md)."""

import torch
import torch.nn.functional as F

PADDINGS = {"reflect": "reflect", "replicate": "replicate", "zero": "constant"}


class TransformNetwork(torch.nn.Module):
    """The convolutions of a description of layers; γ and β are given for each call."""

    def __init__(self, architecture, filters):
        """`filters` are `[outputs, height, width, inputs]`, one for each layer."""
        super().__init__()
        self.layers = architecture["layers"]
        for layer in self.layers:
            refuse_unknown(layer)
        range_ = architecture.get("input", {"mean": [128] * 3, "divisor": [128] * 3})
        self.register_buffer("mean", torch.tensor(range_["mean"]).view(3, 1, 1).float())
        self.register_buffer("divisor", torch.tensor(range_["divisor"]).view(3, 1, 1).float())
        self.filters = torch.nn.ParameterList(
            torch.nn.Parameter(filter.permute(0, 3, 1, 2).contiguous()) for filter in filters
        )
        self.channels = [layer["outputs"] for layer in self.layers]
        tent = torch.tensor([1.0, 2.0, 1.0]) / 4
        self.register_buffer("blur", torch.outer(tent, tent)[None, None])

    def forward(self, levels, gamma, beta):
        """Pictures in 0…1 of photos as levels `[batch, 3, height, width]`.

        `gamma` and `beta` are `[batch, channels of all layers]`.
        """
        x = (levels - self.mean) / self.divisor
        x = x.contiguous(memory_format=torch.channels_last)
        outputs = {}
        scales, shifts = gamma.split(self.channels, 1), beta.split(self.channels, 1)
        for layer, filter, scale, shift in zip(self.layers, self.filters, scales, shifts):
            x = self.convolved(x, layer, filter)
            x = normalized(x, scale, shift, layer.get("epsilon", 1e-5))
            activation = layer.get("activation", "relu")
            if activation == "relu":
                x = F.relu(x)
            elif activation == "sigmoid":
                x = torch.sigmoid(x.float())
            if "adds" in layer:
                x = x + outputs[layer["adds"]]
            outputs[layer["name"]] = x
        return x

    def convolved(self, x, layer, filter):
        if doubling := layer.get("doubling"):
            x = F.interpolate(x, scale_factor=2, mode=doubling)
        blurred = layer.get("blur", False)
        border = layer.get("padding_width", layer["kernel"] // 2) + blurred
        x = F.pad(x, (border,) * 4, PADDINGS[layer.get("padding", "reflect")])
        if blurred:
            channels = x.shape[1]
            x = F.conv2d(x, self.blur.to(x.dtype).expand(channels, 1, 3, 3), groups=channels)
        return F.conv2d(x, filter, stride=layer.get("stride", 1))


def normalized(x, scale, shift, epsilon):
    """γ·(x − μ)/√(σ² + ε) + β, with μ and σ² of each image and channel."""
    values = x.float()
    mean = values.mean((2, 3), keepdim=True)
    variance = values.var((2, 3), correction=0, keepdim=True)
    factor = scale[:, :, None, None].float() * torch.rsqrt(variance + epsilon)
    return (values * factor + (shift[:, :, None, None].float() - mean * factor)).to(x.dtype)


def refuse_unknown(layer):
    known = {"normalization": ["conditional"], "activation": ["relu", "linear", "sigmoid"],
             "doubling": ["nearest", "bilinear"], "padding": list(PADDINGS), "pixel_shuffle": []}
    for key, values in known.items():
        if key in layer and layer[key] not in values:
            raise SystemExit(
                f"train-on-gpu: the layer “{layer['name']}” has the {key} “{layer[key]}”, which is not "
                "trained here; go on with impasto train --resume")
