"""TIFF: kind of pixel × depth × profile × layout, compressions, and orientation."""

import itertools

import numpy
import tiff

from .reference import (
    HEIGHT, PROFILES, WIDTH, alpha, cmyk, expected, saved, scene, with_alpha
)

PROFILE_TAG, ORIENTATION_TAG = 34675, 274
LAYOUTS = {
    "strips": {},
    "big-endian": {"order": ">"},
    "tiles": {"tile": (16, 16)},
    "planes": {"is_planar": True},
    "deflate": {"is_deflated": True},
    "BigTIFF": {"is_big": True},
}


def stored(samples):
    """Rows of tuples."""
    return [[tuple(map(int, pixel)) for pixel in row] for row in samples]


def kinds():
    """Name, profiles, photometric interpretation, bits, samples and the kinds of extra ones."""
    color, opacity = numpy.asarray(scene()).astype(int), numpy.asarray(alpha()).astype(int)[..., None]
    grey = numpy.asarray(scene().convert("L")).astype(int)[..., None]
    for depth in (1, 2, 4, 8):
        yield f"grey, {depth} bits", "L", tiff.MIN_IS_BLACK, depth, grey >> (8 - depth), ()
    yield "grey, 16 bits", "L", tiff.MIN_IS_BLACK, 16, grey * 257, ()
    for depth in (1, 8):
        yield f"white, {depth} bits", "L", tiff.MIN_IS_WHITE, depth, grey >> (8 - depth), ()
    yield "RGB, 8 bits", "RGB", tiff.RGB, 8, color, ()
    yield "RGB, 16 bits", "RGB", tiff.RGB, 16, color * 257, ()
    straight = numpy.concatenate([color, opacity], 2)
    for bits, scale in ((8, 1), (16, 257)):
        yield f"RGBA, {bits} bits", "RGB", tiff.RGB, bits, straight * scale, (tiff.UNASSOCIATED,)
    yield "CMYK, 8 bits", "CMYK", tiff.SEPARATED, 8, numpy.asarray(cmyk()).astype(int), ()


def files():
    for kind, mode, photometric, bits, samples, extra in kinds():
        for name, profile in PROFILES[mode].items():
            tags = [(PROFILE_TAG, tiff.UNDEFINED, profile)] if profile else []
            yield from laid_out(kind, profile, stored(samples), photometric, bits, extra=extra, tags=tags)
    yield from palettes()
    yield from compressed()
    yield from turned()


def laid_out(kind, profile, *picture, **options):
    """The same pixels in every layout; Pillow, which does not know all of them, reads the first."""
    theirs = None
    for layout, how in LAYOUTS.items():
        file = tiff.tiff(*picture, **options, **how)
        theirs = expected(file, profile) if theirs is None else theirs
        yield f"TIFF {kind}, {layout}", file, theirs


def palettes():
    grey = numpy.asarray(scene().convert("L")).astype(int)[..., None]
    for depth in (1, 2, 4, 8):
        colors = 1 << depth
        palette = numpy.asarray(scene()).reshape(-1, 3)[:: WIDTH * HEIGHT // colors][:colors]
        palette = [tuple(257 * int(value) for value in color) for color in palette]
        samples = stored(grey >> (8 - depth))
        yield from laid_out(
            f"palette of {depth} bits", None, samples, tiff.PALETTE, depth, colors=palette)


def compressed():
    pictures = {
        "1": scene().convert("1"), "L": scene().convert("L"), "RGB": scene(),
        "RGBA": with_alpha(scene()), "CMYK": cmyk(), "YCbCr": scene().convert("YCbCr"),
    }
    compressions = ["raw", "tiff_lzw", "tiff_deflate", "packbits", "lzma", "zstd"]
    special = {"1": ["group3", "group4"], "L": ["jpeg"], "RGB": ["jpeg"]}
    for mode, picture in pictures.items():
        for compression in compressions + special.get(mode, []):
            file = saved(picture, "TIFF", compression=compression)
            yield f"TIFF {compression} {mode}", file, expected(file, None)


def turned():
    color = stored(numpy.asarray(scene()))
    for orientation in range(1, 9):
        # Pillow turns them itself.
        tags = [(ORIENTATION_TAG, tiff.SHORT, [orientation])]
        yield from laid_out("orientation", None, color, tiff.RGB, 8, tags=tags)
