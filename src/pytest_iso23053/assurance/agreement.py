"""Whether reports are parts of one run: the same subjects, catalogue, configuration and code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_iso23053.assurance.saved import Saved

_OF_RUN = ("config_sha256", "seed", "decide", "profile", "no_waivers", "plugin")
_OF_POLICY = (
    "require",
    "flaky",
    "unused_waivers",
    "requirements",
    "models",
    "waivers",
    "not_applicable",
    "claims",
    "threats",
)
_SHOWN = 64


class DisagreementError(ReportError):
    """Reports that are no parts of one run; ``differences`` says which of what differs."""

    def __init__(self, differences: Sequence[str]) -> None:
        super().__init__("\n".join(differences))
        self.differences = tuple(differences)


def disagreements(named: Mapping[str, Saved]) -> tuple[str, ...]:
    """Say what keeps reports, by the names of their files, from being parts of one run."""
    return tuple(_subjects(named)) + tuple(_rest(named))


def united_subjects(every: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put together what the shards found on loading: one that did not load a subject does not know its digest."""
    united: dict[str, Any] = {}
    for subjects in every:
        for kind, listed in subjects.items():
            known = {each.get("name"): each for each in united.setdefault(kind, [])}
            for each in listed:
                if each.get("name") not in known:
                    united[kind].append(dict(each))
                else:
                    known[each.get("name")].update({key: value for key, value in each.items() if value is not None})
    return united


def _subjects(named: Mapping[str, Saved]) -> Iterator[str]:
    for kind, noun in (("models", "model"), ("datasets", "data set")):
        by_file = {
            file: {str(each.get("name")): each for each in given.inputs.subjects.get(kind) or ()}
            for file, given in named.items()
        }
        for name in dict.fromkeys(name for subjects in by_file.values() for name in subjects):
            lacking = [file for file, subjects in by_file.items() if name not in subjects]
            if lacking:
                yield f"{noun} {name} is no subject of {', '.join(lacking)}"
                continue
            for key in dict.fromkeys(key for subjects in by_file.values() for key in subjects[name]):
                told = _different((file, subjects[name].get(key)) for file, subjects in by_file.items())
                if told:
                    yield f"{noun} {name}, {key}: {told}"


def _rest(named: Mapping[str, Saved]) -> Iterator[str]:
    for key in ("id", "sha256"):
        yield from _line(f"catalogue {key}", ((file, each.report.catalogue.get(key)) for file, each in named.items()))
    for key in _OF_RUN:
        yield from _line(f"run.{key}", ((file, each.report.run.get(key)) for file, each in named.items()))
    commits = ((file, (each.report.run.get("git") or {}).get("commit")) for file, each in named.items())
    yield from _line("git commit", commits, where_known=True)
    yield from _line("system", ((file, each.inputs.system) for file, each in named.items()))
    for key in _OF_POLICY:
        values = [(file, getattr(each.inputs, key)) for file, each in named.items()]
        differing = [file for file, value in values if value != values[0][1]]
        if differing:
            yield f"{key}: {values[0][0]} was judged by others than {', '.join(differing)}"


def _line(what: str, values: Iterable[tuple[str, Any]], *, where_known: bool = False) -> Iterator[str]:
    told = _different(values, where_known=where_known)
    if told:
        yield f"{what}: {told}"


def _different(values: Iterable[tuple[str, Any]], *, where_known: bool = True) -> str:
    """Say which file says what, where they do not all say the same; None may stand for what is not known."""
    known = [(file, value) for file, value in values if value is not None or not where_known]
    if all(value == known[0][1] for _, value in known):
        return ""
    return ", ".join(f"{_short(value)} in {file}" for file, value in known)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
