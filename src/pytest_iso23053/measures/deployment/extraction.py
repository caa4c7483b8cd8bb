"""How much of the model does one get who may ask it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.attacker import attacker
from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.deployment.surrogates import Copy, design, learned, solved
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import over_budget
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson
from pytest_iso23053.subjects.answers import REGRESSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

FEWEST_ROWS, FEWEST_QUERIES = 40, 50
MOST_ROWS = 5_000
NEAR = 0.1  # standard deviations of a regressor's answers


@measure(
    clause="7.5",
    aspect="extraction",
    unit="share",
    direction="lower",
    range=(0.0, 1.0),
    source="Tramèr et al. 2016 (equation solving); Jagielski et al. 2020 (fidelity); Clopper & Pearson 1934 (interval)",
    needs=("model", "test"),
    threats=("AML.T0024.002", "ML05", "NISTAML.031"),
    task="restrict model extraction",
)
def extraction_fidelity(
    model: Any,
    data: Any,
    *,
    queries: int = 1_000,
    knowledge: str | None = None,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of rows to which a copy made from the model's answers gives the model's answer.

    The attacker knows which values occur in each column, from one half of the rows, and no more: draws each column by
    lot, asks the model about these rows, and trains a copy on its answers. The other half of the rows judges the copy.
    Who sees probabilities, or a regressor's values, tries first to solve for the weights of a linear model.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or regressor.
    data : Dataset or X
        Rows as the model is asked about; labels are not needed.
    queries : int, default 1000
        How many rows the attacker asks about.
    knowledge : {"black-box", "probabilities", "white-box"}, optional
        Whether labels or probabilities are seen; by default what ``[tool.iso23053.attacker]`` says.
    confidence : float, default 0.95
        Level of the exact interval, which takes the copy as given.
    seed : int, optional
        Seed of halves, queries and copy; by default that of the running test.

    Returns
    -------
    Measurement
        Of a regressor the share of answers within a tenth of a standard deviation. ``params["baseline"]`` is what the
        most frequent answer gets (of a regressor the median): a copy is worth what it has beyond that. ``attack`` says
        whether equations were solved, and the copy has the weights, or what was trained. Any useful model can be
        learned from, as it was learned itself; the price in queries is what can be raised. A low value does not show
        that another copy or other queries get no further.

    Raises
    ------
    NotMeasurableError
        A ValueError: fewer than 40 rows, or the model answers all of them alike.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(400, 3))
    >>> model = LogisticRegression().fit(X, X[:, 0] > 0)
    >>> stolen = measures.extraction_fidelity(model, X, queries=50, knowledge="probabilities")
    >>> stolen.value, stolen.params["attack"]
    (1.0, 'equations')
    """
    if isinstance(queries, bool) or not queries >= FEWEST_QUERIES:
        raise ValueError(f"queries = {queries!r}: a copy takes {FEWEST_QUERIES} at least; write 1000, for example")
    case, level = Case(model, data), checked_confidence(confidence)
    one, settled = attacker(knowledge=knowledge), settled_seed(seed)
    known, held = _halves(case.data, np.random.default_rng(settled))
    asked = _asked(known, int(queries), np.random.default_rng(settled + 1))
    truth, regression = case.model.predict(held), case.model.task_for(case.data) == REGRESSION
    if np.unique(truth).size == 1:
        raise NotMeasurableError(f"model {case.model.name!r} answers all rows of {case.data.where} alike")
    budgets = sorted({most for most in (queries // 16, queries // 4) if most >= FEWEST_QUERIES} | {int(queries)})
    sets, labels = (known, asked, held), one.knowledge == "black-box"
    copies = _copies(case, sets, budgets, regression=regression, labels=labels, seed=settled)
    agreed = [_agree(copy.answers, truth, regression=regression) for copy in copies]
    copy, hits = copies[-1], agreed[-1]
    guess = np.full(truth.shape, _guess(truth, regression=regression))
    low, high = clopper_pearson(hits.sum(), hits.size, level)
    params = {
        "queries": int(queries),
        "knowledge": one.knowledge,
        "attack": copy.attack,
        "baseline": float(_agree(guess, truth, regression=regression).mean()),
    }
    return case.measurement(
        float(hits.mean()),
        float(low),
        float(high),
        int(hits.size),
        confidence=level,
        params=params,
        seed=settled,
        series=over_budget("fidelity of a copy", "queries", budgets, agreed, level),
    )


def _halves(data: Dataset, random: np.random.Generator) -> tuple[Dataset, Dataset]:
    if data.n < FEWEST_ROWS:
        raise NotMeasurableError(f"{data.where} has {data.n} rows; the attack and its judgement need {FEWEST_ROWS}")
    order = random.permutation(data.n)[: 2 * MOST_ROWS]
    cut = order.size // 2
    return data.subset(np.sort(order[:cut])), data.subset(np.sort(order[cut:]))


def _asked(known: Dataset, queries: int, random: np.random.Generator) -> Dataset:
    frame = known.X
    drawn = {
        name: frame[name].iloc[random.integers(known.n, size=queries)].reset_index(drop=True) for name in frame.columns
    }
    return known.with_features(pd.DataFrame(drawn))


def _copies(
    case: Case,
    sets: tuple[Dataset, Dataset, Dataset],
    budgets: list[int],
    *,
    regression: bool,
    labels: bool,
    seed: int,
) -> list[Copy]:
    """A copy from the first of the answers for each budget; the model is asked once for all of them."""
    known, asked, held = sets
    (_, queried, judged), nominal = encoded(known, asked, held)
    answers = np.asarray(case.model.predict(asked))
    odds = None if labels or regression else _log_odds(case.model.predict_proba(asked))
    copies = []
    for most in budgets:
        seen = (answers[:most], None if odds is None else odds[:most])
        solution = _solved(case, (queried[:most], judged), nominal, seen, regression=regression)
        copies.append(
            solution or learned((queried[:most], judged), nominal, answers[:most], regression=regression, seed=seed)
        )
    return copies


def _solved(
    case: Case,
    sides: tuple[NDArray[np.float64], NDArray[np.float64]],
    nominal: NDArray[np.bool_],
    seen: tuple[NDArray[Any], NDArray[np.float64] | None],
    *,
    regression: bool,
) -> Copy | None:
    answers, values = seen
    if regression:
        own = np.asarray(answers, dtype=np.float64)
        centre, spread = own.mean(), float(own.std()) or 1.0
        values = (own[:, None] - centre) / spread
    if values is None:
        return None
    known, held = design(*sides, nominal)
    found = solved(known, values, held)
    if found is None:
        return None
    if regression:
        return Copy(found[:, 0] * spread + centre, "equations")
    places = np.argmax(np.column_stack([np.zeros(len(found)), found]), axis=1)
    return Copy(np.asarray(case.model.classes_for(case.data))[places], "equations")


def _log_odds(given: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """Of each class against the first: linear in the columns for logistic regression of any number of classes."""
    if given is None:
        return None
    logarithms = np.log(np.maximum(given, 1e-300))
    return np.asarray(logarithms[:, 1:] - logarithms[:, :1])


def _agree(answers: NDArray[Any], truth: NDArray[Any], *, regression: bool) -> NDArray[np.bool_]:
    if not regression:
        return np.asarray(answers == truth, dtype=bool)
    numbers = truth.astype(float)
    return np.asarray(np.abs(answers.astype(float) - numbers) <= NEAR * numbers.std(), dtype=bool)


def _guess(truth: NDArray[Any], *, regression: bool) -> Any:
    if regression:
        return np.median(truth.astype(float))
    labels, counts = np.unique(truth, return_counts=True)
    return labels[int(np.argmax(counts))]
