"""Makes the files in this folder, which the tests of ImpastoImporting read.

    pip install torch numpy onnx onnxscript safetensors
    python Tests/ImpastoImportingTests/Fixtures/generate.py

Made with PyTorch 2.15.0, ONNX 1.23.2 and onnxscript 0.7.2. The networks are small ones with random
weights; references.safetensors has a photo of odd extents and what PyTorch makes of it, in levels.
"""

from pathlib import Path

import numpy
import onnx
import torch
from safetensors.torch import save_file

from networks import MultiStyle, Plain, TransformerNet, Transposed, ZooGraph, export, randomized

FOLDER = Path(__file__).parent


def photo(height, width):
    """Soft colours with some noise, in levels."""
    rows, columns = numpy.mgrid[:height, :width]
    waves = [numpy.sin(0.21 * rows + 0.13 * columns + phase) for phase in (0, 2, 4)]
    noise = numpy.random.default_rng(7).normal(0, 0.1, (3, height, width))
    levels = (127 + 90 * (numpy.stack(waves) + noise)).clip(0, 255).round()
    return torch.from_numpy(levels.astype(numpy.float32))[None]


def save_weights(network):
    """The forms in which weights are found."""
    state = network.state_dict()
    torch.save(state, FOLDER / "archive.pth")
    torch.save(state, FOLDER / "stream.pth", _use_new_zipfile_serialization=False)
    old = dict(state)
    for name in [name for name in state if ".in" in f".{name}" and name.endswith("weight")]:
        owner = name.removesuffix(".weight")
        old[f"{owner}.running_mean"] = torch.zeros_like(state[name])
        old[f"{owner}.running_var"] = torch.ones_like(state[name])
    wrapped = {"epoch": 2, "state_dict": {f"module.{name}": value for name, value in old.items()}}
    torch.save(wrapped, FOLDER / "old.pth", _use_new_zipfile_serialization=False)
    torch.save({"model": {name: value.double() for name, value in state.items()}},
               FOLDER / "double.pth")
    torch.save({"deconv1.weight": torch.zeros(8, 6, 3, 3), **state}, FOLDER / "surplus.pth")
    unfit = {name.replace("deconv1.conv2d", "deconv1"): value for name, value in state.items()}
    torch.save(unfit, FOLDER / "transposed.pth")


def main():
    torch.set_num_threads(1)
    image = photo(37, 30)
    # A photo of hardly any contrast, in which the ε of the normalizations shows.
    faint = (127 + (image - 127) / 32).round()
    references = {"photo": image[0].permute(1, 2, 0), "faint": faint[0].permute(1, 2, 0)}
    any_photo = torch.zeros(1, 3, 32, 48)

    network = randomized(TransformerNet(widths=(4, 6, 8), blocks=2))
    save_weights(network)
    for version in (8, 9):
        onnx.save(ZooGraph(network, version, 224).model(), FOLDER / f"zoo-{version}.onnx")
    export(network, (any_photo,), FOLDER / "torchscript.onnx", dynamo=False, version=11)
    export(network, (any_photo,), FOLDER / "torchscript-any-size.onnx", dynamo=False, size_names=True)
    export(network, (any_photo,), FOLDER / "dynamo.onnx", dynamo=True, size_names=True)

    styles = randomized(MultiStyle())
    first = torch.tensor([1.0, 0, 0])
    export(styles, (any_photo, first), FOLDER / "multistyle.onnx", dynamo=False, size_names=True)

    transposed = randomized(Transposed())
    export(transposed, (any_photo,), FOLDER / "transposed.onnx", dynamo=False, size_names=True)

    plain = {white: randomized(Plain(white)) for white in (1, 255)}
    for white, module in plain.items():
        path = FOLDER / f"plain-{white}.onnx"
        export(module, (any_photo,), path, dynamo=False, size_names=True)

    with torch.no_grad():
        pictures = {"transformer": network(image), "transformer.faint": network(faint),
                    "transposed": 255 * transposed(image / 255), "plain-255": plain[255](image),
                    "plain-1": 255 * plain[1](image / 255)}
        for name, weights in [("first", [1, 0, 0]), ("blend", [0.2, 0.3, 0.5])]:
            weights = torch.tensor(weights, dtype=torch.float32)
            pictures[f"multistyle.{name}"] = 255 * styles(image / 255, weights)
    for name, picture in pictures.items():
        picture = picture[0, :, : image.shape[2], : image.shape[3]]
        references[name] = picture.permute(1, 2, 0)
    save_file({name: value.contiguous() for name, value in references.items()},
              FOLDER / "references.safetensors")


if __name__ == "__main__":
    main()
