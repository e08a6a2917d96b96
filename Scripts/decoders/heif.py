"""HEIC and AVIF: kind of pixel × depth × profile × subsampling, and orientation."""

import io
import itertools

import icc
import imagecodecs
import numpy
import pillow_heif
from PIL import Image, ImageOps

from .reference import PROFILES, exif, expected, in_srgb, opened, saved, scene, with_alpha

pillow_heif.register_heif_opener()
# As H.273 numbers them: primaries, and what they are.
CODED = {"srgb": (1, icc.rgb()), "p3": (12, icc.rgb(icc.DISPLAY_P3))}
SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")


def muted():
    """Colours that the range of television holds as well."""
    return scene().point(lambda value: 80 + value * 3 // 10)


def tinted():
    """The same chroma everywhere: programs do not agree on what is between its samples. And no colour
    near the border of sRGB, where a level of a wide profile is many of sRGB."""
    grey = numpy.asarray(muted().convert("L"))
    return Image.fromarray(numpy.stack([grey + 20, grey, grey - 30], 2).astype(numpy.uint8))


def pictures(subsampling, profile=None):
    color = muted() if subsampling == "4:4:4" and profile is None else tinted()
    return {"RGB": color, "RGBA": with_alpha(color), "L": muted().convert("L")}


def in_profiles(subsampling):
    """Mode, picture and profile of each file."""
    for profile in PROFILES["RGB"].values():
        for mode, picture in pictures(subsampling, profile).items():
            if profile is None or (mode != "L" and subsampling != "4:0:0"):
                yield mode, picture, profile


def heics():
    for subsampling, bits in itertools.product(SUBSAMPLINGS, (8, 10, 12)):
        for mode, picture, profile in in_profiles(subsampling):
            file = heic(picture, bits, subsampling=subsampling, icc_profile=profile)
            yield f"HEIC {mode}, {bits} bits, {subsampling}", file, in_srgb(deep(file), profile)
    for (name, (primaries, profile)), subsampling in itertools.product(
        CODED.items(), SUBSAMPLINGS
    ):
        file = heic(
            tinted(), 8, subsampling=subsampling, color_primaries=primaries,
            transfer_characteristic=13,
        )
        yield f"HEIC code points, {name}", file, expected(file, profile)
    file = heic(scene(150, 100), 8, subsampling="4:4:4", tile_size=64)
    yield "HEIC of tiles", file, expected(file, None)
    for orientation in range(1, 9):
        file = heic(scene(), 8, subsampling="4:4:4", exif=exif(orientation, "SHORT", "<"))
        # pillow_heif turns it itself.
        yield "HEIC orientation", file, expected(file, None)


def deep(file):
    """pillow_heif's reading, rounded from all the bits there are: by itself it cuts them off."""
    image = pillow_heif.open_heif(io.BytesIO(file), convert_hdr_to_8bit=False)[0]
    levels = numpy.asarray(image)
    if levels.dtype == numpy.uint16:
        # The bits of a sample are the upper ones of 16.
        bits = image.info["bit_depth"]
        levels = numpy.floor((levels >> (16 - bits)) * (255 / ((1 << bits) - 1)) + 0.5)
    return Image.fromarray(levels.astype(numpy.uint8))


def heic(picture, bits, icc_profile=None, **options):
    stored = numpy.asarray(picture)
    mode = picture.mode
    if bits > 8:
        stored, mode = stored.astype(numpy.uint16) * 257, f"{mode};16"
        pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
    image = pillow_heif.from_bytes(mode, picture.size, stored.tobytes())
    if icc_profile:
        image[0].info["icc_profile"] = icc_profile
    file = io.BytesIO()
    # Threads cost x265 more than so small a picture.
    quick = {"preset": "ultrafast", "x265:pools": "none", "x265:frame-threads": "1"}
    image.save(file, quality=95, enc_params=quick, **options)
    return file.getvalue()


def avifs():
    for subsampling, extent in itertools.product((*SUBSAMPLINGS, "4:0:0"), ("full", "limited")):
        for mode, picture, profile in in_profiles(subsampling):
            if mode == "L":
                continue
            file = saved(
                picture, "AVIF", quality=95, speed=10, subsampling=subsampling, range=extent,
                icc_profile=profile,
            )
            yield f"AVIF {mode}, {subsampling}, {extent} range", file, expected(file, profile)
    for bits, mode in itertools.product((10, 12), ("RGB", "RGBA")):
        highest = (1 << bits) - 1
        picture = numpy.asarray(pictures("4:4:4")[mode]).astype(numpy.uint32)
        picture = ((picture * highest + 127) // 255).astype(numpy.uint16)
        file = imagecodecs.avif_encode(
            picture, level=95, speed=10, bitspersample=bits, pixelformat="444")
        theirs = numpy.floor(imagecodecs.avif_decode(file) * (255 / highest) + 0.5)
        yield f"AVIF {mode}, {bits} bits", file, theirs.astype(int)
    for orientation in range(1, 9):
        file = saved(
            scene(), "AVIF", quality=95, speed=10, subsampling="4:4:4",
            exif=exif(orientation, "SHORT", "<"))
        yield "AVIF orientation", file, in_srgb(ImageOps.exif_transpose(opened(file)), None)
