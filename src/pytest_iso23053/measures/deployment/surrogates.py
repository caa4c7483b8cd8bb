"""Copies of a model, made from its answers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.measures.probes import finite
from pytest_iso23053.measures.spread import mean_and_spread
from pytest_iso23053.measures.threads import single_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


EXACT = 1e-5  # in standard deviations of what is solved for
STEEPEST = 15.0  # log odds beyond which a probability has lost its digits


class Copy(NamedTuple):
    """What the copy answers to the rows in question, and how it was made."""

    answers: NDArray[Any]
    attack: str


def design(asked: Matrix, held: Matrix, nominal: NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
    """Columns of a linear model: numbers in standard deviations, a column for each category, and a constant."""
    columns: list[list[Any]] = [[], []]
    for place, coded in enumerate(nominal.tolist()):
        known, new = asked[:, place], held[:, place]
        if coded:
            for value in np.unique(known[~np.isnan(known)])[1:].tolist():
                columns[0].append(known == value)
                columns[1].append(new == value)
            continue
        centre, spread = mean_and_spread(known)
        for side, part in zip(columns, (known, new), strict=True):
            scaled = (part - centre) / (spread or 1.0)
            side.append(np.where(np.isfinite(scaled), scaled, 0.0))
    made = [
        np.column_stack([*side, np.ones(part.shape[0])]).astype(np.float64)
        for side, part in zip(columns, (asked, held), strict=True)
    ]
    return made[0], made[1]


def solved(asked: Matrix, values: Matrix, held: Matrix) -> Matrix | None:
    """The values at the held rows, where they are linear in the columns (Tramèr et al. 2016); None where not.

    Equations are solved on four fifths of the rows asked, and have to hold on the last fifth.
    """
    usable = np.flatnonzero((np.abs(values) < STEEPEST).all(axis=1)) if values.shape[1] else np.arange(0)
    cut = usable.size * 4 // 5
    if cut <= asked.shape[1] or cut == usable.size:
        return None
    fit, check = usable[:cut], usable[cut:]
    weights = np.linalg.lstsq(asked[fit], values[fit], rcond=None)[0]
    scale = float(values[usable].std()) or 1.0
    if float(np.abs(asked[check] @ weights - values[check]).max()) > EXACT * scale:
        return None
    return np.asarray(held @ weights, dtype=np.float64)


def learned(
    matrices: tuple[Matrix, Matrix], nominal: NDArray[np.bool_], answers: NDArray[Any], *, regression: bool, seed: int
) -> Copy:
    """The better of trees and a linear model, as the last fifth of the answers has it."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression, Ridge

    if np.unique(answers).size == 1:
        return Copy(np.full(matrices[1].shape[0], answers[0]), "constant")
    trees = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    linear = Ridge(1e-3) if regression else LogisticRegression(C=10.0, max_iter=200)
    flat = design(*matrices, nominal)
    raw = tuple(finite(part) for part in matrices)
    cut = len(answers) * 4 // 5
    if np.unique(answers[:cut]).size == 1:
        return Copy(np.full(matrices[1].shape[0], answers[0]), "constant")
    copies: list[tuple[float, Copy]] = []
    forest = trees(max_iter=60, early_stopping=False, categorical_features=nominal, random_state=seed % 2**31)
    for name, learner, (known, held) in (("trees", forest, raw), ("linear", linear, flat)):
        with single_thread():
            learner.fit(known[:cut], answers[:cut])
            score = float(learner.score(known[cut:], answers[cut:]))
            copies.append((score, Copy(np.asarray(learner.predict(held)), name)))
    return max(copies, key=lambda scored: scored[0])[1]
