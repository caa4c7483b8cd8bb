"""``pytest-iso23053 gate``: judge a saved report, by what its run was asked or by something else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pytest_iso23053.cli import judging, saved_reports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_iso23053.assurance.inputs import RunInputs
    from pytest_iso23053.assurance.policy import GateRule


@click.command("gate")
@click.argument("report", default=saved_reports.DEFAULT, type=saved_reports.REPORT)
@judging.gate_options
@click.option("--no-waivers", is_flag=True, help="The auditor's view: waived failures count.")
@click.option("--baseline", type=saved_reports.REPORT, help="An earlier report to hold this one against.")
@click.option("--today", is_flag=True, help="Waivers by today's date, and not by the day of the run.")
@saved_reports.catalogue_option
def command(
    report: Path,
    gates: tuple[str, ...],
    fail_under: float | None,
    *,
    no_waivers: bool,
    today: bool,
    baseline: Path | None,
    source: str | None,
) -> None:
    """Judge a saved JSON report; without options by what its run was asked, else by what its configuration asks.

    Ends with 0 where the gate is met, 1 where it is not or tests failed, 23 where the evidence is incomplete or the
    gate could not be judged: the run was of single tests.
    """
    given = saved_reports.saved_at(report, source)
    rules = judging.gate_rules(gates, given.inputs.catalogue)
    otherwise = _otherwise(given.inputs, rules, fail_under, no_waivers=no_waivers)
    if baseline is not None:
        otherwise["baseline"] = saved_reports.saved_at(baseline, source).report
    if today:
        otherwise["today"] = date.today()
    judged = given.judged(**otherwise)
    laxer = _laxer(given.inputs, tuple(otherwise.get("gate", given.inputs.gate)))
    judging.finish(judged, (*judging.of_which_run(judged), *laxer))


def _otherwise(
    inputs: RunInputs, rules: tuple[GateRule, ...] | None, fail_under: float | None, *, no_waivers: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rules is not None:
        found |= {"gate": rules, "gate_off": not rules}
    elif not inputs.gate:
        found |= {"gate": inputs.configured_gate, "gate_off": False}
    if fail_under is not None:
        found |= {"fail_under": fail_under, "fail_under_origin": "command line"}
    return found | ({"no_waivers": True} if no_waivers else {})


def _laxer(inputs: RunInputs, rules: tuple[GateRule, ...]) -> Iterator[str]:
    """Say what the run was asked, or its configuration asks, and is not asked here."""
    asked = {(str(rule.target), rule.level) for rule in rules}
    full = {target for target, level in asked if level == "demonstrated"}
    for rule in dict.fromkeys((*inputs.gate, *inputs.configured_gate)):
        if str(rule.target) not in full and (str(rule.target), rule.level) not in asked:
            yield f"not asked here, and asked by the {rule.origin}: {rule.target}, {rule.level}"
