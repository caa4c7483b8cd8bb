"""Does the model tell an attribute of a person that the rest of the record does not?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, labels_of, settled_seed
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.probes import finite
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.measures.training.traces import traces
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

FEWEST_ROWS, MOST_VALUES, FOLDS = 60, 10, 3
BINS = 255  # as many as histogram trees make of a column


@measure(
    clause="7.5",
    aspect="inversion",
    unit="share",
    direction="lower",
    range=(-1.0, 1.0),
    source="Fredrikson et al. 2014; Yeom et al. 2018; Jayaraman & Evans 2022 (imputation as the baseline)",
    needs=("model", "train", "labels"),
    threats=("AML.T0024.001", "ML03", "NISTAML.032"),
    task="restrict reconstruction of training data from the model's answers",
)
def attribute_inference_advantage(
    model: Any,
    data: Any,
    attribute: str,
    *,
    rows: int = 1_500,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """How much oftener an attacker who may ask the model guesses an attribute rightly than one who may not.

    Both know the other features and the label of a record, and whole records of other people, from which they learn to
    guess. One of them also puts each value of the attribute into the record, and sees how well the model's answers fit
    the label. What both can guess is a correlation in the data, and no leak of the model.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or regressor.
    data : Dataset
        Labelled rows, those that the model was trained on.
    attribute : str
        A feature with two to ten values.
    rows : int, default 1500
        How many rows are attacked, by lot.
    confidence : float, default 0.95
        Level of the interval of the mean over rows.
    seed : int, optional
        Seed of rows, folds and learners; by default that of the running test.

    Returns
    -------
    Measurement
        The difference of the two shares of right guesses, each value of the attribute counting alike; both are in
        ``params``. A model that does not use the attribute has exactly none. A model of a true relation may have a
        little: it knows from more rows than the attacker how label and attribute go together. A low value does not show
        that there is no stronger attack.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, fewer than 60 rows, no such feature, or one of too many values.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> X, y = np.column_stack([random.normal(size=400), random.integers(0, 2, 400)]), random.integers(0, 2, 400)
    >>> by_heart = DecisionTreeClassifier(random_state=0).fit(X, y)
    >>> measures.attribute_inference_advantage(by_heart, (X, y), "x1").low > 0
    True
    """
    case, level, settled = Case(model, data), checked_confidence(confidence), settled_seed(seed)
    random = np.random.default_rng(settled)
    attacked, values, codes = _attacked(case.data, attribute, rows, random)
    fit = _fit_of_each(case, attacked, attribute, values)
    own, nominal = _without(attacked, attribute)
    folds = random.permutation(attacked.n) % FOLDS
    own = _binned(own)
    alone = _guesses(own, nominal, codes, folds, settled)
    asked = np.column_stack([own, _binned(fit)])
    informed = alone if not fit.any() else _guesses(asked, _also(nominal, fit.shape[1]), codes, folds, settled)
    weights = attacked.n / (len(values) * np.bincount(codes, minlength=len(values)))[codes]
    right = [(guessed == codes) * weights for guessed in (informed, alone)]
    value, low, high = mean_interval(right[0] - right[1], level)
    if np.isnan(low):  # no guess differs: no more than what so many rows would have shown
        reach = 1 - (1 - level) ** (1 / attacked.n)
        low, high = value - reach, value + reach
    return case.measurement(
        value,
        max(low, -1.0),
        min(high, 1.0),
        attacked.n,
        confidence=level,
        params={"attribute": attribute, "with_model": float(right[0].mean()), "without": float(right[1].mean())},
        seed=settled,
    )


def _attacked(
    data: Dataset, attribute: str, rows: int, random: np.random.Generator
) -> tuple[Dataset, list[Any], NDArray[np.int64]]:
    """Rows by lot whose attribute is known, its values, and which of them each row has."""
    labels_of(data)
    if attribute not in data.features:
        raise NotMeasurableError(f"{attribute!r} is no feature of {data.where}: the model cannot be asked about it")
    known = np.flatnonzero(data.X[attribute].notna().to_numpy())
    if min(known.size, rows) < FEWEST_ROWS:
        raise NotMeasurableError(
            f"{min(known.size, rows)} rows of {data.where} to attack {attribute!r}; it takes {FEWEST_ROWS}"
        )
    chosen = data.subset(np.sort(random.permutation(known)[:rows]))
    codes, found = pd.factorize(chosen.X[attribute], sort=False)
    if not 2 <= len(found) <= MOST_VALUES:
        raise NotMeasurableError(f"{attribute!r} of {data.where} has {len(found)} values; it takes 2 to {MOST_VALUES}")
    return chosen, list(found), np.asarray(codes, dtype=np.int64)


def _fit_of_each(case: Case, attacked: Dataset, attribute: str, values: list[Any]) -> NDArray[np.float64]:
    """How well the model's answers fit the label with each value, beside their mean: zero where it is not used."""
    frame, fits = attacked.X, []
    for value in values:
        changed = frame.copy()
        changed[attribute] = pd.Series([value] * len(frame), index=frame.index, dtype=frame[attribute].dtype)
        fits.append(traces(case.model, attacked.with_features(changed), np.asarray(labels_of(attacked))))
    stacked = np.column_stack(fits)
    return np.asarray(np.round(stacked - stacked.mean(axis=1, keepdims=True), 9))


def _without(attacked: Dataset, attribute: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    names = [name for name in attacked.features if name != attribute]
    (own,), nominal = encoded(attacked, features=[*names, attacked.target])
    return finite(own), nominal


def _also(nominal: NDArray[np.bool_], more: int) -> NDArray[np.bool_]:
    return np.concatenate([nominal, np.zeros(more, dtype=bool)])


def _binned(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns of more values than the trees tell apart, by quantile; NaN stays.

    The trees would do it themselves, but where rows are weighted some versions of scikit-learn sort a column anew for
    each of the 254 quantiles, which takes far longer than all that follows.
    """
    made = matrix.copy()
    for column in made.T:
        known = np.sort(column[~np.isnan(column)])
        if np.count_nonzero(np.diff(known)) >= BINS:
            edges = np.quantile(known, np.arange(1, BINS) / BINS, method="averaged_inverted_cdf")
            column[~np.isnan(column)] = np.searchsorted(np.unique(edges), column[~np.isnan(column)])
    return made


def _guesses(
    matrix: NDArray[np.float64],
    nominal: NDArray[np.bool_],
    codes: NDArray[np.int64],
    folds: NDArray[np.int64],
    seed: int,
) -> NDArray[np.int64]:
    """The guess for each row of a learner that has seen the attribute of the other folds only."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    guessed = np.empty(codes.size, dtype=np.int64)
    for part in range(FOLDS):
        inside = folds == part
        if np.unique(codes[~inside]).size == 1:
            guessed[inside] = codes[~inside][0]
            continue
        learner = HistGradientBoostingClassifier(
            max_iter=30,
            learning_rate=0.2,
            early_stopping=False,
            class_weight="balanced",
            categorical_features=nominal,
            random_state=seed % 2**31 + part,
        )
        with single_thread():
            guessed[inside] = learner.fit(matrix[~inside], codes[~inside]).predict(matrix[inside])
    return guessed
