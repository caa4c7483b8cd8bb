"""Are the data known by their origin?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_iso23053.subjects.origins import Origin

SHOWN = 20


@measure(
    clause="7.2",
    aspect="provenance",
    unit="share",
    direction="higher",
    basis="N",
    limit=">= 1",
    range=(0.0, 1.0),
    source="Gebru et al. 2021 (Datasheets for Datasets); Akhtar et al. 2024 (Croissant); Carlini et al. 2024",
    needs=("provenance",),
    threats=("AML.T0010.002", "AML.T0020"),
)
def provenance_completeness(origins: Iterable[Origin]) -> Measurement:
    """Share of the data files that have a source, a licence, a date, and a digest that matches what lies there.

    Parameters
    ----------
    origins : iterable of Origin
        One for each data file; ``iso_provenance`` collects them from the configuration and from Croissant and DVC files
        beside the data.

    Returns
    -------
    Measurement
        An exact quantity, whose n is the number of files; ``params["lacking"]`` says what each lacks. Whether what is
        said is true, no digest can tell.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no data file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from pytest_iso23053 import measures
    >>> from pytest_iso23053.subjects.origins import Origin
    >>> known = Origin(Path(__file__), "our own hands", "MIT", "2026-01-31", "0" * 64)
    >>> measures.provenance_completeness([known]).params["lacking"]
    {'provenance.py': ['a digest that matches']}
    """
    files = list(origins)
    if not files:
        raise NotMeasurableError("no data set comes from a file, so that there is no origin of one to be known")
    lacking = {origin.file: lacks for origin in files if (lacks := origin.lacking())}
    names = Counter(file.name for file in lacking)
    shown: dict[str, Any] = {
        file.name if names[file.name] == 1 else "/".join(file.parts[-2:]): lacks
        for file, lacks in list(lacking.items())[:SHOWN]
    }
    share = 1 - len(lacking) / len(files)
    return Measurement(
        "", share, n=len(files), params={"lacking": shown, "what": _in_words(shown)}, subjects=("data files",)
    )


def _in_words(lacking: dict[str, Any], most: int = 3) -> str:
    parts = [f"{name} lacks {', '.join(lacks)}" for name, lacks in lacking.items()]
    return "; ".join(parts[:most]) + (f"; {len(parts) - most} more files" if len(parts) > most else "")
