"""WebP: kind of pixel × profile × coding, and orientation."""

import itertools

from .reference import EXIF_KINDS, PROFILES, exif, expected, saved, scene, with_alpha

CODINGS = {
    "without loss": {"lossless": True, "exact": True},
    "quality 95": {"quality": 95},
    "quality 40": {"quality": 40, "method": 0},
    "coarse alpha": {"quality": 80, "alpha_quality": 30},
}


def files():
    for (kind, picture), (name, profile), (coding, options) in itertools.product(
        {"RGB": scene(), "RGBA": with_alpha(scene())}.items(), PROFILES["RGB"].items(),
        CODINGS.items(),
    ):
        file = saved(picture, "WEBP", icc_profile=profile, **options)
        yield f"WebP {kind} {coding}, {name}", file, expected(file, profile)
    for orientation, (kind, order) in itertools.product(range(1, 9), EXIF_KINDS):
        notes = exif(orientation, kind, order)
        file = saved(scene(), "WEBP", lossless=True, exif=notes)
        yield f"WebP orientation as {kind}", file, expected(file, None, orientation)
