"""Whether a model gives way more easily than another learner of the same rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.attacker import attacker
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.control import Control, control_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import shares
from pytest_iso23053.measures.validation.evasion.attack import Evasion, Plan
from pytest_iso23053.measures.validation.evasion.rates import TENTH, THREATS
from pytest_iso23053.measures.validation.evasion.rows import DEVIATIONS, attack_rows, chosen, told
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval
from pytest_iso23053.subjects.dataset import Dataset
from pytest_iso23053.subjects.model import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class _Answers:
    """The control as a classifier of frames, which answers with the places of its classes."""

    control: Control
    rows: Dataset

    @property
    def classes_(self) -> NDArray[np.int64]:
        return np.arange(len(self.control.classes))

    def predict(self, X: Any) -> NDArray[np.int64]:
        return np.asarray(np.argmax(self.control.probabilities(self.rows.with_features(X)), axis=1))


@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.1",
    range=(-1.0, 1.0),
    source="Chen, Jordan & Wainwright 2020; Ballet et al. 2019 (limits of tables); Student's t interval, paired by row",
    needs=("model", "train", "test", "labels"),
    threats=THREATS,
)
def excess_evasion_rate(
    model: Any,
    train: Any,
    test: Any,
    *,
    epsilon: float = TENTH,
    norm: str = "linf",
    attack: str = "nearest",
    queries: int | None = None,
    rows: int = 200,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of rows that an attack turns, minus the share that the same attack turns for a quick learner.

    Some rows lie close to where any model would change its answer. The control, gradient-boosted trees trained on the
    same rows, tells how many; a model that gives way to far smaller changes than its task asks for hangs on single
    training rows, on exact values or on what nobody measures. Both answer the rows correctly, both are attacked
    alike, within the ranges, whole numbers and one-hot groups of the training data. The null is an excess of 0, the
    limit of 0.1 the margin of equivalence over it.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    train : Dataset or (X, y)
        Labelled rows; the control learns from 20,000 of them at most.
    test : Dataset or (X, y)
        Labelled rows to attack, which the model has not seen.
    epsilon : float, default 0.1
        How far a row may be moved, in standard deviations of each column.
    norm : {"linf", "l2"}
        The largest change of a single feature, or the Euclidean distance.
    attack, queries, seed
        As for `minimal_perturbation`.
    rows : int, default 200
        Attack at most so many rows, drawn by the seed.
    confidence : float, default 0.95
        Level of Student's interval of the mean difference by row.

    Returns
    -------
    Measurement
        ``params`` hold both rates. Rows without a start for either model are left out, and counted there. ``details``
        hold what was found for the model, row by row of those that both answer correctly.

    Raises
    ------
    NotMeasurableError
        A ValueError: a regressor, no labels, no row that both answer correctly, or no start for any of them.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(1_000, 2))
    >>> train, test = (X[:500], X[:500, 0] > 0), (X[500:], X[500:, 0] > 0)
    >>> on_a_digit = lambda frame: (frame["x0"] > 0) & ((frame["x0"] * 1_000).astype(int) % 5 > 0)
    >>> (measures.excess_evasion_rate(on_a_digit, train, test) <= 0.1).verdict
    'not met'
    """
    case, held = Case(model, test).classification(), Case(model, train).classification()
    level, seed = checked_confidence(confidence), settled_seed(seed)
    other = control_of(held)
    both = case.right & np.asarray(other.labels(case.data) == case.y)
    if not both.any():
        raise NotMeasurableError("no row is answered correctly both by the model and by the control")
    part = case.data.subset(chosen(both, rows, seed))
    plan = Plan(replace(attacker(queries=queries), infer=True), norm, attack, seed, enough=epsilon)
    found = [
        attack_rows(each, plan, rows=rows, train=held.data, start=None, scale=DEVIATIONS)
        for each in (Case(case.model, part), _control_case(other, part))
    ]
    known = ~(found[0].without_start | found[1].without_start)
    if not known.any():
        raise NotMeasurableError("no row has a start for both the model and the control")
    turned = [(each.distances[known] <= epsilon * (1 + 1e-9)).astype(float) for each in found]
    value, low, high = mean_interval(turned[0] - turned[1], level, lowest=-1.0, highest=1.0)
    if np.isnan(low):  # no row differs: the share that does is 0 of n
        low, high = value - 3 / known.sum(), value + 3 / known.sum()
    return Measurement(
        "",
        value,
        low=low,
        high=high,
        confidence=level,
        n=int(known.sum()),
        params=_told(plan, found[0], turned)
        | {"without_start": int((~known).sum()), "rows": case.data.n}
        | other.sampled,
        subjects=(case.model.name, held.data.name, case.data.name),
        roles=("model", role_of(held.data), role_of(case.data)),
        seed=seed,
        details=found[0],
        series=shares(
            "share of rows turned",
            "model and control",
            [(name, each.sum(), len(each)) for name, each in zip(("model", "control"), turned, strict=True)],
            level,
        ),
    )


def _control_case(control: Control, part: Dataset) -> Case:
    rows = Dataset(part.X, name=part.name)  # without labels: the control speaks of the places of its classes
    return Case(Model(_Answers(control, rows), name="control"), rows)


def _told(plan: Plan, found: Evasion, turned: list[Any]) -> dict[str, Any]:
    return {
        "epsilon": plan.enough,
        **told(plan, found, f"within {plan.enough:g} {DEVIATIONS} in {plan.norm}"),
        "evasion_rate": round(float(turned[0].mean()), 4),
        "control_evasion_rate": round(float(turned[1].mean()), 4),
    }
