"""The simulated cells as Markdown: one row a measure, and the cells that miss what is promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

MOST_DEMONSTRATED = 0.025
LEAST_MEAN, LEAST_CELL = 0.94, 0.91


def tolerance(repetitions: int) -> float:
    """Three standard errors of a share of 2.5 %."""
    return 3 * float(np.sqrt(0.025 * 0.975 / repetitions))


def misses(cell: dict[str, Any], repetitions: int) -> list[str]:
    """What a cell does not keep."""
    error = tolerance(repetitions)
    said = []
    if cell["demonstrated"] > MOST_DEMONSTRATED + error:
        said.append("demonstrated")
    if cell["coverage"] < LEAST_CELL:
        said.append("coverage")
    return said


def tables(result: dict[str, Any]) -> Iterator[str]:
    by_measure: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in result["cells"]:
        by_measure[f"{cell['measure']} | {cell['method']}"].append(cell)
    yield "| Measure | Interval | Cells | Mean coverage | Least | Most demonstrated on the limit | Most breached |"
    yield "|---|---|---|---|---|---|---|"
    for name, cells in by_measure.items():
        coverage = [cell["coverage"] for cell in cells]
        worst = min(cells, key=lambda cell: cell["coverage"])
        yield (
            f"| {name} | {len(cells)} | {_percent(np.mean(coverage))} | {_percent(worst['coverage'])} "
            f"({worst['setting']}, n = {worst['n']}) | {_percent(max(cell['demonstrated'] for cell in cells))} | "
            f"{_percent(max(cell['breached'] for cell in cells))} |"
        )
    yield ""
    for cell in result["cells"]:
        if said := misses(cell, result["repetitions"]):
            yield (
                f"* misses {' and '.join(said)}: {cell['measure']} ({cell['method']}), {cell['setting']}, "
                f"n = {cell['n']}: coverage {_percent(cell['coverage'])}, "
                f"demonstrated {_percent(cell['demonstrated'])}, breached {_percent(cell['breached'])}"
            )


def _percent(share: Any) -> str:
    return f"{100 * float(share):.1f} %"
