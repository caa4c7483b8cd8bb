"""How many labels are wrong, and which: from out-of-fold probabilities alone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.stats.intervals import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 128
STEEPNESSES = np.geomspace(0.3, 60, 48)  # from guessing to a problem whose classes hardly touch
RATES = np.concatenate([[0.0], np.geomspace(0.0005, 0.45, 90)])


class Floor(NamedTuple):
    """A rate of wrong labels with its interval, and the highest rate of honest errors that goes with it."""

    value: float
    low: float
    high: float
    hardness: float


def confident_joint(probabilities: Any, codes: Any) -> NDArray[np.int64]:
    """Counts of given label by likely label (Northcutt, Jiang & Chuang 2021), of shape (classes, classes).

    A class is likely for a row where its probability is at least the mean that the rows labelled so have for it; of
    several likely classes the most probable counts, and a row with none does not count at all.
    """
    likely, p, given = likely_labels(probabilities, codes), np.asarray(probabilities), np.asarray(codes)
    counted = likely >= 0
    classes = p.shape[1]
    joint = np.bincount(given[counted] * classes + likely[counted], minlength=classes**2)
    return joint.reshape(classes, classes)


def likely_labels(probabilities: Any, codes: Any) -> NDArray[np.int64]:
    """The class that each row probably belongs to, -1 where none is likely."""
    p, given = np.asarray(probabilities, dtype=float), np.asarray(codes)
    classes = np.arange(p.shape[1])
    rows = np.bincount(given, minlength=p.shape[1])
    own = np.bincount(given, weights=p[np.arange(len(p)), given], minlength=p.shape[1])
    thresholds = np.divide(own, rows, out=np.full(p.shape[1], np.inf), where=rows > 0)
    above = np.where(p >= thresholds[classes] - 1e-6, p, -1.0)
    return np.where(above.max(axis=1) >= 0, above.argmax(axis=1), -1)


def noise_floor(disagrees: Any, certainty: Any, classes: int, confidence: float = 0.95) -> Floor:
    """The rate of errors that does not fall however certain the learner is: what labels drawn wrongly leave behind.

    Of rows ordered by certainty, hardness alone explains errors that fall off as those of a logistic model with a
    normal score do: the share u of the rows that are less certain has an error rate of logistic(-t z(u)), with z(u)
    the quantile of the half-normal distribution, and t the steepness. Labels replaced at the rate e by another class
    lift that curve to a floor of e (Copas 1988, regression with misclassified labels; Liu & Tao 2016, certain rows show
    the noise). Both are estimated by maximum likelihood, e with its profile likelihood interval.
    """
    wrong = np.asarray(disagrees, dtype=float)
    n = len(wrong)
    if n == 0:
        return Floor(np.nan, np.nan, np.nan, np.nan)
    place = np.empty(n)
    place[np.argsort(certainty, kind="stable")] = (np.arange(n) + 0.5) / n
    within = np.minimum((place * BINS).astype(int), BINS - 1)
    rows, errors = np.bincount(within, minlength=BINS), np.bincount(within, weights=wrong, minlength=BINS)
    hardness, curves = _curves(classes)
    likelihood = np.empty((len(STEEPNESSES), len(RATES)))
    for column, (of_wrong, of_right) in enumerate(curves):
        likelihood[:, column] = of_wrong @ errors + of_right @ (rows - errors)
    profile = likelihood.max(axis=0)
    best = int(profile.argmax())
    kept = np.flatnonzero(profile >= profile[best] - normal_quantile(confidence) ** 2 / 2)
    honest = hardness[likelihood[:, kept].argmax(axis=0)] @ rows / n
    return Floor(float(RATES[best]), float(RATES[kept[0]]), float(RATES[kept[-1]]), float(honest.max()))


@functools.lru_cache(maxsize=1)
def _curves(classes: int) -> tuple[NDArray[np.float64], list[tuple[NDArray[np.float64], NDArray[np.float64]]]]:
    """The errors that hardness explains, by steepness and bin, and for each rate the logarithms of all and of none.

    They hang on the number of classes alone, and take most of the time: nine megabytes, kept for the next call.
    """
    from scipy.special import expit, ndtri

    middle = (np.arange(BINS) + 0.5) / BINS
    hardness = np.asarray(expit(-STEEPNESSES[:, None] * ndtri((1 + middle) / 2)))
    unmoved = 1 - hardness - hardness / (classes - 1)  # a wrong label may hide an error by chance
    expected = [np.clip(hardness + rate * unmoved, 1e-12, 1 - 1e-12) for rate in RATES]
    return hardness, [(np.log(each), np.log1p(-each)) for each in expected]


def excess_noise(
    first: tuple[Any, Any], second: tuple[Any, Any], classes: int, confidence: float = 0.95, strata: int = 6
) -> tuple[float, float, float]:
    """How many more labels are wrong in the first sample than in the second, from (disagreement, certainty) of both.

    Within strata of equal certainty both samples should disagree alike with a learner that has seen neither. A wrong
    label adds 1 - e - e / (classes - 1) to a disagreement of e. The strata's estimates are weighted by the inverse of
    the variance that they would have without a difference; the interval is the normal one of a weighted sum.
    """
    certainties = np.concatenate([first[1], second[1]])
    if not len(certainties):
        return np.nan, np.nan, np.nan
    edges = np.unique(np.quantile(certainties, np.linspace(0, 1, strata + 1)[1:-1]))
    n1, bad1 = _by_stratum(*first, edges)
    n2, bad2 = _by_stratum(*second, edges)
    used = (n1 > 1) & (n2 > 1)
    if not used.any():
        return np.nan, np.nan, np.nan
    n1, bad1, n2, bad2 = n1[used], bad1[used], n2[used], bad2[used]
    pooled = (bad1 + bad2 + 0.5) / (n1 + n2 + 1)
    moved = np.maximum(1 - pooled - pooled / (classes - 1), 0.1)
    steadied = (pooled + (bad1 + bad2 + 0.5).sum() / (n1 + n2 + 1).sum()) / 2  # else few errors make for much weight
    weights = moved**2 / (steadied * (1 - steadied) * (1 / n1 + 1 / n2))
    weights /= weights.sum()
    value = float(np.sum(weights * (bad1 / n1 - bad2 / n2) / moved))
    spread = _variance(n1, bad1) / n1 + _variance(n2, bad2) / n2
    reach = normal_quantile(confidence) * float(np.sqrt(np.sum((weights / moved) ** 2 * spread)))
    return value, max(value - reach, -1.0), min(value + reach, 1.0)


def _by_stratum(disagreement: Any, certainty: Any, edges: Any) -> tuple[Any, Any]:
    stratum = np.searchsorted(edges, certainty, side="right")
    rows = np.bincount(stratum, minlength=len(edges) + 1).astype(float)
    return rows, np.bincount(stratum, weights=np.asarray(disagreement, dtype=float), minlength=len(edges) + 1)


def _variance(n: Any, total: Any) -> Any:
    """Of a proportion shrunk towards one half by a row: a stratum without a disagreement is not without spread."""
    mean = (total + 0.5) / (n + 1)
    return mean * (1 - mean)
