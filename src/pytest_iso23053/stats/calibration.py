"""How far predicted probabilities lie from observed frequencies."""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.stats.intervals import normal_quantile


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
