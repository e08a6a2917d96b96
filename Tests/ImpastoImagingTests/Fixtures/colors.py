"""Makes the pictures of the folder Colors again, and the pixels that they must decode to.

    python3 -m venv /tmp/fixtures && /tmp/fixtures/bin/pip install pillow==13.0.0
    /tmp/fixtures/bin/python Tests/ImpastoImagingTests/Fixtures/colors.py

Each `NAME.png` or `NAME.jpg` states what its colours are and belongs to a `NAME.ppm` of the pixels
expected, which LittleCMS made of it through Pillow: relative colorimetric, with black point
compensation. What PNG states without a profile is given to it as a profile of the same meaning.
"""

import io
import pathlib
import struct
import zlib

from PIL import Image, ImageCms

import icc

FOLDER = pathlib.Path(__file__).parent / "Colors"
SRGB = ImageCms.createProfile("sRGB")
BLACK_POINT_COMPENSATION = 0x2000
GREY, COLOR, PALETTE, GREY_ALPHA, COLOR_ALPHA = 0, 2, 3, 4, 6


def scene(width=24, height=20):
    """All of the three scales, and much that is vivid."""
    picture = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            picture.putpixel((x, y), (255 * x // (width - 1), 255 * y // (height - 1), 11 * abs(x - y)))
    return picture


def as_srgb(picture, profile):
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(
        picture, profile, SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB",
        flags=BLACK_POINT_COMPENSATION,
    )


def write(name, file, expected):
    (FOLDER / name).write_bytes(file)
    data = b"P6\n%d %d\n255\n" % expected.size + expected.tobytes()
    (FOLDER / name).with_suffix(".ppm").write_bytes(data)


# JPEG


def jpeg(picture, profile=b"", **options):
    buffer = io.BytesIO()
    options = {"quality": 98, "subsampling": 0, **options}
    picture.save(buffer, "JPEG", icc_profile=profile or None, **options)
    return buffer.getvalue()


def decoded(file):
    return Image.open(io.BytesIO(file))


def make_jpeg(name, picture, profile, **options):
    file = jpeg(picture, profile, **options)
    write(f"{name}.jpg", file, as_srgb(decoded(file), profile))
    return file


def with_segments(file, bodies):
    """Puts segments of application data 2 at the start of a file."""
    segments = b"".join(b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body for body in bodies)
    return file[:2] + segments + file[2:]


def parts(profile, numbers):
    """The segments of a profile cut in as many parts as there are numbers, in that order."""
    size = -(-len(profile) // len(numbers))
    pieces = [profile[i : i + size] for i in range(0, len(profile), size)]
    return [b"ICC_PROFILE\0" + bytes([n, len(numbers)]) + pieces[n - 1] for n in numbers]


P3 = icc.rgb(icc.DISPLAY_P3)
ADOBE = icc.rgb(icc.ADOBE_RGB, 563 / 256)
INKS = Image.merge("CMYK", [*scene().split(), scene().convert("L").point(lambda v: v // 2)])

make_jpeg("display-p3", scene(), P3)
make_jpeg("display-p3-version-4", scene(), icc.rgb(icc.DISPLAY_P3, version=4))
make_jpeg("display-p3-progressive", scene(), P3, progressive=True)
make_jpeg("adobe-rgb", scene(), ADOBE)
make_jpeg("prophoto", scene(), icc.rgb(icc.PROPHOTO, 1.8, icc.PROPHOTO_WHITE))
make_jpeg("grey", scene().convert("L"), icc.grey(1.4))
make_jpeg("cmyk", INKS, icc.cmyk())
file = jpeg(scene())
expected = as_srgb(decoded(file), P3)
# Other programs put segments of theirs under the same number between them.
segments = parts(P3, [3, 1, 4, 2])
segments.insert(2, b"MPF\0" + bytes(40))
write("in-parts.jpg", with_segments(file, segments), expected)
write("equal-to-srgb.jpg", with_segments(file, parts(icc.rgb(), [1])), decoded(file))


# PNG


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(bands, depth, color, extra, palette=b""):
    """`bands` are one a channel, of 8 bits, or functions of x and y for 16."""
    width, height = scene().size
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            for band in bands:
                rows += struct.pack(">H", band(x, y)) if depth == 16 else bytes([band.getpixel((x, y))])
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    palette = chunk(b"PLTE", palette) if palette else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra) + palette
        + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )


def iccp(profile):
    return chunk(b"iCCP", b"a name\0\0" + zlib.compress(profile, 9))


def cicp(primaries, transfer, matrix=0, is_full=1):
    return chunk(b"cICP", bytes([primaries, transfer, matrix, is_full]))


def gama(exponent):
    return chunk(b"gAMA", struct.pack(">I", round(exponent * 100_000)))


def chrm(primaries, white=icc.D65):
    values = [round(v * 100_000) for pair in (white, *primaries) for v in pair]
    return chunk(b"cHRM", struct.pack(">8I", *values))


SRGB_CHUNK = chunk(b"sRGB", b"\0")
bands = scene().split()
grey = scene().convert("L")
alpha = Image.merge("RGB", [scene().getchannel(1)] * 3).convert("L")


def make_png(name, extra, profile):
    expected = as_srgb(scene(), profile) if profile else scene()
    write(f"{name}.png", png(bands, 8, COLOR, extra), expected)


def over_white(picture):
    out = Image.new("RGB", picture.size)
    for y in range(picture.height):
        for x in range(picture.width):
            a = alpha.getpixel((x, y))
            out.putpixel(
                (x, y),
                tuple(round((v * a + 255 * (255 - a)) / 255) for v in picture.getpixel((x, y))),
            )
    return out


make_png("iccp", [iccp(ADOBE)], ADOBE)
make_png("cicp", [cicp(12, 13)], P3)
make_png("cicp-before-iccp", [iccp(ADOBE), cicp(12, 13)], P3)
make_png("iccp-before-srgb", [SRGB_CHUNK, iccp(ADOBE)], ADOBE)
make_png("srgb-before-gamma", [gama(1), chrm(icc.ADOBE_RGB), SRGB_CHUNK], None)
make_png("gamma", [gama(1 / 1.8)], icc.rgb(icc.SRGB, 1.8))
make_png("gamma-and-chromaticities", [chrm(icc.ADOBE_RGB), gama(1 / 2.2)], icc.rgb(icc.ADOBE_RGB, 2.2))
make_png("gamma-of-srgb", [chrm(icc.SRGB), gama(0.45455)], None)
make_png("cicp-of-high-dynamic-range", [cicp(9, 16), iccp(ADOBE)], ADOBE)
write("iccp-grey.png", png([grey], 8, GREY, [iccp(icc.grey(1.4))]), as_srgb(grey, icc.grey(1.4)))
write(
    "iccp-alpha.png", png([*bands, alpha], 8, COLOR_ALPHA, [iccp(ADOBE)]),
    over_white(as_srgb(scene(), ADOBE)),
)
palette = scene().quantize(200)
write(
    "iccp-palette.png", png([palette], 8, PALETTE, [iccp(P3)], bytes(palette.getpalette())),
    as_srgb(palette.convert("RGB"), P3),
)


# 16 bits of light: the darkest 1 % of them are the darkest 10 % of sRGB.


def light(x, y):
    return (24 * y + x) * 65535 // 47900


def encoded(value):
    value /= 65535
    return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))


def make_16(name, color, extra):
    expected = Image.new("RGB", scene().size)
    for y in range(expected.height):
        for x in range(expected.width):
            expected.putpixel((x, y), (encoded(light(x, y)),) * 3)
    write(f"{name}.png", png([light] * (3 if color == COLOR else 1), 16, color, extra), expected)


make_16("iccp-16", COLOR, [iccp(icc.rgb(icc.SRGB, 1))])
make_16("gamma-grey-16", GREY, [gama(1)])


# Profiles that are no profiles for a reader with limits: one that inflates to more than any is, and
# one with a chain of 200,000 matrices in place of its one.

HOSTILE = FOLDER.parent / "Hostile"
P3_COLUMNS = icc.matrix(icc.DISPLAY_P3, icc.D65)


def long_chain():
    element = b"matf" + bytes(4) + struct.pack(">HH", 3, 3)
    element += struct.pack(">12f", 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    count = 200_000
    place = struct.pack(">II", 16 + 8 * count, len(element))
    chain = b"mpet" + bytes(4) + struct.pack(">HHI", 3, 3, count) + place * count + element
    tags = [(name, icc.xyz(c)) for name, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), P3_COLUMNS)]
    tags += [(name, icc.curve_tag(icc.srgb_curve)) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return icc.profile(b"mntr", b"RGB ", b"XYZ ", [(b"D2B1", chain), *tags], 4)


def write_hostile(name, extra):
    (HOSTILE / name).write_bytes(png(bands, 8, COLOR, extra))


write_hostile("profile-that-inflates.png", [iccp(bytes(20_000_000))])
write_hostile("profile-of-a-long-chain.png", [iccp(long_chain())])
