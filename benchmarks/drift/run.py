"""CPU time and memory of drift over 50 numeric and 10 categorical columns: here, plain numpy, and evidently.

    python benchmarks/drift/run.py --environment FOLDER [--rows 1000000] [--repeats 3]

Each contender runs in a process of its own on the same two data sets, made from the same seed; what is timed is the CPU
time from the frames to the answer, without imports. ``FOLDER`` is where evidently's own environment is made, once
(evidently 0.7.23 cannot be imported beside pandas 3.1). Without it, evidently is left out, and the table says so.

The floor is the least that an exact answer takes in numpy: both columns sorted, Kolmogorov-Smirnov and Wasserstein
distances and the PSI from the sorted values, one factorisation and one count of each categorical column.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import time
import venv
from pathlib import Path

NUMERIC, CATEGORICAL = 50, 10
EVIDENTLY = ("evidently==0.7.23", "pandas<3.1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--environment", type=Path, help="folder for evidently's environment; made if it is not there")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3, help="of the two fast ones; the least CPU time counts")
    parser.add_argument("--contender", choices=sorted(CONTENDERS), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.contender:
        print(json.dumps(measured(chosen.contender, chosen.rows)))
        return
    found = {name: best(sys.executable, name, chosen.rows, chosen.repeats) for name in ("floor", "here", "profile")}
    if chosen.environment:
        found["evidently"] = best(python_of(chosen.environment), "evidently", chosen.rows, 1)
    table(found, chosen.rows)


def best(python: str | Path, name: str, rows: int, repeats: int) -> dict[str, float]:
    command = [str(python), __file__, "--contender", name, "--rows", str(rows)]
    runs = []
    for _ in range(repeats):
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(ended.stdout.splitlines()[-1]))
    return min(runs, key=lambda run: run["cpu"])


def python_of(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *EVIDENTLY], check=True)
    return python


def table(found: dict[str, dict[str, float]], rows: int) -> None:
    floor = found["floor"]["cpu"]
    print(f"{NUMERIC} numeric and {CATEGORICAL} categorical columns, {rows:,} rows against {rows:,}")
    print(f"{'':34}{'CPU s':>9}{'/ floor':>10}{'memory beside the data':>26}")
    for name, run in found.items():
        beside = f"{run['peak'] / run['size']:.2f} x the data" if run["peak"] else "not measured"
        print(f"{TITLES[name]:34}{run['cpu']:9.2f}{run['cpu'] / floor:10.2f}{beside:>26}")
    if "evidently" in found:
        print(f"evidently / here: {found['evidently']['cpu'] / found['here']['cpu']:.0f} x")
    else:
        print("evidently: left out, no --environment was given")


def measured(name: str, rows: int) -> dict[str, float]:
    reference, current = frames(rows, 0), frames(rows, 1)
    run = CONTENDERS[name]()
    size = sum(int(frame.memory_usage(deep=True).sum()) for frame in (reference, current))
    before = forget_peak_memory()
    started = time.process_time()
    run(reference, current)
    used = time.process_time() - started
    return {"cpu": used, "peak": memory("VmHWM") - before, "size": size}


def forget_peak_memory() -> int:
    """Set the high-water mark to what is in use now; Linux only, elsewhere memory is not measured."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return memory("VmRSS")


def memory(field: str) -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def frames(rows: int, seed: int):
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(seed)
    values = np.array([f"value {number}" for number in range(20)], dtype=object)
    columns = {f"x{place}": random.normal(0.005 * seed, 1, rows) for place in range(NUMERIC)}
    for place in range(CATEGORICAL):
        columns[f"c{place}"] = pd.Series(values[random.integers(0, 20, rows)])
    return pd.DataFrame(columns)


def here():
    import scipy.special  # noqa: F401 - imported where used, and no part of the comparison

    from pytest_iso23053 import Dataset, measures

    measures.feature_drift([[1.0, 2.0]] * 20, [[1.0, 2.0]] * 20)

    def run(reference, current):
        found = measures.feature_drift(Dataset(reference), Dataset(current))
        assert (found <= 0.05).verdict == "met", found  # a shift by 0.005 standard deviations is none

    return run


def profile_alone():
    here()
    from pytest_iso23053 import Dataset
    from pytest_iso23053.measures.profile import profile

    def run(reference, current):
        profile(Dataset(reference))
        profile(Dataset(current))

    return run


def floor():
    import numpy as np
    import pandas as pd

    def numeric(before, after):
        x, y = np.sort(before), np.sort(after)
        n, m = len(x), len(y)
        reached = np.searchsorted(y, x, side="right") / m
        ks = max(np.max(np.arange(1, n + 1) / n - reached), np.max(reached - np.arange(n) / n))
        wasserstein = np.abs(x - y).mean()  # of two samples of equal size
        edges = x[np.arange(1, 10) * n // 10]
        p = np.full(10, 0.1)
        q = np.diff(np.concatenate([[0], np.searchsorted(y, edges, side="right"), [m]])) / m
        return ks, wasserstein, float(np.sum((q - p) * np.log(q / p)))

    def categorical(before, after):
        for column in (before, after):
            codes, values = pd.factorize(column)
            np.bincount(codes, minlength=len(values))

    def run(reference, current):
        for name in reference:
            if name.startswith("x"):
                numeric(reference[name].to_numpy(), current[name].to_numpy())
            else:
                categorical(reference[name], current[name])

    return run


def evidently():
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    def run(reference, current):
        definition = DataDefinition(
            numerical_columns=[name for name in reference if name.startswith("x")],
            categorical_columns=[name for name in reference if name.startswith("c")],
        )
        old, new = (Dataset.from_pandas(frame, data_definition=definition) for frame in (reference, current))
        Report([DataDriftPreset()]).run(new, old).dict()

    return run


CONTENDERS = {"floor": floor, "here": here, "profile": profile_alone, "evidently": evidently}
TITLES = {
    "floor": "plain numpy, exact (the floor)",
    "here": "feature_drift, scan included",
    "profile": "  of which the scan of both",
    "evidently": "evidently 0.7.23, DataDriftPreset",
}

if __name__ == "__main__":
    main()
