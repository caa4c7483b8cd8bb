"""The allow-list: exact names of what a genuine model is made of, and what unpickling may do with each.

A block-list names what attacks have used so far. Here everything is refused that is not known: a class is known where
a module defines it, never by the folder that the module lies in, because whatever a module imports can be reached
under its name as well.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

CLASS = "class"  # an empty one may be made, and given its state
TYPE = "type"  # may only be named
CONSTRUCT = "construct"  # may also be called
SEQUENCE = "sequence"  # may be called, and be filled by APPEND
MAPPING = "mapping"  # may be called, and be filled by SETITEM
FUNCTION = "function"  # may be called while the file is read, and be nothing else
CHECKED = "checked"  # likewise, with arguments that are looked at
REFERENCE = "reference"  # may be held as a parameter
OWN = "own"  # admitted by the user
REFUSED = "refused"

CALLABLE = frozenset({CONSTRUCT, SEQUENCE, MAPPING, FUNCTION, CHECKED, OWN, REFUSED})
NEWABLE = frozenset({CLASS, CONSTRUCT, SEQUENCE, MAPPING, OWN, REFUSED})
TYPES = frozenset({CLASS, TYPE, CONSTRUCT, SEQUENCE, MAPPING, OWN, REFUSED})
CALLEES = frozenset({FUNCTION, CHECKED})

_FILES = Path(__file__).with_name("names")


@cache
def table() -> dict[str, dict[str, str]]:
    """Return module → name → kind. Where two files name the same, the one written by hand decides."""
    found: dict[str, dict[str, str]] = {}
    generated = sorted(path for path in _FILES.glob("*.txt") if path.stem != "common")
    for path in (*generated, _FILES / "common.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                kind, module, *names = line.split(" ")
                found.setdefault(module, {}).update(dict.fromkeys(names, kind))
    return found


def kind_of(module: str, name: str) -> str:
    """Return what may be done with a global, ``refused`` where nothing may."""
    return table().get(module, {}).get(name, REFUSED)
