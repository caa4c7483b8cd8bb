"""What is watched while the service runs: the population's shift against the rows on which the model was built."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from credit_risk.schema import CODES, FEATURES

ALARM = 0.25  # the scorecard industry's «act» line for the population stability index (Siddiqi 2006)
LEAST_ROWS = 200  # below, the index is mostly noise: ten bins of a hundred rows exceed the line by chance
OWNER = "model-risk@bank.example"


@dataclass(frozen=True)
class Alarm:
    """One attribute that has shifted, and who has to look at it."""

    attribute: str
    index: float
    rows: int
    owner: str = OWNER


class TooFewRowsError(ValueError):
    """The window is too small to say anything; no alarm is not the same as nothing to alarm about."""


def drift_alarms(reference: pd.DataFrame, window: pd.DataFrame) -> tuple[Alarm, ...]:
    """Compare a window of applications with the reference, attribute by attribute."""
    if len(window) < LEAST_ROWS:
        raise TooFewRowsError(f"a window of {len(window)} rows; at least {LEAST_ROWS} are needed")
    indices = {column: population_stability(reference[column], window[column]) for column in FEATURES}
    return tuple(Alarm(column, index, len(window)) for column, index in indices.items() if index > ALARM)


def population_stability(reference: pd.Series, window: pd.Series) -> float:
    """Return the population stability index, over codes or over ten quantiles of the reference."""
    expected, found = (_shares(reference, values) for values in (reference, window))
    return float(np.sum((found - expected) * np.log(found / expected)))


def _shares(reference: pd.Series, values: pd.Series) -> np.ndarray:
    if reference.name in CODES:
        counts = values.value_counts().reindex(list(CODES[str(reference.name)]), fill_value=0).to_numpy()
    else:
        edges = np.unique(np.quantile(reference, np.linspace(0, 1, 11)[1:-1]))
        counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return (counts + 0.5) / (len(values) + 0.5 * len(counts))  # half a row a bin: an empty one is no infinite shift
