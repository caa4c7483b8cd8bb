"""The rules of the SARIF log: one for each clause or aspect, and for each measure that judged it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.render import facts
from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import FRAMEWORKS

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Finding, Report

EXPIRED = "waiver-expired"
MOST_TAGS = 10  # 20 are taken, 10 are kept
_THREATS = ("atlas", "owasp_ml", "owasp_llm", "nist_aml")
_LENGTH = 255


class Rules:
    """Collects the rules that results name, in the order in which they are first named."""

    def __init__(self, report: Report) -> None:
        self._titles = {clause.id: clause.title for clause in facts.clauses(report)}
        self._titles |= {f"{clause.id}/{aspect.id}": aspect.title for clause, aspect in facts.aspects(report)}
        self._titles |= {f"{each.from_clause}>{each.to_clause}": each.title for each in report.boundaries}
        self._rules: dict[str, dict[str, Any]] = {}
        self._places: dict[str, int] = {}

    def of(self, finding: Finding) -> tuple[int, str]:
        """Return the place and the id of a finding's rule."""
        name = _plain(f"{finding.clause}:{finding.measure}" if finding.measure else finding.clause)
        if name not in self._rules:
            self._add(name, self._rule(name, finding))
        return self._places[name], name

    def expired(self) -> int:
        """Return the place of the rule on waivers that ended."""
        if EXPIRED not in self._rules:
            why = "A waiver accepts a known failure until a day it names. After that day it covers nothing."
            self._add(EXPIRED, _described(EXPIRED, "A waiver has ended", why, ["iso23053", "waiver"]))
        return self._places[EXPIRED]

    def listed(self) -> list[dict[str, Any]]:
        """Return the rules in their places."""
        return list(self._rules.values())

    def _add(self, name: str, rule: dict[str, Any]) -> None:
        self._places[name] = len(self._rules)
        self._rules[name] = rule

    def _rule(self, name: str, finding: Finding) -> dict[str, Any]:
        title = self._titles.get(finding.clause) or finding.clause
        shown_by = f", by {finding.measure}" if finding.measure else ""
        elsewhere = "; ".join(
            f"{FRAMEWORKS.get(framework, framework)} {finding.editions.get(framework, '')}".strip()
            + f": {', '.join(ids)}"
            for framework, ids in finding.crosswalk.items()
        )
        why = f"{finding.clause} {title}{shown_by}." + (f" See also {elsewhere}." if elsewhere else "")
        threats = [each for framework in _THREATS for each in finding.crosswalk.get(framework, ())]
        clause = finding.clause.partition("/")[0]
        return _described(
            name, f"{finding.clause} {title}{shown_by}", why, ["iso23053", clause, finding.clause, *threats]
        )


def _described(name: str, short: str, full: str, tags: list[str]) -> dict[str, Any]:
    kept = list(dict.fromkeys(_plain(tag) for tag in tags if tag != "*"))[:MOST_TAGS]
    return {
        "id": name,
        "shortDescription": {"text": _plain(short)},
        "fullDescription": {"text": abridge(visible(full), 1_000)},
        "help": {"text": abridge(visible(full), 1_000)},
        "properties": {"tags": kept},
    }


def _plain(text: str) -> str:
    return abridge(visible(text), _LENGTH)
