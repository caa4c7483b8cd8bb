"""What the HTML page shows of changes since a baseline, of claims and of threats: what is wrong stands first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_iso23053.render.terminal_scoping import CLAIM_STATUSES, THREAT_STATES
from pytest_iso23053.render.words import Mark, counted, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_iso23053.assurance.report import ClaimVerdict, Report, ThreatCell

CLAIMS: Mapping[str, Mark] = {
    status: Mark(status, glyph, plain, tone, icon)
    for status, (glyph, plain, tone, icon) in zip(
        CLAIM_STATUSES,
        (
            ("✗", "x", "bad", "cross"), ("○", "o", "open", "ring"), ("?", "?", "open", "question"),
            ("?", "?", "none", "question"), ("–", "-", "none", "dash"), ("✓", "+", "good", "check"),
            ("◇", "w", "none", "diamond"), ("✓", "+", "good", "check"),
        ),
        strict=True,
    )
}  # fmt: skip
THREATS: Mapping[str, Mark] = {
    state: Mark(state, glyph, plain, tone, icon)
    for state, (glyph, plain, tone, icon) in zip(
        THREAT_STATES,
        (
            ("✗", "x", "bad", "cross"), ("?", "?", "open", "question"), ("○", "o", "none", "ring"),
            ("◇", "w", "waived", "diamond"), ("✓", "+", "good", "check"),
        ),
        strict=True,
    )
}  # fmt: skip


@dataclass(frozen=True)
class ClaimView:
    """One question: its answer, and what the tests say of it."""

    claim: ClaimVerdict
    mark: Mark


@dataclass(frozen=True)
class ThreatView:
    """One row of the matrix: a cell for every place that is looked at, None where the threat is not in scope there."""

    id: str
    title: str
    edition: str
    reason: str
    in_scope: bool
    cells: tuple[tuple[ThreatCell, Mark] | None, ...]


@dataclass(frozen=True)
class ScopingView:
    """The three lists; each may be empty."""

    changes: tuple[tuple[str, str, bool], ...]  # kind, sentence, fails
    claims: tuple[ClaimView, ...]
    claim_counts: tuple[tuple[int, Mark], ...]
    places: tuple[str, ...]
    threats: tuple[ThreatView, ...]
    threat_counts: tuple[tuple[int, Mark], ...]


def scoping_view(report: Report) -> ScopingView:
    """Order what is shown by how much it is against what was said."""
    order = {status: place for place, status in enumerate(CLAIM_STATUSES)}
    claims = sorted(report.claims, key=lambda claim: order.get(claim.status, -1))
    cells = [cell for threat in report.threats for cell in threat.cells]
    places = tuple(sorted({cell.place for cell in cells}, key=lambda place: (">" in place, place)))
    return ScopingView(
        changes=tuple((each.kind, each.sentence, each.fails) for each in report.changes),
        claims=tuple(ClaimView(claim, mark(CLAIMS, claim.status)) for claim in claims),
        claim_counts=tuple(counted(_counts(claim.status for claim in claims), CLAIMS)),
        places=places,
        threats=tuple(
            ThreatView(
                threat.id,
                threat.title,
                f"{threat.framework} {threat.edition}",
                threat.reason,
                threat.in_scope,
                tuple(_at(threat.cells, place) for place in places),
            )
            for threat in sorted(report.threats, key=lambda threat: not threat.in_scope)
        ),
        threat_counts=tuple(counted(_counts(cell.state for cell in cells), THREATS)),
    )


def _at(cells: tuple[ThreatCell, ...], place: str) -> tuple[ThreatCell, Mark] | None:
    found = next((cell for cell in cells if cell.place == place), None)
    return None if found is None else (found, mark(THREATS, found.state))


def _counts(states: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in states:
        found[state] = found.get(state, 0) + 1
    return found
