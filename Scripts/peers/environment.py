"""The virtual environment in which scripts meet other runtimes: .peers in the repository's folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".peers"


def interpreter():
    """A Python that is new enough for the versions in the files beside this one."""
    if sys.version_info >= (3, 11):
        return sys.executable
    for minor in range(14, 10, -1):
        if path := shutil.which(f"python3.{minor}"):
            return path
    sys.exit(
        f"{Path(sys.argv[0]).name}: needs Python 3.11 or later, and python3 is "
        f"{sys.version.split()[0]}; on Ubuntu 22.04 it is in the packages python3.11 and "
        "python3.11-venv")


def enter(requirements):
    """Goes on in the virtual environment, made and filled with `requirements` where it is not.

    `requirements` is the name of a file beside this one. The script begins anew there, so call this
    before anything else is imported.
    """
    wanted = (Path(__file__).parent / requirements).read_text()
    record = FOLDER / requirements
    if not record.exists() or record.read_text() != wanted:
        print(f"installing into {FOLDER}: {' '.join(wanted.split())}", file=sys.stderr)
        try:
            subprocess.run([interpreter(), "-m", "venv", FOLDER], check=True)
            pip = [FOLDER / "bin/python", "-m", "pip", "install", "--quiet", "--requirement"]
            subprocess.run([*pip, Path(__file__).parent / requirements], check=True)
        except subprocess.CalledProcessError as error:
            script = Path(sys.argv[0]).name
            sys.exit(
                f"{script}: {' '.join(map(str, error.cmd))} failed; see what it says above. On "
                "Debian and Ubuntu venv is in the package python3-venv."
            )
        record.write_text(wanted)
    if Path(sys.prefix) != FOLDER:
        python = str(FOLDER / "bin/python")
        os.execv(python, [python, *sys.argv])
