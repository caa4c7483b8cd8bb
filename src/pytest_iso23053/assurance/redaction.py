"""What must not leave the machine is taken out of a report once, before anything shows or writes it.

Secrets are known by their pattern, by the name they stand under, or as the value of an environment variable whose name
says so; absolute paths become relative ones, which hides the names of users too. Verdicts and counts never change. A
secret that looks like any other text is not found: what must not be shown should not be written into a test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

T = TypeVar("T")
Text = Callable[[str], str]

REDACTED = "[redacted]"
_LEAST = 8  # characters of a value that is taken for a secret: shorter ones stand in too many harmless words
_SECRET_NAME = re.compile(
    r"(?:^|[_.-])(?:tokens?|secrets?|passw(?:or)?d|passphrase|credentials?|api_?key|access_?key|private_?key|auth)"
    r"(?:$|[_.-])",
    re.IGNORECASE,
)
# Every quantifier is bounded or followed by what it cannot match, so that no text takes more than linear time.
_PATTERNS = re.compile(
    "|".join(
        (
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
            r"\bgh[pousr]_[A-Za-z0-9]{30,255}",
            r"\bgithub_pat_[A-Za-z0-9_]{22,255}",
            r"\bglpat-[A-Za-z0-9_-]{20,255}",
            r"\bxox[abeprs]-[A-Za-z0-9-]{10,255}",
            r"\bsk-[A-Za-z0-9_-]{20,255}",
            r"\bhf_[A-Za-z0-9]{30,255}",
            r"\bAIza[A-Za-z0-9_-]{35}",
            r"\bnpm_[A-Za-z0-9]{36}",
            r"\bpypi-[A-Za-z0-9_-]{40,255}",
            r"\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,2000}",
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s:,-]{0,8000}",
        )
    )
)
_URL = re.compile(r"(?<=://)[^/\s:@]{0,256}:[^/\s@]{1,256}(?=@)")
_NAMED = re.compile(
    r"""(?P<name>\b(?:authorization|x-api-key|api[_-]?key|access[_-]?key|password|passwd|secret|token)["']?\s{0,3}[:=]"""
    r"""\s{0,3}["']?(?:(?:bearer|basic)\s{1,3})?)(?P<value>[^\s"',;)\]}]{8,512})""",
    re.IGNORECASE,
)


def secret_values(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of variables that look secret by their names, with the names."""
    return {
        value: name for name, value in environment.items() if _SECRET_NAME.search(name) and len(value.strip()) >= _LEAST
    }


def redactor(*, secrets: Mapping[str, str] | None = None, paths: Mapping[str, str] | None = None) -> Text:
    """Return what takes secrets and absolute paths out of a text.

    Parameters
    ----------
    secrets : mapping
        Value to the name that it is told by.
    paths : mapping
        Folder to what stands in its place; "" makes what lies in it relative.
    """
    known = {value: f"[redacted: {name}]" for value, name in (secrets or {}).items()}
    literal = _any_of(re.escape(value) for value in sorted(known, key=len, reverse=True))
    folders = {folder.rstrip("/\\"): place for folder, place in (paths or {}).items() if len(folder.rstrip("/\\")) > 1}
    located = _any_of(
        rf"(?<![\w./\\-]){re.escape(folder)}(?:[/\\]|(?![\w.-]))" for folder in sorted(folders, key=len, reverse=True)
    )

    def place(match: re.Match[str]) -> str:
        found = match[0].rstrip("/\\")
        name, is_inside = folders[found], len(match[0]) > len(found)
        return f"{name}/" if name and is_inside else name or ("" if is_inside else ".")

    def text(given: str) -> str:
        found = literal.sub(lambda match: known[match[0]], given) if literal else given
        found = _NAMED.sub(
            lambda match: f"{match['name']}{REDACTED}", _URL.sub(REDACTED, _PATTERNS.sub(REDACTED, found))
        )
        return located.sub(place, found) if located else found

    return text


def redacted(report: Report, text: Text) -> Report:
    """Return the report with every text in it redacted; node ids stay apart from one another."""
    names = _names([test.nodeid for test in report.tests], text)
    return walked(report, lambda given: names[given] if given in names else text(given))


def walked(value: T, text: Text) -> T:
    """Rewrite every text in records, mappings and lists; what holds none is returned as it is."""
    return _walk(value, text)  # type: ignore[no-any-return]


def _walk(value: Any, text: Text) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {_walk(key, text): _named(key, inner, text) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_walk(inner, text) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        # Of ten thousand tests nearly all hold nothing but their names.
        told = {name: inner for name, inner in given.items() if inner and not isinstance(inner, (bool, int, float))}
        changed = {name: _walk(inner, text) for name, inner in told.items()}
        return replace(value, **changed) if changed != told else value
    return value


def _named(name: Any, value: Any, text: Text) -> Any:
    if isinstance(value, str) and len(value) >= _LEAST and isinstance(name, str) and _SECRET_NAME.search(name):
        return REDACTED
    return _walk(value, text)


def _names(nodeids: Iterable[str], text: Text) -> dict[str, str]:
    """Return the node ids as they are shown: two that differ in a secret alone are numbered."""
    found: dict[str, str] = {}
    taken: dict[str, int] = {}
    for nodeid in nodeids:
        shown = text(nodeid)
        taken[shown] = taken.get(shown, 0) + 1
        found[nodeid] = shown if taken[shown] == 1 else f"{shown} ({taken[shown]})"
    return found


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(patterns)
    return re.compile(joined) if joined else None
