"""Texts that say the same: does the model's answer hang on how they are written?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.data.cells import free_text
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.counts import paired_difference
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.simultaneous import per_comparison

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.assurance.measurement import Measurement

    Edit = Callable[[str, np.random.Generator], str]

ROWS = 2_000
MARGIN = 0.02


def _blanks(text: str, random: np.random.Generator) -> str:
    """Two blanks where there was one, and one at each end."""
    del random
    return f" {text.replace(' ', '  ')} "


def _case(text: str, random: np.random.Generator) -> str:
    """Capitals throughout; small letters where it was so already."""
    del random
    return text.lower() if text.isupper() else text.upper()


def _punctuation(text: str, random: np.random.Generator) -> str:
    """A full stop taken away at the end, or put there."""
    del random
    bare = text.rstrip()
    return bare[:-1] if bare.endswith((".", "!", "?")) else f"{bare}."


def _typing_error(text: str, random: np.random.Generator) -> str:
    """Two neighbouring letters within a word of five letters or more have changed places."""
    words = list(re.finditer(r"[^\W\d_]{5,}", text))
    if not words:
        return text
    word = words[int(random.integers(len(words)))]
    place = word.start() + int(random.integers(1, len(word[0]) - 2))
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _word_lost(text: str, random: np.random.Generator) -> str:
    """One word is missing: something that a reader may well notice."""
    words = text.split(" ")
    if len(words) < 2:
        return text
    del words[int(random.integers(len(words)))]
    return " ".join(words)


EDITS: dict[str, Edit] = {
    "blanks": _blanks,
    "capitals": _case,
    "full stop": _punctuation,
    "typing error": _typing_error,
}


@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    basis="P",
    limit=f"<= {MARGIN}",
    range=(-1.0, 1.0),
    source="Ribeiro et al. 2020 (CheckList, invariance tests); Bonett & Price 2012 (interval)",
    needs=("model", "test"),
    task="detect decisions that hang on how a text is written",
)
def rewording_excess(model: Any, data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """Share of texts whose label an edit changes that no reader would mind, beyond the share that a lost word changes.

    The edits are: more blanks, capitals throughout, a full stop more or less, and one typing error. The control is the
    same text with one word taken away at random: what leaves all words there must not change more answers.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier of texts.
    data : Dataset or frame
        With a column of free text: mostly distinct, of four words or more. Up to 2,000 rows are asked about.
    confidence : float, default 0.95
        Level of the interval of a paired difference, which allows for the four edits.
    seed : int, optional
        Seed of the choice of rows, words and letters; by default that of the running test.

    Returns
    -------
    Measurement
        Of the edit that exceeds the control most, which ``params`` name beside the share that each edit changes. A
        model that reacts to everything, to lost words as well, is not found by it.

    Raises
    ------
    NotMeasurableError
        A ValueError: no column of free text, or a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> import pandas as pd
    >>> notes = pd.DataFrame({"note": [f"the parcel number {n} never came here" for n in range(200)]})
    >>> shouting = lambda frame: frame["note"].str.isupper()
    >>> measures.rewording_excess(shouting, notes, seed=0).params["edit"]
    'capitals'
    """
    case = Case(model, data).classification()
    level, seed = checked_confidence(confidence), settled_seed(seed)
    columns = free_text(case.data)
    if not columns:
        raise NotMeasurableError(f"{case.data.where} has no column of free text: mostly distinct, of several words")
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(case.data.n)[:ROWS])
    lost = _flipped(case, rows, columns, _word_lost, random)
    tried = per_comparison(level, len(EDITS))
    found = {}
    for name, edit in EDITS.items():
        changed = _flipped(case, rows, columns, edit, random)
        bounds = paired_difference(int(np.sum(changed & ~lost)), int(np.sum(lost & ~changed)), len(rows), tried)
        found[name] = (float(changed.mean()), *bounds)
    worst = max(found, key=lambda name: found[name][1])
    control = float(lost.mean())
    value, low, high = found[worst][0] - control, found[worst][1], found[worst][2]
    shares = {name: round(each[0], 4) for name, each in found.items()}
    params = {
        "edit": worst,
        "changed": shares,
        "control": round(control, 4),
        "columns": [str(name) for name in columns],
    }
    params |= {"rows": case.data.n, "what": f"{worst} change {shares[worst]:.2%}, a lost word {control:.2%}"}
    low, high = min(low, value), max(high, value)
    return case.measurement(value, low, high, len(rows), confidence=level, params=params, seed=seed)


def _flipped(case: Case, rows: Any, columns: list[Any], edit: Edit, random: np.random.Generator) -> Any:
    """Which rows get another label when their texts are edited."""
    X = case.data.X.iloc[rows].copy()
    for name in columns:
        X[name] = [edit(cell, random) if isinstance(cell, str) else cell for cell in X[name]]
    return np.asarray(case.model.predict_frame(X, like=case.data) != case.predicted[rows], dtype=bool)
