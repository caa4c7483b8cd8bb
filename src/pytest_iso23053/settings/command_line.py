"""What options say in one word: a gate, ``7.4:partial``, and a report, ``html:report.html``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance.policy import GateRule
from pytest_iso23053.catalogue.resolver import Resolver, UnknownReference
from pytest_iso23053.settings.mistakes import did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Collection

LEVELS = ("demonstrated", "partial")
REPORT_FORMATS = (
    "term",
    "html",
    "json",
    "markdown",
    "sarif",
    "github",
    "badge",
    "oscal",
    "cyclonedx",
    "in-toto",
)


def parse_gate(text: str, resolver: Resolver) -> tuple[GateRule, ...] | None:
    """Read ``EXPR[:LEVEL]``: one rule for each clause, aspect and boundary that the expression names.

    ``off`` is None. A colon may also stand behind the name of a catalogue (``iso23053-2022:8.5``), so the part behind
    the last one is a level only if it is spelled like one, or if what stands before it is an expression by itself.

    Raises
    ------
    ValueError
        Where the expression or the level is unknown; it names the nearest known.
    """
    text = text.strip()
    if text.casefold() == "off":
        return None
    expression, colon, level = (part.strip() for part in text.rpartition(":"))
    if not colon:
        expression, level = text, "demonstrated"
    elif level not in LEVELS:
        expression, level = (
            _without_level(text, expression, level, resolver),
            "demonstrated",
        )
    references = resolver.expression(expression)
    return tuple(GateRule(reference, level, origin="command line", spelled=text) for reference in references)


def parse_report(text: str, formats: Collection[str] = REPORT_FORMATS) -> tuple[str, str | None]:
    """Read ``FORMAT[:PATH]``.

    Raises
    ------
    ValueError
        Where the format is unknown or the path empty.

    Examples
    --------
    >>> parse_report("html:report.html")
    ('html', 'report.html')
    >>> parse_report("json")
    ('json', None)
    """
    name, colon, path = (part.strip() for part in text.partition(":"))
    if name not in formats:
        raise ValueError(_unknown_format(name, formats))
    if colon and not path:
        raise ValueError(f'no path behind the colon; write "{name}" for the default path, or "{name}:report.{name}"')
    if path.endswith("/") and name != "html":
        raise ValueError(f'only html can be written into a folder; name a file: "{name}:{path}report.{name}"')
    return name, path or None


def _unknown_format(name: str, formats: Collection[str]) -> str:
    in_order = dict.fromkeys((*REPORT_FORMATS, *sorted(formats)))
    listed = ", ".join(known for known in in_order if known in formats)
    if name in REPORT_FORMATS:
        return f"this version does not write {name} reports; it writes {listed}"
    return f"unknown report format {shown(name)}{did_you_mean(name, formats) or f'; known: {listed}'}"


def _without_level(text: str, head: str, tail: str, resolver: Resolver) -> str:
    """Return the whole text as the expression, unless only its tail, a mistyped level, is wrong with it."""
    try:
        resolver.expression(text)
    except UnknownReference:
        try:
            resolver.expression(head)
        except UnknownReference:
            return text
        way_out = did_you_mean(tail, LEVELS) or f"; write {head}:demonstrated or {head}:partial"
        raise ValueError(f"unknown level {shown(tail)}{way_out}") from None
    return text
