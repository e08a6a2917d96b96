"""Makes ICC profiles from the specification (ICC.1:2010), so that none of a vendor's is needed.

`rgb`, `grey` and `cmyk` return the bytes of a profile. A curve is a number, the exponent from
samples to light, or a function from samples to light, which is tabulated; both from 0 to 1.
"""

import struct

D50 = (0.9642, 1.0, 0.8249)
D65 = (0.3127, 0.3290)
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
PROPHOTO = ((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105))
PROPHOTO_WHITE = (0.345704, 0.358540)


def srgb_curve(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def rgb(primaries=SRGB, curve=srgb_curve, white=D65, version=2):
    """A matrix and three curves."""
    columns = matrix(primaries, white)
    tags = [(name, xyz(column)) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns)]
    tags += [(name, curve_tag(curve)) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return profile(b"mntr", b"RGB ", b"XYZ ", tags, version)


def grey(curve=2.2):
    return profile(b"mntr", b"GRAY", b"XYZ ", [(b"kTRC", curve_tag(curve))], 2)


def cmyk():
    """A table of two points an ink, over paper that is not quite white, to Lab in 16 bits."""
    nodes, columns = [], matrix(SRGB, D65)
    for index in range(16):
        c, m, y, k = (index >> shift & 1 for shift in (3, 2, 1, 0))
        light = [0.85 if k == 0 else 0.05] * 3
        for channel, ink in enumerate((c, m, y)):
            light[channel] *= 0.15 if ink else 1
            light[(channel + 1) % 3] *= 0.85 if ink else 1
        nodes += lab_words(multiply(zip(*columns), light))
    table = b"mft2" + bytes(4) + bytes([4, 3, 2, 0])
    table += b"".join(fixed(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    table += struct.pack(">HH", 2, 2) + struct.pack(">HH", 0, 65535) * 4
    table += struct.pack(f">{len(nodes)}H", *nodes) + struct.pack(">HH", 0, 65535) * 3
    return profile(b"prtr", b"CMYK", b"Lab ", [(b"A2B0", table)], 2)


def lab_words(color):
    """CIELAB of a colour in XYZ, as version 2 of the format stores it."""

    def f(t):
        return t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116

    x, y, z = (f(v / w) for v, w in zip(color, D50))
    lightness, a, b = 116 * y - 16, 500 * (x - y), 200 * (y - z)
    return [round(lightness * 652.8), round((a + 128) * 256), round((b + 128) * 256)]


def profile(kind, space, connection, tags, version):
    tags = [(b"desc", text(b"Made for Impasto", version)), (b"wtpt", xyz(D50)), *tags]
    tags.append((b"cprt", text(b"No copyright", version)))
    offset = 128 + 4 + 12 * len(tags)
    directory, data = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        directory += name + struct.pack(">II", offset + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    size = offset + len(data)
    header = struct.pack(">I4xI", size, version << 24) + kind + space + connection
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += b"".join(fixed(v) for v in D50) + bytes(48)
    return header + directory + data


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ " + bytes(4) + b"".join(fixed(v) for v in values)


def text(words, version):
    if version == 4:
        wide = words.decode().encode("utf-16-be")
        entry = b"enUS" + struct.pack(">II", len(wide), 28)
        return b"mluc" + bytes(4) + struct.pack(">II", 1, 12) + entry + wide
    return b"desc" + bytes(4) + struct.pack(">I", len(words) + 1) + words + bytes(1 + 4 + 4 + 3 + 67)


def curve_tag(curve):
    if callable(curve):
        values = [round(65535 * curve(i / 1023)) for i in range(1024)]
        return b"curv" + bytes(4) + struct.pack(">I1024H", 1024, *values)
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(curve * 256))


def matrix(primaries, white):
    """XYZ of the primaries under D50, after Bradford's adaptation."""
    columns = [(x / y, 1, (1 - x - y) / y) for x, y in primaries]
    white = (white[0] / white[1], 1, (1 - white[0] - white[1]) / white[1])
    rows = [list(row) for row in zip(*columns)]
    scale = multiply(inverse(rows), white)
    columns = [[v * s for v in column] for column, s in zip(columns, scale)]
    bradford = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    from_cone, to_cone = multiply(bradford, white), multiply(bradford, D50)
    adapted = []
    for column in columns:
        cone = [v * b / a for v, a, b in zip(multiply(bradford, column), from_cone, to_cone)]
        adapted.append(multiply(inverse(bradford), cone))
    return adapted


def multiply(rows, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in rows]


def inverse(m):
    (a, b, c), (d, e, f), (g, h, i) = m
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    adjugate = [
        [e * i - f * h, c * h - b * i, b * f - c * e],
        [f * g - d * i, a * i - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ]
    return [[v / determinant for v in row] for row in adjugate]
