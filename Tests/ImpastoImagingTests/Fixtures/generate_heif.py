"""Makes the HEIC and AVIF files of this folder again, and the pixels that they must decode to.

    python3 -m venv /tmp/fixtures
    /tmp/fixtures/bin/pip install pillow==13.0.0 pillow_heif==1.8.1 imagecodecs==2026.3.6 numpy
    /tmp/fixtures/bin/python Tests/ImpastoImagingTests/Fixtures/generate_heif.py

Each `heif-NAME.heic` or `.avif` belongs to a `heif-NAME.ppm` of the pixels expected, over white:
those that were coded, without loss but for what YCbCr rounds. The coded pictures are those of x265
and libaom; what is around them is put together here.
"""

import io
import pathlib
import struct

import imagecodecs
import numpy
import pillow_heif
from PIL import Image, ImageCms

import heif
import icc

FOLDER = pathlib.Path(__file__).parent
pillow_heif.options.SAVE_HDR_TO_12_BIT = False

def scene(width, height, phase=0.0):
    """A smooth picture, from 0 to 1."""
    y, x = numpy.mgrid[:height, :width]
    waves = [0.5 + 0.45 * numpy.sin(x / 17 + y / (11 + 6 * c) + 1.7 * c + phase) for c in range(3)]
    return numpy.stack(waves, axis=-1)


def opacity(width, height):
    return numpy.clip((numpy.mgrid[:height, :width][1] - 8) / (width - 20), 0, 1)


P3 = icc.rgb(icc.DISPLAY_P3)


def from_p3(picture):
    """The levels in sRGB of a picture whose values are those of Display P3."""
    profile, srgb = ImageCms.ImageCmsProfile(io.BytesIO(P3)), ImageCms.createProfile("sRGB")
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return numpy.asarray(
        ImageCms.profileToProfile(Image.fromarray(levels(picture)), profile, srgb, intent))


def levels(picture, most=255):
    return numpy.floor(picture * most + 0.5).astype(numpy.uint8 if most == 255 else numpy.uint16)


def write(name, file, expected):
    height, width, _ = expected.shape
    (FOLDER / name).write_bytes(file)
    header = b"P6\n%d %d\n255\n" % (width, height)
    (FOLDER / name).with_suffix(".ppm").write_bytes(header + expected.tobytes())


def coded(picture, bits=8):
    """An item of HEVC that holds a picture of a multiple of 64 pixels each way, grey or RGB."""
    mode = "L" if picture.ndim == 2 else "RGB"
    stored = levels(picture) if bits == 8 else levels(picture, 1023) << 6
    image = pillow_heif.from_bytes(
        mode if bits == 8 else mode + ";16", picture.shape[1::-1], stored.tobytes())
    file = io.BytesIO()
    image.save(file, quality=-1, chroma=444)
    return heif.coded(file.getvalue())


def over_white(picture, alpha):
    return levels(picture * alpha[..., None] + 1 - alpha[..., None])


def with_properties(item, *properties):
    return heif.Item(item.kind, item.data, item.properties + list(properties))


# How H.273 writes sRGB, with the matrix and the range that pillow_heif codes in.
SRGB = heif.code_points(1, 13, 6)
plain = scene(64, 64)
plain_item = coded(plain)
sample = with_properties(plain_item, SRGB)


def turned(name, expected, *properties):
    write(f"heif-{name}.heic", heif.heif([with_properties(sample, *properties)]), expected)


turned("plain", levels(plain))
for quarters in (1, 2, 3):
    turned(f"turned-{quarters}", levels(numpy.rot90(plain, quarters)), heif.turned(quarters))
turned("mirrored-0", levels(plain[::-1]), heif.mirrored(0))
turned("mirrored-1", levels(plain[:, ::-1]), heif.mirrored(1))
turned(
    "cut-and-turned", levels(numpy.rot90(plain[10:50, 4:34])),
    heif.clean_aperture(30, 40, 4, 10, 64, 64), heif.turned(1))
write("heif-without-colours.heic", heif.heif([plain_item]), levels(plain))

# Alpha is a picture of its own. That colours are multiplied by it, a reference says.

alpha = opacity(64, 64)
alpha_item = with_properties(coded(alpha), heif.ALPHA)
alpha_item.references = [(b"auxl", [1])]
write("heif-alpha.heic", heif.heif([sample, alpha_item]), over_white(plain, alpha))
multiplied = with_properties(coded(plain * alpha[..., None]), SRGB)
multiplied.references = [(b"prem", [2])]
write("heif-premultiplied.heic", heif.heif([multiplied, alpha_item]), over_white(plain, alpha))

# Ten bits, and the colours of a phone.

deep = coded(plain, bits=10)
write("heif-10-bit.heic", heif.heif([with_properties(deep, SRGB)], brand=b"heix"), levels(plain))
deep_alpha = with_properties(coded(alpha, bits=10), heif.ALPHA)
deep_alpha.references = [(b"auxl", [1])]
write(
    "heif-10-bit-alpha.heic",
    heif.heif([with_properties(deep, SRGB), deep_alpha], brand=b"heix"),
    over_white(plain, alpha))
# No colour outside sRGB: at its border a level of Display P3 is many of sRGB.
muted = 0.35 + 0.3 * plain
muted_item = coded(muted)
p3 = heif.profile(P3)
expected = from_p3(muted)
write("heif-p3.heic", heif.heif([with_properties(muted_item, p3)]), expected)
p3_code_points = heif.code_points(12, 13, 6)
write("heif-p3-code-points.heic", heif.heif([with_properties(muted_item, p3_code_points)]), expected)

# A phone held upright: tiles, turned; EXIF says so too; a thumbnail, a depth map, a gain map.

wide = 0.35 + 0.3 * scene(192, 128)
tiles = [coded(wide[y : y + 64, x : x + 64]) for y in (0, 64) for x in (0, 64, 128)]
shown = wide[:100, :150]
numbers = list(range(2, 8))
write(
    "heif-grid.heic", heif.heif([heif.grid(3, 2, 150, 100, numbers, [SRGB]), *tiles]),
    levels(shown))
for tile in tiles:
    tile.is_hidden = True
phone = heif.grid(3, 2, 150, 100, numbers, [p3, heif.turned(3)])
thumbnail, depth, gain = (coded(plain[..., 0]) for _ in range(3))
thumbnail.references = [(b"thmb", [1])]
depth.references = gain.references = [(b"auxl", [1])]
depth.properties.append(heif.DEPTH)
gain.properties.append(heif.GAIN_MAP)
orientation = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
maker = struct.pack(">HHI4s", 0x010F, 2, 4, b"Pho\0")
exif = b"Exif\0\0MM" + struct.pack(">HIH", 42, 8, 2) + maker + orientation + bytes(4)
about = {"references": [(b"cdsc", [1])]}
notes = heif.Item(b"Exif", struct.pack(">I", 6) + exif, **about)
packet = heif.Item(b"mime", b"<x:xmpmeta/>", content=b"application/rdf+xml", **about)
write(
    "heif-phone.heic",
    heif.heif([phone, *tiles, thumbnail, depth, gain, notes, packet]),
    from_p3(numpy.rot90(shown, 3)))

# One tile 64 times over: with more of them, a small file would take hours.
repeated = heif.heif([heif.grid(8, 8, 512, 512, [2] * 64, [SRGB]), plain_item])
(FOLDER / "heif-repeated.hostile").write_bytes(repeated)

grey = levels(plain[..., 0])
write(
    "heif-grey.heic", heif.heif([with_properties(coded(plain[..., 0]), SRGB)]),
    numpy.repeat(grey[..., None], 3, axis=-1))

# AVIF


def avif(name, picture, expected, **options):
    file = imagecodecs.avif_encode(picture, level=100, pixelformat="444", **options)
    write(f"heif-{name}.avif", file, expected)


avif("plain", levels(plain), levels(plain))
avif(
    "alpha", numpy.dstack([levels(plain), levels(alpha)]), over_white(plain, alpha))
avif("10-bit", levels(plain, 1023), levels(plain), bitspersample=10)
television = io.BytesIO()
Image.fromarray(grey).save(
    television, "AVIF", quality=100, subsampling="4:0:0", range="limited")
write("heif-grey-of-television.avif", television.getvalue(), numpy.repeat(grey[..., None], 3, axis=-1))
pictures = [Image.fromarray(levels(scene(64, 64, phase))) for phase in (0, 1, 2)]
sequence = io.BytesIO()
pictures[0].save(
    sequence, "AVIF", save_all=True, append_images=pictures[1:], quality=100, subsampling="4:4:4")
write("heif-sequence.avif", sequence.getvalue(), levels(plain))
