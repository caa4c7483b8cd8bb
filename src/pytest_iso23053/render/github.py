"""Annotations for GitHub: workflow commands, which the runner shows beside the lines of a pull request.

GitHub shows ten annotations of a kind from one step and drops the rest in silence, so the tenth counts them. The
grammar is that of https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pytest_iso23053.render import facts
from pytest_iso23053.render.places import Place, Places
from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import GATES, mark, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_iso23053.assurance.report import Finding, Report

KINDS = ("error", "warning", "notice")
MOST_OF_A_KIND = 10
_LENGTH = 1_000
_KIND_OF_GRADE = {"failure": "error", "weakness": "warning", "gap": "warning"}
_KIND_OF_GATE = {"failed": "error", "incomplete": "error"}


class Annotation(NamedTuple):
    """One message, at a place or at none."""

    kind: str
    title: str
    message: str
    place: Place | None = None

    def command(self) -> str:
        """Spell it as a workflow command, which is one line."""
        properties = {"title": self.title}
        if self.place is not None:
            properties = {"file": self.place.file, "line": str(self.place.line), **properties}
        listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        return f"::{self.kind} {listed}::{_data(self.message)}"


def render_github(report: Report) -> str:
    """Render a report as workflow commands, one a line: the gate's reasons, expired waivers, then the findings."""
    commands = [each.command() for each in annotated(report)]
    return "".join(f"{command}\n" for command in commands)


def annotated(report: Report) -> list[Annotation]:
    """Return what is to be shown, at most ten of a kind, the gravest first."""
    every = list(_every(report))
    return [shown for kind in KINDS for shown in _bounded([each for each in every if each.kind == kind])]


def _every(report: Report) -> Iterator[Annotation]:
    places = Places(report)
    yield from _of_gate(report)
    for waiver in facts.ranked_waivers(report):
        if waiver.get("state") == "expired":
            told = f"covers nothing since {waiver.get('expires')}; owner {waiver.get('owner')}: {waiver.get('reason')}"
            title = f"expired waiver {waiver.get('id')} on {waiver.get('clause')}"
            yield Annotation("warning", title, told, places.configuration)
    for finding in facts.ranked_findings(report):
        yield _of_finding(finding, places)


def _of_gate(report: Report) -> Iterator[Annotation]:
    kind = _KIND_OF_GATE.get(report.gate.status)
    if kind is not None:
        word = mark(GATES, report.gate.status).word
        yield Annotation(kind, f"iso23053 gate: {word}", "; ".join(report.gate.reasons) or facts.verdict_line(report))


def _of_finding(finding: Finding, places: Places) -> Annotation:
    kind = _KIND_OF_GRADE.get(finding.grade, "notice")
    accepted = f" (waived by {finding.waiver})" if finding.waiver else ""
    title = f"{finding.clause}: {finding.grade}{accepted}"
    return Annotation("notice" if finding.waiver else kind, title, finding.sentence, places.of(finding.nodeid))


def _bounded(found: list[Annotation]) -> Iterable[Annotation]:
    if len(found) <= MOST_OF_A_KIND:
        return found
    left = len(found) - MOST_OF_A_KIND + 1
    rest = f"{plural(left, 'more annotation')} of this kind; GitHub shows ten, and the reports list them all"
    return [*found[: MOST_OF_A_KIND - 1], Annotation(found[0].kind, "iso23053: not all shown", rest)]


def _data(text: str) -> str:
    """Escape a message. What acts on a terminal is made visible first, so that no line break is left in it."""
    plain = abridge(visible(text), _LENGTH)
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
