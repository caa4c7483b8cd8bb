"""The data files beside the code: read once, when something asks for them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

CATALOGUES = ("lifecycle", "iso23053-2022")


def shipped_path(name: str) -> Path:
    """Path of the data file of that name (without suffix)."""
    return Path(__file__).with_name(f"{name}.toml")


@cache
def shipped_data(name: str) -> dict[str, Any]:
    """Parsed content of a data file; not to be changed by the caller."""
    import tomllib  # noqa: PLC0415 - every pytest run imports this package, few read a catalogue

    return tomllib.loads(shipped_path(name).read_text(encoding="utf-8"))
