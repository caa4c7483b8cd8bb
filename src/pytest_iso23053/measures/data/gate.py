"""Does the data gate notice? Faults are planted, and the user's own ingest function is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import role_of, settled_seed
from pytest_iso23053.measures.data.faults import ALIASES, PLANTERS
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.rows import row_keys
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson
from pytest_iso23053.subjects.dataset import Dataset, as_dataset

Ingest = Callable[[pd.DataFrame], Any]
SINGLE_TRIALS = 100
FIRST_LABEL = 7_000_003  # row labels that a gate which numbers its rows anew cannot give by chance
SOURCE = "Biggio, Nelson & Laskov 2012; Breck et al. 2019; Clopper & Pearson 1934 (interval)"


@measure(
    clause="7.2",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="higher",
    starting_point=">= 0.95",
    range=(0.0, 1.0),
    source=SOURCE,
    needs=("ingest", "train"),
    threats=("AML.T0020", "ML02", "NISTAML.013"),
)
def gate_detection_rate(
    ingest: Ingest,
    data: Any,
    *,
    faults: str = "label-flip",
    rate: float = 0.05,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of planted faults that the data gate rejects: does bad data pass from acquisition into training?

    The gate is asked twice: about the rows as they are, and about the same rows with faults planted in some of them.
    Only rows that it accepts when they are good count, so that a gate that rejects everything shows nothing. A gate
    that refuses a whole batch by raising is asked again about one planted row at a time.

    Parameters
    ----------
    ingest : callable
        The user's own gate: from a frame to the frame of accepted rows, or to a boolean mask over the rows.
    data : Dataset or frame
        Good rows, all columns as the gate expects them.
    faults : {"label-flip", "duplicate", "out-of-range", "missing-value", "unseen-category", "triggered", "unsourced"}
        What to plant. Triggered rows share values in three columns, each of which occurs, and a label (as of
        `backdoor_success_rate`); unsourced ones are put together of cells of other rows, under an id that nobody has.
    rate : float, default 0.05
        Share of the rows to plant it in; at least one row.
    confidence : float, default 0.95
        Level of the exact (Clopper-Pearson) interval.
    seed : int, optional
        Seed of the choice; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of planted rows.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data cannot carry such a fault, or the gate accepts no good row.
    ValueError
        The kind of fault or the rate is not known, or what the gate returned does not say which rows it accepted.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> people = pd.DataFrame({"age": range(20, 80)})
    >>> def ingest(rows):
    ...     return rows[rows["age"].between(18, 120)]
    >>> measures.gate_detection_rate(ingest, people, faults="out-of-range", rate=0.5, seed=1)
    gate_detection_rate = 1.000, 95 % interval 0.884 to 1.000, n = 30
    """
    dataset, seed = as_dataset(data), settled_seed(seed)
    faults = _known(faults)
    if not 0 < rate <= 1:
        raise ValueError(f"rate = {rate} is no share of the rows between 0 and 1; write 0.05 for one in twenty")
    level = checked_confidence(confidence)
    random = np.random.default_rng(seed)
    good = numbered_rows(dataset, random)
    accepted = np.flatnonzero(accepted_rows(ingest(good.copy()), good, dataset))
    if not accepted.size:
        raise NotMeasurableError(
            f"the gate accepts none of the {dataset.n} good rows of {dataset.where}: that it rejects bad ones too "
            "would show nothing"
        )
    count = min(max(round(rate * dataset.n), 1), accepted.size)
    chosen = np.sort(random.choice(accepted, count, replace=False))
    planted = PLANTERS[faults](good.iloc[chosen], dataset, random)
    rejected = _rejected(ingest, good, chosen, planted, dataset, added=faults == "duplicate")
    low, high = clopper_pearson(rejected.sum(), rejected.size, level)
    return Measurement(
        "",
        float(rejected.mean()),
        low=float(low),
        high=float(high),
        confidence=level,
        n=int(rejected.size),
        params={"faults": faults, "rate": rate},
        subjects=(dataset.name,),
        roles=(role_of(dataset),),
        seed=seed,
    )


@measure(
    clause="7.2",
    aspect="quality",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    starting_point="<= 0.01",
    range=(0.0, 1.0),
    source=SOURCE,
    needs=("ingest", "train"),
)
def gate_false_rejection_rate(ingest: Ingest, data: Any) -> Measurement:
    """Share of good rows that the data gate rejects: the price of what it detects.

    Parameters
    ----------
    ingest : callable
        The user's own gate: from a frame to the frame of accepted rows, or to a boolean mask over the rows.
    data : Dataset or frame
        Good rows, all columns as the gate expects them.

    Returns
    -------
    Measurement
        An exact quantity of these rows.

    Raises
    ------
    ValueError
        What the gate returned does not say which rows it accepted.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> people = pd.DataFrame({"age": range(20, 80)})
    >>> measures.gate_false_rejection_rate(lambda rows: rows["age"] < 74, people)
    gate_false_rejection_rate = 0.1 (exact), n = 60
    """
    dataset = as_dataset(data)
    good = numbered_rows(dataset, np.random.default_rng(0))
    accepted = accepted_rows(ingest(good.copy()), good, dataset)
    rejected = float(np.mean(~accepted)) if dataset.n else np.nan
    return Measurement("", rejected, n=dataset.n, subjects=(dataset.name,), roles=(role_of(dataset),))


def _known(faults: str) -> str:
    named = ALIASES.get(faults, faults)
    if named not in PLANTERS:
        raise ValueError(f"faults = {faults!r} is not known; it is one of {', '.join(PLANTERS)}")
    return named


def numbered_rows(dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """All columns, under row labels by which accepted rows are recognised; a gate may return them in any order."""
    frame = dataset.frame
    frame.index = pd.Index(FIRST_LABEL + random.permutation(len(frame)))
    return frame


def _rejected(
    ingest: Ingest, good: pd.DataFrame, chosen: Any, planted: pd.DataFrame, dataset: Dataset, *, added: bool
) -> Any:
    def batch(places: Any) -> pd.DataFrame:
        """The good rows, and in their places (or, of duplicates, at the end) the planted ones ``places``."""
        if added:
            copies: pd.DataFrame = planted.iloc[places].copy()
            copies.index = pd.Index(int(good.index.max()) + 1 + np.arange(len(copies)))
            extended: pd.DataFrame = pd.concat([good, copies])
            return extended
        rows = chosen[places]
        parts = [good.drop(index=good.index[rows]), planted.iloc[places]]
        whole: pd.DataFrame = pd.concat(parts).loc[good.index]
        return whole

    def missed(places: Any, taken: Any) -> Any:
        """Of a duplicate either copy may be the one that is rejected."""
        return taken[chosen[places]] & taken[len(good) + np.arange(len(places))] if added else taken[chosen[places]]

    everything = np.arange(len(chosen))
    whole = batch(everything)
    try:
        answer = ingest(whole.copy())
    except Exception:
        # It refuses the batch. Which of the planted rows would it have refused by themselves?
        trials = [_refused(ingest, batch(np.array([place])), dataset) for place in everything[:SINGLE_TRIALS]]
        return np.array(
            [True if taken is None else not missed(np.array([place]), taken)[0] for place, taken in enumerate(trials)]
        )
    return ~missed(everything, accepted_rows(answer, whole, dataset))


def _refused(ingest: Ingest, rows: pd.DataFrame, dataset: Dataset) -> Any:
    try:
        return accepted_rows(ingest(rows.copy()), rows, dataset)
    except Exception:
        return None


def accepted_rows(answer: Any, given: pd.DataFrame, dataset: Dataset) -> Any:
    """Which of the given rows the gate accepted, by its mask, by the labels of the rows, or by their content."""
    if answer is None:
        raise ValueError("the gate returned None; let it return the accepted rows, or a boolean mask over the rows")
    if isinstance(answer, pd.DataFrame):
        return _of_frame(answer, given, dataset)
    mask = np.asarray(answer)
    if mask.dtype == bool and mask.shape == (len(given),):
        if isinstance(answer, pd.Series) and set(answer.index) == set(given.index):
            mask = answer.reindex(given.index).to_numpy(dtype=bool)
        return mask
    raise ValueError(
        f"the gate returned {type(answer).__name__} of shape {mask.shape} for {len(given)} rows; let it return the "
        "frame of accepted rows, or a boolean mask over the rows"
    )


def _of_frame(answer: pd.DataFrame, given: pd.DataFrame, dataset: Dataset) -> Any:
    if answer.index.isin(given.index).all() and answer.index.is_unique:
        return given.index.isin(answer.index)
    if list(answer.columns) != list(given.columns):
        raise ValueError(
            "the gate numbers the accepted rows anew and changes their columns, so that they cannot be told apart; "
            f"keep the index of the rows, or return a boolean mask ({dataset.where})"
        )
    asked, returned = row_keys(given, answer)
    left = pd.Series(returned).value_counts()
    order = pd.Series(asked).groupby(asked).cumcount()
    if not np.isin(returned, asked).all():
        raise ValueError(
            "the gate numbers the accepted rows anew and changes their content, so that they cannot be told apart; "
            f"keep the index of the rows, or return a boolean mask ({dataset.where})"
        )
    return order.to_numpy() < left.reindex(asked, fill_value=0).to_numpy()
