"""Programs that compute the same and take turns, each a process of its own that waits for its turn."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environment import ROOT

BENCH = ROOT / ".build/release/impasto-bench"
CONTEND = Path(__file__).parent / "contend.py"
# So long nobody computes between two turns: threads that look for work have given up by then.
PAUSE = 0.1


class Failure(Exception):
    """A contender has ended before its time, or computes something else; the text says who, and why."""


def is_possible(name, precision):
    """Whether the processor computes in `precision`; says who is left out where it does not."""
    flags = Path("/proc/cpuinfo").read_text().split()
    if precision != "bf16" or {"avx512_bf16", "amx_bf16"} & set(flags):
        return True
    print(f"{name} {precision} left out: the processor lacks it", file=sys.stderr)
    return False


class Contender:
    """One runtime with one precision, at work on one order."""

    def __init__(self, name, runtime, precision, order):
        self.name, self.precision, self.milliseconds = name, precision, []
        order = {**order, "precision": precision}
        if runtime == "impasto":
            command = [BENCH, "--contend", json.dumps(order)]
        else:
            command = [sys.executable, CONTEND, json.dumps({**order, "runtime": runtime})]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(order["threads"])},
        )
        self.answer()

    def ask(self, request):
        """The answer to `request`."""
        # What keeps a process from reading is what it answers with.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{request}\n")
            self.process.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline().strip()
        if not line:
            self.process.wait()
            self.errors.seek(0)
            raise Failure(f"{self.name} {self.precision}: {self.errors.read().strip()[-2000:]}")
        return line

    def run(self):
        """One turn, in milliseconds."""
        time.sleep(PAUSE)
        return float(self.ask("run"))

    @property
    def peak_bytes(self):
        """The most memory that the process has held so far, its runtime and interpreter included."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


def take_turns(contenders, rounds, failures, warm_up=2):
    """Lets each compute `rounds` times, A B C A B C …, after as many more to warm up.

    Returns those who did all of it.
    """
    left = list(contenders)
    for number in range(warm_up + rounds):
        for contender in list(left):
            try:
                elapsed = contender.run()
            except Failure as failure:
                failures.append(failure)
                left.remove(contender)
                continue
            if number >= warm_up:
                contender.milliseconds.append(elapsed)
    return left
