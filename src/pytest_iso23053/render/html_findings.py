"""A finding's particulars on the page: whom an attack stands for, what is affected, what other frameworks call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render.measurement_text import finite, number
from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import FRAMEWORKS, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_iso23053.assurance.report import Finding, Report
    from pytest_iso23053.render.html_models import Models

_DIGITS = 16  # of a digest: enough to tell subjects apart; the whole stands under «Subjects and run»
_AFFECTED = 12
_ATTACK = {"knowledge": "knowledge: {}", "attack": "attack: {}", "norm": "norm: {}"}


@dataclass(frozen=True)
class FindingView:
    """A finding, and what is told of it line by line, each under a label."""

    finding: Finding
    tone: str
    models: str
    lines: tuple[tuple[str, str], ...]


def finding_view(finding: Finding, models: Models, report: Report) -> FindingView:
    """Lay out a finding."""
    tone = {"high": "bad", "medium": "bad", "low": "open"}.get(finding.severity, "none")
    lines = (
        ("Attacker", attacker_text(finding)),
        ("Affects", _affected(finding)),
        ("See also", crosswalk_text(finding)),
        ("Waived by", _waiver(finding, report)),
    )
    return FindingView(
        finding,
        "waived" if finding.waiver else tone,
        models.of_finding(finding),
        tuple((label, text) for label, text in lines if text),
    )


def attacker_text(finding: Finding) -> str:
    """Say whom an attack stands for: in its own words, then what it knew, how often it asked, how far it went."""
    params = (finding.evidence or {}).get("params")
    parts = [visible(finding.attacker)] if finding.attacker else []
    if isinstance(params, dict):
        parts += _limits_of(params)
    return abridge("; ".join(parts), 600)


def _limits_of(params: Mapping[str, Any]) -> Iterator[str]:
    if "knowledge" not in params and "epsilon" not in params:
        return
    yield from (spelled.format(visible(params[key])) for key, spelled in _ATTACK.items() if params.get(key))
    if (queries := finite(params.get("queries"))) is not None:
        yield f"budget: {plural(int(queries), 'query', 'queries')} for each row"
    if (epsilon := finite(params.get("epsilon"))) is not None:
        yield f"ε = {number(epsilon)}"


def _affected(finding: Finding) -> str:
    named = [_subject(each) for each in finding.affects[:_AFFECTED]]
    more = len(finding.affects) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _subject(each: Mapping[str, Any]) -> str:
    digest = visible(each.get("sha256") or "")[:_DIGITS]
    return f"{abridge(visible(each.get('name')), 120)} ({f'SHA-256 {digest}…' if digest else 'no digest'})"


def crosswalk_text(finding: Finding) -> str:
    """Name what other frameworks call it, each with the edition that its identifiers are from."""
    parts = []
    for framework, ids in finding.crosswalk.items():
        edition = visible(finding.editions.get(framework) or "")
        named = " ".join(part for part in (FRAMEWORKS.get(framework, visible(framework)), edition) if part)
        parts.append(f"{named}: {', '.join('all of it' if one == '*' else visible(one) for one in ids)}")
    return abridge("; ".join(parts), 1200)


def _waiver(finding: Finding, report: Report) -> str:
    found = next((one for one in report.waivers if finding.waiver and one.get("id") == finding.waiver), None)
    if found is None:
        return visible(finding.waiver or "")
    owner, ends = visible(found.get("owner") or "nobody"), visible(found.get("expires") or "no date")
    return abridge(f"{visible(finding.waiver)}, owned by {owner}, until {ends}", 300)
