"""Makes the files in this folder, which the tests of ImpastoModelFiles read.

    pip install torch numpy safetensors
    python Tests/ImpastoModelFilesTests/Fixtures/generate.py

Made with PyTorch 2.13.0 and safetensors 0.8.0. The numbers are the same every time; the bytes
of .pth files are not, since PyTorch puts memory addresses and random identifiers into them.
"""

import copyreg
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parent
MAGIC_NUMBER = 0x1950A86A20F9469CFC6C


def every_kind_of_tensor():
    """One 2 by 3 tensor of each type, and views that are not contiguous."""
    state = OrderedDict()
    for name in ["uint8", "int8", "int16", "int32", "int64"]:
        state[name] = torch.arange(6, dtype=getattr(torch, name)).reshape(2, 3)
    for name in ["float16", "bfloat16", "float32", "float64"]:
        state[name] = (torch.arange(6).reshape(2, 3) * 0.5 - 1).to(getattr(torch, name))
    base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    state["base"] = base
    state["transposed"] = base.t()
    state["sliced"] = base[1:, ::2]
    state["bytes.transposed"] = torch.arange(6, dtype=torch.uint8).reshape(2, 3).t()
    state["long.permuted"] = torch.arange(8).reshape(2, 2, 2).permute(2, 0, 1)
    state["half.permuted"] = torch.arange(4).to(torch.float16).reshape(2, 2).t()
    state["scalar"] = torch.tensor(2.5)
    state["empty"] = torch.zeros(0, 3)
    state["parameter"] = torch.nn.Parameter(torch.tensor([1.0, -1.0]))
    return state


def checkpoint():
    """What training scripts save: a module's state dict, with its versions, among other things."""
    module = torch.nn.Sequential(OrderedDict(norm=torch.nn.BatchNorm2d(2)))
    return {"epoch": 3, "loss": 0.25, "name": "trial", "state_dict": module.state_dict()}


class EarlyParameterPickler(pickle._Pickler):
    """Writes parameters as PyTorch 0.1 did: an empty object, then its state."""

    storages = {}

    def persistent_id(self, value):
        if isinstance(value, torch.storage.TypedStorage):
            key = str(len(self.storages))
            self.storages[key] = value
            return ("storage", torch.FloatStorage, key, "cpu", value._size(), None)
        return None

    def reducer_override(self, value):
        if type(value) is torch.nn.Parameter:
            state = (value.data, None, False, True, OrderedDict())
            return (copyreg.__newobj__, (torch.nn.Parameter,), state)
        if type(value) is torch.Tensor:
            storage = torch.storage.TypedStorage(
                wrap_storage=value.untyped_storage(), dtype=value.dtype, _internal=True)
            arguments = (storage, value.storage_offset(), tuple(value.size()), value.stride())
            return (torch._utils._rebuild_tensor, arguments)
        return NotImplemented


def save_early_stream(path):
    """A stream as PyTorch 0.1 wrote it."""
    state = OrderedDict()
    state["features.0.weight"] = torch.nn.Parameter(torch.arange(4.0).reshape(2, 2))
    state["features.0.bias"] = torch.tensor([0.5, -0.5])
    with open(path, "wb") as file:
        pickle.dump(MAGIC_NUMBER, file, protocol=2)
        pickle.dump(1001, file, protocol=2)
        pickle.dump({"protocol_version": 1001, "little_endian": True}, file, protocol=2)
        pickler = EarlyParameterPickler(file, protocol=2)
        pickler.dump(state)
        pickle.dump(sorted(pickler.storages), file, protocol=2)
        for key in sorted(pickler.storages):
            file.write(struct.pack("<q", pickler.storages[key]._size()))
            file.write(bytes(pickler.storages[key]._untyped_storage))


class AsksForCode:
    """Runs a harmless command in whatever loads it as Python does."""

    def __reduce__(self):
        return (os.system, ("true",))


def save_zip(path):
    """A zip archive with a member of each kind that the reader knows."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"a comment PK\x05\x06 with the mark of an end record"
        archive.writestr("folder/", b"")
        archive.writestr("folder/stored.txt", b"stored " * 3)
        archive.writestr("folder/deflated.txt", b"deflated " * 40, zipfile.ZIP_DEFLATED)
        archive.writestr("empty.txt", b"", zipfile.ZIP_DEFLATED)
        with archive.open("large.txt", "w", force_zip64=True) as member:
            member.write(b"its local header has 64-bit sizes")
        archive.writestr("bzip2.txt", b"bzip2", zipfile.ZIP_BZIP2)


def save_zip64(path):
    """A zip archive whose directory and end record have 64-bit fields throughout."""
    limit, count = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 1, 1
    try:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("first.txt", b"the first", zipfile.ZIP_DEFLATED)
            archive.writestr("second.txt", b"the second")
    finally:
        zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limit, count


def main():
    state = every_kind_of_tensor()
    torch.save(state, FOLDER / "stream.pth", _use_new_zipfile_serialization=False)
    torch.save(state, FOLDER / "archive.pth")
    torch.save(state, FOLDER / "stream-protocol4.pth", pickle_protocol=4,
               _use_new_zipfile_serialization=False)
    torch.save(state, FOLDER / "archive-protocol4.pth", pickle_protocol=4)
    torch.save(checkpoint(), FOLDER / "checkpoint.pth")
    torch.save({"generator": {"weight": torch.ones(2), "moments": {0: torch.zeros(1)}},
                "history": [torch.ones(1)], ("a", 1): torch.ones(1)}, FOLDER / "nested.pth")
    save_early_stream(FOLDER / "early.pth")

    malicious = {"weight": torch.ones(1), "extra": AsksForCode()}
    torch.save(malicious, FOLDER / "code-stream.pth", _use_new_zipfile_serialization=False)
    torch.save(malicious, FOLDER / "code-archive.pth", pickle_protocol=4)
    torch.save({"mask": torch.tensor([True])}, FOLDER / "boolean.pth")

    save_zip(FOLDER / "members.zip")
    save_zip64(FOLDER / "members64.zip")

    floats = torch.arange(6).reshape(2, 3) * 0.5 - 1
    save_file(
        {"a.odd": torch.tensor([1.5, -2, 3]).to(torch.bfloat16), "b \"quoted\\\" ü": floats,
         "c": torch.tensor(2.5), "d": torch.zeros(0, 3), "e": floats.to(torch.bfloat16)},
        FOLDER / "written.safetensors", metadata={"title": "Die große Welle\n\"神奈川\" 🌊"})
    save_file(
        {"f16": floats.to(torch.float16), "f32": floats.float(), "f64": floats.double(),
         "bf16": floats.to(torch.bfloat16)},
        FOLDER / "types.safetensors", metadata={"format": "pt", "year": "c. 1831"})
    save_file({"indices": torch.arange(3)}, FOLDER / "integers.safetensors")


if __name__ == "__main__":
    main()
