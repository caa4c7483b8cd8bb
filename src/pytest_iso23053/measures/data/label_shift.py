"""A part of the rows in which the labels follow other rules in the one data set than in the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, shared_seed
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.probes import codes_as, out_of_fold
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.slices import slices_of
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.stats.intervals import checked_confidence, normal_quantile
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

FEWEST_ROWS = 100
FEW_ROWS = 2_000  # up to here one division of the rows is not enough to rely on
MOST_ROWS = 20_000  # of either data set that the auditor sees
ENOUGH_TO_COMPARE = 10
SELECTED = 2 / 3  # of the largest difference that the auditor expects anywhere


@dataclass(frozen=True)
class Audited:
    """Signed differences where an auditor expects any: those of the current rows, less the mean of the reference's."""

    differences: NDArray[np.float64]
    selected: NDArray[np.int64]
    variance_of_reference: float


@measure(
    clause="7.2",
    aspect="labelling",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(-2.0, 2.0),
    source=(
        "Hébert-Johnson et al. 2018 (auditing for multicalibration); Moreno-Torres et al. 2012 (concept shift); "
        "Nadeau & Bengio 2003 (variance over folds)"
    ),
    needs=("train", "test", "labels"),
    threats=("AML.T0020", "ML02", "NISTAML.013"),
    task="label a part of the rows by the same rules in both data sets",
)
def slice_label_shift(
    reference: Any, current: Any, *, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """How far the labels of the two data sets differ where they differ most, beyond what the features explain.

    Learners of the reference's rows say how probable each label is, of the current rows and, out of fold, of the
    reference's own. What they leave unexplained of the current labels is learned by an auditor (boosted trees, across
    folds of these rows). It is then held against rows that the auditor has not seen, where it expects two thirds of the
    largest difference, and against the reference's own rows there. Were both labelled by the same rules, nothing would
    be left to learn: the null is 0, the limit the margin over it. Nothing has to be paid for the search, as other rows
    say where to look than say what is there.

    A part of the training rows whose labels were turned round, by a site, a period, or somebody who meant to, shows
    here though a model has learned it as right; so does a part of the test rows. What differs by chance from row to row
    is for `label_noise_excess`.

    Parameters
    ----------
    reference, current : Dataset or (X, y)
        The training rows and the test rows, say.
    confidence : float, default 0.95
        Level of the interval; its variance allows for folds that share rows.
    seed : int, optional
        Seed of the folds and of the learners; by default that of the run, so that measures share a fit.

    Returns
    -------
    Measurement
        Of two classes the difference in the share of labels, of more that in the probability of the label given. Its n
        is the number of current rows; ``params["slice"]`` describes where most of it lies. Labels inverted in 7 % of
        4,000 rows were found, held against 1,600.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, fewer than 100 rows, or they are quantities.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).random((3_000, 3)).round(2)
    >>> y = (X[:, 0] > 0.5).astype(int)
    >>> changed = np.where(X[:1_500, 1] > 0.9, 1 - y[:1_500], y[:1_500])
    >>> found = measures.slice_label_shift((X[:1_500], changed), (X[1_500:], y[1_500:]), seed=0)
    >>> (found <= 0.05).verdict
    'not met'
    """
    before, after = as_dataset(reference), as_dataset(current)
    seed, level = shared_seed(seed), checked_confidence(confidence)
    probe = out_of_fold(before, seed=seed)
    rows, codes = codes_as(probe, after)
    if min(len(rows), len(probe.rows)) < FEWEST_ROWS:
        raise NotMeasurableError(
            f"{before.where} and {after.where} have {min(len(rows), len(probe.rows))} labelled rows at least; an "
            f"auditor needs {FEWEST_ROWS} of each"
        )
    random = np.random.default_rng(seed)
    shown = np.sort(random.permutation(len(rows))[:MOST_ROWS])
    held = np.sort(random.permutation(len(probe.rows))[:MOST_ROWS])
    known, asked = encoded(before, after, features=probe.features)[0]
    # Each learner by itself: their mean would be surer than any of those that the reference's rows were put to.
    each = probe.on(before, after)[:, rows[shown]]
    unexplained = np.mean([_unexplained(given, codes[shown]) for given in each], axis=0)
    of_reference = _unexplained(probe.probabilities[held], probe.codes[held])
    divisions = [
        _audited(asked[rows[shown]], unexplained, known[probe.rows[held]], of_reference, division)
        for division in random.integers(0, 2**31, 3 if len(shown) <= FEW_ROWS else 1).tolist()
    ]
    value, reach = _over_divisions(divisions, folds=_folds(len(shown)), level=level)
    params = {
        "slice": _where(after, rows[shown], divisions[0]),
        "share": round(float(np.mean([len(each.selected) for each in divisions])) / len(shown), 4),
        "rows": f"{len(shown)} of {after.n}",
    }
    bounds = {"low": max(value - reach, -2.0), "high": min(value + reach, 2.0), "confidence": level}
    return of_data(value, len(shown), before, after, params=params, seed=seed, **bounds)


def _unexplained(probabilities: NDArray[np.float64], codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of two classes the label minus its probability; of more, by how much the label is less plausible than expected.

    A class that the reference lacks (-1) is not plausible at all.
    """
    if probabilities.shape[1] == 2:
        return np.where(codes < 0, 1.0, codes - probabilities[:, 1])
    own = np.where(codes < 0, 0.0, probabilities[np.arange(len(codes)), codes])
    return np.asarray(np.square(probabilities).sum(axis=1) - own)


def _folds(rows: int) -> int:
    return 5 if rows <= FEW_ROWS else 2


def _audited(
    X: NDArray[Any], unexplained: NDArray[np.float64], others: NDArray[Any], reference: NDArray[np.float64], seed: int
) -> Audited:
    folds = _folds(len(X))
    fold = np.random.default_rng(seed).permutation(len(X)) % folds
    differences, selected, variances = [np.empty(0)], [np.empty(0, dtype=np.int64)], [0.0]
    for part in range(folds):
        inside, outside = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
        with single_thread():
            auditor = _auditor(len(outside)).fit(X[outside], unexplained[outside])
            seen, expected, elsewhere = (auditor.predict(each) for each in (X[outside], X[inside], others))
        least = SELECTED * np.quantile(np.abs(seen), 0.98)
        here, there = np.abs(expected) >= least, np.abs(elsewhere) >= least
        if not here.any() or there.sum() < ENOUGH_TO_COMPARE:
            continue
        own = np.sign(elsewhere[there]) * reference[there]
        differences.append(np.sign(expected[here]) * unexplained[inside[here]] - own.mean())
        selected.append(inside[here])
        variances.append(float(own.var()) / len(own))
    return Audited(np.concatenate(differences), np.concatenate(selected), max(variances))


def _auditor(rows: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        max_iter=20,
        learning_rate=0.2,
        max_leaf_nodes=6,
        min_samples_leaf=int(np.clip(rows // 20, 10, 30)),
        early_stopping=False,
        random_state=0,
    )


def _over_divisions(divisions: list[Audited], *, folds: int, level: float) -> tuple[float, float]:
    """The mean over several divisions of the rows, with the mean reach of each: they share rows, and settle nothing.

    The auditors of one division share rows too: to 1 / folds Nadeau & Bengio add the ratio of rows judged to learned.
    """
    told = [each for each in divisions if len(each.differences) > 1]
    if not told:
        return 0.0, np.nan
    shared = 1 + folds / (folds - 1)
    variances = [each.differences.var(ddof=1) / len(each.differences) * shared for each in told]
    reaches = [np.sqrt(own + each.variance_of_reference) for own, each in zip(variances, told, strict=True)]
    value = float(np.mean([each.differences.mean() for each in told]))
    return value, normal_quantile(level) * float(np.mean(reaches))


def _where(after: Dataset, rows: NDArray[np.int64], audited: Audited) -> str | None:
    """The slice of one column or two in which the differences found are the largest for its size."""
    slices = slices_of(after)
    if not len(slices.searched) or not len(audited.selected):
        return None
    found = np.zeros(after.n)
    found[rows[audited.selected]] = audited.differences
    worth = slices.sums(found)[slices.searched] / np.sqrt(slices.rows[slices.searched])
    return slices.described(int(slices.searched[worth.argmax()]))
