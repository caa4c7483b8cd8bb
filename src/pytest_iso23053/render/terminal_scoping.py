"""What was claimed and which threats are in scope, for a terminal: short, with what is wrong first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.render import facts
from pytest_iso23053.render.terminal_lists import more
from pytest_iso23053.render.words import plural

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import ClaimVerdict, Report, ThreatVerdict
    from pytest_iso23053.render.page import Page

_CLAIMS, _THREATS = 6, 6
# Worst first; what was claimed and not shown is told one by one, the rest is counted.
CLAIM_STATUSES = (
    "claimed but failed",
    "claimed but untested",
    "claimed but not shown",
    "no answer",
    "not claimed",
    "demonstrated but not claimed",
    "claimed, on record",
    "claimed and demonstrated",
)
_TOLD = CLAIM_STATUSES[:3]
THREAT_STATES = ("failed", "undecided", "untested", "waived", "tested")


def claims(page: Page, report: Report) -> None:
    """Count the claims by what the evidence says of them, and name those that it does not bear out."""
    if not report.claims:
        return
    counts = [(status, sum(claim.status == status for claim in report.claims)) for status in CLAIM_STATUSES]
    page.heading("Claims against evidence", plural(len(report.claims), "question"))
    page.text(", ".join(f"{count}\u00a0{status}" for status, count in counts if count))
    told = [claim for status in _TOLD for claim in report.claims if claim.status == status]
    for claim in told[:_CLAIMS]:
        page.text(_claim(claim), style="bad" if claim.status == _TOLD[0] else "")
    more(page, len(told) - _CLAIMS)


def _claim(claim: ClaimVerdict) -> str:
    about = ", ".join(f"{name} {verdict}" for name, verdict in claim.verdicts.items()) or claim.verdict
    waived = f"; waived by {', '.join(claim.waivers)}" if claim.waivers else ""
    part = " in part" if claim.answer == "partial" else ""
    who = f", who: {claim.who}" if claim.who else ", who: nobody named"
    return f"{claim.status.replace('claimed', f'claimed{part}', 1)}: {claim.id}{who} ({about}{waived})"


def threats(page: Page, report: Report) -> None:
    """Count the threats in scope by place, and name those that are not tested."""
    listed = [each for each in report.threats if each.in_scope]
    if not listed:
        return
    cells = [(each, cell) for each in listed for cell in each.cells]
    counts = [(state, sum(cell.state == state for _, cell in cells)) for state in THREAT_STATES]
    page.heading("Threats in scope", f"{plural(len(listed), 'threat')} in {plural(len(cells), 'place')}")
    page.text(", ".join(f"{count}\u00a0{state}" for state, count in counts if count))
    open_ = [(each, cell) for state in THREAT_STATES[:3] for each, cell in cells if cell.state == state]
    for each, cell in open_[:_THREATS]:
        page.text(f"{cell.state}: {named(each)} in {cell.place}", style="bad" if cell.state == "failed" else "")
    more(page, len(open_) - _THREATS)
    beside = [each.id for each in report.threats if not each.in_scope]
    if beside:
        page.text(f"named by tests and not in scope: {facts.bounded(beside, 6)}", style="faint")


def named(threat: ThreatVerdict) -> str:
    """Name a threat with the edition that its id is from."""
    title = f" {threat.title}" if threat.title else ""
    return f"{threat.id}{title} ({threat.framework} {threat.edition})"
