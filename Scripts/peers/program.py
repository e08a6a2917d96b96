"""`impasto stylize` as users run it: a new process that reads a JPEG and writes a PNG."""

import json
import statistics
import subprocess
import time

from PIL import Image

from contenders import PAUSE, Failure, is_possible
from environment import ROOT
from figures import spread

SIZE = (1024, 1024)


def measure_program(program, checkpoint, style, threads, folder, rounds, failures):
    """A title and rows: how long a run takes from outside, and what it says of itself."""
    photo = folder / "photo.jpg"
    Image.open(ROOT / "Docs/Pictures/astronaut.jpg").convert("RGB").resize(SIZE).save(photo)
    command = [program, "stylize", photo, "--style", style, "--model", checkpoint, "--json"]
    command += ["--threads", str(threads), "--output", folder / "picture.png"]
    taken = {precision: [] for precision in ("f32", "bf16") if is_possible("program", precision)}
    for number in range(1 + rounds):
        for precision in list(taken):
            time.sleep(PAUSE)
            start = time.perf_counter()
            result = subprocess.run(
                [*command, "--precision", precision], capture_output=True, text=True
            )
            elapsed = 1000 * (time.perf_counter() - start)
            if result.returncode != 0:
                failures.append(Failure(f"program {precision}: {result.stderr.strip()[-2000:]}"))
                del taken[precision]
            elif number > 0:
                facts = json.loads(result.stdout)["outputs"][0]
                taken[precision].append(
                    (elapsed, facts["total_seconds"], facts["compute_seconds"])
                )
    title = f"impasto stylize, {SIZE[0]}×{SIZE[1]} JPEG to PNG"
    return title, [row(precision, runs) for precision, runs in taken.items()]


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
