"""Loading catalogues: the shipped ones by id, a user's own by path, each validated whole before any of it is used."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.catalogue.build import build, merge
from pytest_iso23053.catalogue.check import check
from pytest_iso23053.catalogue.names import alternatives, close_names, did_you_mean, quote
from pytest_iso23053.catalogue.shape import CATALOGUE, Mistakes, clean
from pytest_iso23053.catalogue.shipped import CATALOGUES, shipped_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.catalogue.model import Catalogue

# A catalogue that extends another has these of its own: it is another standard, whoever vouches for it.
_NOT_INHERITED = ("id", "title", "edition", "verified", "source", "note")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class CatalogueError(ValueError):
    """A catalogue that cannot be used. ``mistakes`` holds all that is wrong with it, each with file and key."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes: tuple[str, ...] = mistakes


def shipped_catalogues() -> tuple[str, ...]:
    """Ids of the catalogues that come with the package, the default first."""
    return CATALOGUES


def load_catalogue(source: str, *, rootdir: Path | None = None) -> Catalogue:
    """Load a catalogue by the id of a shipped one, or by the path of a TOML file, relative to ``rootdir``.

    Raises
    ------
    CatalogueError
        With every mistake of the file at once.
    """
    if source in CATALOGUES:
        return _shipped(source)
    if "/" not in source and "\\" not in source and not source.endswith(".toml"):
        close = did_you_mean(close_names(source, CATALOGUES))
        raise CatalogueError(
            f"unknown catalogue {quote(source)}{close} Shipped are {alternatives(CATALOGUES)}; "
            "a catalogue of your own is named by the path of its TOML file"
        )
    return _load(Path(rootdir or Path.cwd(), source), shown_as=source)


@cache
def _shipped(name: str) -> Catalogue:
    return _load(shipped_path(name), shown_as=f"{name}.toml")


class _Layers(NamedTuple):
    """A catalogue's data with what it extends merged in, and the ids of those it extends, the nearest first.

    It is not ``whole`` where what it extends could not be read: references would dangle by the dozen.
    """

    data: dict[str, Any]
    ancestors: tuple[str, ...]
    whole: bool = True


def _load(path: Path, *, shown_as: str) -> Catalogue:
    from hashlib import sha256  # noqa: PLC0415 - not before a catalogue is read

    mistakes = Mistakes(shown_as)
    content = _read(path, mistakes)
    layers = _layers(path, _parse(content, mistakes), mistakes, above=())
    if layers.whole:
        check(layers.data, mistakes)
    if mistakes.found:
        raise CatalogueError(*mistakes.found)
    digest = sha256(content).hexdigest()
    return build(layers.data, sha256=digest, path=str(path), ancestors=layers.ancestors)


def _read(path: Path, mistakes: Mistakes) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        mistakes.add("", f"cannot be read: {error.strerror}. Shipped catalogues are {alternatives(CATALOGUES)}")
        raise CatalogueError(*mistakes.found) from error


def _parse(content: bytes, mistakes: Mistakes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - every pytest run imports this package, few read a catalogue

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = f"line {place[1]}, column {place[2]}" if place and place[1] else "at its end"
        mistakes.add(line, f"not valid TOML: {_TOML_PLACE.sub('', str(error))}")
    except UnicodeDecodeError as error:
        line = f"line {content[: error.start].count(10) + 1}"
        mistakes.add(line, "not UTF-8 text: save the file in that encoding")
    except (RecursionError, ValueError):  # brackets without end, a number of thousands of digits
        mistakes.add("", "not a catalogue: nested too deeply, or a number too long to read")
    raise CatalogueError(*mistakes.found)


def _layers(path: Path, raw: Mapping[str, Any], mistakes: Mistakes, above: tuple[Path, ...]) -> _Layers:
    own = clean(raw, CATALOGUE, "", mistakes)
    if own.get("id") in CATALOGUES and path != shipped_path(own["id"]):
        mistakes.add("id", f"{quote(own['id'])} is the id of a shipped catalogue: choose another")
    if not own.get("extends"):
        return _Layers(own, ())
    base = _base(own["extends"], path, mistakes, (*above, path.resolve()))
    inherited = {key: value for key, value in base.data.items() if key not in _NOT_INHERITED}
    return _Layers(merge(inherited, own), (base.data.get("id", ""), *base.ancestors), base.whole)


def _base(extends: str, path: Path, mistakes: Mistakes, above: tuple[Path, ...]) -> _Layers:
    """Read the catalogue that another extends; its own mistakes are reported beside those of the other."""
    base_path = shipped_path(extends) if extends in CATALOGUES else path.parent / extends
    if base_path.resolve() in above:
        circle = [item.name for item in (*above[above.index(base_path.resolve()) :], base_path)]
        mistakes.add("extends", f"runs in a circle: {' → '.join(circle)}")
        return _Layers({}, (), whole=False)
    if not base_path.is_file():
        close = did_you_mean(close_names(extends, CATALOGUES))
        mistakes.add("extends", f"no catalogue {quote(extends)}, neither shipped nor at {base_path}{close}")
        return _Layers({}, (), whole=False)
    own_mistakes = Mistakes(extends)
    try:
        return _layers(base_path, _parse(_read(base_path, own_mistakes), own_mistakes), own_mistakes, above)
    except CatalogueError:
        return _Layers({}, (), whole=False)
    finally:
        mistakes.found.extend(own_mistakes.found)
