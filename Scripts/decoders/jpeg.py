"""JPEG: kind of pixel × profile × subsampling × order of coefficients, and orientation."""

import itertools
import struct

from .reference import EXIF_KINDS, PROFILES, cmyk, exif, expected, saved, scene


def files():
    pictures = {"RGB": scene(), "L": scene().convert("L"), "CMYK": cmyk()}
    for mode, picture in pictures.items():
        for (name, profile), progressive, subsampling in itertools.product(
            PROFILES[mode].items(), (False, True), (0, 1, 2)
        ):
            if mode == "L" and subsampling > 0:
                continue
            file = saved(
                picture, "JPEG", quality=97, icc_profile=profile, progressive=progressive,
                subsampling=subsampling,
            )
            yield f"JPEG {mode} {name}", file, expected(file, profile)
            if mode == "CMYK":
                plain = without_segment(file, 0xEE)
                yield f"JPEG CMYK {name}, no Adobe marker", plain, expected(plain, profile)
    for orientation, (kind, order) in itertools.product(range(1, 9), EXIF_KINDS):
        notes = b"Exif\0\0" + exif(orientation, kind, order)
        file = saved(scene(), "JPEG", quality=97, subsampling=0, exif=notes)
        yield f"JPEG orientation as {kind}", file, expected(file, None, orientation)


def without_segment(file, marker):
    at = file.index(bytes([0xFF, marker]))
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2 : at + 4])[0] :]
