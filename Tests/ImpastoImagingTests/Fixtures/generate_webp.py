"""Makes the WebP files of this folder again, and the pixels that they must decode to, over white.

    python3 -m venv /tmp/fixtures && /tmp/fixtures/bin/pip install pillow==13.0.0 numpy
    /tmp/fixtures/bin/python Tests/ImpastoImagingTests/Fixtures/generate_webp.py

The bit streams are libwebp's, what they must decode to is Pillow's reading or, without loss, what
was encoded. What is around them in an animation is put together here.

Source: the WebP container specification of Google.
"""

import io
import pathlib
import struct

import numpy
from PIL import Image, ImageCms

import icc

FOLDER = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 38, 26


def scene():
    y, x = numpy.mgrid[:HEIGHT, :WIDTH]
    return numpy.stack(
        [0.5 + 0.45 * numpy.sin(x / 9 + y / (7 + 4 * c) + 1.7 * c) for c in range(3)], axis=-1)


def levels(picture):
    return numpy.floor(255 * picture + 0.5).astype(numpy.uint8)


def encoded(picture, **options):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "WEBP", **options)
    return file.getvalue()


def over_white(picture):
    """The levels of RGBA from 0 to 1."""
    alpha = picture[..., 3:]
    return levels(picture[..., :3] * alpha + 1 - alpha)


def decoded(file):
    picture = numpy.asarray(Image.open(io.BytesIO(file))) / 255
    return over_white(picture) if picture.shape[2] == 4 else levels(picture)


def write(name, file, expected):
    (FOLDER / f"webp-{name}.webp").write_bytes(file)
    header = b"P6\n%d %d\n255\n" % expected.shape[1::-1]
    (FOLDER / f"webp-{name}.ppm").write_bytes(header + expected.tobytes())


def chunk(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def animation(frames):
    """Frames are (file, left, top); a file is a simple one, whose only chunk is its picture."""
    body = b"WEBP" + chunk(b"VP8X", b"\x12\0\0\0" + u24(WIDTH - 1) + u24(HEIGHT - 1))
    body += chunk(b"ANIM", b"\xff\xff\xff\xff\0\0")
    for file, left, top in frames:
        width, height = Image.open(io.BytesIO(file)).size
        place = u24(left // 2) + u24(top // 2) + u24(width - 1) + u24(height - 1) + u24(100)
        body += chunk(b"ANMF", place + b"\0" + file[12:])
    return b"RIFF" + struct.pack("<I", len(body)) + body


def u24(value):
    return struct.pack("<I", value)[:3]


picture = levels(scene())
alpha = numpy.clip((numpy.mgrid[:HEIGHT, :WIDTH][1] - 6) / 24, 0, 1)
transparent = numpy.dstack([picture, levels(alpha)])
muted = 0.35 + 0.3 * scene()
exif = b"Exif\0\0MM" + struct.pack(">HIH", 42, 8, 1)
exif += struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + bytes(4)

write("lossless", encoded(picture, lossless=True), picture)
p3 = icc.rgb(icc.DISPLAY_P3)
as_srgb = ImageCms.profileToProfile(
    Image.fromarray(levels(muted)), ImageCms.ImageCmsProfile(io.BytesIO(p3)),
    ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC)
write("p3", encoded(levels(muted), lossless=True, icc_profile=p3), numpy.asarray(as_srgb))
notes = {"exif": exif, "xmp": b"<x:xmpmeta/>"}
write("turned", encoded(picture, lossless=True, **notes), numpy.rot90(picture, -1))
write("alpha", encoded(transparent, lossless=True, exact=True), over_white(transparent / 255))
for name, pixels in [("lossy", picture), ("alpha-lossy", transparent)]:
    file = encoded(pixels, quality=90)
    write(name, file, decoded(file))
part = picture[:12, :20]
placed = numpy.full_like(picture, 255)
placed[6:18, 4:24] = part
simple = encoded(part, lossless=True)
write("animation", animation([(encoded(picture, lossless=True), 0, 0), (simple, 4, 6)]), picture)
write("animation-of-parts", animation([(simple, 4, 6), (simple, 0, 0)]), placed)
