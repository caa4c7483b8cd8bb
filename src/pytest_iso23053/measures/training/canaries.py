"""Does training learn single rows by heart? Canaries are planted, and looked for among others that were not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import labels_of, role_of, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.measures.training.refit import clone_of, refitted
from pytest_iso23053.measures.training.traces import traces
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.model import as_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

FEWEST_ROWS = 50
REFERENCES = 1_000


@measure(
    clause="7.3",
    aspect="memorisation",
    unit="bits",
    direction="lower",
    starting_point="<= 1",
    source="Carlini et al. 2019 (The Secret Sharer: exposure); Feldman & Zhang 2020; Student's t interval",
    needs=("model", "train", "labels", "refit"),
    threats=("AML.T0024.000", "ML03", "NISTAML.038"),
    task="limit memorisation of single records",
    cost="minutes",
)
def canary_exposure(
    model: Any, train: Any, *, canaries: int = 40, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """By how many bits a row planted in training stands out among like rows that were not, beyond chance.

    Canaries are rows that never were: each cell from another row, and a label by lot. The model is trained again with
    some of them. How well its answer fits a canary's label is ranked among 1,000 others drawn alike; the exposure is
    log2 of their number over the rank. By chance ranks are even, which makes for some 1.44 bits on average: these are
    taken off. 3 bits more: an attacker who guesses needs an eighth of the guesses.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn estimator.
    train : Dataset or (X, y)
        At least 50 labelled rows it is trained on.
    canaries : int, default 40
        How many to plant; no more than one for twenty rows.
    confidence : float, default 0.95
        Level of the interval of the mean over canaries, of one training.
    seed : int, optional
        Seed of the canaries and of the training; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of canaries planted. 0 is chance, about 8.5 the most there can be, and about 1 where a model
        of two classes is equally sure of all its answers. Canaries are outliers: ordinary rows, which others speak for,
        stand out less (`membership_inference_auc`). ``params["guessed"]`` is the share of canaries whose label the
        model answers, ``by_chance`` that of the others.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model cannot be trained again, no labels, or too few rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(400, 4))
    >>> train = (X, X[:, 0] > 0)
    >>> by_heart = DecisionTreeClassifier(random_state=0).fit(*train)
    >>> found = measures.canary_exposure(by_heart, train, seed=0)
    >>> found.low > 0, found.params["guessed"]
    (True, 1.0)
    """
    subject, known, level = as_model(model), as_dataset(train), checked_confidence(confidence)
    labels = np.asarray(labels_of(known))
    clone_of(subject)
    if known.n < FEWEST_ROWS or canaries < 2:
        raise NotMeasurableError(f"{known.where} has {known.n} rows; it takes {FEWEST_ROWS}, and 2 canaries or more")
    settled = settled_seed(seed)
    random = np.random.default_rng(settled)
    planted = min(canaries, max(known.n // 20, 2))
    rows, given = _canaries(known, labels, planted + REFERENCES, random)
    with single_thread():
        taught = refitted(
            subject,
            known.with_features(pd.concat([known.X, rows.iloc[:planted]], ignore_index=True)),
            labels=np.concatenate([labels, given[:planted]]),
            seed=settled % 2**31,
        )
        asked = known.with_features(rows)
        fit = traces(taught, asked, given)
        answered = np.asarray(taught.predict(asked))
    exposure = _exposure(fit[:planted], fit[planted:], random)
    value, low, high = mean_interval(exposure - _by_chance(), level)
    params: dict[str, Any] = {"canaries": planted, "exposure": round(float(exposure.mean()), 3)}
    if answered.dtype.kind != "f":
        right = answered == given
        params |= {
            "guessed": round(float(right[:planted].mean()), 3),
            "by_chance": round(float(right[planted:].mean()), 3),
        }
    return Measurement(
        "",
        value,
        low=low,
        high=high,
        confidence=level,
        n=planted,
        params=params,
        subjects=(subject.name, known.name),
        roles=("model", role_of(known)),
        seed=settled,
    )


def _canaries(
    train: Dataset, labels: NDArray[Any], count: int, random: np.random.Generator
) -> tuple[pd.DataFrame, NDArray[Any]]:
    frame = train.X
    drawn = {name: frame[name].take(random.integers(0, train.n, count)).array for name in frame.columns}
    kinds = np.unique(labels) if labels.dtype.kind != "f" else labels
    return pd.DataFrame(drawn), kinds[random.integers(0, kinds.size, count)]


def _exposure(planted: NDArray[np.float64], others: NDArray[np.float64], random: np.random.Generator) -> Any:
    """Ties are broken by lot, so that ranks are even where nothing was learned."""
    ordered = np.sort(others)
    above = others.size - np.searchsorted(ordered, planted, side="right")
    ties = np.searchsorted(ordered, planted, side="right") - np.searchsorted(ordered, planted, side="left")
    rank = 1 + above + random.integers(0, ties + 1)
    return np.log2(others.size + 1) - np.log2(rank)


def _by_chance() -> float:
    ranks = np.arange(1, REFERENCES + 2)
    return float(np.mean(np.log2(REFERENCES + 1) - np.log2(ranks)))
