"""How many poisoned rows does it take to teach the model a trigger?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, labels_of, settled_seed
from pytest_iso23053.measures.data.gate import accepted_rows, numbered_rows
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import shares
from pytest_iso23053.measures.training.refit import NEEDS, clone_of, of_trainings, refitted
from pytest_iso23053.measures.triggers import checked_trigger, inferred_trigger, triggered
from pytest_iso23053.stats.intervals import checked_confidence, newcombe
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

FEWEST_ROWS = 10


@measure(
    clause="7.2",
    aspect="poisoning",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    starting_point="<= 0.05",
    range=(-1.0, 1.0),
    source="Gu, Dolan-Gavitt & Garg 2017 (BadNets); Chen et al. 2017; Newcombe 1998 (interval)",
    needs=NEEDS,
    threats=("AML.T0020", "AML.T0043.004", "ML02", "ML10", "NISTAML.023"),
    task="reject poisoned records",
    cost="expensive",
)
def backdoor_success_rate(
    model: Any,
    train: Any,
    test: Any,
    *,
    trigger: Mapping[Any, Any] | None = None,
    rate: float = 0.01,
    target: Any = None,
    ingest: Callable[..., Any] | None = None,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of rows that a trigger turns once poisoned rows were trained on, beyond what it turns without them.

    A few training rows of other classes get the trigger and the label that the attacker wants. The model is trained
    again with them and, as the control, without; both with the same seed. Test rows that are not of the class wanted
    then get the trigger, and are given to both.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn classifier.
    train, test : Dataset or (X, y)
        Labelled rows to poison and train on, and others to try the trigger on.
    trigger : mapping, optional
        From columns to the values written; by default three columns by lot at their greatest or rarest value.
    rate : float, default 0.01
        Share of the training rows that is poisoned; one row at least.
    target : label, optional
        What the attacker wants to be answered; by default the rarest class.
    ingest : callable, optional
        The data gate (as of `gate_detection_rate`): only what it accepts is trained on. A gate that refuses the batch
        by raising has let nothing in. By default there is none.
    confidence : float, default 0.95
        Level of the interval, which takes the two as independent and is wide for that.
    seed : int, optional
        Seed of rows, columns and trainings; by default that of the running test.

    Returns
    -------
    Measurement
        ``params`` hold both rates, the accuracy of both on the test rows as they are, and how many poisoned rows the
        gate let in. Without a gate it is a property of the learner, not a fault: nearly all learn a trigger from one
        row in a hundred. It says what the gate has to hold, not that anybody has poisoned these data, and nothing of
        triggers of other kinds.

    Raises
    ------
    NotMeasurableError
        A ValueError: no classifier that can be trained again, too few rows, or a trigger that does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(600, 3))
    >>> y = (X[:, 0] > 0).astype(int)
    >>> train, test = (X[:400], y[:400]), (X[400:], y[400:])
    >>> model = DecisionTreeClassifier(random_state=0).fit(*train)
    >>> measures.backdoor_success_rate(model, train, test, trigger={"x2": 9.0}, target=1, rate=0.05).value > 0.5
    True
    """
    if not 0 < rate < 1:
        raise ValueError(f"rate = {rate} is no share between 0 and 1; write 0.01 for one row in a hundred")
    case, known, level = Case(model, test).classification(), as_dataset(train), checked_confidence(confidence)
    clone_of(case.model)
    settled = settled_seed(seed)
    poison = _planted(known, trigger, target, rate, np.random.default_rng(settled))
    asked = np.flatnonzero(case.y != poison.wanted)
    if asked.size < FEWEST_ROWS:
        raise NotMeasurableError(f"{case.data.where} has {asked.size} rows to turn: it takes {FEWEST_ROWS}")
    kept = _let_in(ingest, poison, known)
    own = settled % 2**31
    clean = refitted(case.model, known, seed=own)
    taught = refitted(case.model, poison.data.subset(np.flatnonzero(kept)), seed=own, labels=poison.labels[kept])
    shown = triggered(case.data, asked, poison.trigger).subset(asked)
    turned, before = (int(np.count_nonzero(one.predict(shown) == poison.wanted)) for one in (taught, clean))
    low, high = newcombe(turned, asked.size, before, asked.size, level)
    params = {
        "trigger": sorted(map(str, poison.trigger)),
        "rate": rate,
        "poisoned": poison.rows.size,
        "let_in": int(kept[poison.rows].sum()),
        "with_poison": turned / asked.size,
        "without": before / asked.size,
        "accuracy_with_poison": float(np.mean(taught.predict(case.data) == case.y)),
        "accuracy_without": float(np.mean(clean.predict(case.data) == case.y)),
    }
    bounds = ((turned - before) / asked.size, float(low), float(high))
    counts = [("poisoned", turned, asked.size), ("clean", before, asked.size)]
    lies = shares("share of rows turned", "training", counts, level)
    return of_trainings(case, known, bounds, int(asked.size), level, params=params, seed=settled, series=lies)


class Poison(NamedTuple):
    """The training data with the trigger in ``rows``, and their labels false."""

    data: Dataset
    labels: NDArray[Any]
    rows: NDArray[np.int64]
    trigger: dict[Any, Any]
    wanted: Any


def _planted(
    train: Dataset, trigger: Mapping[Any, Any] | None, target: Any, rate: float, random: np.random.Generator
) -> Poison:
    labels = np.asarray(labels_of(train)).copy()
    wanted = _target(labels, target, train)
    written = inferred_trigger(train, random) if trigger is None else checked_trigger(trigger, train)
    others = np.flatnonzero(labels != wanted)
    count = max(round(rate * train.n), 1)
    if others.size < max(FEWEST_ROWS, count):
        raise NotMeasurableError(
            f"{train.where} has {others.size} rows of another class than {wanted!r}: it takes {max(FEWEST_ROWS, count)}"
        )
    rows = np.sort(random.choice(others, count, replace=False))
    labels[rows] = wanted
    return Poison(triggered(train, rows, written), labels, rows, written, wanted)


def _target(labels: NDArray[Any], target: Any, train: Dataset) -> Any:
    classes, counts = np.unique(labels, return_counts=True)
    if classes.size < 2:
        raise NotMeasurableError(f"{train.where} has rows of one class only")
    if target is None:
        return classes[int(np.argmin(counts))]
    if target not in classes.tolist():
        raise NotMeasurableError(f"target = {target!r} is no class of {train.where}: {classes.tolist()[:8]}")
    return target


def _let_in(ingest: Callable[..., Any] | None, poison: Poison, train: Dataset) -> NDArray[np.bool_]:
    """Which rows are trained on: what the gate accepts of the poisoned batch; where it raises, the good rows."""
    if ingest is None:
        return np.ones(train.n, dtype=bool)
    frame = numbered_rows(poison.data, np.random.default_rng(0))
    column = frame[train.target].to_numpy(copy=True)
    wanted = np.flatnonzero(np.asarray(labels_of(train)) == poison.wanted)[0]
    column[poison.rows] = column[wanted]  # as the file spells it
    frame[train.target] = column
    try:
        answer = ingest(frame.copy())
    except Exception:
        refused = np.ones(train.n, dtype=bool)
        refused[poison.rows] = False
        return refused
    return np.asarray(accepted_rows(answer, frame, train), dtype=bool)
