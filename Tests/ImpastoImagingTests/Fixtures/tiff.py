"""TIFF files put together from the specification, so that the pixels expected of them owe nothing to
a library.

Source: Adobe TIFF 6.0; Technical Note 1 on tiles; the BigTIFF proposal.
"""

import struct
import zlib

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, LONG8 = 1, 2, 3, 4, 5, 7, 16
SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1, LONG8: 8}
CODES = {SHORT: "H", LONG: "I", LONG8: "Q"}
MIN_IS_WHITE, MIN_IS_BLACK, RGB, PALETTE, SEPARATED = 0, 1, 2, 3, 5
ASSOCIATED, UNASSOCIATED = 1, 2


def packed(values, bits, order):
    """Values of a row as bytes, the first in the highest bits."""
    if bits == 16:
        return struct.pack(f"{order}{len(values)}H", *values)
    number = 0
    for value in values:
        number = number << bits | value
    count = len(values) * bits
    return (number << (-count % 8)).to_bytes((count + 7) // 8, "big")


def pieces(pixels, bits, order, tile, rows_per_strip, is_planar):
    """The strips or tiles of a picture, plane after plane; what a tile has too many is zero."""
    height, width, samples = len(pixels), len(pixels[0]), len(pixels[0][0])
    across, down = tile or (width, rows_per_strip or height)
    zero = (0,) * samples
    for plane in [[c] for c in range(samples)] if is_planar else [list(range(samples))]:
        for y0 in range(0, height, down):
            for x0 in range(0, width, across):
                rows = []
                for y in range(y0, y0 + down if tile else min(y0 + down, height)):
                    row = [
                        pixels[y][x] if y < height and x < width else zero
                        for x in range(x0, x0 + across)
                    ]
                    rows.append(packed([pixel[c] for pixel in row for c in plane], bits, order))
                yield b"".join(rows)


def value_bytes(kind, values, order):
    if kind == RATIONAL:
        return b"".join(struct.pack(order + "II", *value) for value in values)
    if kind in CODES:
        return struct.pack(f"{order}{len(values)}{CODES[kind]}", *values)
    return bytes(values)


def tiff(
    pixels, photometric, bits, order="<", is_big=False, tile=None, rows_per_strip=5,
    is_planar=False, is_deflated=False, extra=(), colors=None, tags=(),
):
    """`pixels[y][x]` is the tuple of a pixel's samples; `extra` the kinds of those that are not
    colour; `tags` more (tag, type, values), which take the place of those made here."""
    height, width, samples = len(pixels), len(pixels[0]), len(pixels[0][0])
    parts = list(pieces(pixels, bits, order, tile, rows_per_strip, is_planar))
    if is_deflated:
        parts = [zlib.compress(part) for part in parts]
    data, places = b"", []
    for part in parts:
        places.append((16 if is_big else 8) + len(data))
        data += part + b"\0" * (len(part) % 2)
    fields = {
        256: (LONG, [width]), 257: (LONG, [height]), 258: (SHORT, [bits] * samples),
        259: (SHORT, [8 if is_deflated else 1]), 262: (SHORT, [photometric]),
        277: (SHORT, [samples]), 284: (SHORT, [2 if is_planar else 1]),
    }
    offsets, counts = (324, 325) if tile else (273, 279)
    fields[offsets] = (LONG8 if is_big else LONG, places)
    fields[counts] = (LONG, [len(part) for part in parts])
    if tile:
        fields[322], fields[323] = (LONG, [tile[0]]), (LONG, [tile[1]])
    else:
        fields[278] = (LONG, [rows_per_strip or height])
    if extra:
        fields[338] = (SHORT, list(extra))
    if colors:
        fields[320] = (SHORT, [color[c] for c in range(3) for color in colors])
    fields.update({tag: (kind, values) for tag, kind, values in tags})
    return assembled(fields, data, order, is_big)


def assembled(fields, data, order, is_big):
    """A file of one directory, behind the data."""
    header_size, room, code = (16, 8, "Q") if is_big else (8, 4, "I")
    entry = "HHQ" if is_big else "HHI"
    directory_place = header_size + len(data)
    directory_size = (8 if is_big else 2) + len(fields) * (20 if is_big else 12) + room
    entries, more = b"", b""
    for tag in sorted(fields):
        kind, values = fields[tag]
        value = value_bytes(kind, values, order)
        entries += struct.pack(order + entry, tag, kind, len(value) // SIZES[kind])
        if len(value) > room:
            place = directory_place + directory_size + len(more)
            more += value + b"\0" * (len(value) % 2)
            value = struct.pack(order + code, place)
        entries += value.ljust(room, b"\0")
    mark = b"II" if order == "<" else b"MM"
    header = mark + (
        struct.pack(order + "HHHQ", 43, 8, 0, directory_place)
        if is_big
        else struct.pack(order + "HI", 42, directory_place)
    )
    count = struct.pack(order + ("Q" if is_big else "H"), len(fields))
    return header + data + count + entries + struct.pack(order + code, 0) + more
