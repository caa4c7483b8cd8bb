"""How far a row has to be moved for another answer, and how many are turned within a distance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.attacker import attacker
from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import turned_over
from pytest_iso23053.measures.series_columns import of_quantity
from pytest_iso23053.measures.validation.evasion import characters, toolbox
from pytest_iso23053.measures.validation.evasion.attack import Evasion, Plan
from pytest_iso23053.measures.validation.evasion.rows import DEVIATIONS, UNITS, attack_rows, shown, told
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson
from pytest_iso23053.stats.medians import median_interval

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.assurance.policy import Attacker
    from pytest_iso23053.measures.series import Series

THREATS = ("AML.T0015", "AML.T0043", "ML01", "NISTAML.022")
CHARACTERS = 3.0  # of a text
TENTH = 0.1  # of each column's standard deviation: what is tried where nobody said how far an attacker can go
DECISIONS = "Chen, Jordan & Wainwright 2020 (HopSkipJump); Guo et al. 2019 (SimBA)"
BY_KNOWLEDGE = {"black-box": "hopskipjump", "probabilities": "simba", "white-box": toolbox.ATTACK}


@measure(
    clause="7.4",
    aspect="robustness",
    unit="distance",
    direction="higher",
    range=(0.0, None),
    source=f"{DECISIONS}; David & Nagaraja 2003 (interval by order statistics)",
    needs=("model", "test"),
    cost="minutes",
    threats=THREATS,
)
def minimal_perturbation(
    model: Any,
    data: Any,
    *,
    norm: str | None = "l2",
    start: Any = None,
    queries: int | None = None,
    attack: str | None = None,
    knowledge: str | None = None,
    train: Any = None,
    rows: int | None = None,
    scale: str = UNITS,
    confidence: float = 0.95,
    seed: int | None = None,
    **limits: Any,
) -> Measurement:
    """Median distance by which a row has to be moved until the model answers otherwise, as far as an attack found.

    An attack finds points, so that the distance is an upper bound of the smallest one there is: another attack, or more
    queries, may find nearer ones. The distance is in the data's own units, and nothing is held constant unless the
    attacker of the configuration, or ``limits``, says so.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or frame
        The rows to attack: those that the model answers correctly, and without labels all.
    norm : {"l2", "linf", "edits"}
        The Euclidean distance, the largest change of a single feature, or the number of characters changed in texts.
        An exchanged category counts as one unit.
    start : frame or array of shape (rows, features), optional
        A starting point for each row, with another answer than the row's. By default the nearest row with another
        answer in ``train``, or in ``data`` itself.
    queries : int, optional
        How often the model may be asked about each row; by default the attacker's (400).
    attack : {"nearest", "hopskipjump", "simba"}, optional
        ``nearest`` is cheap: the start, a search on the line to it, and columns that return. ``hopskipjump`` goes on
        by decisions, ``simba`` by probabilities and decisions. By default what the attacker's knowledge allows.
    knowledge : {"black-box", "probabilities", "white-box"}, optional
        By default the attacker's.
    train : Dataset or frame, optional
        Where starts are looked for, among 2,000 of its rows by lot, and what limits are inferred from.
    rows : int, optional
        Attack at most so many rows, drawn by the seed; by default 1,000.
    scale : {"units", "deviations"}
        Distances in the data's own units, or in standard deviations of each column.
    confidence : float, default 0.95
        Level of the exact interval by order statistics. Rows without a start may lie anywhere in it.
    seed : int, optional
        Seed of the attack; by default that of the running test.
    **limits
        Fields of the attacker: ``immutable``, ``increase_only``, ``decrease_only``, ``integer``, ``one_hot``,
        ``ranges``, ``costs``, ``infer``.

    Returns
    -------
    Measurement
        ``params`` count the rows for which no start was found. ``details`` hold distances, queries and the points
        found, row by row; they stand in no report.

    Raises
    ------
    NotMeasurableError
        A ValueError: a regressor, no row is answered correctly, or no row with another answer was found at all.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> rows = np.random.default_rng(0).normal(size=(200, 2))
    >>> found = measures.minimal_perturbation(lambda frame: frame["x0"] > 0, rows, seed=1)
    >>> exact = np.abs(rows[:, 0])
    >>> bool((found.details.distances >= exact).all()), round(found.value / float(np.median(exact)), 2)
    (True, 1.0)
    """
    case, level = Case(model, data).classification(), checked_confidence(confidence)
    one = _limited(attacker(knowledge=knowledge, queries=queries), limits)
    plan = Plan(one, norm or "l2", _attack(attack, norm, one), settled_seed(seed))
    found = _found(case, plan, rows=rows, train=train, start=start, scale=scale)
    told_of = found.distances[found.attacked & ~found.without_start]  # infinite where a text withstood
    value, low, high = median_interval(told_of, level, unknown=int(found.without_start.sum()))
    unit = {"units": "distance", "deviations": "standard deviations"}[scale] if plan.norm != "edits" else "characters"
    return case.measurement(
        value,
        low,
        high,
        int(found.attacked.sum()),
        confidence=level,
        unit=unit,
        params={**told(plan, found), "scale": scale, **shown(found, case.data)},
        seed=plan.seed,
        details=found,
        series=_distances(found, unit, case.data.name),
    )


@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    starting_point="<= 0.10",
    range=(0.0, 1.0),
    source=f"{DECISIONS}; Clopper & Pearson 1934 (interval)",
    needs=("model", "test"),
    cost="minutes",
    threats=THREATS,
)
def evasion_rate(
    model: Any,
    data: Any,
    *,
    epsilon: float | None = None,
    norm: str | None = None,
    queries: int | None = None,
    start: Any = None,
    attack: str | None = None,
    knowledge: str | None = None,
    train: Any = None,
    rows: int | None = None,
    scale: str | None = None,
    confidence: float = 0.95,
    seed: int | None = None,
    **limits: Any,
) -> Measurement:
    """Share of the rows answered correctly that an attack turns by moving them no farther than ``epsilon``.

    What an attack does not turn, another may. A row for which no start was found is neither turned nor counted as
    withstanding: ``params`` tell how many there are, and the interval holds both.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or frame
        The rows to attack: those that the model answers correctly, and without labels all.
    epsilon : float, optional
        How far a row may be moved. By default the attacker's for the norm; where the configuration says nothing, each
        column by a tenth of its standard deviation (``norm="linf"``, ``scale="deviations"``), and a text by 3
        characters.
    norm : {"l2", "linf", "edits"}, optional
        As for `minimal_perturbation`; by default the norm for which the attacker has an ``epsilon``, else ``l2``.
    queries, start, attack, knowledge, train, rows, seed, **limits
        As for `minimal_perturbation`.
    scale : {"units", "deviations"}, optional
        The data's own units, or standard deviations of each column; by default its own units.
    confidence : float, default 0.95
        Level of the exact (Clopper-Pearson) interval.

    Returns
    -------
    Measurement
        ``details`` hold distances, queries and the points found, row by row; they stand in no report.

    Raises
    ------
    NotMeasurableError
        A ValueError: a regressor, no row is answered correctly, or no row with another answer was found at all.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> rows = np.random.default_rng(0).normal(size=(400, 2))
    >>> measures.evasion_rate(lambda frame: frame["x0"] > 0, rows, epsilon=0.1, seed=1)
    evasion_rate = 0.062, 95 % interval 0.041 to 0.091, n = 400
    """
    case, level = Case(model, data).classification(), checked_confidence(confidence)
    one = _limited(attacker(knowledge=knowledge, queries=queries), limits)
    norm, epsilon, scale = _reach(one, norm, epsilon, scale)
    reach = f"within {epsilon:g} {'characters' if norm == 'edits' else f'{scale} in {norm}'}"
    plan = Plan(one, norm, _attack(attack, norm, one), settled_seed(seed), enough=epsilon)
    found = _found(case, plan, rows=rows, train=train, start=start, scale=scale)
    turned, lost = int((found.found <= epsilon * (1 + 1e-9)).sum()), int(found.without_start.sum())
    every = int(found.attacked.sum())
    if every == lost:
        raise NotMeasurableError(f"none of the {every} rows has a word that could be misspelt")
    return case.measurement(
        turned / (every - lost),
        float(clopper_pearson(turned, every, level)[0]),
        float(clopper_pearson(turned + lost, every, level)[1]),
        every,
        confidence=level,
        params={"epsilon": epsilon, **told(plan, found, reach), "scale": scale, **shown(found, case.data)},
        seed=plan.seed,
        details=found,
        series=_over_cost(found, plan, epsilon, level),
    )


def _distances(found: Evasion, unit: str, sample: str) -> Series | None:
    """How far the rows had to be moved; those that were not turned have no distance."""
    lost = int(found.without_start.sum())
    withstood = int(found.attacked.sum()) - len(found.found) - lost
    besides = [[name, rows] for name, rows in (("withstood", withstood), ("no start found", lost)) if rows]
    return of_quantity(f"{unit} to another answer", sample, found.found, besides)


def _over_cost(found: Evasion, plan: Plan, epsilon: float, level: float) -> Series:
    """How the share of turned rows grows with what the attacker spends: queries, or distance where it has gradients."""
    turned = found.attacked & (found.distances <= epsilon * (1 + 1e-9))
    by_distance = plan.attack == toolbox.ATTACK
    return turned_over(
        np.minimum(found.distances[turned], epsilon) if by_distance else found.queries[turned],
        int(found.attacked.sum()),
        int(found.without_start.sum()),
        over=f"distance in {plan.norm}" if by_distance else "queries spent on a row",
        most=epsilon if by_distance else float(max(plan.attacker.queries, found.queries.max(initial=0))),
        confidence=level,
    )


def _limited(one: Attacker, limits: dict[str, Any]) -> Attacker:
    """The attacker with the limits of a call, in place of those configured."""
    known = ("immutable", "increase_only", "decrease_only", "integer", "one_hot", "ranges", "costs", "infer")
    for name in limits:
        if name not in known:
            raise TypeError(f"an attack takes no {name!r}; its limits are {', '.join(known)}")
    tuples = {name: tuple(limits[name]) for name in known[:4] if name in limits}
    groups = {"one_hot": tuple(map(tuple, limits["one_hot"]))} if "one_hot" in limits else {}
    return replace(one, **{**limits, **tuples, **groups})


def _attack(said: str | None, norm: str | None, one: Attacker) -> str:
    """The attack asked for, else what the attacker's knowledge allows; on texts there is one."""
    return "characters" if norm == "edits" else said or BY_KNOWLEDGE[one.knowledge]


def _reach(one: Attacker, norm: str | None, epsilon: float | None, scale: str | None) -> tuple[str, float, str]:
    """The norm, how far in it, and in what: as said, as configured, else a tenth of a standard deviation."""
    if epsilon is None and norm is None and scale is None and not one.epsilon:
        return "linf", TENTH, DEVIATIONS
    if norm is None:
        norm = next(iter(one.epsilon)) if epsilon is None and one.epsilon else "l2"
    found = one.epsilon.get(norm, CHARACTERS if norm == "edits" else None) if epsilon is None else float(epsilon)
    if found is None:
        raise NotMeasurableError(
            f"nobody said how far a row may be moved in {norm}: pass epsilon=…, or configure [tool.iso23053.attacker] "
            f"epsilon = {{ {norm} = … }}"
        )
    if not (found > 0 and np.isfinite(found)):
        raise ValueError(f"epsilon = {found} is no distance above 0")
    return norm, found, scale or UNITS


def _found(case: Case, plan: Plan, *, rows: int | None, train: Any, start: Any, scale: str) -> Evasion:
    if plan.norm == "edits":
        return characters.attack_texts(case, plan, rows=rows)
    if plan.attack == toolbox.ATTACK:
        if start is not None or scale != UNITS:
            raise NotMeasurableError(
                "a white-box attack begins at the row itself, and its distances are in the data's own units: leave out "
                'start, pass epsilon=… or configure it, or let knowledge = "black-box"'
            )
        return toolbox.attack_rows(case, plan, rows=rows)
    return attack_rows(case, plan, rows=rows, train=train, start=start, scale=scale)
