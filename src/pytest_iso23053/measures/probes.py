"""A quick learner of our own, fitted once a data set and shared: what do rows say that the learner has not seen?

Label errors, leakage and proxies are all looked for in out-of-fold answers. The learner is no candidate for anything
else: it has to be quick, to take every column as it is, and to give probabilities.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.rows import row_keys
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.subjects.answers import task_of_target
from pytest_iso23053.subjects.frames import plain
from pytest_iso23053.subjects.labels import sorted_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

FEWEST_ROWS = 30  # below, an error of the learner cannot be told from one of a label
FEW_ROWS = 2_000  # up to here a forest is quick, and more accurate than boosting
MOST_ROWS = 50_000  # of the rows a fit may take; what was used is said in every result
TREES = 60


@dataclass(frozen=True, eq=False)
class Folded:
    """Labelled rows (positions in the data set), their labels as places in ``classes``, and the fold of each."""

    classes: NDArray[Any]
    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    folds: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Probe(Folded):
    """Out-of-fold probabilities of shape (rows, classes), and the learners of some features that they are from.

    Each learner has not seen the rows of its fold.
    """

    features: tuple[Any, ...]
    probabilities: NDArray[np.float64]
    learners: tuple[Any, ...]

    @property
    def given(self) -> NDArray[np.float64]:
        """The probability of each row's own label: the lower it is, the less plausible the label."""
        own: NDArray[np.float64] = self.probabilities[np.arange(len(self.codes)), self.codes]
        return own

    @property
    def agrees(self) -> NDArray[np.bool_]:
        """Whether the label is the one that the learner expects."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.codes)

    def on(self, reference: Dataset, other: Dataset) -> NDArray[np.float64]:
        """Probabilities for rows that none of the learners has seen, of shape (learners, rows, classes).

        ``reference`` is the data set that the learners are from. Averaging these probabilities would give a better
        learner than any out-of-fold one: a comparison of the two has to average what comes of each. Asked once, kept
        as long as the other data set, and read-only.
        """
        held = _said.setdefault(other, weakref.WeakKeyDictionary())
        if self not in held:
            matrix = encoded(reference, other, features=self.features)[0][1]
            with single_thread():
                each = [_probabilities(learner, matrix, len(self.classes)) for learner in self.learners]
            held[self] = np.stack(each)
            held[self].setflags(write=False)
        return held[self]


_said: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Probe, NDArray[np.float64]]]
_said = weakref.WeakKeyDictionary()


def out_of_fold(
    dataset: Dataset,
    *,
    seed: int,
    folds: int | None = None,
    target: Any = None,
    without: Sequence[Any] = (),
) -> Probe:
    """The out-of-fold probabilities of a data set; fitted when first asked for, and kept as long as the data set.

    Up to 2,000 rows the learner is a forest of extremely randomised trees in five folds; above, histogram boosting in
    three, on at most 50,000 rows drawn by lot. Rows without a label are left out; rows of the same features are in the
    same fold.

    Parameters
    ----------
    dataset : Dataset
        Labelled rows.
    seed : int
        Seed of the folds, of the learner, and of the draw of rows.
    folds : int, optional
        At least 2.
    target : optional
        Another column to predict than the data set's target; it is no feature then.
    without : sequence
        Features to leave out.

    Raises
    ------
    NotMeasurableError
        There are no labels, or they are quantities, of one class only, or of fewer than 30 rows.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import Dataset
    >>> from pytest_iso23053.measures.probes import out_of_fold
    >>> x = np.linspace(0, 1, 200)
    >>> probe = out_of_fold(Dataset(x.reshape(-1, 1), x > 0.5), seed=1)
    >>> probe.probabilities.shape, bool(probe.agrees.mean() > 0.95)
    ((200, 2), True)
    """
    name = dataset.target if target is None else target
    features = tuple(column for column in dataset.features if column != name and column not in set(without))
    key = (name, features, seed, folds)
    held = _probes.setdefault(dataset, {})
    if key not in held:
        held[key] = _fitted(dataset, name, features, seed, folds)
    return held[key]


_probes: weakref.WeakKeyDictionary[Dataset, dict[Any, Probe]] = weakref.WeakKeyDictionary()


def labelled_codes(dataset: Dataset, target: Any) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Classes, positions of the rows that have one, and each row's class as its place among them.

    Raises
    ------
    NotMeasurableError
        There are none, or they are quantities.
    """
    if target is None:
        raise NotMeasurableError(f"{dataset.where} has no labels; name its target")
    column = dataset.column(target)
    rows = np.flatnonzero(column.notna().to_numpy(dtype=bool))
    known = column.iloc[rows]
    if len(known) and task_of_target(plain(known)) != "classification":
        raise NotMeasurableError(f"{dataset.where}: column {target!r} holds quantities, and this is about classes")
    values = plain(known).to_numpy()
    classes = sorted_labels(plain(known).unique())
    places = {value: place for place, value in enumerate(classes.tolist())}
    codes = np.array([places[value] for value in values.tolist()], dtype=np.int64)
    return classes, rows, codes


def codes_as(probe: Probe, dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The labelled rows of another data set, and their labels as the probe numbers them; unknown classes are -1."""
    classes, rows, codes = labelled_codes(dataset, dataset.target)
    places = {value: place for place, value in enumerate(probe.classes.tolist())}
    table = np.array([places.get(value, -1) for value in classes.tolist()], dtype=np.int64)
    return rows, table[codes] if len(codes) else codes


def folded(
    dataset: Dataset, *, seed: int, target: Any, features: Sequence[Any] = (), folds: int | None = None
) -> Folded:
    """The labelled rows in their folds, without a learner; drawn by lot where they are more than a fit may take.

    Raises
    ------
    NotMeasurableError
        As for `out_of_fold`.
    """
    chosen = tuple(features or (column for column in dataset.features if column != target))
    classes, rows, codes = labelled_codes(dataset, target)
    if len(rows) < FEWEST_ROWS or len(classes) < 2 or not chosen:
        raise NotMeasurableError(
            f"{dataset.where}: {len(rows)} labelled rows of {len(classes)} classes and {len(chosen)} features; a "
            f"learner needs at least {FEWEST_ROWS} rows, two classes and one feature"
        )
    random = np.random.default_rng(seed)
    if len(rows) > MOST_ROWS:
        drawn = np.sort(random.choice(len(rows), MOST_ROWS, replace=False))
        rows, codes = rows[drawn], codes[drawn]
    (matrix,), _ = encoded(dataset, features=chosen)
    twins = _twins(matrix[rows] if len(rows) < len(matrix) else matrix)
    return Folded(
        classes, rows, codes, stratified_folds(codes, twins, folds or (5 if len(rows) <= FEW_ROWS else 3), random)
    )


def _fitted(dataset: Dataset, target: Any, features: tuple[Any, ...], seed: int, folds: int | None) -> Probe:
    if not features:
        raise NotMeasurableError(f"{dataset.where} has no other feature to learn from")
    split = folded(dataset, seed=seed, target=target, features=features, folds=folds)
    rows, codes, parts = split.rows, split.codes, split.folds
    (matrix,), nominal = encoded(dataset, features=features)
    used = matrix[rows] if len(rows) < len(matrix) else matrix
    probabilities = np.empty((len(rows), len(split.classes)))
    learners = []
    for part in np.unique(parts).tolist():
        outside = parts != part
        with single_thread():
            learner = _learner(len(rows), codes[outside], nominal, seed + part).fit(used[outside], codes[outside])
            probabilities[~outside] = _probabilities(learner, used[~outside], len(split.classes))
        learners.append(learner)
    return Probe(split.classes, rows, codes, parts, features, probabilities, tuple(learners))


def _twins(matrix: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which rows are the same row; where most are, as with few and coarse features, each stands for itself."""
    (keys,) = row_keys(pd.DataFrame(matrix, copy=False))
    return keys if int(keys.max()) >= len(keys) // 5 else np.arange(len(keys))


def stratified_folds(
    codes: NDArray[np.int64], twins: NDArray[np.int64], folds: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """The fold of each row, by lot; each class is spread over all folds as evenly as its number allows.

    Rows of the same features (``twins``) share a fold: a learner that has seen the one knows the other's label.
    """
    _, first, group = np.unique(twins, return_index=True, return_inverse=True)
    order = np.lexsort((random.random(len(first)), codes[first]))
    parts = np.empty(len(first), dtype=np.int64)
    parts[order] = np.arange(len(first)) % folds
    spread: NDArray[np.int64] = parts[group]
    return spread


def _learner(rows: int, codes: NDArray[np.int64], nominal: NDArray[np.bool_], seed: int) -> Any:
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    classes = len(np.unique(codes))
    if classes < 2:
        return DummyClassifier()
    if rows <= FEW_ROWS:
        forest = ExtraTreesClassifier(TREES, min_samples_leaf=2, random_state=seed)
        return make_pipeline(FunctionTransformer(finite), forest)
    return HistGradientBoostingClassifier(
        learning_rate=0.2,
        max_iter=max(10, TREES // classes),
        early_stopping=False,
        categorical_features=nominal,
        random_state=seed,
    )


def finite(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix as a forest takes it: within the range of single precision, missing values kept."""
    return np.clip(matrix, -1e30, 1e30)


def _probabilities(learner: Any, matrix: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    given = learner.predict_proba(matrix)
    found: NDArray[np.float64] = np.zeros((len(matrix), classes))
    found[:, learner.classes_] = given  # a class of very few rows may be absent from all but one fold
    return found
