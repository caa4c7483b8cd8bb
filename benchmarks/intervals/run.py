"""Do the intervals keep what they promise? Coverage of the truth, and how often a truth on the limit is «demonstrated».

    python benchmarks/intervals/run.py                 # 2,000 seeded samples a cell; about five minutes of CPU
    python benchmarks/intervals/run.py --only roc_auc  # the other measures' cells are kept

Writes `docs/data/intervals.json`, from which the page on statistics is made, and prints the tables as Markdown.
"""

from __future__ import annotations

import argparse
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from cases import Case, cases
from table import tables

RESULT = Path(__file__).resolve().parents[2] / "docs" / "data" / "intervals.json"


def simulate(case: Case, n: int, repetitions: int, seed: int) -> dict[str, Any]:
    """One cell: shares of the samples in which the interval held the truth, and lay beyond it on either side."""
    own = zlib.crc32(f"{case.measure}/{case.method}/{case.setting}/{n}".encode())
    low, high = case.bounds(np.random.default_rng([seed, own]), n, repetitions)
    low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    above, below = low > case.truth, high < case.truth
    kept, broken = (above, below) if case.better == "higher" else (below, above)
    finite = np.isfinite(low) & np.isfinite(high)
    return {
        "measure": case.measure,
        "method": case.method,
        "setting": case.setting,
        "truth": case.truth,
        "at_edge": case.at_edge,
        "n": n,
        "coverage": float(np.mean(~above & ~below)),
        "demonstrated": float(np.mean(kept)),
        "breached": float(np.mean(broken)),
        "half_width": float(np.median((high - low)[finite]) / 2) if finite.any() else None,
        "unknown": float(np.mean(~finite)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=23053)
    parser.add_argument("--only", help="measures whose name holds this; the others' cells are kept")
    options = parser.parse_args()
    settings = {"repetitions": options.repetitions, "seed": options.seed}
    kept = earlier(settings) if options.only else {}
    found = [
        simulate(case, n, **settings) if options.only is None or options.only in case.measure else kept[_cell(case, n)]
        for case in cases()
        for n in case.sizes
    ]
    result = {**settings, "cells": found}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("\n".join(tables(result)))


def earlier(settings: dict[str, int]) -> dict[tuple[str, str, str, int], Any]:
    """The cells of the result that is there, if it was made with the same settings."""
    result = json.loads(RESULT.read_text(encoding="utf-8"))
    if any(result[name] != value for name, value in settings.items()):
        raise SystemExit(f"{RESULT} was made with other settings than {settings}; run it whole")
    return {(cell["measure"], cell["method"], cell["setting"], cell["n"]): cell for cell in result["cells"]}


def _cell(case: Case, n: int) -> tuple[str, str, str, int]:
    return case.measure, case.method, case.setting, n


if __name__ == "__main__":
    main()
