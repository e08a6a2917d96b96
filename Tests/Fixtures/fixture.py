"""Files of tensors by case, and where their inputs come from."""

import json
import pathlib
import zlib

import torch
from safetensors.numpy import save_file

TESTS = pathlib.Path(__file__).resolve().parent.parent


class Fixture:
    """Named tensors; the metadata `cases` is a JSON object with the settings of each case."""

    def __init__(self, name, tests):
        self.path = TESTS / tests / "Fixtures" / f"{name}.safetensors"
        self.tensors, self.settings = {}, {}

    def case(self, name, **settings):
        self.settings[name] = settings
        return Case(self, name)

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # One metadata entry only, since safetensors writes several in any order.
        save_file(self.tensors, self.path, metadata={"cases": json.dumps(self.settings)})
        print(f"{self.path.relative_to(TESTS)}: {self.path.stat().st_size:,} bytes")


class Case:
    """One case of a fixture: draws its inputs, keeps its results."""

    def __init__(self, fixture, name):
        self.fixture, self.name = fixture, name
        self.random = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def keep(self, **tensors):
        """Stores tensors as they are."""
        for key, value in tensors.items():
            array = value.detach().to(torch.float32).contiguous().numpy()
            self.fixture.tensors[f"{self.name}/{key}"] = array

    def keep_spatial(self, **tensors):
        """Stores NCHW activations as NHWC, and OIHW filters as OHWI."""
        self.keep(**{key: value.permute(0, 2, 3, 1) for key, value in tensors.items()})

    def normal(self, *shape, scale=1.0, mean=0.0):
        """A leaf of normally distributed numbers, exact in bfloat16."""
        values = torch.randn(*shape, generator=self.random) * scale + mean
        return values.bfloat16().double().requires_grad_()

    def uniform(self, *shape, low=0.0, high=1.0):
        """A leaf of uniformly distributed numbers, exact in bfloat16."""
        values = torch.rand(*shape, generator=self.random) * (high - low) + low
        return values.bfloat16().double().requires_grad_()

    def levels(self, *shape):
        """Levels 0…255 of pixels."""
        return torch.randint(0, 256, shape, generator=self.random).double()

    def differentiate(self, output, symmetric=False):
        """Draws a cotangent and runs the backward pass; returns the cotangent."""
        cotangent = self.normal(*output.shape).detach()
        if symmetric:
            cotangent = (cotangent + cotangent.mT).bfloat16().double()
        (output * cotangent).sum().backward()
        return cotangent
