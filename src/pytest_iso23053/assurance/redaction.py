"""What must not leave the machine is taken out of a run once, before it is judged and anything shows or writes it.

Before, so that a sentence that quotes half of a message cannot quote half of a secret, a fingerprint is none of a
secret, and a saved report, judged again, gives what it says. Waivers still see the names that their authors saw, so
verdicts and counts never change. A secret that looks like any other text is not found: what must not be shown should
not be written into a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, fields, is_dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.collected import Collected
from pytest_iso23053.assurance.known_secrets import KnownSecrets
from pytest_iso23053.assurance.private_text import names_taken_out, places_taken_out
from pytest_iso23053.assurance.secret_patterns import LEAST, REDACTED, looks_secret, without_secrets
from pytest_iso23053.catalogue.crosswalk import LookedUpLater
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from pytest_iso23053.assurance.inputs import RunInputs
    from pytest_iso23053.assurance.private_text import Text
    from pytest_iso23053.assurance.report import Report, TestRecord

_AT_ONCE, _SHORT = 200, 300  # names that are looked at together; a long one may be cut, which shows at its end alone


@dataclass(frozen=True)
class Redactor:
    """Takes secrets, folders of this machine, names of its user and rows of data out of texts.

    Parameters
    ----------
    secrets : mapping
        Value to the name that it is told by.
    places : mapping
        Folder to what stands in its place; "" makes what lies in it relative.
    users : iterable of str
        Names of users.
    keep : collection of str
        What is never taken out: a name under which a value is known, a folder, a user, or a text.
    examples : int
        How many rows of data each block of them may keep.
    """

    secrets: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    users: Iterable[str] = ()
    keep: frozenset[str] = frozenset()
    examples: int = 0

    @cached_property
    def _known(self) -> Text:
        return KnownSecrets({value: name for value, name in self.secrets.items() if not self.keep & {value, name}})

    @cached_property
    def _places(self) -> Text:
        return places_taken_out({folder: place for folder, place in self.places.items() if folder not in self.keep})

    @cached_property
    def without_users(self) -> Text:
        """Takes out the names of users, and nothing else."""
        return names_taken_out(self.users, self.keep)

    def name(self, given: str) -> str:
        """Redact what tells things apart: secrets and folders go, and a word stays that is a user's name too."""
        return self._places(without_secrets(self._known(given), self.keep))

    def message(self, given: str) -> str:
        """Redact what somebody said: rows of data and the names of users go, too."""
        if not given:
            return given
        from pytest_iso23053.assurance.data_rows import without_rows  # noqa: PLC0415 - few runs say anything

        return self.without_users(without_rows(self.name(given), self.examples))


@dataclass(frozen=True)
class Redacted:
    """What is judged, and which name stands for which."""

    inputs: RunInputs
    records: Sequence[TestRecord]
    known: Collected
    names: Mapping[str, str]  # node id → as it is shown, of every test
    spelled: Mapping[str, str]  # and back, where the two differ
    redactor: Redactor

    def report(self, judged: Report) -> Report:
        """Redact what the judgement took from elsewhere: the words of waivers, of claims and of the configuration."""
        rest = {
            each.name: getattr(judged, each.name) for each in fields(judged) if each.name not in ("tests", "summary")
        }
        return replace(judged, **_walk(rest, cache(self._text)))  # ids and verdicts come again and again

    def _text(self, given: str) -> str:
        return self.names.get(given) or self.redactor.name(given)


def before_judging(inputs: RunInputs, records: Sequence[TestRecord], known: Collected, redactor: Redactor) -> Redacted:
    """Redact what tests left and processes said; the order is that of the names as they are shown."""
    names = _names((record.nodeid for record in records), redactor)

    def name(given: str) -> str:
        return names.get(given) or redactor.name(given)

    shown = [_record(record, names[record.nodeid], redactor) for record in records]
    changed: dict[str, Any] = {
        key: tuple(redactor.message(text) for text in getattr(inputs, key))
        for key in ("collection_errors", "notes", "shortcomings", "cautions")
    }
    return Redacted(
        replace(inputs, **changed, gaps=_walk(tuple(inputs.gaps), redactor.message)),
        sorted(shown, key=lambda record: record.nodeid),
        Collected(
            known.manifest,
            tuple(sorted(map(name, known.strays))),
            _listed(known.outside, name),
            _listed(known.translated, name),
        ),
        names,
        {shown: nodeid for nodeid, shown in names.items() if shown != nodeid},
        redactor,
    )


def redact_record(record: TestRecord, redactor: Redactor) -> TestRecord:
    """Redact what one test left, for what shows it before the run is judged."""
    return _record(record, redactor.name(record.nodeid), redactor)


def _record(record: TestRecord, nodeid: str, redactor: Redactor) -> TestRecord:
    said: dict[str, Any] = {}
    if nodeid != record.nodeid:
        said["nodeid"] = nodeid
    if record.reason:
        said["reason"] = redactor.message(record.reason)
    if record.subtests_skipped:
        said["subtests_skipped"] = tuple(map(redactor.message, record.subtests_skipped))
    if record.measurements:
        said["measurements"] = _walk(record.measurements, redactor.name)
    if record.attachments:
        said["attachments"] = _walk(record.attachments, redactor.message)
    return replace(record, **said) if said else record  # of ten thousand tests nearly all hold nothing but their names


def _walk(value: Any, text: Text) -> Any:
    """Rewrite every text in records, mappings and lists."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, LookedUpLater):
        return value  # shipped words
    if isinstance(value, Mapping):
        return {_walk(key, text): _under(key, inner, text) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_walk(inner, text) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = {name: new for name, old in held.items() if (new := _walk(old, text)) is not old and new != old}
        return replace(value, **changed) if changed else value
    return value


def _under(name: Any, value: Any, text: Text) -> Any:
    """Redact a value under its key: what stands under ``password`` is one, whatever it looks like."""
    if isinstance(value, str) and len(value) >= LEAST and isinstance(name, str) and looks_secret(name):
        return value if value.startswith(REDACTED[:-1]) else REDACTED
    return _walk(value, text)


def _names(nodeids: Iterable[str], redactor: Redactor) -> dict[str, str]:
    """Return the node ids as they are shown: those that differ in a secret alone are numbered, in their own order."""
    found: dict[str, str] = {}
    taken: dict[str, int] = {}
    ordered = sorted(nodeids)
    plain = _plain(ordered, redactor)
    for nodeid in ordered:
        shown = nodeid if nodeid in plain else _parameters(redactor.name(nodeid), redactor)
        taken[shown] = taken.get(shown, 0) + 1
        found[nodeid] = shown if taken[shown] == 1 else f"{shown} ({taken[shown]})"
    return found


def _plain(nodeids: Sequence[str], redactor: Redactor) -> set[str]:
    """Return the names that hold nothing to take out, found many at a time: of ten thousand nearly all are such."""
    short = [nodeid for nodeid in nodeids if len(nodeid) < _SHORT]
    found: set[str] = set()
    for start in range(0, len(short), _AT_ONCE):
        several = short[start : start + _AT_ONCE]
        text = "\n".join(several)
        file = several[0].partition(".py::")[0]
        if several[-1].startswith(f"{file}.py::"):  # and so do all in between: one look at the file is enough
            text = f"{file}\n{text.replace(f'{file}.py::', '')}"
        if redactor.without_users(redactor.name(text)) == text:
            found.update(several)
    return found


def _parameters(nodeid: str, redactor: Redactor) -> str:
    """Take names of users out of parameters alone: by the names of files and functions a test is known elsewhere."""
    function, bracket, rest = nodeid.partition("[")
    return f"{function}{bracket}{redactor.without_users(rest)}" if bracket else nodeid


def _listed(names: Mapping[str, Iterable[str]], name: Text) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for key, nodeids in names.items():
        found.setdefault(name(key), set()).update(map(name, nodeids))
    return {key: tuple(sorted(found[key])) for key in sorted(found)}
