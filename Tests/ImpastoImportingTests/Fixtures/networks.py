"""Networks as other programs train and write them, for the tests of importing and Scripts/check-import.

TransformerNet has the layers, names and shapes of the network of pytorch/examples'
fast_neural_style, written anew from their description; MultiStyle those of a small network of many
styles with the weights of a blend as an input; Transposed grows its images by transposed convolutions;
Plain has a first layer that no normalization follows.
"""

from collections import OrderedDict

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional


class Conv(nn.Module):
    """A convolution that reads a mirrored border, of an image that may be doubled before."""

    def __init__(self, inputs, outputs, kernel, stride=1, doubles=False):
        super().__init__()
        self.doubles = doubles
        self.border = nn.ReflectionPad2d(kernel // 2)
        self.conv2d = nn.Conv2d(inputs, outputs, kernel, stride)

    def forward(self, image):
        if self.doubles:
            image = functional.interpolate(image, scale_factor=2, mode="nearest")
        return self.conv2d(self.border(image))


class Block(nn.Module):
    """Two convolutions whose result is added to what they read."""

    def __init__(self, channels):
        super().__init__()
        self.conv1, self.in1 = Conv(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)
        self.conv2, self.in2 = Conv(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)

    def forward(self, image):
        inner = torch.relu(self.in1(self.conv1(image)))
        return self.in2(self.conv2(inner)) + image


class TransformerNet(nn.Module):
    """Levels 0…255 in and out."""

    def __init__(self, widths=(32, 64, 128), blocks=5):
        super().__init__()
        full, half, quarter = widths
        self.conv1, self.in1 = Conv(3, full, 9), nn.InstanceNorm2d(full, affine=True)
        self.conv2, self.in2 = Conv(full, half, 3, 2), nn.InstanceNorm2d(half, affine=True)
        self.conv3, self.in3 = Conv(half, quarter, 3, 2), nn.InstanceNorm2d(quarter, affine=True)
        self.blocks = blocks
        for number in range(1, blocks + 1):
            setattr(self, f"res{number}", Block(quarter))
        self.deconv1 = Conv(quarter, half, 3, doubles=True)
        self.in4 = nn.InstanceNorm2d(half, affine=True)
        self.deconv2 = Conv(half, full, 3, doubles=True)
        self.in5 = nn.InstanceNorm2d(full, affine=True)
        self.deconv3 = Conv(full, 3, 9)

    def forward(self, image):
        image = torch.relu(self.in1(self.conv1(image)))
        image = torch.relu(self.in2(self.conv2(image)))
        image = torch.relu(self.in3(self.conv3(image)))
        for number in range(1, self.blocks + 1):
            image = getattr(self, f"res{number}")(image)
        image = torch.relu(self.in4(self.deconv1(image)))
        image = torch.relu(self.in5(self.deconv2(image)))
        return self.deconv3(image)


class Transposed(nn.Module):
    """Grows images by transposed convolutions and ends with a scaled tanh; 0…1 in and out."""

    def __init__(self, width=4):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, padding_mode="replicate")
        self.in1 = nn.InstanceNorm2d(width, affine=True)
        self.conv2 = nn.Conv2d(width, 2 * width, 3, 2, padding=1)
        self.in2 = nn.InstanceNorm2d(2 * width, affine=True)
        self.deconv1 = nn.ConvTranspose2d(2 * width, width, 3, 2, padding=1, output_padding=1)
        self.in3 = nn.InstanceNorm2d(width, affine=True)
        self.deconv2 = nn.Conv2d(width, 3, 3, padding=1, padding_mode="reflect")

    def forward(self, image):
        image = (image - 0.5) / 0.25
        image = functional.leaky_relu(self.in1(self.conv1(image)), 0.2)
        image = torch.relu(self.in2(self.conv2(image)))
        image = torch.relu(self.in3(self.deconv1(image)))
        return (torch.tanh(self.deconv2(image)) + 1) / 2


class Plain(nn.Module):
    """Its first layer reads zeros beyond the photo and is not normalized; 0…`white` in and out."""

    def __init__(self, white, width=4):
        super().__init__()
        self.white = white
        self.conv1 = nn.Conv2d(3, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.in2 = nn.InstanceNorm2d(width, affine=True)
        self.conv3 = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, image):
        image = torch.relu(self.conv1((image / self.white - 0.45) / 0.25))
        image = self.conv3(torch.relu(self.in2(self.conv2(image))))
        return torch.sigmoid(image) if self.white == 1 else 128 + 50 * image


class MixedNorm(nn.Module):
    """An instance normalization, written out, by the weighted sums of several γ and β."""

    def __init__(self, styles, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(styles, channels))
        self.beta = nn.Parameter(torch.zeros(styles, channels))

    def forward(self, image, weights):
        gamma = (weights.unsqueeze(1) * self.gamma).sum(0).reshape(1, -1, 1, 1)
        beta = (weights.unsqueeze(1) * self.beta).sum(0).reshape(1, -1, 1, 1)
        centred = image - image.mean((2, 3), keepdim=True)
        variance = centred.pow(2).mean((2, 3), keepdim=True)
        return centred * torch.rsqrt(variance + 1e-5) * gamma + beta


class MultiStyle(nn.Module):
    """Several styles with the weights of a blend as an input; 0…1 in and out."""

    def __init__(self, styles=3, width=4):
        super().__init__()
        shapes = [(3, width, 9, 1), (width, width, 3, 2), (width, width, 3, 1), (width, width, 3, 1),
                  (width, width, 3, 0), (width, 3, 9, 1)]
        self.convs = nn.ModuleList(
            Conv(inputs, outputs, kernel, max(stride, 1), doubles=stride == 0)
            for inputs, outputs, kernel, stride in shapes)
        self.norms = nn.ModuleList(MixedNorm(styles, outputs) for _, outputs, _, _ in shapes)

    def forward(self, image, weights):
        for index, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            if index == 2:
                block = image
            image = norm(conv(image), weights)
            if index == 3:
                image = image + block
            elif index < 5:
                image = torch.relu(image)
        return torch.sigmoid(image)


def randomized(module, seed=1):
    """The module with all parameters drawn at random, so that none is 0 or 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 4:
                values *= (2 / parameter[0].numel()) ** 0.5
            elif name.split(".")[-1] in ("weight", "gamma"):
                values = 1 + 0.2 * values
            else:
                values *= 0.2
            parameter.copy_(values)
        # Makes levels 0…255 of what the last convolution gives.
        if isinstance(module, TransformerNet):
            module.deconv3.conv2d.weight.mul_(40)
            module.deconv3.conv2d.bias.add_(128)
    return module.eval()


class ZooGraph:
    """A network of TransformerNet's layers as the exporters of 2019 wrote it.

    The extents of the photo are fixed and constants are listed among the inputs. Version 8 of the
    operators has factors for Upsample as attributes; in version 9 they are computed from extents by
    Shape, Gather, Cast, Mul, Floor, Div, Unsqueeze, Concat and Slice.
    """

    def __init__(self, module, version, size):
        self.state = {name: value.numpy() for name, value in module.state_dict().items()}
        self.version, self.size = version, size
        self.nodes, self.constants, self.count = [], OrderedDict(), 0

    def node(self, operation, inputs, **attributes):
        self.count += 1
        name = str(self.count)
        self.nodes.append(helper.make_node(operation, inputs, [name], **attributes))
        return name

    def constant(self, values):
        return self.node("Constant", [], value=numpy_helper.from_array(numpy.asarray(values)))

    def weight(self, name):
        self.constants[name] = self.state[name]
        return name

    def doubled(self, image):
        if self.version < 9:
            return self.node("Upsample", [image], mode="nearest", scales=[1.0, 1.0, 2.0, 2.0])
        scales = [self.constant(numpy.array([1.0, 1.0], numpy.float32))]
        for axis in (2, 3):
            extent = self.node(
                "Gather", [self.node("Shape", [image]), self.constant(numpy.int64(axis))], axis=0)
            extent = self.node("Cast", [extent], to=TensorProto.FLOAT)
            grown = self.node("Mul", [extent, self.constant(numpy.float32(2))])
            factor = self.node("Div", [self.node("Floor", [grown]), extent])
            scales.append(self.node("Unsqueeze", [factor], axes=[0]))
        scales = self.node("Concat", scales, axis=0)
        scales = self.node("Slice", [scales], axes=[0], starts=[0], ends=[4])
        return self.node("Upsample", [image, scales], mode="nearest")

    def convolved(self, image, name, kernel, stride=1):
        width = kernel // 2
        image = self.node(
            "Pad", [image], mode="reflect", pads=[0, 0, width, width, 0, 0, width, width])
        return self.node(
            "Conv", [image, self.weight(f"{name}.conv2d.weight"), self.weight(f"{name}.conv2d.bias")],
            kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[0, 0, 0, 0])

    def normalized(self, image, name):
        return self.node(
            "InstanceNormalization",
            [image, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")], epsilon=1e-5)

    def model(self):
        image = "input1"
        for name, norm, kernel, stride in [("conv1", "in1", 9, 1), ("conv2", "in2", 3, 2),
                                           ("conv3", "in3", 3, 2)]:
            image = self.node(
                "Relu", [self.normalized(self.convolved(image, name, kernel, stride), norm)])
        number = 1
        while f"res{number}.conv1.conv2d.weight" in self.state:
            name, block = f"res{number}", image
            image = self.normalized(self.convolved(image, f"{name}.conv1", 3), f"{name}.in1")
            image = self.node("Relu", [image])
            image = self.normalized(self.convolved(image, f"{name}.conv2", 3), f"{name}.in2")
            image = self.node("Add", [image, block])
            number += 1
        for name, norm in [("deconv1", "in4"), ("deconv2", "in5")]:
            image = self.convolved(self.doubled(image), name, 3)
            image = self.node("Relu", [self.normalized(image, norm)])
        image = self.convolved(image, "deconv3", 9)
        extents = [1, 3, self.size, self.size]
        ports = [helper.make_tensor_value_info("input1", TensorProto.FLOAT, extents)]
        ports += [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape)
                  for name, value in self.constants.items()]
        graph = helper.make_graph(
            self.nodes, "zoo", ports,
            [helper.make_tensor_value_info(image, TensorProto.FLOAT, extents)],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()])
        return helper.make_model(
            graph, producer_name="pytorch", ir_version=3 if self.version < 9 else 4,
            opset_imports=[helper.make_opsetid("", self.version)])


def export(module, inputs, path, dynamo, size_names=None, version=17, outputs=("output",)):
    """Writes a module by one of PyTorch's exporters; with `size_names` for photos of any size."""
    names = ["image", "style_weights"][: len(inputs)]
    options = {"input_names": names, "output_names": list(outputs), "dynamo": dynamo}
    if dynamo:
        if size_names:
            sizes = {2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC}
            options["dynamic_shapes"] = (sizes, *[None] * (len(inputs) - 1))
        torch.onnx.export(module, inputs, path, external_data=False, verbose=False, **options)
        strip_traces(path)
    else:
        if size_names:
            options["dynamic_axes"] = {"image": {2: "h", 3: "w"}}
        torch.onnx.export(module, inputs, path, opset_version=version, **options)


def strip_traces(path):
    """Leaves out of a model where each node's source lies on this machine."""
    model = onnx.load(path)
    for node in model.graph.node:
        kept = [fact for fact in node.metadata_props if "stack_trace" not in fact.key]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    onnx.save(model, path)
