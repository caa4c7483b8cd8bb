"""Do the intervals keep what they promise? Coverage of the truth, and how often a truth on the limit is «demonstrated».

    python benchmarks/intervals/run.py                     # 2,000 seeded samples a cell; about half an hour of CPU
    python benchmarks/intervals/run.py --only roc_auc --repetitions 500

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
    parser.add_argument("--only", help="measures whose name holds this; nothing is written")
    options = parser.parse_args()
    found = [
        simulate(case, n, options.repetitions, options.seed)
        for case in cases()
        if options.only is None or options.only in case.measure
        for n in case.sizes
    ]
    result = {"repetitions": options.repetitions, "seed": options.seed, "cells": found}
    if options.only is None:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("\n".join(tables(result)))


if __name__ == "__main__":
    main()
