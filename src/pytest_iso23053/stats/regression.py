"""Errors of a regression with distribution-free, asymptotic intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.stats.intervals import mean_interval, skewed_reach

Estimated = tuple[float, float, float]


def mean_absolute_error(errors: Any, confidence: float = 0.95) -> Estimated:
    """Mean of |error| with the interval of a skewed mean."""
    return mean_interval(np.abs(np.asarray(errors, dtype=float)), confidence, lowest=0.0)


def root_mean_squared_error(errors: Any, confidence: float = 0.95) -> Estimated:
    """Root of the mean squared error with the interval of a skewed mean, its upper bound on the logarithmic scale.

    The chi-square interval would assume normal errors, whose tails real errors exceed: their squares are skewed, and
    with the delta method alone the upper bound misses the truth in up to 13 % of samples of 50 rows.
    """
    squares = np.asarray(errors, dtype=float) ** 2
    n = squares.size
    mean = float(squares.mean()) if n else np.nan
    spread = float(squares.std(ddof=1)) if n > 1 else 0.0
    value = float(np.sqrt(mean))
    if n < 2 or not spread > 1e-12 * mean or not mean > 0:
        return value, np.nan, np.nan
    low, high = _relative((squares - mean) / mean, confidence)
    return value, value * float(np.sqrt(low)), value * float(np.sqrt(high))


def r2(target: Any, predicted: Any, confidence: float = 0.95) -> Estimated:
    """Coefficient of determination on independent test rows; the interval is that of 1 - R², a ratio of means.

    With a_i = (y_i - ŷ_i)² / MSE and b_i = (y_i - ȳ)² / Var(y), its relative error is the mean of a - b, which is
    skewed.
    The model is taken as given: its own training is no part of the uncertainty.
    """
    y, yhat = np.asarray(target, dtype=float), np.asarray(predicted, dtype=float)
    n = y.size
    if n < 2:
        return np.nan, np.nan, np.nan
    errors, deviations = (y - yhat) ** 2, (y - y.mean()) ** 2
    mse, variance = float(errors.mean()), float(deviations.mean())
    if not variance > 0:
        return np.nan, np.nan, np.nan
    value = 1 - mse / variance
    relative = errors / mse - deviations / variance if mse > 0 else np.zeros(n)
    if n < 3 or not relative.std() > 0:
        return value, np.nan, np.nan
    # The mean and variance of the target come from the same rows: two degrees of freedom on either side of the ratio.
    low, high = _relative(relative * np.sqrt(n / (n - 2)), confidence)
    return value, 1 - mse / variance * high, 1 - mse / variance * low


def _relative(influence: Any, confidence: float) -> tuple[float, float]:
    """Factors between which a mean (or ratio of means) lies, from each row's relative share in its error.

    The lower one on the natural, the upper one on the logarithmic scale: the wider of the two on either side.
    """
    spread = float(influence.std(ddof=1))
    below, above = skewed_reach(influence / spread, confidence)
    return max(1 - below * spread, 0.0), float(np.exp(min(above * spread, 700.0)))
