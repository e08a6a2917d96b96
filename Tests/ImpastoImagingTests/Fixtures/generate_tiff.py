"""Makes the TIFF files of this folder again, and the pixels that they must decode to.

    python3 Tests/ImpastoImagingTests/Fixtures/generate_tiff.py

Each `tiff-KIND--LAYOUT.tif` belongs to a `tiff-KIND.ppm` of the pixels expected, over white.
"""

import math
import pathlib

import tiff
from tiff import ASSOCIATED, MIN_IS_BLACK, MIN_IS_WHITE, PALETTE, RGB, SEPARATED, UNASSOCIATED

FOLDER = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 21, 19


def wave(x, y, c):
    return 0.5 + 0.5 * math.sin(0.5 * x + 0.31 * y * (c + 1) + 1.7 * c)


def alpha(x, y):
    return min(max((x - 3) / 12, 0), 1)


def rounded(value):
    return math.floor(value + 0.5)


def write_ppm(name, pixels):
    """Pixels from 0 to 1."""
    data = bytes(rounded(255 * value) for row in pixels for pixel in row for value in pixel)
    size = b"P6\n%d %d\n255\n" % (len(pixels[0]), len(pixels))
    (FOLDER / f"{name}.ppm").write_bytes(size + data)


def picture(pixel, width=WIDTH, height=HEIGHT):
    return [[pixel(x, y) for x in range(width)] for y in range(height)]


class Kind:
    """Pixels as stored, and as they must look: three numbers from 0 to 1."""

    def __init__(self, name, photometric, bits, stored, shown, **options):
        self.name, self.photometric, self.bits, self.options = name, photometric, bits, options
        self.stored = picture(stored)
        write_ppm(f"tiff-{name}", [[shown(pixel) for pixel in row] for row in self.stored])

    def write(self, layout, **options):
        file = tiff.tiff(self.stored, self.photometric, self.bits, **{**self.options, **options})
        (FOLDER / f"tiff-{self.name}--{layout}.tif").write_bytes(file)


def grey(name, bits, photometric=MIN_IS_BLACK):
    most = 2**bits - 1
    flip = most if photometric == MIN_IS_WHITE else 0
    return Kind(
        name, photometric, bits, lambda x, y: (rounded(most * wave(x, y, 0)),),
        lambda pixel: [(pixel[0] ^ flip) / most] * 3)


def color(name, bits, count=3):
    most = 2**bits - 1
    return Kind(
        name, RGB, bits, lambda x, y: tuple(rounded(most * wave(x, y, c)) for c in range(count)),
        lambda pixel: [value / most for value in pixel[:3]], extra=[0] * (count - 3))


def transparent(name, bits, colors, extra):
    most = 2**bits - 1

    def stored(x, y):
        a = rounded(most * alpha(x, y))
        values = [rounded(most * wave(x, y, c)) for c in range(colors)]
        if extra == ASSOCIATED:
            values = [rounded(value * a / most) for value in values]
        return (*values, a)

    def shown(pixel):
        *values, a = pixel
        if extra != ASSOCIATED:
            values = [value * a / most for value in values]
        return ([(value + most - a) / most for value in values] * 3)[:3]

    photometric = RGB if colors == 3 else MIN_IS_BLACK
    return Kind(name, photometric, bits, stored, shown, extra=[extra] if extra else [])


def palette(name, bits, scale=257):
    count = 2**bits
    colors = [((37 * i + 5) % 256, (101 * i + 90) % 256, (211 * i) % 256) for i in range(count)]
    return Kind(
        name, PALETTE, bits, lambda x, y: ((3 * x + 5 * y) % count,),
        lambda pixel: [value / 255 for value in colors[pixel[0]]],
        colors=[[scale * value for value in color] for color in colors])


def inks(name, bits):
    most = 2**bits - 1
    return Kind(
        name, SEPARATED, bits,
        lambda x, y: tuple(rounded(most * wave(x, y, c) * 0.9) for c in range(4)),
        lambda pixel: [(most - value) * (most - pixel[3]) / most**2 for value in pixel[:3]])


KINDS = [
    *[grey(f"grey-{bits}", bits) for bits in (1, 2, 4, 8, 12, 16)],
    *[grey(f"white-{bits}", bits, MIN_IS_WHITE) for bits in (1, 8, 16)],
    *[palette(f"palette-{bits}", bits) for bits in (1, 2, 4, 8)],
    palette("palette-of-bytes", 4, scale=1),
    *[color(f"rgb-{bits}", bits) for bits in (4, 8, 12, 16)],
    color("rgb-extra", 8, count=5),
    *[transparent(f"rgba-{bits}", bits, 3, UNASSOCIATED) for bits in (8, 16)],
    *[transparent(f"rgba-associated-{bits}", bits, 3, ASSOCIATED) for bits in (8, 16)],
    transparent("rgba-unsaid", 8, 3, None),
    *[transparent(f"grey-alpha-{bits}", bits, 1, UNASSOCIATED) for bits in (8, 16)],
    *[inks(f"cmyk-{bits}", bits) for bits in (8, 16)],
]
LAYOUTS = {
    "one-strip": {"rows_per_strip": None},
    "big-endian": {"order": ">"},
    "tiles": {"tile": (16, 16)},
    "planar": {"is_planar": True},
    "planar-tiles": {"is_planar": True, "tile": (16, 16), "order": ">"},
    "deflate": {"is_deflated": True},
    "bigtiff": {"is_big": True},
}
THOROUGH = {"grey-1", "grey-16", "palette-4", "rgb-8", "rgb-12", "rgb-16", "rgba-8", "cmyk-8"}

for kind in KINDS:
    kind.write("strips")
    if kind.name in THOROUGH:
        for layout, options in LAYOUTS.items():
            kind.write(layout, **options)

# The same picture stored in each of the eight ways: where a pixel of the upright one is stored.

W, H = 11, 7
PLACES = {
    1: lambda x, y: (x, y), 2: lambda x, y: (W - 1 - x, y), 3: lambda x, y: (W - 1 - x, H - 1 - y),
    4: lambda x, y: (x, H - 1 - y), 5: lambda x, y: (y, x), 6: lambda x, y: (y, W - 1 - x),
    7: lambda x, y: (H - 1 - y, W - 1 - x), 8: lambda x, y: (H - 1 - y, x),
}
upright = picture(lambda x, y: tuple(rounded(255 * wave(x, y, c)) for c in range(3)), W, H)
write_ppm("tiff-oriented", [[[v / 255 for v in pixel] for pixel in row] for row in upright])
for orientation, place in PLACES.items():
    width, height = (W, H) if orientation < 5 else (H, W)
    stored = picture(lambda x, y: None, width, height)
    for y in range(H):
        for x in range(W):
            column, row = place(x, y)
            stored[row][column] = upright[y][x]
    file = tiff.tiff(stored, RGB, 8, tags=[(274, tiff.SHORT, [orientation])])
    (FOLDER / f"tiff-oriented--{orientation}.tif").write_bytes(file)

# What the tags say of the making of a picture.

text = lambda words: list(words.encode() + b"\0")
rows = picture(lambda x, y: (rounded(255 * wave(x, y, 0)),), 8, 6)
write_ppm("tiff-notes", [[[pixel[0] / 255] * 3 for pixel in row] for row in rows])
tags = [
    (271, tiff.ASCII, text("Maker")), (306, tiff.ASCII, text("2026:11:27 21:53:00")),
    (33432, tiff.ASCII, text("CC0")), (282, tiff.RATIONAL, [(300, 1)]),
    (283, tiff.RATIONAL, [(300, 1)]), (296, tiff.SHORT, [2]),
    (700, tiff.BYTE, list(b"<x:xmpmeta/>")),
]
(FOLDER / "tiff-notes--strips.tif").write_bytes(tiff.tiff(rows, MIN_IS_BLACK, 8, tags=tags))
