"""Personal data where none is meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.data.cells import Texts, in_words, texts_of
from pytest_iso23053.measures.data.personal import BETWEEN, KINDS, Found
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.assurance.measurement import Measurement

SHOWN = 20


@measure(
    clause="7.2",
    aspect="privacy",
    unit="cells",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="Lison et al. 2021 (anonymisation of text); ISO 13616 (IBAN); ISO/IEC 7812 (cards, Luhn 1960); ITU-T E.164",
    needs=("train",),
)
def personal_data_count(data: Any, *, allow: str | Sequence[str] = ()) -> Measurement:
    """Number of cells that hold an e-mail address, IBAN, payment card or telephone number, in columns of any text.

    Each pattern carries a check of its own: an IBAN its country's length and remainder by 97; a card its issuer and
    Luhn's digit, and either the grouping of a card, a word for one beside it, or a column whose numbers pass more often
    than the one in ten that passes by chance; a telephone number the plus of E.164 or a word for a telephone. Columns
    of numbers are not looked at, and names, addresses and whatever else has no pattern are not found.

    Parameters
    ----------
    data : Dataset or frame
        All columns of text are read, also those that the model does not see.
    allow : str or sequence of str
        Columns or kinds (``"e-mail address"``, ``"IBAN"``, ``"payment card"``, ``"telephone number"``) that are meant
        to be there.

    Returns
    -------
    Measurement
        An exact count. ``params["found"]`` says which column holds how many cells of which kind; what was found is
        neither kept nor shown.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no column of text.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> notes = pd.DataFrame({"note": ["call back", "write to a.b@example.org", "order 4711"]})
    >>> measures.personal_data_count(notes).params["found"]
    {'note': {'e-mail address': 1}}
    """
    dataset = as_dataset(data)
    allowed = {allow} if isinstance(allow, str) else set(allow)
    found: dict[str, dict[str, int]] = {}
    cells = 0
    for column in texts_of(dataset):
        if str(column.column) in allowed:
            continue
        counts, hit = _scanned(column, allowed)
        cells += hit
        if counts:
            found[str(column.column)] = counts
    params: dict[str, Any] = {
        "found": dict(list(found.items())[:SHOWN]),
        "columns": len(found),
        "what": in_words(found),
    }
    if allowed:
        params["allow"] = sorted(allowed)
    return of_data(float(cells), dataset.n, dataset, params=params)


def _scanned(column: Texts, allowed: set[str]) -> tuple[dict[str, int], int]:
    """Cells of each kind, and of any."""
    joined = BETWEEN.join(text.replace(BETWEEN, " ") for text in column.texts)
    ends = np.cumsum([len(text) + 1 for text in column.texts])
    hits: dict[str, set[int]] = {}
    for kind, search in KINDS.items():
        places = [place for found in search(joined) if _counts(found) for place in found.places]
        if places and kind not in allowed:
            hits[kind] = set(np.searchsorted(ends, places, side="right").tolist())
    counts = {kind: int(column.cells[sorted(texts)].sum()) for kind, texts in hits.items()}
    return counts, int(column.cells[sorted(set().union(*hits.values()))].sum()) if hits else 0


def _counts(found: Found) -> bool:
    """Whether so many pass their check that it is no chance."""
    from scipy.special import bdtrc

    passed = len(found.places)
    return passed > 0 and (
        not found.candidates or bool(bdtrc(passed - 1, found.candidates, found.by_chance) < found.beyond)
    )
