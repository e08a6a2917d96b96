"""`impasto stylize` as users run it: a new process that reads a JPEG and writes a PNG."""

import json
import statistics
import subprocess
import time

from PIL import Image

from contenders import PAUSE
from environment import ROOT
from figures import spread

SIZE = (1024, 1024)


def measure_program(program, checkpoint, style, folder, rounds):
    """A title and rows: how long a run takes from outside, and what it says of itself."""
    photo = folder / "photo.jpg"
    Image.open(ROOT / "Docs/Pictures/astronaut.jpg").convert("RGB").resize(SIZE).save(photo)
    command = [program, "stylize", photo, "--style", style, "--model", checkpoint, "--json"]
    command += ["--output", folder / "picture.png"]
    taken = {"f32": [], "bf16": []}
    for number in range(1 + rounds):
        for precision, runs in taken.items():
            time.sleep(PAUSE)
            start = time.perf_counter()
            result = subprocess.run(
                [*command, "--precision", precision], capture_output=True, text=True
            )
            elapsed = 1000 * (time.perf_counter() - start)
            if result.returncode == 0 and number > 0:
                facts = json.loads(result.stdout)["outputs"][0]
                runs.append((elapsed, facts["total_seconds"], facts["compute_seconds"]))
    rows = [row(precision, runs) for precision, runs in taken.items() if runs]
    if rows:
        yield f"impasto stylize, {SIZE[0]}×{SIZE[1]} JPEG to PNG", rows


def row(precision, runs):
    whole, inside, computing = zip(*runs)
    return {
        "contender": "Impasto",
        "precision": precision,
        "median_ms": statistics.median(whole),
        "min_ms": min(whole),
        "spread": spread(whole),
        "inside_ms": 1000 * statistics.median(inside),
        "compute_ms": 1000 * statistics.median(computing),
        "samples_ms": whole,
    }
