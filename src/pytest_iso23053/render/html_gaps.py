"""What a run did not show, and what would show it: the half of a report that is easily overlooked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.render.html_matrix import PhaseView, VerdictView

_SETTLED = {"demonstrated", "not applicable"}
_NEEDS = 3  # told for one aspect


@dataclass(frozen=True)
class NotShown:
    """A required aspect, or a boundary, that is in scope and was not demonstrated."""

    verdict: VerdictView
    closing: str


def not_shown(report: Report, phases: Iterable[PhaseView], boundaries: Iterable[VerdictView]) -> tuple[NotShown, ...]:
    """List them in the order of the matrix."""
    needs: dict[str, list[str]] = {}
    for gap in report.gaps:
        needs.setdefault(gap.clause, []).append(
            f"{gap.item} needs {gap.needs}" if gap.item != gap.clause else gap.needs
        )
        needs.setdefault(gap.item, []).append(gap.needs)
    asked = [verdict for verdict in _asked(phases, boundaries) if verdict.mark.word not in _SETTLED]
    return tuple(NotShown(verdict, _closing(verdict, needs)) for verdict in asked)


def _asked(phases: Iterable[PhaseView], boundaries: Iterable[VerdictView]) -> Iterator[VerdictView]:
    for phase in phases:
        for clause in phase.clauses:
            yield from (aspect for aspect in clause.aspects if aspect.required)
    yield from boundaries


def _closing(verdict: VerdictView, needs: dict[str, list[str]]) -> str:
    if verdict.reason:
        return abridge(visible(verdict.reason), 400)
    found = list(dict.fromkeys(needs.get(verdict.reference, ())))
    if found:
        more = f" and {len(found) - _NEEDS} more, below" if len(found) > _NEEDS else ""
        return abridge("; ".join(map(visible, found[:_NEEDS])) + more, 600)
    if verdict.total:
        return _of_tests(verdict)
    return "the run as a whole" if verdict.computed else "a test that names it"


def _of_tests(verdict: VerdictView) -> str:
    left = [f"{count} {mark.word}" for count, mark in verdict.counts if mark.tone != "good"]
    if not left:
        return "tests that support it: those it has assert nothing"
    waived = f"; {verdict.waived} of them waived" if verdict.waived else ""
    return f"of its {plural(verdict.total, 'test')}: {', '.join(left)}{waived}"
