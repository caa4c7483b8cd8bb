"""Agreement among annotators, corrected for chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Coded:
    """Labels of shape (units, annotators), -1 where there is none, counted once for any number of resamples.

    ``values`` are the numbers that the codes stand for, whose squared distance counts; left out, labels are either
    equal or not.
    """

    def __init__(self, codes: Any, values: Any = None) -> None:
        labels = np.asarray(codes)
        kinds = int(labels.max(initial=-1)) + 1
        units = np.repeat(np.arange(len(labels)), labels.shape[1])[labels.ravel() >= 0]
        given = labels.ravel()[labels.ravel() >= 0]
        counts = np.bincount(units * kinds + given, minlength=len(labels) * kinds).reshape(len(labels), kinds)
        self.counts: NDArray[np.float64] = counts.astype(float)
        raters = self.counts.sum(axis=1, keepdims=True)
        self.weighted = np.where(raters > 1, self.counts / np.maximum(raters - 1, 1), 0.0)
        self.apart = 1.0 - np.eye(kinds) if values is None else np.subtract.outer(values, values)[:kinds, :kinds] ** 2

    def alpha(self, times: Any = None) -> float:
        """Krippendorff's alpha (2004), each unit taken so many times.

        NaN where no unit has two labels, or all labels are equal.
        """
        weighted = self.weighted if times is None else self.weighted * np.asarray(times)[:, None]
        totals = weighted.sum(axis=0)
        coincidences = self.counts.T @ weighted - np.diag(totals)
        totals = coincidences.sum(axis=0)
        expected = float(totals @ self.apart @ totals)
        within = float((coincidences * self.apart).sum())
        return 1 - (totals.sum() - 1) * within / expected if expected > 0 else float("nan")


def krippendorff_alpha(codes: Any, values: Any = None) -> float:
    """Krippendorff's alpha of labels as `Coded` takes them."""
    return Coded(codes, values).alpha()
