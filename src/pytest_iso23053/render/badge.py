"""A badge: how much was demonstrated and what the gate decided, as an image or for shields.io to draw.

It says «demonstrated» and a number, since a bare name of the standard beside a green field would read as a certificate.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from pytest_iso23053.render import facts
from pytest_iso23053.render.text import columns
from pytest_iso23053.render.words import GATES, mark

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

LABEL = "iso23053 evidence"
# White text on each has a contrast of 4.5 : 1 or more.
_COLOURS = {"good": "#2f6f2f", "bad": "#b3261e", "open": "#8a5a00", "none": "#5f6368", "label": "#3c4043"}
_TROUBLE = {"failed": "bad", "error": "bad", "incomplete": "open", "inconclusive": "open"}
_HEIGHT, _CHARACTER, _PADDING = 20, 7, 12


class Badge(NamedTuple):
    """What a badge says, and in which tone."""

    message: str
    tone: str


def badge(report: Report) -> Badge:
    """Return the badge of a report; green only where the gate passed and nothing that was asked is left open."""
    covered = facts.aspect_coverage(report)
    if not any(count for outcome, count in report.summary.tests.items() if outcome != "not-run"):
        return Badge("nothing evaluated", "none")
    said = f"{covered.demonstrated} of {covered.in_scope} demonstrated" if covered.in_scope else "nothing in scope"
    judged = mark(GATES, report.gate.status)
    if report.gate.status != "off":
        said = f"{said}, gate {judged.word}"
    return Badge(said, _tone(report, covered, judged.tone))


def render_badge(report: Report) -> str:
    """Render a badge as SVG: no script, no link, no request, with its text as title and label."""
    said = badge(report)
    left, right = (columns(text) * _CHARACTER + _PADDING for text in (LABEL, said.message))
    name = escape(f"{LABEL}: {said.message}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
        f'aria-label="{name}"><title>{name}</title>'
        f'<rect width="{left}" height="{_HEIGHT}" fill="{_COLOURS["label"]}"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{_COLOURS[said.tone]}"/>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f"{_text(LABEL, left / 2, left)}{_text(said.message, left + right / 2, right)}</g></svg>\n"
    )


def render_badge_endpoint(report: Report) -> str:
    """Render what https://shields.io/badges/endpoint-badge reads."""
    said = badge(report)
    answer = {"schemaVersion": 1, "label": LABEL, "message": said.message, "color": _COLOURS[said.tone][1:]}
    return json.dumps(answer | {"isError": said.tone == "bad"}, ensure_ascii=True) + "\n"


def _tone(report: Report, covered: facts.Coverage, judged: str) -> str:
    if judged in ("bad", "open"):
        return judged
    verdicts = [clause.verdict for clause in facts.clauses(report)] + [each.verdict for each in report.boundaries]
    troubles = [_TROUBLE[verdict] for verdict in verdicts if verdict in _TROUBLE]
    if troubles:
        return "bad" if "bad" in troubles else "open"
    whole = covered.in_scope and covered.demonstrated == covered.in_scope
    return "good" if whole and report.gate.status == "passed" else "none"


def _text(said: str, middle: float, width: int) -> str:
    return f'<text x="{middle:g}" y="14" textLength="{width - _PADDING}">{escape(said)}</text>'
