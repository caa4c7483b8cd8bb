"""Existing suites stay as they were: the same outcomes and exit status with the plugin off, on, and on under xdist.

    python benchmarks/untouched/run.py                         # networkx's and numpy.lib's own tests, from their wheels
    python benchmarks/untouched/run.py networkx.classes        # one package's

Every report of every test is compared: node id, phase and outcome. The suites are those of installed packages, run
where they are installed; nothing is written there.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

SUITES = ("networkx", "numpy.lib")
MODES: dict[str, list[str]] = {
    "off": ["-p", "no:iso23053"],
    "on": ["--iso23053"],
    "on, -n2": ["--iso23053", "-n2"],
}


@dataclass(frozen=True)
class Result:
    """What a run came to: the outcome of each phase of each test, and the exit status."""

    outcomes: Counter[tuple[str, str, str]]
    exit_status: int
    summary: str


def run(folder: Path, package: str, options: list[str]) -> Result:
    with tempfile.TemporaryDirectory() as temporary:
        log = Path(temporary) / "outcomes.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--rootdir",
            str(folder),
            "-c",
            os.devnull,
            "--pyargs",
            package,
        ]
        command += [
            "-p",
            "outcomes",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "-p",
            "no:warnings",
            "--tb=no",
            *options,
        ]
        done = subprocess.run(
            command,
            cwd=temporary,
            env={**os.environ, "OUTCOMES": str(log), "PYTHONPATH": str(Path(__file__).parent), "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if not log.exists():
            raise SystemExit(f"no outcomes were recorded:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        outcomes = Counter(tuple(entry) for entry in json.loads(log.read_text()))
    lines = [line for line in done.stdout.splitlines() if re.search(r"\d (passed|failed).* in [\d.]+s", line)]
    return Result(outcomes, done.returncode, lines[-1].strip("= ") if lines else "")


def compare(package: str) -> bool:
    """Run the tests of an installed package, or of one module of it, in every mode, and print what differs."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed")
    folder = Path(spec.origin).parent
    results = {mode: run(folder, package, options) for mode, options in MODES.items()}
    off = results["off"]
    same = bool(off.outcomes)
    print(f"\n{package}: {len({nodeid for nodeid, _, _ in off.outcomes})} tests")
    for mode, result in results.items():
        differing = sorted(set((off.outcomes - result.outcomes) | (result.outcomes - off.outcomes)))
        same = same and not differing and result.exit_status == off.exit_status
        print(f"  {mode:8} exit {result.exit_status}, {len(differing)} outcomes differ; {result.summary}")
        for nodeid, when, outcome in differing[:10]:
            print(f"           {nodeid} {when} {outcome}")
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="*", help=f"packages whose tests to run (default {' '.join(SUITES)})")
    packages = parser.parse_args().package or SUITES
    same = [compare(package) for package in packages]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
