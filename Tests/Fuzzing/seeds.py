"""The inputs that fuzzing begins with: small files of the tests, and some made here."""

import json
import math
import re
import struct
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = ROOT / "Tests/ImpastoImagingTests/Fixtures"
MODELS = ROOT / "Tests/ImpastoModelFilesTests/Fixtures"
NETWORKS = ROOT / "Tests/ImpastoNetworksTests/Fixtures"
IMPORTED = ROOT / "Tests/ImpastoImportingTests/Fixtures"
# What Scripts/fuzz has exported.
EXPORTED = ROOT / ".build/fuzzing/exported"

sys.path.insert(0, str(IMAGES))

import icc  # noqa: E402

# The most bytes of an input for a reader, which also grow to no more. A change of a small file more
# often changes what matters.
LARGEST = dict.fromkeys(["png", "jpeg", "webp", "tiff"], 1 << 12) | {"heif": 1 << 13, "network": 1 << 17}
LARGEST_OF_OTHERS = 1 << 15


def largest(reader):
    return LARGEST.get(reader, LARGEST_OF_OTHERS)


def files(folder, *patterns):
    return [path.read_bytes() for pattern in patterns for path in sorted(folder.rglob(pattern))]


def pngs():
    """Of pictures whose colours are converted, which takes milliseconds, one of each kind: it is the
    reader `icc` that is to find what is wrong with profiles."""
    colored = set(files(IMAGES / "Colors", "*.png"))
    yield from (file for file in files(IMAGES, "*.png") if file not in colored)
    yield from files(IMAGES / "Colors", "cicp.png", "gamma.png", "iccp.png")


def profiles():
    return [icc.rgb(icc.DISPLAY_P3), icc.rgb(icc.ADOBE_RGB, 563 / 256), icc.grey(), icc.cmyk()]


def notes():
    """EXIF of both orders, with a value outside its entry and a second directory."""
    for order, mark in (("<", b"II"), (">", b"MM")):
        entries = struct.pack(order + "HHIHH", 0x0112, 3, 1, 6, 0)
        entries += struct.pack(order + "HHII", 0x0132, 2, 20, 62)
        entries += struct.pack(order + "HHII", 0x8769, 4, 1, 82)
        inner = struct.pack(order + "HHHII", 1, 0x9003, 2, 20, 62) + bytes(4)
        head = mark + struct.pack(order + "HIH", 42, 8, 3)
        yield head + entries + bytes(62 - 10 - len(entries)) + b"2026:11:27 12:00:00\0" + inner


def packets():
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return [
        f'''<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}">
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"><dc:rights><rdf:Alt>
        <rdf:li xml:lang="x-default">CC0</rdf:li></rdf:Alt></dc:rights></rdf:Description>
        </rdf:RDF></x:xmpmeta>'''.encode()
    ]


def pickles():
    for path in sorted(MODELS.glob("*.pth")):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from (archive.read(n) for n in archive.namelist() if n.endswith("data.pkl"))


def field(number, value):
    """A field of a protobuf message: bytes, or a number."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def graphs():
    """An ONNX model of one convolution."""
    weight = field(1, 1) + field(1, 1) + field(1, 1) + field(1, 1) + field(2, 1) + field(8, b"w")
    weight += field(9, struct.pack("<f", 2))
    strides = field(1, b"strides") + field(8, 1) + field(8, 1) + field(20, 7)
    node = field(1, b"x") + field(1, b"w") + field(2, b"y") + field(4, b"Conv") + field(5, strides)
    graph = field(1, node) + field(2, b"g") + field(5, weight)
    graph += field(11, field(1, b"x")) + field(12, field(1, b"y"))
    return [field(1, 8) + field(7, graph) + field(8, field(2, 13))]


def safetensors(shapes, metadata):
    """A file of tensors of zeros."""
    header, end = {"__metadata__": metadata}, 0
    for name, shape in shapes.items():
        begin, end = end, end + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(end)


def described_networks():
    """The networks that the documentation describes as examples."""
    text = (ROOT / "Docs/Networks.md").read_text()
    return re.findall(r"```json\n(.*?)```", text, re.DOTALL)


def checkpoints():
    """The shipped network with one channel a layer and one style, and one that its file describes."""
    with (ROOT / "Checkpoints/impasto.safetensors").open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    metadata = header.pop("__metadata__")
    styles = json.loads(metadata["styles"])[:1]
    kept = tuple(f"style.{name}." for name in [styles[0]["name"], "photo"])
    channels = {32: 1, 64: 1, 128: 1, 1603: 18}
    shapes = {
        name: [channels.get(extent, extent) for extent in tensor["shape"]]
        for name, tensor in header.items() if name.startswith(("network.", *kept))}
    metadata |= {
        "styles": json.dumps(styles), "thumbnails": "{}", "exponents": "{}",
        "rows": json.dumps([styles[0]["name"], "photo"])}
    old = {"format_version": "1", "architecture": '{"residualBlocks":5,"widths":[1,1,1]}'}
    yield safetensors(shapes, metadata | old)
    for network in described_networks():
        yield safetensors({}, metadata | {"format_version": "2", "architecture": network})


def manifests():
    """A list of styles, networks, settings of a run, and lines of its log."""
    style = {"name": "a-1", "title": "A", "artist": "B", "year": "1", "licence": "C", "source": "D"}
    yield json.dumps({"styles": [style]}).encode()
    yield from (network.encode() for network in described_networks())
    yield json.dumps({
        "steps": 9, "batch_size": 2, "image_size": 64, "style_size": 64, "content_weight": 1.0,
        "style_weight": 20.0, "total_variation_weight": 1e-5, "learning_rate": 1e-3, "seed": 7,
    }).encode()
    taps = {"content": 1.0, "layers": {"relu1_1": 0.25}, "style": 0.25}
    lines = [{
        "step": step, "total": 6.0, "content": 1.0, "style": 0.25, "total_variation": 0.125,
        "photo": 0.5, "per_style": {"a-1": taps}, "learning_rate": 0.5, "images_per_second": 4.5,
    } for step in (1, 2)]
    yield "".join(json.dumps(line) + "\n" for line in lines).encode()


READERS = {
    "png": pngs,
    "jpeg": lambda: files(IMAGES, "*.jpg"),
    "webp": lambda: files(IMAGES, "*.webp"),
    "heif": lambda: files(IMAGES, "*.heic", "*.avif"),
    "tiff": lambda: files(IMAGES, "*.tif"),
    "icc": profiles,
    "exif": notes,
    "xmp": packets,
    "safetensors": lambda: files(MODELS, "*.safetensors"),
    "model": lambda: [*checkpoints(), *files(NETWORKS, "*.safetensors")],
    "style": lambda: files(ROOT / "Checkpoints/styles", "*.safetensors"),
    "pickle": lambda: files(MODELS, "*.pth"),
    "pytorch": pickles,
    "zip": lambda: files(MODELS, "*.zip", "*archive*.pth"),
    "onnx": lambda: [*graphs(), *files(IMPORTED, "*.onnx")],
    "network": lambda: [*files(IMPORTED, "*.onnx", "*.pth"), *files(EXPORTED, "*.onnx")],
    "json": manifests,
}


def seeds(reader):
    """The first inputs of a reader."""
    return [seed for seed in READERS[reader]() if len(seed) <= largest(reader)]
