"""What the plugin costs: CPU and memory of `--iso23053` on trivial tests, and the import of its entry point.

    python benchmarks/overhead/run.py                          # 10,000 tests, 5 interleaved repetitions
    python benchmarks/overhead/run.py --tests 2000 --repetitions 7

CPU is user and system time of the child process, memory its peak resident set, both as the kernel counted them. The
variants take turns within each repetition, and each is compared with the baseline of its own repetition, so that a slow
minute hurts them all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS_PER_FILE = 100
BASELINE = "without"
VARIANTS: dict[str, list[str]] = {
    BASELINE: [],
    "--iso23053": ["--iso23053"],
    "--iso23053, JSON and HTML": ["--iso23053", "--iso23053-report=json:r.json", "--iso23053-report=html:r.html"],
    "--junit-xml": ["--junit-xml=junit.xml"],
    "--html": [
        "-p",
        "pytest_metadata.plugin",
        "-p",
        "pytest_html.plugin",
        "--html=report.html",
        "--self-contained-html",
    ],
}
# No other plugin than ours is loaded, so that the baseline is pytest and not what happens to be installed beside it.
ALONE = ["--disable-plugin-autoload", "-p", "pytest_iso23053.plugin", "-p", "no:cacheprovider"]


@dataclass(frozen=True)
class Cost:
    cpu: float  # seconds
    peak: float  # MB


def cost(command: Sequence[str], folder: Path, expected: frozenset[int] = frozenset({0})) -> Cost:
    """Run a command and read from the kernel what this one child used."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code not in expected:
        raise SystemExit(f"exit status {code}: {' '.join(command)}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def write_tests(folder: Path, count: int) -> None:
    for start in range(0, count, TESTS_PER_FILE):
        body = "".join(
            f"def test_{n}():\n    assert {n} >= 0\n\n\n" for n in range(start, min(start + TESTS_PER_FILE, count))
        )
        (folder / f"test_{start:06d}.py").write_text(body)


def measure_runs(count: int, repetitions: int) -> dict[str, list[Cost]]:
    names = list(VARIANTS)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_tests(folder, count)
        base = [sys.executable, "-m", "pytest", "-q", "--rootdir=.", *ALONE]
        cost(base, folder)  # byte-compiles the tests, and warms the disk cache
        for repetition in range(repetitions):
            for name in names[repetition % len(names) :] + names[: repetition % len(names)]:
                costs[name].append(cost([*base, *VARIANTS[name]], folder))
    return costs


def compared(measured: list[Cost], baseline: list[Cost]) -> dict[str, float]:
    """Medians over the repetitions; the ratio of the least costs is what other work on the machine disturbs least."""
    ratios = [one.cpu / base.cpu for one, base in zip(measured, baseline, strict=True)]
    return {
        "cpu": statistics.median(one.cpu for one in measured),
        "ratio": statistics.median(ratios),
        "ratio_of_least": min(one.cpu for one in measured) / min(one.cpu for one in baseline),
        "lowest": min(ratios),
        "highest": max(ratios),
        "peak": statistics.median(one.peak for one in measured),
        "more": statistics.median(one.peak - base.peak for one, base in zip(measured, baseline, strict=True)),
    }


def import_costs(repetitions: int) -> list[float]:
    """Seconds that the entry point adds to an interpreter that has imported pytest."""
    program = (
        "import pytest, time; start = time.perf_counter(); import pytest_iso23053.plugin; "
        "print(time.perf_counter() - start)"
    )
    outputs = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        for _ in range(repetitions)
    )
    return [float(done.stdout) for done in outputs]


def start_costs(repetitions: int) -> tuple[list[float], list[float]]:
    """CPU seconds of a bare start on an empty folder, without the plugin and with it."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "--disable-plugin-autoload",
        "-p",
        "no:cacheprovider",
    ]
    without: list[float] = []
    installed: list[float] = []
    with tempfile.TemporaryDirectory() as temporary:
        for _ in range(repetitions):
            without.append(cost(command, Path(temporary), frozenset({5})).cpu)
            installed.append(cost([*command, "-p", "pytest_iso23053.plugin"], Path(temporary), frozenset({5})).cpu)
    return without, installed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=int, default=10_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    arguments = parser.parse_args()
    costs = measure_runs(arguments.tests, arguments.repetitions)
    figures: dict[str, Any] = {"tests": arguments.tests, "repetitions": arguments.repetitions}
    print(f"{arguments.tests} tests, median of {arguments.repetitions} interleaved repetitions\n")
    print(f"{'':28}{'CPU s':>9}{'ratio':>8}{'of least':>10}{'range':>15}{'peak MB':>10}{'more MB':>9}")
    for name, measured in costs.items():
        row = figures[name] = compared(measured, costs[BASELINE])
        print(
            f"{name:28}{row['cpu']:9.2f}{row['ratio']:8.3f}{row['ratio_of_least']:10.3f}"
            f"{row['lowest']:8.3f}-{row['highest']:.3f}{row['peak']:11.1f}{row['more']:9.1f}"
        )
    imports = [1000 * seconds for seconds in import_costs(max(15, arguments.repetitions))]
    without, installed = start_costs(max(11, arguments.repetitions))
    figures["import_ms"] = statistics.median(imports)
    figures["start_ms"] = [1000 * statistics.median(without), 1000 * statistics.median(installed)]
    print(f"\nimport of the entry point after pytest: {statistics.median(imports):.1f} ms (lowest {min(imports):.1f})")
    print("bare start, CPU: {:.0f} ms without the plugin, {:.0f} ms with it".format(*figures["start_ms"]))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
