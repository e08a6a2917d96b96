"""HEIF files put together box by box, as phones write them: grids, turned pictures, alpha, extras.

Source: ISO/IEC 14496-12 (boxes) and 23008-12 (items and their properties).
"""

import struct


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind, version, flags, *parts):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def find_box(data, *path):
    """The body of a box within boxes; `meta` among them begins with version and flags."""
    at, end = 0, len(data)
    while at < end:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == path[0]:
            body = data[at + 8 : at + size]
            if len(path) == 1:
                return body
            return find_box(body[4:] if kind == b"meta" else body, *path[1:])
        at += size
    raise ValueError(f"no box {path[0]}")


class Item:
    """What a file holds under a number: its kind, bytes, properties, and whom it refers to."""

    def __init__(self, kind, data, properties=(), references=(), is_hidden=False, content=b""):
        self.kind, self.data, self.properties = kind, data, list(properties)
        self.references, self.is_hidden, self.content = list(references), is_hidden, content


def coded(file):
    """The picture of a file with one, without what its encoder says of colours and edges."""
    configuration = box(b"hvcC", find_box(file, b"meta", b"iprp", b"ipco", b"hvcC"))
    size = box(b"ispe", find_box(file, b"meta", b"iprp", b"ipco", b"ispe"))
    depths = box(b"pixi", find_box(file, b"meta", b"iprp", b"ipco", b"pixi"))
    return Item(b"hvc1", find_box(file, b"mdat"), [configuration, size, depths])


def size(width, height):
    return full_box(b"ispe", 0, 0, struct.pack(">II", width, height))


def turned(quarters):
    """Turned to the left."""
    return box(b"irot", bytes([quarters]))


def mirrored(axis):
    return box(b"imir", bytes([axis]))


def clean_aperture(width, height, left, top, of_width, of_height):
    """A part of the picture: its place counts from the centre of the whole, as a fraction."""
    x, y = 2 * left + width - of_width, 2 * top + height - of_height
    return box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, x, 2, y, 2))


def profile(icc):
    return box(b"colr", b"prof", icc)


def code_points(primaries, transfer, matrix, is_full=True):
    return box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, matrix, is_full << 7))


def auxiliary(kind):
    return full_box(b"auxC", 0, 0, kind + b"\0")


ALPHA = auxiliary(b"urn:mpeg:hevc:2015:auxid:1")
DEPTH = auxiliary(b"urn:mpeg:hevc:2015:auxid:2")
GAIN_MAP = auxiliary(b"urn:com:apple:photo:2020:aux:hdrgainmap")


def grid(columns, rows, width, height, tiles, properties=()):
    """A picture of tiles, whose numbers are given."""
    data = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)
    return Item(b"grid", data, [size(width, height), *properties], [(b"dimg", tiles)])


def heif(items, primary=1, brand=b"heic", compatible=(b"mif1", b"heic")):
    """A file of items, which are numbered from 1."""
    properties, associations = [], b""
    for number, item in enumerate(items, 1):
        indices = bytes()
        for each in item.properties:
            if each not in properties:
                properties.append(each)
            is_essential = each[4:8] in (b"hvcC", b"irot", b"imir", b"clap")
            indices += bytes([is_essential << 7 | (properties.index(each) + 1)])
        associations += struct.pack(">HB", number, len(indices)) + indices
    information = b"".join(
        full_box(
            b"infe", 2, item.is_hidden,
            struct.pack(">HH4s", number, 0, item.kind), b"\0",
            item.content + b"\0" if item.kind == b"mime" else b"")
        for number, item in enumerate(items, 1))
    references = b"".join(
        box(kind, struct.pack(f">HH{len(to)}H", number, len(to), *to))
        for number, item in enumerate(items, 1)
        for kind, to in item.references)
    start = box(b"ftyp", brand, struct.pack(">I", 0), *compatible)

    def meta(offset):
        places = b""
        for number, item in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, offset, len(item.data))
            offset += len(item.data)
        return full_box(
            b"meta", 0, 0,
            full_box(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"pict"), b"\0"),
            full_box(b"pitm", 0, 0, struct.pack(">H", primary)),
            full_box(b"iloc", 0, 0, struct.pack(">BBH", 0x44, 0, len(items)), places),
            full_box(b"iinf", 0, 0, struct.pack(">H", len(items)), information),
            full_box(b"iref", 0, 0, references) if references else b"",
            box(b"iprp", box(b"ipco", *properties),
                full_box(b"ipma", 0, 0, struct.pack(">I", len(items)), associations)))

    head = start + meta(len(start) + len(meta(0)) + 8)
    return head + box(b"mdat", *[item.data for item in items])
