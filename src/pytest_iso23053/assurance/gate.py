"""The gate: section 5 of the truth table. It fails closed: what was not evaluated never passes.

The worst wins, FAILED over INCOMPLETE over PASSED, except that a run with nothing evaluated is always INCOMPLETE.
"""

from __future__ import annotations

import math
from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import outcome, verdict
from pytest_iso23053.assurance.gate_reasons import reasons_for
from pytest_iso23053.assurance.report import GateDecision
from pytest_iso23053.assurance.wording import some
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_iso23053.assurance.matrix import Matrix
    from pytest_iso23053.assurance.policy import GateRule

PASSED, FAILED, INCOMPLETE, NOT_JUDGED, OFF = "passed", "failed", "incomplete", "not-judged", "off"
COMMAND_LINE, CONFIGURATION = "command line", "configuration"

EXIT_OK, EXIT_FAILED, EXIT_NO_TESTS = 0, 1, 5  # pytest's own
EXIT_INCOMPLETE = 23

_MEETS = {
    verdict.DEMONSTRATED: frozenset({verdict.DEMONSTRATED, verdict.WAIVED}),
    verdict.PARTIAL: frozenset({verdict.DEMONSTRATED, verdict.WAIVED, verdict.PARTIAL}),
}
_UNDECIDED = frozenset({verdict.INCOMPLETE, verdict.NOT_APPLICABLE})

Problem = tuple[str, str]  # FAILED or INCOMPLETE, and why


@dataclass(frozen=True)
class Demands:
    """What is asked of a run: rules, a least percentage, and that no waiver is left unused."""

    rules: Sequence[GateRule] = ()
    fail_under: float | None = None
    fail_under_origin: str = CONFIGURATION
    no_unused_waivers: bool = False
    baseline: bool = False  # what became worse is found later, and fails whatever is decided here

    def given_on_command_line(self) -> Demands:
        """Keep what was asked for in so many words; the configuration speaks about whole runs."""
        typed = self.fail_under_origin == COMMAND_LINE
        return Demands(
            rules=tuple(rule for rule in self.rules if rule.origin == COMMAND_LINE),
            fail_under=self.fail_under if typed else None,
            fail_under_origin=self.fail_under_origin,
        )

    def __bool__(self) -> bool:
        return bool(self.rules) or self.fail_under is not None or self.no_unused_waivers or self.baseline


@dataclass(frozen=True)
class RunFacts:
    """What happened in the run, beside the matrix, that a gate must know."""

    incomplete: Sequence[str] = ()  # why the run as a whole shows less than it should
    manifest: bool = True  # without one nobody knows what a test speaks about
    selection: Mapping[str, Any] = field(default_factory=dict)
    waivers: Sequence[Mapping[str, Any]] = ()  # as the report states them
    waiting: Mapping[str, str] = field(default_factory=dict)  # unused waiver → a test it is about that was not run


def decide(demands: Demands, matrix: Matrix, facts: RunFacts, *, off: bool = False) -> GateDecision:
    """Judge a run. ``off`` switches the configured gate off, and leaves what the command line asks for."""
    asked = demands.given_on_command_line() if off else demands
    if not asked:
        return GateDecision(OFF)
    if not any(record.outcome != outcome.NOT_RUN for record in matrix.records.values()):
        nothing = "nothing was evaluated: no test came to an outcome; a gate needs a run that runs something"
        return GateDecision(INCOMPLETE, (nothing, *facts.incomplete))
    narrowed = _narrowed(facts.selection)
    judged = asked.given_on_command_line() if narrowed else asked
    if not judged:
        return GateDecision(NOT_JUDGED, (f"single tests selected ({narrowed}): the configured gate is for whole runs",))
    vanished = tuple(_vanished(facts.selection))
    if vanished or not facts.manifest:
        # What is missing here may well exist: nothing that is judged would mean anything.
        return GateDecision(INCOMPLETE, (*vanished, *facts.incomplete))
    problems = [(INCOMPLETE, reason) for reason in facts.incomplete]
    for rule in judged.rules:
        problems += _rule(rule, matrix)
    problems += _fail_under(judged.fail_under, matrix)
    problems += _unused_waivers(facts) if judged.no_unused_waivers else ()
    return _worst(problems)


def final_exit_status(pytest_status: int, gate: GateDecision) -> int:
    """Return the status to exit with. Only where pytest alone would say 0 or 5 does the gate have a say."""
    if pytest_status not in (EXIT_OK, EXIT_NO_TESTS):
        return pytest_status
    if gate.status == INCOMPLETE:
        return EXIT_INCOMPLETE
    return EXIT_FAILED if gate.status == FAILED else pytest_status


def _worst(problems: Sequence[Problem]) -> GateDecision:
    for status in (FAILED, INCOMPLETE):
        if any(found == status for found, _ in problems):
            first = [reason for found, reason in problems if found == status]
            rest = [reason for found, reason in problems if found != status]
            return GateDecision(status, tuple(dict.fromkeys([*first, *rest])))
    return GateDecision(PASSED)


def _narrowed(selection: Mapping[str, Any]) -> str:
    """Say how single tests were selected; others then vanish without being deselected."""
    ways = [option for key, option in (("lf", "--lf"), ("sw", "--sw")) if selection.get(key)]
    nodeids = [str(nodeid) for nodeid in selection.get("nodeids") or ()]
    return ", ".join([*ways, *([some(nodeids)] if nodeids else [])])


def _vanished(selection: Mapping[str, Any]) -> Iterator[str]:
    for key, option in (("lf", "--lf"), ("sw", "--sw")):
        if selection.get(key):
            yield f"{option} skips whole files without a trace; judge the gate in a run without it"


def _rule(rule: GateRule, matrix: Matrix) -> Iterator[Problem]:
    reference = str(rule.target)
    cell = matrix.find(reference)
    if cell is None:
        yield FAILED, f"{reference} is asked for and not in the catalogue: no test can show it"
    elif cell.verdict not in _MEETS[rule.level]:
        status = INCOMPLETE if cell.verdict in _UNDECIDED else FAILED
        yield from ((status, reason) for reason in reasons_for(reference, rule.level, cell, matrix))


def _fail_under(least: float | None, matrix: Matrix) -> Iterator[Problem]:
    """Judge the percentage. Never rounded up: 99.995 is not 100 (coverage.py's ``should_fail_under`` says the same).

    What is incomplete can only add to it, so that a percentage reached counts, and one out of reach is missed for good.
    """
    if least is None:
        return
    summary = matrix.summary()
    percent = summary.demonstrated_percent
    if percent is None:
        yield INCOMPLETE, "no required aspect is in scope, so that there is no percentage to judge"
    elif percent < least:
        in_scope = sum(summary.aspects.values()) - summary.aspects.get(verdict.NOT_APPLICABLE, 0)
        possible = summary.aspects.get(verdict.DEMONSTRATED, 0) + summary.aspects.get(verdict.INCOMPLETE, 0)
        out_of_reach = 100 * possible / in_scope < least
        said = f"{_floored(percent)} % of the required aspects are demonstrated, {least:.10g} % are asked for"
        way_out = "the report's gaps say what is missing" if out_of_reach else "run the tests that were not run"
        yield FAILED if out_of_reach else INCOMPLETE, f"{said}; {way_out}"


def _floored(percent: float) -> str:
    return f"{math.floor(percent * 100) / 100:.2f}"


def _unused_waivers(facts: RunFacts) -> Iterable[Problem]:
    for waiver in facts.waivers:
        if waiver["state"] == "unused":
            name = f"waiver {waiver['id']} ({waiver['clause']}, owner {waiver['owner']})"
            if waiver["id"] in facts.waiting:
                nodeid = facts.waiting[waiver["id"]]
                yield INCOMPLETE, f"{name} cannot be judged: {nodeid}, which it is about, was not run"
            else:
                yield FAILED, f"{name} is unused: what it would cover passes or does not exist; strike it out"
