"""Which rows an attack is about, and the measurement of what it found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.measures.attacker import examples, in_words
from pytest_iso23053.measures.spread import spread_of
from pytest_iso23053.measures.validation.evasion.attack import ATTACKS, Evasion, Plan, evade
from pytest_iso23053.measures.validation.evasion.limits import is_quantity
from pytest_iso23053.measures.validation.evasion.space import NORMS
from pytest_iso23053.subjects.dataset import Dataset, as_dataset
from pytest_iso23053.subjects.wording import plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.policy import Attacker
    from pytest_iso23053.measures.cases import Case

MOST_ROWS = 1_000
UNITS, DEVIATIONS = "units", "deviations"


def attackable(case: Case) -> NDArray[np.bool_]:
    """The rows that the model answers correctly; without labels all. A wrong answer needs no attack."""
    return np.ones(case.data.n, dtype=bool) if case.data.y is None else case.right.copy()


def chosen(candidates: NDArray[np.bool_], most: int, seed: int) -> NDArray[np.int64]:
    """Positions of the rows to attack: all that can be, or as many as allowed, drawn by the seed."""
    if not most >= 1:
        raise ValueError(f"rows = {most} leaves nothing to attack; write 200, for example")
    rows = np.flatnonzero(candidates)
    if not rows.size:
        raise NotMeasurableError("the model answers no row correctly, so that none is left to be turned by an attack")
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    return rows


def scaled(one: Attacker, scale: str, reference: Dataset) -> Attacker:
    """The attacker with distances in the data's own units, or in standard deviations of each column."""
    if scale not in (UNITS, DEVIATIONS):
        raise ValueError(f'scale = {scale!r} is not known; it is "{UNITS}" or "{DEVIATIONS}"')
    if scale == UNITS:
        return one
    costs = {}
    for name in reference.features:
        if is_quantity(reference.X[name]):
            values = reference.X[name].to_numpy(dtype=float, na_value=np.nan)
            spread = spread_of(values)
            costs[name] = one.costs.get(name, 1.0) / spread if spread > 0 else one.costs.get(name, 1.0)
    return replace(one, costs={**one.costs, **costs})


def attack_rows(
    case: Case,
    plan: Plan,
    *,
    rows: int | None,
    train: Any,
    start: Any,
    scale: str = UNITS,
) -> Evasion:
    """Attack a classifier's rows as planned; rows that it gets wrong are left alone."""
    if plan.norm not in NORMS:
        raise ValueError(f'norm = {plan.norm!r} is not known; it is {", ".join(NORMS)}, or "edits" for texts')
    if plan.attack not in ATTACKS:
        raise ValueError(f"attack = {plan.attack!r} is not known; it is one of {', '.join(ATTACKS)}")
    can = attackable(case)
    taken = chosen(can, MOST_ROWS if rows is None else rows, plan.seed)
    others = case.data if train is None else as_dataset(train)
    plan = replace(plan, attacker=scaled(plan.attacker, scale, others))
    found = evade(case.model, case.data, taken, plan, others=others, start=_starts(start, case.data))
    if not found.found.size:
        nothing = "hold still" if len(found.held) == len(case.data.features) else "start from"
        raise NotMeasurableError(
            f"no row with another answer was found for any of {plural(len(taken), 'attackable row')}, neither among "
            f"{plural(others.n, 'other row')} nor at random: there is nothing to {nothing}"
            if nothing == "start from"
            else f"none of the features {', '.join(map(repr, found.held[:5]))} can be moved by this attack"
        )
    return replace(found, attackable=can)


def _starts(start: Any, data: Dataset) -> pd.DataFrame | None:
    if start is None:
        return None
    given = as_dataset(start)
    if given.n != data.n or len(given.features) < len(data.features):
        raise SubjectError(
            f"start has {plural(given.n, 'row')} of {plural(len(given.features), 'feature')}, the data "
            f"{data.n} of {len(data.features)}: it holds one starting point for each row, of the same features"
        )
    if given.features == data.features:
        return given.X
    if set(data.features) <= set(given.features):
        return given.X[list(data.features)]
    return given.X.set_axis(list(data.features), axis=1)


def told(plan: Plan, found: Evasion, reach: str = "") -> dict[str, Any]:
    """The parameters that stand in the report: how it was attacked and of what, and no row unless asked for."""
    tried = found.attacked
    said: dict[str, Any] = {
        "norm": plan.norm,
        "attack": plan.attack,
        "knowledge": plan.attacker.knowledge,
        "queries": plan.attacker.queries,
        "attacker": in_words(plan.attacker, reach),
        "rows_attacked": int(tried.sum()),
        "rows_attackable": int(found.attackable.sum()),
        "rows": len(tried),
        "without_start": int(found.without_start.sum()),
        "median_queries": float(np.median(found.queries[tried])),
    }
    if found.starts_from:
        said["starts_drawn_from"] = found.starts_from
    if found.held:
        said["held"] = [str(name) for name in found.held[:20]]
    return said


def shown(found: Evasion, data: Dataset) -> dict[str, Any]:
    """The smallest changes that turned an answer, as many as the configuration lets a report show."""
    most = examples()
    if not most:
        return {}
    order = np.argsort(np.where(found.attacked, found.distances, np.inf), kind="stable")
    nearest = [int(row) for row in order[:most] if np.isfinite(found.distances[row])]
    return {"examples": [_example(row, found, data) for row in nearest]}


def _example(row: int, found: Evasion, data: Dataset) -> dict[str, Any]:
    before, after = data.X.iloc[row], found.adversarial.loc[row]
    changed = [name for name in data.features if before[name] != after[name] and not pd.isna(after[name])]
    return {
        "row": row,
        "distance": float(found.distances[row]),
        "changed": {str(name): [before[name], after[name]] for name in changed},
    }
