"""Text that a person does not see as the machine does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.data.cells import in_words, texts_of
from pytest_iso23053.measures.data.hidden import hidden_kinds
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

SHOWN = 20


@measure(
    clause="7.2",
    aspect="quality",
    unit="cells",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="Boucher et al. 2022 (Bad Characters); Greshake et al. 2023; Unicode TS 39 (confusables)",
    needs=("train",),
    threats=("AML.T0020",),
)
def hidden_text_count(data: Any) -> Measurement:
    r"""Number of cells whose text is not what a reader sees: invisible signs, reversed runs, letters that look alike.

    Counted are controls of direction, signs without width, tags and runs of variation selectors, and words of Latin
    letters with Cyrillic, Greek or styled ones among them. Not counted is what scripts and emoji need: controls beside
    Arabic or Hebrew, joiners in Persian or Hindi, invisible breaks in Thai, joined emoji and flags, and Latin letters
    in Cyrillic words. Names of columns count too, each as one cell.

    Parameters
    ----------
    data : Dataset or frame
        All columns of text are read, also those that the model does not see.

    Returns
    -------
    Measurement
        An exact count; ``params["found"]`` says which column holds how many cells of which kind.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no column of text.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> codes = pd.DataFrame({"job": ["A172", "A173", "A173\u200b"]})
    >>> measures.hidden_text_count(codes).params["found"]
    {'job': {'sign without width': 1}}
    """
    dataset = as_dataset(data)
    found: dict[str, dict[str, int]] = {}
    cells = 0
    for column in texts_of(dataset):
        for text, count in zip(column.texts, column.cells.tolist(), strict=True):
            kinds = hidden_kinds(text)
            cells += count if kinds else 0
            for kind in kinds:
                held = found.setdefault(str(column.column), {})
                held[kind] = held.get(kind, 0) + count
    for name in dataset.frame.columns:
        if isinstance(name, str) and hidden_kinds(name):
            cells += 1
            found.setdefault(ascii(name)[1:-1], {})["name of the column"] = 1
    params = {"found": dict(list(found.items())[:SHOWN]), "columns": len(found), "what": in_words(found)}
    return of_data(float(cells), dataset.n, dataset, params=params)
