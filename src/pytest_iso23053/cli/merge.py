"""``pytest-iso23053 merge``: the reports of shards, or of a matrix of jobs, judged as one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.cli import judging, saved_reports

if TYPE_CHECKING:
    from pathlib import Path


@click.command("merge")
@click.argument("reports", nargs=-1, required=True, type=saved_reports.REPORT)
@click.option("--output", "-o", required=True, type=saved_reports.REPORT, help="Where the merged JSON report goes.")
@click.option("--shards", type=click.IntRange(1), metavar="N", help="How many there should be: fewer are incomplete.")
@click.option("--baseline", type=saved_reports.REPORT, help="An earlier report to hold the merged one against.")
@judging.gate_options
@saved_reports.catalogue_option
def command(
    reports: tuple[Path, ...],
    output: Path,
    *,
    shards: int | None,
    gates: tuple[str, ...],
    fail_under: float | None,
    baseline: Path | None,
    source: str | None,
) -> None:
    """Merge saved JSON reports of the parts of one run, and judge the gate on the whole.

    The order never matters. A test that one part deselected and another ran is run. Parts that were made with other
    subjects, another configuration or another catalogue are refused: they are no parts of one run. Where a part may
    get lost, say how many there should be.

    \b
    pytest --iso23053 --iso23053-gate off --iso23053-report json:part1.json tests/a
    pytest --iso23053 --iso23053-gate off --iso23053-report json:part2.json tests/b
    pytest-iso23053 merge part1.json part2.json --shards 2 --gate 7.4 -o merged.json
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from pytest_iso23053.assurance.merging import Asked, Shard, merge
    from pytest_iso23053.render.json_report import render_json

    given = [
        Shard(str(path), saved_reports.digest(path), saved_reports.saved_at(path, source))
        for path in dict.fromkeys(reports)
    ]
    rules = judging.gate_rules(gates, given[0].saved.inputs.catalogue)
    before = None if baseline is None else saved_reports.saved_at(baseline, source).report
    asked = Asked(shards, rules, gate_off=rules == (), fail_under=fail_under, baseline=before)
    try:
        merged = merge(given, asked)
    except ReportError as error:
        raise click.UsageError(f"these are no parts of one run:\n{error}") from None
    judging.write(output, render_json(merged))
    judging.finish(merged, [f"json report: {output}"])
