"""Photos in the memory of the device, and the squares that steps cut out of them."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

# How many photos contact sheets show, which are not trained on.
SHOWN = 4
# What the loss network can see.
SMALLEST = 32
SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff"}


def pixels(path):
    """The levels of a picture, upright and in sRGB, `[height, width, 3]`."""
    with Image.open(path) as picture:
        if picture.info.get("icc_profile") or "A" in picture.getbands() or "transparency" in picture.info:
            raise SystemExit(
                f"train-on-gpu: {path}: has a colour profile or is transparent, which impasto train takes into "
                "account and Pillow does not; save it as a plain sRGB picture")
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


def painting(folder, name, size):
    """A painting at the size at which its strokes are learned, `[1, 3, height, width]` in 0…1."""
    files = [path for path in Path(folder).glob(f"{name}.*") if path.suffix.lower() in SUFFIXES]
    if not files:
        raise SystemExit(f"train-on-gpu: {folder}: no painting “{name}”")
    levels = torch.tensor(pixels(files[0]))[None].float()
    height, width = levels.shape[1:3]
    shorter, longer = sorted((height, width))
    side = max(SMALLEST, min(size, 4 * size * shorter // longer))
    extents = [side if extent == shorter else round(extent * side / shorter) for extent in (height, width)]
    rows = lanczos([0], [height], extents[0], height, levels.device)
    columns = lanczos([0], [width], extents[1], width, levels.device)
    return scaled(rows, columns, levels) / 255


def training_photos(folder, fingerprint):
    """The photos that a run is trained on: all of the folder, or all but those that its sheets show."""
    files = [path for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES]
    files.sort(key=lambda path: str(path.relative_to(folder)).encode())
    shown = min(SHOWN, len(files) // 8)
    held_out = {(place * 2 + 1) * len(files) // (shown * 2) for place in range(shown)}
    for chosen in (files, [file for place, file in enumerate(files) if place not in held_out]):
        digest = hashlib.sha256()
        for file in chosen:
            digest.update(f"{file.stat().st_size} {file.relative_to(folder)}\n".encode())
        if digest.hexdigest() == fingerprint:
            return chosen
    raise SystemExit(
        f"train-on-gpu: {folder}: not the photos that the run began with; name the same folder as then")


class Photos:
    """Photos by their places in a list of files."""

    def __init__(self, files, device):
        photos = [pixels(path) for path in files]
        self.sizes = [(photo.shape[1], photo.shape[0]) for photo in photos]
        width, height = (max(side) for side in zip(*self.sizes))
        # One array, in which smaller photos have a border that no crop reaches.
        self.levels = torch.zeros(len(photos), height, width, 3, dtype=torch.uint8, device=device)
        for place, photo in enumerate(photos):
            self.levels[place, : photo.shape[0], : photo.shape[1]] = torch.tensor(photo)
        self.device = device

    def squares(self, indices, crops, size):
        """The crops of some photos, scaled to `size`, as levels `[batch, 3, size, size]`."""
        left, top, side, mirrored = (list(values) for values in zip(*crops))
        rows = lanczos(top, side, size, self.levels.shape[1], self.device)
        columns = lanczos(left, side, size, self.levels.shape[2], self.device)
        for place in (place for place, flag in enumerate(mirrored) if flag):
            columns[place] = columns[place].flip(0)
        photos = self.levels[torch.tensor(indices, device=self.device)].float()
        return scaled(rows, columns, photos)


def scaled(rows, columns, levels):
    """Levels `[batch, height, width, 3]` as `[batch, 3, rows, columns]`, weighted along both axes."""
    levels = torch.einsum("byh,bhwc->bywc", rows, levels)
    levels = torch.einsum("bxw,bywc->bcyx", columns, levels)
    return (levels + 0.5).clamp(0, 255).floor()


def lanczos(starts, sides, size, length, device):
    """The weights with which `side` pixels from each of `starts` on become `size`: `[batch, size, length]`."""
    start, side = (torch.tensor(values, dtype=torch.float64, device=device)[:, None, None]
                   for values in (starts, sides))
    scale = side / size
    stretch = scale.clamp(min=1)
    place = torch.arange(length, dtype=torch.float64, device=device)[None, None] - start
    centre = (torch.arange(size, dtype=torch.float64, device=device)[None, :, None] + 0.5) * scale
    radius = 3 * stretch
    seen = (place >= (centre - radius + 0.5).floor().clamp(min=0)) & (
        place < torch.minimum((centre + radius + 0.5).floor(), side))
    x = (place + 0.5 - centre) / stretch
    weights = torch.sinc(x) * torch.sinc(x / 3) * (x.abs() < 3) * seen
    return (weights / weights.sum(2, keepdim=True)).float()
