"""The scene that all files hold, the profiles, and Pillow's reading of a file."""

import io
import struct

import icc
import numpy
from PIL import Image, ImageCms

WIDTH, HEIGHT = 37, 29
SRGB = ImageCms.createProfile("sRGB")
BLACK_POINT_COMPENSATION = 0x2000

PROFILES = {
    "RGB": {
        "none": None,
        "srgb": icc.rgb(),
        "p3": icc.rgb(icc.DISPLAY_P3),
        "p3-v4": icc.rgb(icc.DISPLAY_P3, version=4),
        "adobe": icc.rgb(icc.ADOBE_RGB, 563 / 256),
        "prophoto": icc.rgb(icc.PROPHOTO, 1.8, icc.PROPHOTO_WHITE),
    },
    "L": {"none": None, "gamma-2.2": icc.grey(2.2), "gamma-1.8": icc.grey(1.8)},
    "CMYK": {"none": None, "cmyk": icc.cmyk()},
}

TURNS = dict(
    zip(
        range(2, 9),
        [
            Image.Transpose.FLIP_LEFT_RIGHT,
            Image.Transpose.ROTATE_180,
            Image.Transpose.FLIP_TOP_BOTTOM,
            Image.Transpose.TRANSPOSE,
            Image.Transpose.ROTATE_270,
            Image.Transpose.TRANSVERSE,
            Image.Transpose.ROTATE_90,
        ],
    )
)
# The ways in which EXIF may store an orientation: the type and the order of bytes.
EXIF_KINDS = [(kind, order) for kind in ("BYTE", "SHORT", "LONG") for order in "<>"]


def scene(width=WIDTH, height=HEIGHT):
    y, x = numpy.mgrid[0:height, 0:width]
    red, green = 255 * x / (width - 1), 255 * y / (height - 1)
    blue = 127 + 127 * numpy.sin((x + y) / 7)
    return Image.fromarray(numpy.stack([red, green, blue], 2).round().astype(numpy.uint8))


def alpha(width=WIDTH, height=HEIGHT):
    y, x = numpy.mgrid[0:height, 0:width]
    return Image.fromarray(((x * 9 + y * 5) % 256).astype(numpy.uint8))


def with_alpha(picture):
    picture = picture.copy()
    picture.putalpha(alpha(*picture.size))
    return picture


def cmyk():
    return Image.merge("CMYK", [*scene().split(), scene().convert("L").point(lambda v: v // 2)])


def exif(orientation, kind, order):
    size = {"BYTE": 1, "SHORT": 3, "LONG": 4}[kind]
    value = {1: "B3x", 3: "H2x", 4: "I"}[size]
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, 1)
    entry = struct.pack(order + "HHI" + value, 0x0112, size, 1, orientation)
    return head + entry + bytes(4)


def saved(picture, format, **options):
    """The bytes of a file; options of None are left out."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **{k: v for k, v in options.items() if v is not None})
    return buffer.getvalue()


def opened(file):
    picture = Image.open(io.BytesIO(file))
    picture.load()
    return picture


def expected(file, profile, orientation=1):
    """Pillow's reading as an array of RGB or RGBA, in sRGB and upright."""
    return in_srgb(opened(file), profile, orientation)


def in_srgb(picture, profile, orientation=1):
    """A picture of any of Pillow's modes as an array of RGB or RGBA, in sRGB and upright."""
    opacity = None
    if "transparency" in picture.info or picture.mode in ("LA", "RGBA", "PA"):
        is_grey = picture.mode == "LA"
        picture = picture.convert("RGBA")
        opacity = picture.getchannel("A")
        picture = picture.getchannel(0) if is_grey else picture.convert("RGB")
    if picture.mode == "1" or picture.mode.startswith("I"):
        picture = grey_of(picture)
    if picture.mode in ("P", "YCbCr"):
        picture = picture.convert("RGB")
    if profile is not None:
        if picture.mode == "RGB" and profile[16:20] == b"GRAY":
            picture = picture.getchannel(0)
        picture = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            SRGB,
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=BLACK_POINT_COMPENSATION,
        )
    picture = picture.convert("RGB")
    if opacity is not None:
        picture.putalpha(opacity)
    if orientation in TURNS:
        picture = picture.transpose(TURNS[orientation])
    return numpy.asarray(picture).astype(int)


def grey_of(picture):
    """Grey of 8 bits from that of 1 or 16."""
    if picture.mode == "1":
        return picture.convert("L")
    values = numpy.asarray(picture).astype(float) / 257
    return Image.fromarray(values.round().astype(numpy.uint8))
