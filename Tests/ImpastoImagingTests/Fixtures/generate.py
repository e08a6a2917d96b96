"""Makes the pictures of this folder again, and the pixels that they must decode to.

    python3 -m venv /tmp/fixtures && /tmp/fixtures/bin/pip install pillow==13.0.0
    /tmp/fixtures/bin/python Tests/ImpastoImagingTests/Fixtures/generate.py

Each `NAME.png` or `NAME.jpg` (and `NAME-interlaced.png`) belongs to a `NAME.ppm` of the pixels
expected. PNG files are put together here from the specification, so that every kind of pixel
appears and the expected values owe nothing to a library; JPEG files and resized pictures are
Pillow's.
"""

import io
import math
import pathlib
import struct
import zlib

from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).parent
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}


def write_ppm(name, width, height, pixels):
    data = bytes(value for pixel in pixels for value in pixel)
    (FOLDER / f"{name}.ppm").write_bytes(b"P6\n%d %d\n255\n" % (width, height) + data)


def write_picture(name, picture):
    write_ppm(name, *picture.size, list(picture.get_flattened_data()))


# PNG


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(row, depth):
    """The samples of a row as bytes, the first in the highest bits."""
    if depth == 16:
        return b"".join(struct.pack(">H", sample) for sample in row)
    out, bits, count = bytearray(), 0, 0
    for sample in row:
        bits, count = bits << depth | sample, count + depth
        if count == 8:
            out.append(bits)
            bits, count = 0, 0
    if count:
        out.append(bits << (8 - count))
    return bytes(out)


def filtered(rows, depth, channels):
    """Applies filter types 0 to 4 in turn."""
    out, step = bytearray(), max(depth * channels // 8, 1)
    above = None
    for number, row in enumerate(rows):
        line = packed(row, depth)
        if above is None:
            above = bytes(len(line))
        kind = number % 5
        out.append(kind)
        for i, value in enumerate(line):
            a = line[i - step] if i >= step else 0
            b, c = above[i], above[i - step] if i >= step else 0
            paeth = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            out.append((value - [0, a, b, (a + b) // 2, paeth][kind]) % 256)
        above = line
    return bytes(out)


# The first column and row of each pass, and its steps across and down.
ADAM7 = [
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
]


def png(samples, width, height, colour, depth, interlaced=False, extra=b""):
    """`samples[y][x]` is the tuple of one pixel's samples; `extra` stands before the pixels."""
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    data = b""
    for x0, y0, dx, dy in passes:
        rows = [
            [sample for x in range(x0, width, dx) for sample in samples[y][x]]
            for y in range(y0, height, dy)
        ]
        data += filtered([row for row in rows if row], depth, CHANNELS[colour])
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
        + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    )


def over_white(values, alpha, most):
    """Lays a pixel over white with integers rounded at the depth that the file has."""
    return [(value * alpha + most * (most - alpha) + most // 2) // most for value in values]


def to_byte(value, most):
    return (value * 255 * 2 + most) // (most * 2)


def make_png(name, colour, depth, transparent=None):
    """`transparent` is the tuple of samples of the tRNS chunk of a grey or RGB picture."""
    width, height = 13, 11
    most = (1 << depth) - 1
    colours = min(1 << depth, 200)
    palette = [((37 * i + 5) % 256, (101 * i + 90) % 256, (211 * i) % 256) for i in range(colours)]
    opacities = [(67 * i) % 256 for i in range(min(colours, 5))] if transparent else []

    def sample(x, y, c):
        if colour == PALETTE:
            return (x * 3 + y * 5) % colours
        wave = 0.5 + 0.5 * math.sin(0.9 * x + 0.31 * y * (c + 1) + 1.7 * c)
        return round(most * wave)

    samples = [
        [tuple(sample(x, y, c) for c in range(CHANNELS[colour])) for x in range(width)]
        for y in range(height)
    ]
    extra = b""
    if colour == PALETTE:
        extra += chunk(b"PLTE", bytes(value for entry in palette for value in entry))
        if transparent:
            extra += chunk(b"tRNS", bytes(opacities))
    elif transparent:
        transparent = samples[3][4]
        extra += chunk(b"tRNS", b"".join(struct.pack(">H", value) for value in transparent))

    def expected(pixel):
        if colour == PALETTE:
            index = pixel[0]
            alpha = opacities[index] if index < len(opacities) else 255
            return over_white(palette[index], alpha, 255)
        values, alpha = pixel, most
        if colour in (GREY_ALPHA, RGBA):
            values, alpha = pixel[:-1], pixel[-1]
        elif pixel == transparent:
            alpha = 0
        values = [to_byte(value, most) for value in over_white(values, alpha, most)]
        return values * 3 if len(values) == 1 else values

    write_ppm(name, width, height, [expected(pixel) for row in samples for pixel in row])
    for suffix, interlaced in [("", False), ("-interlaced", True)]:
        file = png(samples, width, height, colour, depth, interlaced, extra)
        Image.open(io.BytesIO(file)).load()
        (FOLDER / f"{name}{suffix}.png").write_bytes(file)


for depth in (1, 2, 4, 8, 16):
    make_png(f"grey-{depth}", GREY, depth)
    make_png(f"grey-{depth}-transparent", GREY, depth, True)
for depth in (1, 2, 4, 8):
    make_png(f"palette-{depth}", PALETTE, depth)
    make_png(f"palette-{depth}-transparent", PALETTE, depth, True)
for depth in (8, 16):
    make_png(f"rgb-{depth}", RGB, depth)
    make_png(f"rgb-{depth}-transparent", RGB, depth, True)
    make_png(f"grey-alpha-{depth}", GREY_ALPHA, depth)
    make_png(f"rgba-{depth}", RGBA, depth)


# JPEG


def scene(width=32, height=24):
    """A smooth picture that is like none of its turned or mirrored selves."""
    picture = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            picture.putpixel((x, y), (7 * x, 10 * y, 128 + 4 * (x - y)))
    return picture


def jpeg(picture, **options):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **{"quality": 95, "subsampling": 0, **options})
    return buffer.getvalue()


def write_jpeg(name, file, expected=None):
    (FOLDER / f"{name}.jpg").write_bytes(file)
    decoded = Image.open(io.BytesIO(file)).convert("RGB")
    expected = expected or decoded
    difference = max(
        abs(a - b)
        for p, q in zip(expected.get_flattened_data(), scene().get_flattened_data())
        for a, b in zip(p, q)
    )
    assert difference <= 24 or "grey" in name, (name, difference)
    write_picture(name, expected)


def without_segment(file, marker):
    at = file.index(bytes([0xFF, marker]))
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2 : at + 4])[0] :]


def inks(picture):
    """Full black generation: K is what the three inks share."""
    out = Image.new("CMYK", picture.size)
    for y in range(picture.height):
        for x in range(picture.width):
            rgb = picture.getpixel((x, y))
            light = max(*rgb, 1)
            out.putpixel((x, y), tuple(255 - round(255 * v / light) for v in rgb) + (255 - light,))
    return out


write_jpeg("rgb", jpeg(scene()))
write_jpeg("rgb-half-colour", jpeg(scene(), subsampling=2))
write_jpeg("rgb-progressive", jpeg(scene(), progressive=True))
write_jpeg("rgb-restarts", jpeg(scene(), restart_marker_blocks=1))
write_jpeg("rgb-unconverted", jpeg(scene(), keep_rgb=True))
write_jpeg("grey", jpeg(scene().convert("L")))
write_jpeg("grey-progressive", jpeg(scene().convert("L"), progressive=True))

# Pillow writes CMYK as Adobe does: inverted, and with Adobe's marker.
adobe = jpeg(inks(scene()), quality=100)
write_jpeg("cmyk-adobe", adobe)
write_jpeg("cmyk-adobe-progressive", jpeg(inks(scene()), quality=100, progressive=True))
# Without the marker the values mean the same, to Pillow as to ImageMagick.
write_jpeg("cmyk-plain", without_segment(adobe, 0xEE))
# YCCK: the inks converted like RGB, black as it is, and 2 in Adobe's marker.
c, m, y, k = inks(scene()).split()
bands = Image.merge("RGB", (c, m, y)).convert("YCbCr").split()
ycck = Image.merge("CMYK", [band.point(lambda v: 255 - v) for band in bands] + [k])
file = bytearray(jpeg(ycck, quality=100))
at = file.index(b"Adobe")
assert file[at + 11] == 0
file[at + 11] = 2
write_jpeg("ycck-adobe", bytes(file))


# Orientation: the picture as a camera held that way stores it, with a note of how it was held.

STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def exif(orientation, order):
    header = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    # A tag before it, so that the reader has to look: 0x0100, the width.
    entries = struct.pack(order + "HHII", 0x0100, 4, 1, 32)
    entries += struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0" + header + struct.pack(order + "H", 2) + entries + struct.pack(order + "I", 0)


for orientation in range(1, 9):
    stored = scene()
    if orientation in STORED:
        stored = stored.transpose(STORED[orientation])
    file = jpeg(stored, quality=100, exif=exif(orientation, "<>"[orientation % 2]))
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    write_jpeg(f"orientation-{orientation}", file, upright)


# Resizing: edges, fine lines and noise. In floating point, since Pillow's way with bytes rounds and
# clips them between the two directions too.


def resized(picture, size, resampling):
    bands = [
        band.convert("F").resize(size, resampling).point(lambda v: v * 1 + 0.5)
        for band in picture.split()
    ]
    return Image.merge("RGB", [band.convert("L") for band in bands])


detail = Image.new("RGB", (32, 24))
state = 1
for y in range(24):
    for x in range(32):
        state = (state * 1103515245 + 12345) % 2**31
        edge = 255 if (x - 10) ** 2 + (y - 12) ** 2 < 50 else 0
        line = 255 if x % 3 == 0 else 40
        detail.putpixel((x, y), (edge, line, state >> 23))
write_picture("detail", detail)
for size in [(13, 9), (1, 1), (7, 24), (32, 5), (50, 40), (33, 23), (64, 6), (3, 70)]:
    write_picture("detail-%dx%d" % size, resized(detail, size, Image.Resampling.LANCZOS))
for size in [(8, 6), (40, 7)]:
    write_picture("detail-bicubic-%dx%d" % size, resized(detail, size, Image.Resampling.BICUBIC))
