"""Rows that stand apart from their class in what a model makes of them: spectral signatures and activation clusters."""

from __future__ import annotations

import warnings
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.measures.candidates import TASK, THREATS, Cell, Pool, of_model, pooled, screened, tails
from pytest_iso23053.measures.cases import settled_seed
from pytest_iso23053.measures.embeddings import Embedding, embedded_by, embedding
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.measures.training.refit import NEEDS, clone_of, refitted
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.model import as_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

    Function = Callable[[Any], Any] | None
    Matrix = NDArray[np.float64]

DIRECTIONS = 2
NULL = "Westfall & Young 1993 (null)"
CLUSTERS = (2, 3, 5)
CLUSTERED = 10  # directions that are clustered in, as Chen et al. advise


@measure(
    clause="7.2",
    aspect="poisoning",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.02",
    range=(-1.0, 1.0),
    source=f"Tran, Li & Madry 2018 (spectral signatures); {NULL}",
    needs=NEEDS,
    threats=(*THREATS, "NISTAML.023"),
    task=TASK,
    cost="minutes",
)
def spectral_signature_excess(
    model: Any,
    train: Any,
    test: Any,
    *,
    embedding: Function = None,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of training rows far out along the main directions of their class, beyond what trusted rows account for.

    Rows that were planted in a class, with a trigger or with a false label, pull the model's embedding of the class in
    a direction of their own. The model is trained again on both data sets together; in its embedding (last hidden
    layer, leaves of trees, else the inputs of the last step) each class is centred, and its rows are ordered by how far
    out they lie along the first two singular directions. The utmost 2, 5, 10, 20 and 35 % are counted among training
    rows and among trusted rows. Null: who is a training row is dealt out anew within each class, 999 times, and the
    bounds hold for all counts at once.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn classifier.
    train, test : Dataset or (X, y)
        Labelled rows to look at, and labelled rows of the same origin that are trusted; 60 of either.
    embedding : callable, optional
        From the features to a matrix, a row for each, in the place of the model's: of a network that was trained on
        neither data set. Then nothing is trained.
    confidence : float, default 0.95
        Level at which the bounds of all counts hold together.
    seed : int, optional
        Seed of the training, the permutations, and the draw where both have more than 6,000 rows; by default that of
        the running test.

    Returns
    -------
    Measurement
        Its n is the number of training rows looked at. ``params`` name what was embedded, how many candidates there
        are, and their first positions. Candidates are rows to look at, not culprits: a kind of row that test rows lack
        stands apart as well. A low value does not show that nothing was planted.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, too few rows, or a model that cannot be trained again and no embedding.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from pytest_iso23053 import measures
    >>> X, others = np.random.default_rng(0).normal(size=(2, 500, 4))
    >>> y, truth = X[:, 0] > 0, others[:, 0] > 0
    >>> y[:60], X[:60, 3] = True, 4
    >>> model = RandomForestClassifier(20, random_state=0).fit(X, y)
    >>> measures.spectral_signature_excess(model, (X, y), (others, truth), seed=0).low > 0.01
    True
    """
    screen = _screen(model, (train, test), embedding, checked_confidence(confidence), settled_seed(seed))
    cells = []
    for place in screen.pool.able():
        rows, along = screen.along(place, DIRECTIONS)
        for number, lies in enumerate(np.abs(along).T, start=1):
            scores = np.zeros(screen.pool.codes.size)
            scores[rows] = np.round(lies, 9)
            cells += tails(screen.pool, scores, f"direction {number}", place)
    return screen.judged(cells)


@measure(
    clause="7.2",
    aspect="poisoning",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.02",
    range=(-1.0, 1.0),
    source=f"Chen et al. 2018 (activation clustering); {NULL}",
    needs=NEEDS,
    threats=(*THREATS, "NISTAML.023"),
    task=TASK,
    cost="minutes",
)
def activation_cluster_excess(
    model: Any,
    train: Any,
    test: Any,
    *,
    embedding: Function = None,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of training rows in a cluster of their class that trusted rows of the class are seldom in.

    The model is trained again on both data sets together; in its embedding the rows of each class are divided into two,
    three and five clusters (k-means in the ten directions of most variance). Honest classes have clusters too, and a
    silhouette would take many of them for poison: here a cluster counts by how much larger it is among training rows
    than among trusted ones. Null: who is a training row is dealt out anew within each class, 999 times, and the bounds
    hold for all clusters at once.

    Parameters
    ----------
    model, train, test, embedding, confidence, seed
        As for `spectral_signature_excess`; both share one training.

    Returns
    -------
    Measurement
        As of `spectral_signature_excess`: the rows of the cluster are candidates.

    Raises
    ------
    NotMeasurableError
        As for `spectral_signature_excess`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from pytest_iso23053 import measures
    >>> X, others = np.random.default_rng(0).normal(size=(2, 500, 4))
    >>> y, truth = X[:, 0] > 0, others[:, 0] > 0
    >>> y[:60], X[:60, 3] = True, 4
    >>> model = RandomForestClassifier(20, random_state=0).fit(X, y)
    >>> found = measures.activation_cluster_excess(model, (X, y), (others, truth), seed=0)
    >>> found.low > 0.01, found.params["embedding"]
    (True, 'leaves')
    """
    screen = _screen(model, (train, test), embedding, checked_confidence(confidence), settled_seed(seed))
    return screen.judged([cell for place in screen.pool.able() for cell in _clusters(screen, place)])


class _Screen(NamedTuple):
    """Both data sets as one, their embedding, and what the measurement has to say."""

    pool: Pool
    embedded: Embedding
    sets: tuple[Dataset, Dataset]
    name: str
    level: float
    seed: int

    def along(self, place: int, most: int) -> tuple[NDArray[np.int64], Matrix]:
        """The rows of a class, and where they lie along its first singular directions."""
        rows = self.pool.of_class(place)
        own = self.embedded.matrix[rows]
        centred = own - own.mean(axis=0)
        with single_thread():
            _, directions = np.linalg.eigh(centred.T @ centred)
            return rows, np.asarray(centred @ directions[:, ::-1][:, :most])

    def judged(self, cells: list[Cell]) -> Measurement:
        """What the cells show, said of the model too."""
        found = screened(self.pool, cells, self.sets, self.level, self.seed, embedding=self.embedded.kind)
        return of_model(found, self.name)


def _screen(model: Any, given: tuple[Any, Any], function: Function, level: float, seed: int) -> _Screen:
    subject, sets = as_model(model), (as_dataset(given[0]), as_dataset(given[1]))
    if function is None:
        clone_of(subject)
    pool = pooled(*sets, seed)
    embedded = _embedded(subject, pool, sets, seed) if function is None else embedded_by(function, pool.data)
    return _Screen(pool, embedded, sets, subject.name, level, seed)


_held: weakref.WeakKeyDictionary[
    Model, weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Dataset, dict[int, Embedding]]]
] = weakref.WeakKeyDictionary()


def _embedded(model: Model, pool: Pool, sets: tuple[Dataset, Dataset], seed: int) -> Embedding:
    """That of the model trained again on the pool; trained once for both screens."""
    by_data = _held.setdefault(model, weakref.WeakKeyDictionary())
    held = by_data.setdefault(sets[0], weakref.WeakKeyDictionary()).setdefault(sets[1], {})
    if seed not in held:
        with single_thread():
            held[seed] = embedding(refitted(model, pool.data, labels=pool.labels, seed=seed % 2**31), pool.data)
    return held[seed]


def _clusters(screen: _Screen, place: int) -> Iterator[Cell]:
    from sklearn.cluster import KMeans

    rows, along = screen.along(place, CLUSTERED)
    for count in CLUSTERS:
        with single_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # fewer different rows than clusters: the last of them are empty
            found = KMeans(count, n_init=3, random_state=0).fit_predict(along)
        for number in range(count):
            picked = np.zeros(screen.pool.codes.size, dtype=bool)
            picked[rows[found == number]] = True
            yield Cell(f"cluster {number + 1} of {count}", place, picked)
