"""What pages take from the code and from data, so that they cannot say something else.

A page asks for it with a comment, ``<!-- generate: options -->``. The result is Markdown like the rest of the page.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY = Path(__file__).resolve().parents[1]


def on_page_markdown(markdown: str, **_: Any) -> str:
    return re.sub(r"<!-- generate: (\w+) -->", lambda match: "\n".join(GENERATORS[match[1]]()), markdown)


def on_files(files: Any, config: Any) -> Any:
    """Render the sample reports from saved runs of the example; ``docs/samples.py`` makes these."""
    from mkdocs.structure.files import File

    from pytest_iso23053.render.html import render_html
    from pytest_iso23053.settings.report_files import read_report

    for saved in sorted((REPOSITORY / "docs" / "data").glob("sample-*.json")):
        name = saved.stem.removeprefix("sample-")
        files.append(File.generated(config, f"samples/{name}.html", content=render_html(read_report(saved))))
    return files


def options() -> Iterator[str]:
    from pytest_iso23053.plugin.options import OPTIONS

    yield from _table_head("Option", "Meaning")
    for option in OPTIONS:
        choices = option.parameters.get("choices")
        value = "{" + ",".join(choices) + "}" if choices else option.metavar
        spelled = f"{option.flag} {value}" if value and option.action != "store_true" else option.flag
        yield _row(f"`{spelled}`", _sentence(option.help))


def configuration() -> Iterator[str]:
    from pytest_iso23053.settings.reference import configuration_reference

    yield configuration_reference()


def markers() -> Iterator[str]:
    from pytest_iso23053.plugin.markers import MARKERS

    yield from _table_head("Marker", "Meaning")
    for marker in MARKERS:
        signature, _, meaning = marker.partition("): ")
        yield _row(f"`{signature})`", _sentence(meaning))


def fixtures() -> Iterator[str]:
    from pytest_iso23053.plugin.fixtures import make_fixtures
    from pytest_iso23053.settings.model import Settings

    yield from _table_head("Fixture", "Meaning")
    store = SimpleNamespace(model=None, dataset=None)  # the fixtures are looked at, not run
    made = vars(make_fixtures(Settings(rootdir=REPOSITORY), store))
    for name in sorted(name for name in made if name.startswith("iso_")):
        yield _row(f"`{name}`", (inspect.getdoc(made[name]) or "").replace("``", "`"))


def measures() -> Iterator[str]:
    from pytest_iso23053.measures.registry import BASES, OWN_CONTROL, all_measures

    yield (
        "Where its limit comes from: "
        + "; ".join(f"**{basis}**, {meaning}" for basis, meaning in BASES.items())
        + f"; a limit with **P** is {OWN_CONTROL}"
        + ".\n"
    )
    clause = None
    for one in sorted(all_measures(), key=lambda one: one.clause):
        if one.clause != clause:
            clause = one.clause
            yield f"\n## {clause}\n"
        yield from _measure(one)


def _measure(one: Any) -> Iterator[str]:
    spoken = [f"{one.clause}/{one.aspect}"] if one.aspect else []
    spoken += [f"the boundary {'>'.join(one.boundary)}"] if one.boundary else []
    limit = (
        f"limit {one.limit}" + (f" on the {one.summary}" if one.summary else "") if one.limit else "no limit of its own"
    )
    facts = [
        f"speaks about {' and '.join(spoken)}",
        f"unit: {one.unit}" if one.unit else "",
        f"{one.direction} is better",
    ]
    facts += [f"{limit} ({one.basis})", f"needs {', '.join(one.needs)}" if one.needs else ""]
    facts += [f"threats {', '.join(one.threats)}"] if one.threats else []
    yield f"### `{one.name}`\n"
    yield f"{_sentence('; '.join(fact for fact in facts if fact))} Source: {_sentence(one.source)}\n"
    yield f"::: {one.module}.{one.function.__name__}"
    yield "    options:\n      show_root_heading: false\n      show_root_toc_entry: false\n"


def catalogues() -> Iterator[str]:
    from pytest_iso23053.catalogue.load import load_catalogue, shipped_catalogues

    for name in shipped_catalogues():
        yield from _catalogue(load_catalogue(name))


def _catalogue(catalogue: Any) -> Iterator[str]:
    doubt = "" if catalogue.verified else " **Not verified against its source.**"
    yield f"\n## `{catalogue.id}`: {catalogue.title}\n"
    yield f"Edition {catalogue.edition}. Source: {_sentence(catalogue.source)} {catalogue.note}{doubt}\n"
    yield from _table_head("Clause", "Slug", "Title", "Required aspects", "Further aspects")
    for clause in catalogue.clauses():
        doubts = ["assumed"] if clause.assumed else []
        doubts += [f"{clause.certainty:.0%} sure"] if clause.certainty is not None else []
        title = clause.title + (f" ({', '.join(doubts)})" if doubts else "")
        required = [
            f"`{aspect.id}`" + ("\\*" if aspect.computed else "") for aspect in clause.aspects if aspect.required
        ]
        further = [f"`{aspect.id}`" for aspect in clause.aspects if not aspect.required]
        yield _row(clause.id, f"`{clause.slug}`", title, ", ".join(required), ", ".join(further))
    if any(aspect.computed for clause in catalogue.clauses() for aspect in clause.aspects):
        yield "\n\\* Computed after the run; no test can name it."
    if catalogue.boundaries:
        yield f"\nBoundaries: {', '.join(f'`{boundary}`' for boundary in catalogue.boundaries)}."
    for profile in catalogue.profiles:
        further = [f"`{reference}`" for reference in (*profile.require, *profile.boundaries)]
        yield f"\nProfile `{profile.id}` ({profile.title}) also requires {', '.join(further)}."


def commands() -> Iterator[str]:
    import click

    from pytest_iso23053.cli import commands as all_commands

    for name, command in sorted(all_commands().items()):
        context = click.Context(command, info_name=f"pytest-iso23053 {name}")
        yield f"\n## `{name}`\n\n```text\n{command.get_help(context)}\n```"
        for inner, subcommand in sorted(getattr(command, "commands", {}).items()):
            nested = click.Context(subcommand, info_name=inner, parent=context)
            yield f"\n### `{name} {inner}`\n\n```text\n{subcommand.get_help(nested)}\n```"


def comparison() -> Iterator[str]:
    sys.path.insert(0, str(REPOSITORY / "benchmarks" / "verdicts"))
    try:
        from table import render
    finally:
        sys.path.pop(0)
    yield render(json.loads((REPOSITORY / "docs" / "data" / "verdicts.json").read_text(encoding="utf-8")))


def intervals() -> Iterator[str]:
    sys.path.insert(0, str(REPOSITORY / "benchmarks" / "intervals"))
    sys.modules.pop("table", None)  # another benchmark's module has that name too
    try:
        from table import tables
    finally:
        sys.path.pop(0)
        sys.modules.pop("table", None)
    yield from tables(json.loads((REPOSITORY / "docs" / "data" / "intervals.json").read_text(encoding="utf-8")))


def power() -> Iterator[str]:
    from pytest_iso23053.stats.power import power_of_proportion, rows_for

    sizes = (100, 400, 1_000, 5_000)
    yield from _table_head("To be shown", "Truth", *(f"n = {n:,}".replace(",", " ") for n in sizes), "Rows for 90 %")
    asked = ((0.75, 0.76), (0.75, 0.8), (0.9, 0.92), (0.9, 0.95), (0.99, 0.995), (0.05, 0.02), (0.01, 0.005))
    for limit, truth in asked:
        shown = [f"{power_of_proportion(n, truth, limit):.0%}".replace("%", " %") for n in sizes]
        needed = rows_for(lambda n, truth=truth, limit=limit: power_of_proportion(n, truth, limit))
        operator = ">=" if truth > limit else "<="
        yield _row(f"`{operator} {limit}`", str(truth), *shown, f"{needed:,}".replace(",", " "))


def _table_head(*names: str) -> tuple[str, str]:
    return _row(*names), _row(*("---" for _ in names))


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "!", "?")) else ".")


GENERATORS: dict[str, Callable[[], Iterator[str]]] = {
    "options": options,
    "configuration": configuration,
    "markers": markers,
    "fixtures": fixtures,
    "measures": measures,
    "catalogues": catalogues,
    "commands": commands,
    "comparison": comparison,
    "intervals": intervals,
    "power": power,
}
