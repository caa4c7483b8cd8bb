"""Errors of a regression with distribution-free, asymptotic intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.stats.intervals import mean_interval, student_quantile

Estimated = tuple[float, float, float]


def mean_absolute_error(errors: Any, confidence: float = 0.95) -> Estimated:
    """Mean of |error| with Student's t interval."""
    return mean_interval(np.abs(np.asarray(errors, dtype=float)), confidence, lowest=0.0)


def root_mean_squared_error(errors: Any, confidence: float = 0.95) -> Estimated:
    """Root of the mean squared error; delta method on its logarithm with the observed spread of the squares.

    The chi-square interval would assume normal errors, whose tails real errors exceed.
    """
    squares = np.asarray(errors, dtype=float) ** 2
    n = squares.size
    mean = float(squares.mean()) if n else np.nan
    spread = float(squares.std(ddof=1)) if n > 1 else 0.0
    value = float(np.sqrt(mean))
    if n < 2 or not spread > 1e-12 * mean or not mean > 0:
        return value, np.nan, np.nan
    reach = student_quantile(confidence, n - 1) * spread / (2 * mean * np.sqrt(n))
    return value, value * float(np.exp(-reach)), value * float(np.exp(reach))


def r2(target: Any, predicted: Any, confidence: float = 0.95) -> Estimated:
    """Coefficient of determination on independent test rows; delta method on log(1 - R²), the log of a ratio of means.

    With a_i = (y_i - ŷ_i)² / MSE and b_i = (y_i - ȳ)² / Var(y), the variance of log(1 - R²) is that of a - b over n.
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
    spread = float((errors / mse - deviations / variance).std(ddof=1)) if mse > 0 else 0.0
    if n < 3 or not spread > 0:
        return value, np.nan, np.nan
    reach = student_quantile(confidence, n - 1) * spread / np.sqrt(n)
    unexplained = mse / variance
    return value, 1 - unexplained * float(np.exp(reach)), 1 - unexplained * float(np.exp(-reach))
