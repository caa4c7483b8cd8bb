"""Rows shared by train and test: CPU time beside a pandas hash join and deepchecks, each in a process of its own.

    python benchmarks/overlap/run.py                          # 1,000,000 and 250,000 rows of 30 columns
    python benchmarks/overlap/run.py --deepchecks PYTHON      # an interpreter that has deepchecks 0.19.1
    python benchmarks/overlap/run.py --rows 100000 --times 3

Every process draws the same table: 22 normal columns, four of whole numbers, four of text, and 0.1 % of the test rows
taken from train. Printed are the median CPU seconds of the call alone and each tool's ratio to the join.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time

import numpy as np
import pandas as pd

SHARED = 0.001


def tables(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(23053)

    def draw(n: int) -> pd.DataFrame:
        frame = pd.DataFrame(random.normal(size=(n, 22))).add_prefix("number_")
        for place in range(4):
            frame[f"whole_{place}"] = random.integers(0, 10 ** (place + 1), n)
            frame[f"text_{place}"] = np.array([f"level {k}" for k in range(50)], dtype=object)[
                random.integers(0, 50, n)
            ]
        return frame

    train, test = draw(rows), draw(rows // 4)
    copied = round(SHARED * len(test))
    return train, pd.concat([train.iloc[:copied], test.iloc[copied:]], ignore_index=True)


def ours(train: pd.DataFrame, test: pd.DataFrame) -> float:
    from pytest_iso23053 import measures

    return float(measures.overlap_rate(train, test))


def ours_beyond_chance(train: pd.DataFrame, test: pd.DataFrame) -> float:
    from pytest_iso23053 import measures

    return float(measures.unexplained_overlap_rate(train, test))


def join(train: pd.DataFrame, test: pd.DataFrame) -> float:
    """The fastest that a pandas user would write: an inner join of the distinct rows on every column."""
    return len(test.merge(train.drop_duplicates(), on=list(train.columns), how="inner")) / len(test)


def deepchecks(train: pd.DataFrame, test: pd.DataFrame) -> float:
    from deepchecks.tabular import Dataset
    from deepchecks.tabular.checks import TrainTestSamplesMix

    found = TrainTestSamplesMix(n_samples=None).run(Dataset(train, cat_features=[]), Dataset(test, cat_features=[]))
    return float(found.value["ratio"])


TOOLS = {"ours": ours, "ours_beyond_chance": ours_beyond_chance, "join": join, "deepchecks": deepchecks}


def measured(tool: str, rows: int) -> None:
    train, test = tables(rows)
    warm = tuple(frame.head(1_000) for frame in (train, test))
    TOOLS[tool](*warm)  # imports are no part of it
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    value = TOOLS[tool](train, test)
    seconds = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{value:.6f} {seconds:.3f} {(after - before) / 1024:.0f}")


def in_a_process(python: str, tool: str, rows: int) -> tuple[float, float, float]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [python, __file__, "--tool", tool, "--rows", str(rows)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    value, seconds, memory = map(float, done.stdout.split()[-3:])
    return value, seconds, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--deepchecks", metavar="PYTHON")
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tool:
        measured(options.tool, options.rows)
        return
    pythons = {"join": sys.executable, "ours": sys.executable, "ours_beyond_chance": sys.executable}
    if options.deepchecks:
        pythons["deepchecks"] = options.deepchecks
    base = None
    for tool, python in pythons.items():
        runs = [in_a_process(python, tool, options.rows) for _ in range(options.times)]
        seconds = statistics.median(run[1] for run in runs)
        base = base or seconds
        print(
            f"{tool:20} overlap {runs[0][0]:.6f}  CPU {seconds:8.2f} s  {seconds / base:7.2f} × the join  "
            f"{runs[0][2]:6.0f} MB more"
        )


if __name__ == "__main__":
    main()
