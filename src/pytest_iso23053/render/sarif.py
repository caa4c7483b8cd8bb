"""Failures, gaps and expired waivers as SARIF 2.1.0, for code scanning.

Kept within what GitHub takes (https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads):
25,000 results and rules a run, 20 tags a rule of which it keeps 10, 10 MB compressed. A file that is smaller than that
as it is needs no trial compression. What does not fit is the least grave, and counted in a notification.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render import facts
from pytest_iso23053.render.places import Place, Places
from pytest_iso23053.render.sarif_rules import EXPIRED, Rules
from pytest_iso23053.render.text import abridge, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_iso23053.assurance.report import Finding, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000
MOST_BYTES = 9_500_000
FINGERPRINT = "iso23053/v1"
LEVELS = {"failure": "error", "weakness": "warning", "gap": "warning", "not assessed": "note"}
_MESSAGE = 4_000
_LINK = re.compile(r"([\[\]])")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render_sarif(report: Report) -> str:
    """Render a report as a SARIF log of one run. Observations are left to the other formats: they are no alert."""
    rules = Rules(report)
    every = [*_of_waivers(report, rules), *_of_findings(report, rules)]
    shown = list(_that_fit(every))
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, rules, shown, len(every) - len(shown))]}
    return json.dumps(log, ensure_ascii=True, indent=1) + "\n"


def _run(report: Report, rules: Rules, results: list[dict[str, Any]], left: int) -> dict[str, Any]:
    version = visible(report.run.get("plugin") or "0")
    invocation: dict[str, Any] = {"executionSuccessful": report.run.get("complete") is not False}
    if left:
        told = f"{left} results were left out to keep within what code scanning takes; the JSON report holds them"
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": told}}]
    return {
        "tool": {"driver": {"name": "pytest-iso23053", "version": version, "rules": rules.listed()}},
        "automationDetails": {"id": f"iso23053/{visible(report.catalogue.get('id') or 'lifecycle')}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the root of the repository"}}},
        "invocations": [invocation],
        "results": results,
        "properties": {
            "gate": report.gate.status,
            "demonstrated_percent": report.summary.demonstrated_percent,
        },
    }


def _of_findings(report: Report, rules: Rules) -> Iterator[dict[str, Any]]:
    places = Places(report)
    waivers = {str(waiver.get("id")): waiver for waiver in report.waivers}
    for finding in facts.ranked_findings(report):
        level = LEVELS.get(finding.grade)
        if level is not None:
            yield _result(finding, level, rules, places.of(finding.nodeid), waivers)


def _result(
    finding: Finding, level: str, rules: Rules, place: Place, waivers: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    index, rule = rules.of(finding)
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": index,
        "level": level,
        "message": {"text": _message(finding.sentence)},
        "locations": [_location(place, finding.nodeid)],
        "partialFingerprints": {FINGERPRINT: visible(finding.id)},
        "properties": _properties(finding),
    }
    if finding.waiver:
        waiver = waivers.get(finding.waiver, {})
        why = f"{finding.waiver}, owner {waiver.get('owner')}, until {waiver.get('expires')}: {waiver.get('reason')}"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": _plain(why)}]
    return result


def _properties(finding: Finding) -> dict[str, Any]:
    said: dict[str, Any] = {
        "grade": finding.grade,
        "severity": finding.severity,
        "clause": finding.clause,
        "measure": finding.measure,
        "test": finding.nodeid,
        "reproduce": finding.reproduce,
        "attacker": finding.attacker,
    }
    numbers = {key: value for key, value in (finding.evidence or {}).items() if key != "params"}
    plain: dict[str, Any] = {key: _plain(value) for key, value in said.items() if value}
    if numbers:
        plain["evidence"] = {key: _plain(value) if isinstance(value, str) else value for key, value in numbers.items()}
    if finding.affects:
        plain["affects"] = [{key: _plain(value) for key, value in each.items() if value} for each in finding.affects]
    return plain


def _of_waivers(report: Report, rules: Rules) -> Iterator[dict[str, Any]]:
    places = Places(report)
    for waiver in facts.ranked_waivers(report):
        if waiver.get("state") != "expired":
            continue
        index = rules.expired()
        told = (
            f"The waiver {waiver.get('id')} on {waiver.get('clause')} ended on {waiver.get('expires')} and covers "
            f"nothing; owner {waiver.get('owner')}: {waiver.get('reason')}"
        )
        identity = "/".join(str(waiver.get(key) or "") for key in ("clause", "test", "expires"))
        yield {
            "ruleId": EXPIRED,
            "ruleIndex": index,
            "level": "warning",
            "message": {"text": _message(told)},
            "locations": [_location(places.configuration, None)],
            "partialFingerprints": {FINGERPRINT: _plain(f"{EXPIRED}/{identity}")},
        }


def _location(place: Place, nodeid: str | None) -> dict[str, Any]:
    from urllib.parse import quote

    file = quote(place.file.encode("utf-8", "backslashreplace"), safe="/~")
    artifact = {"uri": file, "uriBaseId": "%SRCROOT%"}
    found: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": place.line}}}
    if nodeid:
        found["logicalLocations"] = [{"fullyQualifiedName": _plain(nodeid), "kind": "function"}]
    return found


def _that_fit(results: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    room = MOST_BYTES
    for result in results[:MOST_RESULTS]:
        room -= 2 * len(json.dumps(result))  # indented, and with what its rule may say
        if room < 0:
            return
        yield result


def _message(text: str) -> str:
    """Return text for a message, in which brackets would be a link and a number in braces an argument."""
    plain = _plain(text)
    if "](" in plain:
        plain = _LINK.sub(r"\\\1", plain)
    return _PLACEHOLDER.sub(r"{{\1}}", plain)


def _plain(text: object) -> str:
    return abridge(visible(text), _MESSAGE)
