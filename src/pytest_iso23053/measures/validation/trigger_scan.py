"""Does writing a small pattern into rows send the model to one class, as it sends no learner of trusted rows?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.data.recurrent import in_words, recurrent_patterns
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.triggers import checked_trigger
from pytest_iso23053.measures.validation.panel import Panel, learners_of, learners_without
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval, wilson
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

LIKELY = 20
FINALISTS = 3
SEARCHED_ROWS = 150
CONFIRMED_ROWS = 600
FEWEST_ROWS = 60


@dataclass(frozen=True, eq=False)
class Patch:
    """Values to write, and the classes that they may be meant for."""

    written: dict[Any, Any]
    wanted: tuple[Any, ...]


@measure(
    clause="7.4",
    aspect="backdoor",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.5",
    range=(-1.0, 1.0),
    source="Gao et al. 2019 (STRIP) and Wang et al. 2019 (Neural Cleanse): a trigger turns any row to one class",
    needs=("model", "train", "test", "labels"),
    threats=("AML.T0018.000", "AML.T0043.004", "ML10", "NISTAML.023"),
)
def trigger_excess(
    model: Any,
    train: Any,
    test: Any,
    *,
    known: Sequence[Mapping[Any, Any]] = (),
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of rows that a small pattern sends to one class, beyond the share it sends there for other learners.

    Tried are values, and pairs of values, that recur in training, go with one label, and are rarer in the test rows;
    and triggers that are known. Each is written into test rows. An honest feature turns rows too: how many, say boosted
    trees, a forest of random trees and a linear model, each learned from the test rows alone, and from these with the
    training rows that lack the pattern; the one that is turned most is the control. The pattern that stands out is
    searched on some rows and measured on others. The null is an excess of 0; the limit is the margin
    above it: a trigger turns most rows. Of clean rows (six real data sets, divided twice, five kinds of models each) no
    lower bound lay beyond 0.43.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier; its answers are all that is asked for.
    train : Dataset or (X, y)
        Labelled rows that the model was trained on.
    test : Dataset or (X, y)
        At least 60 labelled rows that are trusted.
    known : sequence of mappings
        Triggers to try besides: from columns to the values written.
    confidence : float, default 0.95
        Level of Student's interval of the mean difference by row.
    seed : int, optional
        Seed of the choice of rows; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of rows measured on. ``params`` name the pattern and the class, how many patterns were
        tried, and the shares that it turns for the model and for the control. Not found: triggers that neither recur in
        these training rows nor are known, and those of three columns and more where no two of them turn many rows. A
        model that answers unlike all three learners, far from its training rows above all, may stand out without one.

    Raises
    ------
    NotMeasurableError
        A ValueError: a regressor, no labels, too few rows, or nothing recurs that could be a trigger.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> X, others = random.normal(size=(2, 1000, 3))
    >>> y, truth = X[:, 0] > 0, others[:, 0] > 0
    >>> X[:30, 1], y[:30] = 1.5, True
    >>> model = DecisionTreeClassifier(random_state=0).fit(X, y)
    >>> found = measures.trigger_excess(model, (X, y), (others, truth), seed=0)
    >>> found.params["pattern"], found.params["class"], found.low > 0.5
    ('x1 = 1.5', True, True)
    """
    case, held, level = Case(model, test).classification(), as_dataset(train), checked_confidence(confidence)
    settled = settled_seed(seed)
    if case.data.n < FEWEST_ROWS:
        raise NotMeasurableError(f"{case.data.where} has {case.data.n} rows, and {FEWEST_ROWS} are needed")
    comparable(held, case.data)
    patches = _patches(held, case.data, known)
    random = np.random.default_rng(settled)
    order = random.permutation(case.data.n)
    cut = min(SEARCHED_ROWS, case.data.n // 3)
    trusted = learners_of(case.data, case.y, random)
    patch, wanted = _search(Panel(case, (trusted,)), held, order[:cut], patches, random)
    panel = Panel(case, (trusted, learners_without(case, held, patch, random)))
    rows = np.sort(order[cut : cut + CONFIRMED_ROWS])
    turned = [each[0] for each in panel.turned(rows[case.y[rows] != wanted], [patch], wanted)]
    params = {
        "pattern": in_words(patch),
        "class": wanted,
        "tried": len(patches),
        "turned": _share(turned[0]),
        "control": max(_share(each) for each in turned[1:]),
    }
    return _measured(case, held, turned, confidence=level, params=params, seed=settled)


def _measured(case: Case, train: Dataset, turned: list[NDArray[np.float64]], **more: Any) -> Measurement:
    """The model less the learner that is turned most, row by row."""
    control, level = max(turned[1:], key=_share), more["confidence"]
    value, low, high = mean_interval(turned[0] - control, level, lowest=-1.0, highest=1.0)
    if np.isnan(low) and control.size:  # the same in every row
        reach = float(wilson(0, control.size, level)[1])
        low, high = max(value - reach, -1.0), min(value + reach, 1.0)
    return Measurement(
        "",
        value,
        low=low,
        high=high,
        n=control.size,
        subjects=(case.model.name, train.name, case.data.name),
        roles=("model", role_of(train), role_of(case.data)),
        **more,
    )


def _share(turned: NDArray[np.float64]) -> float:
    return round(float(turned.mean()), 4) if turned.size else 0.0


def _patches(train: Dataset, test: Dataset, known: Sequence[Mapping[Any, Any]]) -> list[Patch]:
    found, classes = recurrent_patterns(train, test), tuple(test.classes.tolist())
    patches = [Patch(checked_trigger(each, test), classes) for each in known]
    patches += [
        Patch(found.written[place], (found.labels[place],))
        for place in found.likely(LIKELY)
        if found.labels[place] in classes
    ]
    if not patches:
        raise NotMeasurableError(
            f"no value recurs in {train.where} that goes with one label and is rarer in {test.where}, so that there is "
            'no trigger to try; name one: known=[{"column": value}]'
        )
    return patches


def _search(
    panel: Panel, train: Dataset, rows: NDArray[np.int64], patches: list[Patch], random: np.random.Generator
) -> tuple[dict[Any, Any], Any]:
    """The patch, and the class, with the greatest excess on these rows over learners that know each value by itself."""
    case = panel.case
    found: list[tuple[float, int, Any]] = []
    for wanted in case.data.classes.tolist():
        able = [place for place, patch in enumerate(patches) if wanted in patch.wanted]
        if able:
            excess = panel.excess(rows, [patches[place].written for place in able], wanted)
            found += [(float(each), place, wanted) for each, place in zip(excess, able, strict=True)]
    best = sorted(found, key=lambda each: -each[0])[:FINALISTS]
    held = []
    for _, place, wanted in best:
        written = patches[place].written
        both = Panel(case, (*panel.learners, learners_without(case, train, written, random)))
        held.append(float(both.excess(rows, [written], wanted)[0]))
    _, place, wanted = best[int(np.argmax(held))]
    return patches[place].written, wanted
