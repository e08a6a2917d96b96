"""PNG: kind of pixel × depth × profile × interlacing, and orientation.

Files are put together here, for Pillow writes few kinds.
"""

import itertools
import struct
import zlib

import numpy

from .reference import EXIF_KINDS, HEIGHT, PROFILES, WIDTH, alpha, exif, expected, scene

GREY, COLOR, PALETTE, GREY_ALPHA, COLOR_ALPHA = 0, 2, 3, 4, 6
ADAM7 = [
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples, color, depth, interlaced, extra):
    """`samples` is an array of rows, columns and channels, in the file's depth."""
    rows = bytearray()
    for x, y, across, down in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::down, x::across]
        if part.size == 0:
            continue
        for row in part.reshape(part.shape[0], -1):
            rows.append(0)
            if depth == 16:
                rows += row.astype(">u2").tobytes()
            else:
                bits = numpy.unpackbits(row.astype(numpy.uint8)[:, None], axis=1)[:, 8 - depth :]
                rows += numpy.packbits(bits.reshape(-1)).tobytes()
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra)
        + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def files():
    color, opacity = numpy.asarray(scene()).astype(int), numpy.asarray(alpha())[..., None]
    grey = numpy.asarray(scene().convert("L")).astype(int)[..., None]
    kinds = [(GREY, depth, grey >> (8 - depth)) for depth in (1, 2, 4, 8)]
    kinds += [(COLOR, 8, color)]
    kinds += [(GREY_ALPHA, 8, numpy.concatenate([grey, opacity], 2))]
    kinds += [(COLOR_ALPHA, 8, numpy.concatenate([color, opacity], 2))]
    # Pillow reads 16 bits of a channel as 8, the upper ones.
    kinds += [(kind, 16, samples * 257) for kind, depth, samples in kinds if depth == 8]
    for kind, depth, samples in kinds:
        mode = "RGB" if kind in (COLOR, COLOR_ALPHA) else "L"
        for (name, profile), interlaced in itertools.product(PROFILES[mode].items(), (0, 1)):
            extra = [] if profile is None else [chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))]
            file = png(samples, kind, depth, interlaced, extra)
            yield f"PNG type {kind}, {depth} bits, {name}", file, expected(file, profile)
    for depth, transparent, interlaced in itertools.product((1, 2, 4, 8), (0, 1), (0, 1)):
        colors = 1 << depth
        palette = numpy.asarray(scene()).reshape(-1, 3)[:: WIDTH * HEIGHT // colors][:colors]
        extra = [chunk(b"PLTE", palette.tobytes())]
        if transparent:
            extra.append(chunk(b"tRNS", bytes(range(0, 256, 256 // colors))[:colors]))
        samples = grey >> (8 - depth)
        file = png(samples, PALETTE, depth, interlaced, extra)
        yield f"PNG palette of {depth} bits", file, expected(file, None)
    for orientation, (kind, order) in itertools.product(range(1, 9), EXIF_KINDS):
        note = chunk(b"eXIf", exif(orientation, kind, order))
        file = png(color, COLOR, 8, orientation % 2, [note])
        yield f"PNG orientation as {kind}", file, expected(file, None, orientation)
