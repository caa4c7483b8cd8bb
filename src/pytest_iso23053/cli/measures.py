"""``pytest-iso23053 measures``: what can be measured, for which clause, against which limit, after whom."""

from __future__ import annotations

import inspect
import json
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_iso23053.measures.registry import Measure

_WIDTH = 110


@click.group("measures")
def command() -> None:
    """Show what can be measured, in a test and by the ready-made suite."""


@command.command("list")
@click.option("--clause", "expression", metavar="EXPR", help="Only these: 7.4, 7.4/robustness, 7.2-7.4, 7.2>7.3.")
@click.option("--json", "as_json", is_flag=True, help="The declarations as JSON.")
def list_(expression: str | None, as_json: bool) -> None:
    """List the measures by the clause that they are evidence for."""
    from pytest_iso23053.measures import registry

    chosen = [each for each in registry.all_measures() if expression is None or _is_about(each, _wanted(expression))]
    if as_json:
        click.echo(json.dumps([_declaration(each) for each in chosen], indent=2, ensure_ascii=False))
        return
    for line in _list_lines(chosen) if chosen else [f"no measure is evidence for {expression}"]:
        click.echo(line)


@command.command("show")
@click.argument("name", metavar="NAME")
def show(name: str) -> None:
    """Show one measure: its declaration, parameters, errors and an example."""
    from pytest_iso23053.measures import registry

    try:
        measure = registry.get(name)
    except registry.UnknownMeasureError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from error
    for line in _detail_lines(measure):
        click.echo(line)


def _wanted(expression: str) -> frozenset[str]:
    from pytest_iso23053.catalogue.load import load_catalogue
    from pytest_iso23053.catalogue.resolver import Resolver, UnknownReference

    try:
        return frozenset(map(str, Resolver(load_catalogue("lifecycle")).expression(expression)))
    except UnknownReference as error:
        raise click.BadParameter(str(error), param_hint="--clause") from error


def _is_about(measure: Measure, wanted: frozenset[str]) -> bool:
    about = {measure.clause, f"{measure.clause}/{measure.aspect}"}
    return bool(wanted & (about | ({">".join(measure.boundary)} if measure.boundary else set())))


def _list_lines(measures: Sequence[Measure]) -> Iterator[str]:
    from pytest_iso23053.catalogue.load import load_catalogue
    from pytest_iso23053.measures.registry import BASES, OWN_CONTROL

    catalogue = load_catalogue("lifecycle")
    width = max(len(each.id) for each in measures) + 2
    for clause_id, group in groupby(measures, key=lambda each: each.clause):
        clause = catalogue.clause(clause_id)
        yield f"{clause_id} {clause.title}" if clause else clause_id
        for each in group:
            basis = f" ({each.basis})" if each.limit else ""
            yield f"  {each.id:<{width}}{_place(each)}; {_limit(each)}{basis}"
            yield from textwrap.wrap(each.title, _WIDTH, initial_indent="    ", subsequent_indent="    ")
        yield ""
    yield f"C: {BASES['C']}. N: {BASES['N']}."
    yield from textwrap.wrap(f"P: {OWN_CONTROL}.", _WIDTH)
    yield f"No limit: {BASES['P']}."
    yield "Details of one: pytest-iso23053 measures show NAME"


def _place(measure: Measure) -> str:
    aspect = [f"{measure.clause}/{measure.aspect}"] if measure.aspect else []
    boundary = [f"boundary {'>'.join(measure.boundary)}"] if measure.boundary else []
    return ", ".join([*aspect, *boundary]) or measure.clause


def _limit(measure: Measure) -> str:
    if measure.limit is None:
        start = f" (to begin with: {measure.starting_point})" if measure.starting_point else ""
        return f"no limit{start}"
    return f".{measure.summary}() {measure.limit}" if measure.summary else measure.limit


def _detail_lines(measure: Measure) -> Iterator[str]:

    yield f"measures.{measure.signature}"
    facts = {
        "evidence for": _place(measure),
        "limit": f"{_limit(measure)}, {measure.basis_in_words}" if measure.limit else measure.basis_in_words,
        "starting point": measure.starting_point,
        "better": measure.direction,
        "unit": measure.unit,
        "range": _range(measure),
        "needs": ", ".join(measure.needs),
        "cost": measure.cost,
        "threats": ", ".join(measure.threats),
        "source": measure.source,
        "file": measure.file,
    }
    for name, text in facts.items():
        if text:
            indent = " " * 16
            yield from textwrap.wrap(text, _WIDTH, initial_indent=f"{name:<16}", subsequent_indent=indent)
    yield ""
    yield from (inspect.getdoc(measure.function) or "").splitlines()


def _range(measure: Measure) -> str:
    low, high = measure.range
    if low is None and high is None:
        return ""
    return f"{'−∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"


def _declaration(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.id,
        "title": measure.title,
        "clause": measure.clause,
        "aspect": measure.aspect,
        "boundary": list(measure.boundary) if measure.boundary else None,
        "unit": measure.unit,
        "direction": measure.direction,
        "basis": measure.basis,
        "limit": measure.limit,
        "summary": measure.summary,
        "starting_point": measure.starting_point,
        "range": list(measure.range),
        "needs": list(measure.needs),
        "cost": measure.cost,
        "threats": list(measure.threats),
        "source": measure.source,
        "file": measure.file,
    }
