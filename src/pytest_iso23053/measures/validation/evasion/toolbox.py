"""White-box attacks, handed to the adversarial-robustness-toolbox, which is imported only where they are asked for.

Whatever the toolbox returns is asked about again: its attacks return the row itself where they fail, which reads as if
it had withstood everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.measures.validation.evasion.attack import Evasion, Plan
from pytest_iso23053.measures.validation.evasion.limits import checked
from pytest_iso23053.measures.validation.evasion.narrowing import narrow
from pytest_iso23053.measures.validation.evasion.oracle import Oracle
from pytest_iso23053.measures.validation.evasion.rows import MOST_ROWS, attackable, chosen
from pytest_iso23053.measures.validation.evasion.search import Search
from pytest_iso23053.measures.validation.evasion.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.measures.cases import Case
    from pytest_iso23053.subjects.model import Model

ATTACK = "art"
NORMS = {"l2": 2, "linf": np.inf}
ROUNDS = 40
REACHES = np.geomspace(1 / 64, 2.0, 8)  # in what the columns deviate together, where no distance is set
CHECKS = 1 + 8 + 21  # queries: the row itself, what each reach found, and the line to the nearest


def attack_rows(case: Case, plan: Plan, *, rows: int | None) -> Evasion:
    """Attack with the model's gradients: projected gradient descent within the distance, or within several.

    Raises
    ------
    SubjectError
        The toolbox is not installed.
    NotMeasurableError
        The features are not all numbers that may be moved freely, or the toolbox has no gradients of this model.
    """
    if plan.norm not in NORMS:
        raise ValueError(f"norm = {plan.norm!r} is not known; it is one of {', '.join(NORMS)}")
    can = attackable(case)
    taken = chosen(can, MOST_ROWS if rows is None else rows, plan.seed)
    part = case.data.subset(taken)
    space = Space(part, part, checked(plan.attacker, part))
    if not space.free or (space.weights != 1).any():
        raise NotMeasurableError(
            "the toolbox moves every feature freely, and this attacker or these data do not allow it: leave out the "
            'limits and costs, or let knowledge = "black-box"'
        )
    oracle = Oracle(case.model, part, space, max(plan.attacker.queries, CHECKS))
    search = Search(space, oracle, plan.norm, np.arange(part.n), plan.enough)
    descend = _descent(case.model, space, plan)
    for reach in [plan.enough] if plan.enough else REACHES * search.length(space.origin.std(axis=0)):
        found = np.asarray(descend(reach * (1 - 1e-5)), dtype=np.float64)  # in single precision it goes a little beyond
        search.ask(search.rows, found.reshape(part.n, 1, -1))
    narrow(search, 3)
    distances, queries = np.full(case.data.n, np.nan), np.zeros(case.data.n, dtype=np.int64)
    distances[taken], queries[taken] = search.distance, oracle.queries
    attacked = np.zeros(case.data.n, dtype=bool)
    attacked[taken] = True
    # Within a distance a row that was not turned withstood; where no distance is set, the attack told nothing of it.
    lost = np.zeros(case.data.n, dtype=bool) if plan.enough else attacked & np.isinf(distances)
    frame = space.frame(search.rows, search.best).set_axis(taken)
    return Evasion(can, attacked, distances, queries, 0, lost, frame)


def _descent(model: Model, space: Space, plan: Plan) -> Callable[[float], Any]:
    """Projected gradient descent (Madry et al. 2018) from the rows within a distance."""
    try:
        from art.attacks.evasion import ProjectedGradientDescent
    except ImportError as error:
        raise SubjectError(
            'white-box attacks need the adversarial-robustness-toolbox: pip install "pytest-iso23053[adversarial]" '
            f"({error})"
        ) from error
    estimator = _estimator(model)

    def descend(reach: float) -> Any:
        attack = ProjectedGradientDescent(
            estimator, norm=NORMS[plan.norm], eps=reach, eps_step=reach / 8, max_iter=ROUNDS, verbose=False
        )
        state = np.random.get_state()  # the toolbox draws from numpy's global state
        np.random.seed(plan.seed % 2**32)
        try:
            return attack.generate(space.origin.astype(np.float32))
        finally:
            np.random.set_state(state)

    return descend


def _estimator(model: Model) -> Any:
    """The model as the toolbox takes it: an estimator of its own, or one of scikit-learn's that it has gradients of."""
    predictor = model.predictor
    if hasattr(predictor, "loss_gradient"):
        return predictor
    from art.estimators.classification import SklearnClassifier

    try:
        wrapped = SklearnClassifier(model=predictor)
    except (TypeError, ValueError, AttributeError) as error:
        raise NotMeasurableError(f"the toolbox cannot wrap {model.estimator}: {error}") from error
    if not hasattr(wrapped, "loss_gradient"):
        raise NotMeasurableError(
            f"the toolbox has no gradients of {model.estimator}; give the model as one of its estimators "
            '(PyTorchClassifier, …), or let knowledge = "black-box"'
        )
    return wrapped
