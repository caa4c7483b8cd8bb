"""Can what a class looks like be drawn from the model's probabilities, down to the very rows it was trained on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, labels_of, role_of
from pytest_iso23053.measures.columns import comparable, is_numeric, quantities
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, student_quantile
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

    Matrix = NDArray[np.float64]

FEWEST_COLUMNS, MOST_COLUMNS = 16, 1_024
FEWEST_ROWS = 3  # of a class, on either side
MOST_CLASSES = 20
PROBE, STEP = 0.5, 0.5  # standard deviations of a column
LEAST = 1e-9


@measure(
    clause="7.5",
    aspect="inversion",
    unit="score",
    direction="lower",
    starting_point="<= 0.05",
    range=(-2.0, 2.0),
    source="Fredrikson, Jha & Ristenpart 2015 (inversion by confidences); Yeom et al. 2018 (members against others)",
    needs=("model", "train", "test", "labels", "probabilities"),
    threats=("AML.T0024.001", "ML03", "NISTAML.032"),
    task="restrict reconstruction of training data from the model's answers",
    cost="minutes",
)
def class_inversion_advantage(
    model: Any, train: Any, test: Any, *, steps: int = 20, confidence: float = 0.95
) -> Measurement:
    """How much more an input drawn from the model's probabilities resembles training rows than other rows of the class.

    The attacker starts at the mean of all rows and changes every column, within its range, the way the probability of a
    class grows. What comes out is a representative of the class: of a face recogniser the face that goes with a name.
    Any model that knows its classes gives such a picture away, and so would a look at other rows of the class. That is
    the baseline: resemblance (correlation over columns, the mean taken off) to training rows counts beyond the
    resemblance to test rows of the same class.

    It is meaningful where a row is a picture, or something like it: numbers only, sixteen columns and more, of one
    scale. Of an ordinary table the representative of a class is a row of averages, which says nothing of anybody;
    `attribute_inference_advantage` asks what leaks there.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier that gives probabilities.
    train, test : Dataset or (X, y)
        Labelled rows that the model was trained on, and others of the same classes.
    steps : int, default 20
        How often all columns are changed; each step asks about two rows a column and class.
    confidence : float, default 0.95
        Level of Student's interval. Rows must be independent.

    Returns
    -------
    Measurement
        0 where the picture is one of the class at large, whatever it shows. ``params["recognised"]`` is the share of
        classes whose picture is nearest to the mean of their own test rows (by chance one over the number of classes),
        ``likeness`` the resemblance to training rows, ``baseline`` that to test rows. A low value does not show that
        there is no stronger attack: one with gradients draws sharper pictures.

    Raises
    ------
    NotMeasurableError
        A ValueError: no probabilities or labels, too few rows of too many classes, or columns that are no picture.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.linear_model import LogisticRegression
    >>> from pytest_iso23053 import measures
    >>> X, y = load_digits(return_X_y=True)
    >>> train, test = (X[:60], y[:60]), (X[60:], y[60:])
    >>> by_heart = LogisticRegression(C=100, max_iter=200).fit(*train)
    >>> found = measures.class_inversion_advantage(by_heart, train, test)
    >>> found.low > 0, found.params["recognised"] > 0.5
    (True, True)
    """
    case, known, level = Case(model, test).classification(), as_dataset(train), checked_confidence(confidence)
    if isinstance(steps, bool) or steps < 1:
        raise ValueError(f"steps = {steps!r}: write 1 or more; 20 by default")
    names = comparable(known, case.data)
    own, others = _matrix(known, names), _matrix(case.data, names)
    classes, of_train, of_test = _classes(known, case)
    centre, spread = others.mean(axis=0), others.std(axis=0)
    used = np.flatnonzero(spread > 0)
    pictures = _drawn(case, classes, (others, used), names, steps)
    (seen, unseen), means = _alike(pictures, (own, others), (of_train, of_test), (centre, spread, used))
    value = float(np.mean([a.mean() - b.mean() for a, b in zip(seen, unseen, strict=True)]))
    reach = _reach([*seen, *unseen], level) / len(classes)
    params = {
        "recognised": float(np.mean(means.argmax(axis=1) == np.arange(len(classes)))),
        "classes": len(classes),
        "likeness": round(float(np.mean([part.mean() for part in seen])), 4),
        "baseline": round(float(np.mean([part.mean() for part in unseen])), 4),
        "rows_asked": steps * (2 * used.size + 1) * len(classes),
    }
    return Measurement(
        "",
        value,
        low=max(value - reach, -2.0),
        high=min(value + reach, 2.0),
        n=sum(part.size for pair in (seen, unseen) for part in pair),
        confidence=level,
        params=params,
        subjects=(case.model.name, known.name, case.data.name),
        roles=("model", role_of(known), role_of(case.data)),
    )


def _reach(parts: list[Matrix], level: float) -> float:
    """Of the sum of all means, by Student's distribution with Welch & Satterthwaite's degrees of freedom."""
    shares = np.array([part.var(ddof=1) / part.size for part in parts])
    spent = float(np.sum(shares**2 / np.array([part.size - 1 for part in parts])))
    degrees = float(shares.sum()) ** 2 / spent if spent > 0 else 1.0
    return student_quantile(level, degrees) * float(np.sqrt(shares.sum()))


def _matrix(data: Dataset, names: list[Any]) -> Matrix:
    """The columns as numbers.

    Raises
    ------
    NotMeasurableError
        They are no picture: text, few columns, gaps, or columns of scales of their own.
    """
    frame = data.X[names]
    if not FEWEST_COLUMNS <= len(names) <= MOST_COLUMNS or not all(is_numeric(frame[name]) for name in names):
        raise NotMeasurableError(
            f"{data.where} has {len(names)} features: a picture of a class means something where there are "
            f"{FEWEST_COLUMNS} to {MOST_COLUMNS} numbers alike; of a table, see attribute_inference_advantage"
        )
    matrix = np.column_stack([quantities(frame[name]) for name in names]) if data.n else np.zeros((0, len(names)))
    if not np.isfinite(matrix).all() or not data.n:
        raise NotMeasurableError(f"{data.where} has no rows, or values are missing in them")
    widths = np.ptp(matrix, axis=0)
    if np.mean(widths >= np.ptp(matrix) / 4) < 0.5:
        raise NotMeasurableError(
            f"the features of {data.where} are of different scales, so that a row is no picture; scale them in "
            "`preprocess`, or see attribute_inference_advantage"
        )
    return matrix


def _classes(train: Dataset, case: Case) -> tuple[list[Any], list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    """The classes that have rows enough in both, and these rows."""
    truth, other = np.asarray(labels_of(train)), case.y
    known = case.model.classes_for(case.data).tolist()
    able = [label for label in known if min(np.sum(truth == label), np.sum(other == label)) >= FEWEST_ROWS]
    if len(able) < 2:
        raise NotMeasurableError(
            f"{train.where} and {case.data.where} have {len(able)} classes with {FEWEST_ROWS} rows in each: it takes 2"
        )
    chosen = able[:MOST_CLASSES]
    seen, unseen = ([np.flatnonzero(labels == label) for label in chosen] for labels in (truth, other))
    return chosen, seen, unseen


def _drawn(case: Case, classes: list[Any], columns: tuple[Matrix, Any], names: list[Any], steps: int) -> Matrix:
    """One input for each class, from the mean of all rows uphill; the best that was seen."""
    others, used = columns
    low, high, spread = others.min(axis=0), others.max(axis=0), others.std(axis=0)
    places = [case.model.classes_for(case.data).tolist().index(label) for label in classes]
    now = np.tile(others.mean(axis=0), (len(classes), 1))
    best, reached = now.copy(), np.full(len(classes), -np.inf)
    moves = np.zeros((2 * used.size + 1, others.shape[1]))
    moves[np.arange(used.size), used] = PROBE * spread[used]
    moves[used.size + np.arange(used.size), used] = -PROBE * spread[used]
    for _ in range(steps):
        asked = np.clip(now[:, None, :] + moves, low, high).reshape(-1, others.shape[1])
        given = case.model.predict_proba_frame(pd.DataFrame(asked, columns=names), like=case.data)
        if given is None:
            raise NotMeasurableError(f"model {case.model.name!r} gives labels and no probabilities to climb along")
        odds = np.log(np.clip(given, LEAST, 1.0)).reshape(len(classes), len(moves), -1)
        scores = np.stack([odds[row, :, place] for row, place in enumerate(places)])
        better = scores[:, -1] >= reached
        best[better], reached[better] = now[better], scores[better, -1]
        slope = np.zeros_like(now)
        slope[:, used] = scores[:, : used.size] - scores[:, used.size : -1]
        size = np.sqrt(np.mean(slope[:, used] ** 2, axis=1, keepdims=True))
        now = np.clip(now + STEP * spread * slope / np.where(size > 0, size, 1.0), low, high)
    return best


def _alike(
    pictures: Matrix, matrices: tuple[Matrix, Matrix], rows: tuple[Any, Any], scale: tuple[Matrix, Matrix, Any]
) -> tuple[list[list[Matrix]], Matrix]:
    """How each class's rows of either kind resemble its picture, and how its picture resembles each class's mean."""
    centre, spread, used = scale

    def pointing(matrix: Matrix) -> Matrix:
        moved = ((matrix - centre) / np.where(spread > 0, spread, 1.0))[..., used]
        moved = moved - moved.mean(axis=-1, keepdims=True)
        size = np.linalg.norm(moved, axis=-1, keepdims=True)
        return np.asarray(moved / np.where(size > 0, size, 1.0))

    drawn = pointing(pictures)
    found = [
        [np.asarray(pointing(matrix[part]) @ picture) for part, picture in zip(parts, drawn, strict=True)]
        for matrix, parts in zip(matrices, rows, strict=True)
    ]
    means = np.stack([matrices[1][part].mean(axis=0) for part in rows[1]])
    return found, np.asarray(drawn @ pointing(means).T)
