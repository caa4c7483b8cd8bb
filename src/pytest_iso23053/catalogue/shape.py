"""The shape of a catalogue file: which keys there are and what they hold. Finds every mistake that needs no context."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.catalogue.names import close_names, did_you_mean, quote, quote_object
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
SLUG = re.compile(r"[a-z][a-z0-9-]*")


class Kind(NamedTuple):
    """What a key may hold: a test, the words for it, and what stands in for a wrong value while checking goes on."""

    accepts: Callable[[Any], bool]
    expected: str
    instead: Any


@dataclass(frozen=True)
class Tables:
    """A key that holds an array of tables, each known by its ``identity``."""

    keys: Mapping[str, Kind | Tables]
    identity: tuple[str, ...] = ("id",)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


TEXT = Kind(lambda value: isinstance(value, str), "text in quotes", "")
FILLED = Kind(lambda value: isinstance(value, str) and value.strip() != "", "text in quotes, not empty", "")
FLAG = Kind(lambda value: isinstance(value, bool), "true or false", False)
SHARE = Kind(
    lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1,
    "a number from 0 to 1",
    None,
)
TEXTS = Kind(_is_texts, 'a list of texts, such as ["first", "second"]', [])
IDS = Kind(
    lambda value: isinstance(value, dict) and all(_is_texts(ids) for ids in value.values()),
    'a table of lists, such as { iso42001 = ["A.6.2.4"] }',
    {},
)
NAME = Kind(
    lambda value: isinstance(value, str) and ID.fullmatch(value) is not None,
    'an id in quotes, such as "7.4" (letters, digits, dot, underscore, hyphen)',
    "",
)
WORD = Kind(
    lambda value: isinstance(value, str) and SLUG.fullmatch(value) is not None,
    'a slug in quotes, such as "incident-response" (small letters, digits, hyphens; a letter first)',
    "",
)

ASPECTS = Tables(
    {
        "id": WORD,
        "title": FILLED,
        "required": FLAG,
        "computed": FILLED,
        "also": TEXTS,
        "verb": TEXT,
        "condition": TEXT,
        "crosswalk": IDS,
        "note": TEXT,
    }
)
CLAUSES = Tables(
    {
        "id": NAME,
        "slug": WORD,
        "title": FILLED,
        "process": TEXT,
        "aliases": TEXTS,
        "descriptive": FLAG,
        "assumed": FLAG,
        "verified": FLAG,
        "certainty": SHARE,
        "source": TEXT,
        "note": TEXT,
        "counterparts": TEXTS,
        "aspects": ASPECTS,
    }
)
PHASES = Tables({"id": NAME, "title": FILLED, "aliases": TEXTS, "clauses": CLAUSES})
BOUNDARIES = Tables(
    {"from": FILLED, "to": FILLED, "title": TEXT, "verb": TEXT, "condition": TEXT}, identity=("from", "to")
)
PROFILES = Tables({"id": NAME, "title": FILLED, "require": TEXTS, "boundaries": TEXTS})
THREATS = Tables({"id": NAME, "title": FILLED})
CATALOGUE: Mapping[str, Kind | Tables] = {
    "id": NAME,
    "title": FILLED,
    "edition": FILLED,
    "extends": FILLED,
    "verified": FLAG,
    "source": TEXT,
    "note": TEXT,
    "phases": PHASES,
    "boundaries": BOUNDARIES,
    "profiles": PROFILES,
    "threats": THREATS,
}


class Mistakes:
    """The mistakes found in one file, each with the key it stands at."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def add(self, key: str, message: str) -> None:
        """Note a mistake at a key, or of the file as a whole."""
        self.found.append(f"{self.file}: {key}: {message}" if key else f"{self.file}: {message}")


def identity(entry: Mapping[str, Any], tables: Tables) -> tuple[Any, ...]:
    """Return what distinguishes an entry from its siblings."""
    return tuple(entry.get(key) for key in tables.identity)


def label(entry: Mapping[str, Any], tables: Tables) -> str:
    """Name an entry in a key path, such as the ``7.4`` of ``clauses[7.4]``."""
    return ">".join(str(part) for part in identity(entry, tables))


def clean(raw: Mapping[str, Any], keys: Mapping[str, Kind | Tables], where: str, mistakes: Mistakes) -> dict[str, Any]:
    """Return what is well formed, and note every key that is unknown and every value of the wrong kind.

    A wrong value is replaced by a harmless one, so that it is not reported a second time as missing.
    """
    cleaned: dict[str, Any] = {}
    for key, value in raw.items():
        path = f"{where}.{key}" if where else key
        kind = keys.get(key)
        if kind is None:
            mistakes.add(path, f"unknown key{did_you_mean(close_names(key, keys))} Keys here are {', '.join(keys)}")
        elif isinstance(kind, Tables):
            cleaned[key] = _clean_tables(value, kind, path, mistakes)
        elif kind.accepts(value):
            cleaned[key] = value
        else:
            mistakes.add(path, f"expected {kind.expected}, found {quote_object(value)}{_text_hint(key, value, kind)}")
            cleaned[key] = kind.instead
    return cleaned


def _text_hint(key: str, value: Any, kind: Kind) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f": write {key} = {quote(str(value))}" if is_number and kind.accepts(str(value)) else ""


def _clean_tables(value: Any, tables: Tables, path: str, mistakes: Mistakes) -> list[dict[str, Any]]:
    key = path.rpartition(".")[2]
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        mistakes.add(path, f"expected an array of tables, found {quote_object(value)}: write [[{key}]] above each")
        return []
    cleaned = []
    for number, entry in enumerate(value, start=1):
        known = all(tables.keys[part].accepts(entry.get(part)) for part in tables.identity)  # type: ignore[union-attr]
        entry_path = f"{path}[{label(entry, tables) if known else f'#{number}'}]"
        good = clean(entry, tables.keys, entry_path, mistakes)
        for part in tables.identity:
            if part not in entry:
                mistakes.add(f"{entry_path}.{part}", "missing")
        if known:
            cleaned.append(good)
    return cleaned
