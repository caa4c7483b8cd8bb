"""How far predicted probabilities lie from observed frequencies."""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.stats.intervals import clopper_pearson, mean_interval, normal_quantile


def expected_calibration_error(
    probabilities: Any, outcomes: Any, confidence: float = 0.95, *, bins: int = 15
) -> tuple[float, float, float]:
    """Expected calibration error over bins of equal width (Guo et al. 2017), with a conservative interval.

    The plug-in estimate is biased upwards and the bootstrap does not repair it, least of all at perfect calibration.
    What is bounded instead is the *norm of the noise*: with gaps g_b, weights w_b and standard errors s_b,
    ECE differs from ECE(g) by at most Σ w_b abs(noise_b), whose mean is √(2/π) Σ w_b s_b and whose tail is, by the
    Gaussian isoperimetric inequality (Borell 1975), no heavier than a normal's of variance Σ (w_b s_b)².
    The coverage is at least nominal at every calibration, the perfect one included.
    """
    p, hit = np.asarray(probabilities, dtype=float), np.asarray(outcomes, dtype=float)
    if p.size == 0:
        return np.nan, np.nan, np.nan
    cell = np.minimum((p * bins).astype(np.int64), bins - 1)
    counts = np.bincount(cell, minlength=bins).astype(float)
    held = counts > 0
    counts = counts[held]
    observed = np.bincount(cell, hit, minlength=bins)[held]
    predicted = np.bincount(cell, p, minlength=bins)[held]
    weights = counts / p.size
    value = float(np.sum(np.abs(observed - predicted)) / p.size)
    z = normal_quantile(confidence)
    shrunk = (observed + z**2 / 2) / (counts + z**2)  # Wilson's centre: a bin without a single hit has an error too
    noise = weights * np.sqrt(shrunk * (1 - shrunk) / counts)
    return value, *within_norm(value, noise, confidence, highest=1.0)


def within_norm(
    value: float, noise: Any, confidence: float, *, highest: float = np.inf, mean: float | None = None
) -> tuple[float, float]:
    """Bounds of a sum of absolute gaps, each with independent Gaussian noise of the given standard deviations."""
    from scipy.special import ndtri

    expected = float(np.sqrt(2 / np.pi) * np.sum(noise)) if mean is None else mean
    reach = expected + float(ndtri(confidence)) * float(np.sqrt(np.sum(np.square(noise))))
    return max(value - reach, 0.0), min(value + reach, highest)


LEAST_PER_BIN = 25
MOST_BINS = 15
CERTAIN = 3.0  # standard errors from which a bin's sign is taken for known


def debiased_calibration_error(
    probabilities: Any, outcomes: Any, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Mean of abs(p - frequency at p) over rows, by two halves: one finds the sign in each bin, the other the size.

    E[s(p)(p - y)] is at most the calibration error for every s in [-1, 1], and equal to it for the right signs. With
    signs from other rows, the mean over rows is therefore an honest lower estimate. Two halves that take their signs
    from one another agree or disagree together, which widens the interval by √(1 + 2/π) where a bin's sign is chance.
    What wrong signs lose is at most 0.17 standard errors a bin, twice, by which the upper bound is raised. Several
    columns of claims (classes) are weighted by their own probability, half of the sum of all: 0 to 1, as for two
    classes.
    """
    p, hit = np.asarray(probabilities, dtype=float), np.asarray(outcomes, dtype=float)
    n = len(p)
    if n < 2:
        return np.nan, np.nan, np.nan
    parts = [_signed_excess(p[:, claim], hit[:, claim]) for claim in range(p.shape[1])]
    share = 1.0 if p.shape[1] == 1 else 0.5
    excess = share * np.sum([part[0] for part in parts], axis=0)
    lost, widened = share * sum(part[1] for part in parts), max(part[2] for part in parts)
    value, low, high = mean_interval(excess, confidence, lowest=-1.0, highest=1.0)
    if np.isnan(low) and abs(value) < 1e-9:  # every claim is certain and true
        low, high = 0.0, float(clopper_pearson(0, n, confidence)[1])
    low, high = value - widened * (value - low), value + widened * (high - value)
    return max(value, 0.0), max(low, 0.0), min(max(high, 0.0) + lost, 1.0)


def _signed_excess(p: Any, hit: Any) -> tuple[Any, float, float]:
    """Each row's p - y times the sign of the other half of its bin; what wrong signs hide; how far they widen."""
    n = len(p)
    bins = int(np.clip(n // (2 * LEAST_PER_BIN), 1, MOST_BINS))
    order = np.argsort(p, kind="stable")
    cell = np.empty(n, dtype=np.int64)
    cell[order] = np.arange(n) * bins // n
    half = np.random.default_rng(n).permutation(n) % 2
    excess = p - hit
    totals = np.bincount(2 * cell + half, excess, minlength=2 * bins)
    signs = np.where(totals >= 0, 1.0, -1.0)[2 * cell + (1 - half)]
    counts = np.bincount(cell, minlength=bins)
    squares = np.bincount(cell, np.square(excess), minlength=bins)
    noise = np.sqrt(squares / np.maximum(counts, 1)) / np.sqrt(np.maximum(counts / 2, 1))
    chance = np.abs(totals.reshape(bins, 2).sum(axis=1)) < CERTAIN * np.sqrt(squares)
    widened = np.sqrt(1 + 2 / np.pi * squares[chance].sum() / max(float(squares.sum()), 1e-300))
    return signs * excess, float(2 * 0.17 * np.sum(counts / n * noise)), float(widened)
