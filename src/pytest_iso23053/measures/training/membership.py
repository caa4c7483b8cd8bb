"""Can it be told from the model's answers who was in its training data?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, labels_of, role_of, settled_seed, shared_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.shadows import likelihood_ratios
from pytest_iso23053.measures.training.skill import is_regression
from pytest_iso23053.measures.training.traces import Placed, Unseen, caught, rows_to_resolve, traces, unseen
from pytest_iso23053.stats import ranking
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

THRESHOLD, LIRA = "threshold", "lira"
ATTACKS = (THRESHOLD, LIRA)
FEWEST_ROWS = 10
THREATS = ("AML.T0024.000", "ML04", "NISTAML.033")
TASK = "limit memorisation of training records"
SOURCE = "Yeom et al. 2018 (loss threshold); Shokri et al. 2017; Carlini et al. 2022 (LiRA, TPR at a low FPR)"
NEEDS = ("model", "train", "test", "labels")


class Scores(NamedTuple):
    """What an attack gives to members and to others, and its control where there is one."""

    members: NDArray[np.float64]
    others: NDArray[np.float64]
    control: Unseen | None
    remark: str


@measure(
    clause="7.3",
    aspect="memorisation",
    boundary=("7.3", "7.4"),
    unit="score",
    direction="lower",
    starting_point="<= 0.6",
    range=(0.0, 1.0),
    source=f"{SOURCE}; DeLong et al. 1988 and Newcombe 2006 (interval)",
    needs=NEEDS,
    threats=THREATS,
    task=TASK,
)
def membership_inference_auc(
    model: Any,
    train: Any,
    test: Any,
    *,
    attack: str = THRESHOLD,
    shadows: int = 16,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Probability that an attacker takes a training row for one rather than a row that the model has never seen.

    The threshold attack goes by how well the model's answer fits the row's label. LiRA trains shadow models with and
    without each row, and asks which of the two the model under test behaves like: it costs as many trainings, and finds
    more where few may be accused wrongly. An attacker who is right about few people, but surely, is worse than one who
    is a little better than chance about all: see the true positives at a low rate of false ones in ``params``, or
    `membership_inference_tpr`.

    Test rows may be harder than training rows for any model, of a later period for instance; that is no membership. The
    control of the threshold attack are learners that have seen neither. Where they tell the two data sets apart (99 %),
    what they find is taken off, and ``params["corrected"]`` says so. A weak attack may vanish with it: test rows of the
    same period show more.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or regressor; probabilities say more than labels. LiRA needs a scikit-learn estimator.
    train, test : Dataset or (X, y)
        Labelled rows: those that the model was trained on, and others of the same kind that it was not. Rows that are
        in both make the attack look weaker than it is (`overlap_rate`).
    attack : {"threshold", "lira"}
        Which one.
    shadows : int, default 16
        Of LiRA: how many models are trained, an even number; `joblib.parallel_config` spreads them.
    confidence : float, default 0.95
        Level of the interval. Rows must be independent.
    seed : int, optional
        Seed of the shadows and of the choice of rows; by default that of the running test, of the control's learners
        that of the run.

    Returns
    -------
    Measurement
        0.5 is chance. Of a model that gives labels alone it is one half plus half of the gap in accuracy (Yeom et al.
        2018), and with probabilities it can be far from chance where there is hardly a gap. ``params`` hold the share
        of members caught at 1 % and 0.1 % of false accusations, with exact bounds, or how many test rows that takes. A
        low value does not show that there is no stronger attack.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, fewer than ten rows of either kind, or (LiRA) the model cannot be trained again.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> X, y = random.normal(size=(400, 3)), random.integers(0, 2, 400)
    >>> train, test = (X[:200], y[:200]), (X[200:], y[200:])
    >>> by_heart = DecisionTreeClassifier(random_state=0).fit(*train)
    >>> measures.membership_inference_auc(by_heart, train, test).low > 0.6
    True
    """
    case, known, level = Case(model, test), as_dataset(train), checked_confidence(confidence)
    scores = _scores(case, known, attack, shadows, seed)
    params: dict[str, Any] = {"attack": attack}
    if attack == LIRA:
        params["shadows"] = shadows
    bounds = ranking.roc_auc(_members(scores), np.concatenate([scores.members, scores.others]), level)
    if scores.control is not None:
        params |= {"control": round(scores.control.placed.interval(level)[0], 4), "corrected": scores.control.differs}
        if scores.control.differs:
            bounds = _corrected(scores, scores.control, level)
    elif scores.remark:
        params["control"] = scores.remark
    for fpr in (0.01, 0.001):
        params[f"tpr_at_{fpr:.1%}_fpr".replace(".0%", "%")] = _told(scores, fpr, level)
    return _measured(case, known, bounds, scores, confidence=level, params=params, seed=settled_seed(seed))


@measure(
    clause="7.3",
    aspect="memorisation",
    boundary=("7.3", "7.4"),
    unit="share",
    direction="lower",
    starting_point="<= 0.02",
    range=(0.0, 1.0),
    source=f"{SOURCE}; Clopper & Pearson 1934 (interval)",
    needs=NEEDS,
    threats=THREATS,
    task=TASK,
)
def membership_inference_tpr(
    model: Any,
    train: Any,
    test: Any,
    *,
    fpr: float = 0.01,
    attack: str = THRESHOLD,
    shadows: int = 16,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of the training rows that an attacker names rightly while accusing few others: by chance, as few of either.

    Parameters
    ----------
    model, train, test, attack, shadows, seed
        As for `membership_inference_auc`.
    fpr : float, default 0.01
        Greatest share of the test rows that may be taken for training rows; the usual ones are 0.01 and 0.001.
    confidence : float, default 0.95
        Level of the exact interval, which takes the attack's threshold as given.

    Returns
    -------
    Measurement
        Its n is the number of training rows. Test rows that are harder than training rows for any model, as of a later
        period, show here too: ``params["control"]`` is near 0.5 where there are none.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are too few test rows for one of them to be such a share, and as for
        `membership_inference_auc`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> X, y = random.normal(size=(400, 3)), random.integers(0, 2, 400)
    >>> train, test = (X[:200], y[:200]), (X[200:], y[200:])
    >>> model = DecisionTreeClassifier(max_depth=1).fit(*train)
    >>> measures.membership_inference_tpr(model, train, test, fpr=0.1).value < 0.2
    True
    """
    if not 0 < fpr < 1:
        raise ValueError(f"fpr = {fpr} is no share between 0 and 1; write 0.01 for one false accusation in a hundred")
    case, known, level = Case(model, test), as_dataset(train), checked_confidence(confidence)
    if case.data.n < rows_to_resolve(fpr):
        raise NotMeasurableError(
            f"{case.data.where} has {case.data.n} rows, of which none is a share of {fpr}: it takes "
            f"{rows_to_resolve(fpr)}, or a greater fpr"
        )
    scores = _scores(case, known, attack, shadows, seed)
    found = caught(scores.members, scores.others, fpr, level)
    if found is None:
        raise NotMeasurableError(
            f"{known.where} has {known.n} rows; the attack compares as many test rows with them, and an fpr of {fpr} "
            f"takes {rows_to_resolve(fpr)}"
        )
    params: dict[str, Any] = {"fpr": fpr, "attack": attack} | ({"shadows": shadows} if attack == LIRA else {})
    if scores.control is not None:
        params["control"] = round(scores.control.placed.interval(level)[0], 4)
    return _measured(case, known, found, scores, confidence=level, params=params, seed=settled_seed(seed))


def _scores(case: Case, train: Dataset, attack: str, shadows: int, seed: int | None) -> Scores:
    if attack not in ATTACKS:
        raise ValueError(f"attack = {attack!r} is not known; it is one of {', '.join(ATTACKS)}")
    labels_of(train), labels_of(case.data)
    for data in (train, case.data):
        if data.n < FEWEST_ROWS:
            raise NotMeasurableError(f"{data.where} has {data.n} rows; the attack needs {FEWEST_ROWS} of either kind")
    if attack == LIRA:
        if shadows < 4 or shadows % 2:
            raise ValueError(f"shadows = {shadows}: they are trained in pairs, two of them at least; write 16")
        return Scores(
            *likelihood_ratios(case.model, train, case.data, shadows=shadows, seed=settled_seed(seed)), None, ""
        )
    own, others = traces(case.model, train), traces(case.model, case.data)
    try:
        control = unseen(train, case.data, regression=is_regression(case), seed=shared_seed(seed))
    except NotMeasurableError as error:
        return Scores(own, others, None, f"none: {error}")
    return Scores(own[control.rows], others, control, "")


def _members(scores: Scores) -> NDArray[np.bool_]:
    return np.arange(scores.members.size + scores.others.size) < scores.members.size


def _corrected(scores: Scores, control: Unseen, level: float) -> tuple[float, float, float]:
    """The area less what the control's lies beyond chance, row by row, as both find the same rows hard."""
    excess = (Placed.of(scores.members, scores.others) - control.placed).interval(level)
    value, low, high = (float(np.clip(0.5 + bound, 0.0, 1.0)) for bound in excess)
    return value, low, high


def _told(scores: Scores, fpr: float, level: float) -> list[float] | str:
    found = caught(scores.members, scores.others, fpr, level)
    if found is None:
        return f"takes {rows_to_resolve(fpr)} test rows"
    return [round(bound, 5) for bound in found]


def _measured(
    case: Case, train: Dataset, bounds: tuple[float, float, float], scores: Scores, **more: Any
) -> Measurement:
    value, low, high = bounds
    return Measurement(
        "",
        value,
        low=min(low, value),
        high=max(high, value),
        n=scores.members.size + scores.others.size,
        subjects=(case.model.name, train.name, case.data.name),
        roles=("model", role_of(train), role_of(case.data)),
        **more,
    )
