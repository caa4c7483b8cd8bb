"""``pytest-iso23053 render``: a saved report in another format."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from pytest_iso23053.cli import judging, saved_reports


@click.command("render")
@click.argument("report", default=saved_reports.DEFAULT, type=saved_reports.REPORT)
@click.option(
    "--format", "formats", multiple=True, default=("term",), show_default=True, metavar="FORMAT[:PATH]",
    help="term, or a format of --iso23053-report; repeatable. The path may be - for standard output, and of html a "
    "folder: html:DIR/.",
)  # fmt: skip
@saved_reports.catalogue_option
def command(report: Path, formats: tuple[str, ...], source: str | None) -> None:
    """Show a saved JSON report in other formats.

    One whose verdicts do not follow from its tests is refused. Ends with 0, whatever the report says: ``gate`` judges.
    """
    from pytest_iso23053.render.formats import FORMATS, folder_renderer_for, renderer_for
    from pytest_iso23053.render.terminal import render_terminal
    from pytest_iso23053.settings.command_line import parse_report

    read = saved_reports.checked_at(report, source)
    try:
        wanted = [parse_report(text, {"term", *FORMATS}) for text in formats]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--format") from None
    for name, path in wanted:
        if name == "term":
            width = max(40, min(shutil.get_terminal_size().columns, 120))
            click.echo("\n".join(render_terminal(read, width=width, colour=False, unicode=judging.can_encode())))
            continue
        target = path or FORMATS[name][1]
        if in_folder := folder_renderer_for(name, path):
            judging.write_folder(Path(target), in_folder(read))
            click.echo(f"{name} report: {target}index.html")
            continue
        text = renderer_for(name, path)(read)
        if target in ("", "-"):
            click.echo(text)
        else:
            judging.write(Path(target), text)
            click.echo(f"{name} report: {target}")
