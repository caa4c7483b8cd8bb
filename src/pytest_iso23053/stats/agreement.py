"""Agreement among annotators, corrected for chance."""

from __future__ import annotations

from typing import Any

import numpy as np


def krippendorff_alpha(codes: Any, values: Any = None) -> float:
    """Krippendorff's alpha (2004) of labels of shape (units, annotators), -1 where there is none.

    ``values`` are the numbers that the codes stand for, whose squared distance counts; left out, labels are either
    equal or not. NaN where no unit has two labels, or all labels are equal.
    """
    labels = np.asarray(codes)
    kinds = int(labels.max(initial=-1)) + 1
    if not kinds:
        return float("nan")
    units = np.repeat(np.arange(len(labels)), labels.shape[1])[labels.ravel() >= 0]
    given = labels.ravel()[labels.ravel() >= 0]
    counts = np.bincount(units * kinds + given, minlength=len(labels) * kinds).reshape(len(labels), kinds).astype(float)
    raters = counts.sum(axis=1)
    counts, raters = counts[raters > 1], raters[raters > 1]
    weighted = counts / (raters - 1)[:, None]
    coincidences = counts.T @ weighted - np.diag(weighted.sum(axis=0))
    apart = 1.0 - np.eye(kinds) if values is None else np.subtract.outer(values, values)[:kinds, :kinds] ** 2
    totals = coincidences.sum(axis=0)
    n = totals.sum()
    expected = float((np.outer(totals, totals) * apart).sum())
    return 1 - (n - 1) * float((coincidences * apart).sum()) / expected if expected > 0 else float("nan")
