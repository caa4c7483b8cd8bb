"""Start and stop: read the configuration whole, then register what this process needs."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance.context import Context, activate
from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.waivers import WaiverBook
from pytest_iso23053.catalogue.resolver import UnknownReference
from pytest_iso23053.plugin import fixtures
from pytest_iso23053.plugin.collection import CollectionPlugin
from pytest_iso23053.plugin.html_bridge import HtmlBridgePlugin
from pytest_iso23053.plugin.keys import run_key, subjects_key
from pytest_iso23053.plugin.outputs import TERMINAL, renderers
from pytest_iso23053.plugin.recorder import RecorderPlugin
from pytest_iso23053.plugin.run import Run
from pytest_iso23053.plugin.session import SessionPlugin
from pytest_iso23053.plugin.stamping import StampingPlugin
from pytest_iso23053.plugin.subjects import SubjectStore
from pytest_iso23053.plugin.suite import SuitePlugin
from pytest_iso23053.plugin.waiving import WaivingPlugin
from pytest_iso23053.plugin.wire import WorkerPlugin
from pytest_iso23053.settings.command_line import parse_gate, parse_report
from pytest_iso23053.settings.load import load_settings
from pytest_iso23053.settings.mistakes import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from pytest_iso23053.assurance.policy import GateRule
    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.catalogue.model import Catalogue
    from pytest_iso23053.catalogue.resolver import Resolver
    from pytest_iso23053.settings.model import Settings
    from pytest_iso23053.suite.requirements import RequirementCase

_stack_key = pytest.StashKey[ExitStack]()
_names_key = pytest.StashKey[list[str]]()


def start_assurance_run(config: pytest.Config) -> None:
    """Register the run's parts. Every mistake is a usage error here, before the first test and before any worker."""
    settings, catalogue, resolver = _load(config)
    run = _new_run(config, settings, catalogue, resolver)
    settings = run.settings  # the command line's seed is in it
    config.stash[run_key] = run
    store = SubjectStore(config, settings)
    store.facts, store.notes = run.loaded, run.notes
    config.stash[subjects_key] = store
    suite = SuitePlugin(run) if run.suite != "off" else None
    stamping = StampingPlugin(run)
    parts: dict[str, object] = {
        "fixtures": fixtures.make_fixtures(settings, store, _requirement_cases(run)),
        "collection": CollectionPlugin(run),
        "stamping": stamping,
    }
    if settings.waivers and not run.no_waivers:
        parts["waiving"] = WaivingPlugin(run.waiver_book)
    if suite is not None:
        parts["suite"] = suite
    if hasattr(config, "workerinput"):
        parts["worker"] = WorkerPlugin(run, stamping, config)
    else:
        parts["recorder"] = RecorderPlugin(run, stamping)
        parts["html"] = HtmlBridgePlugin(run)
        parts["session"] = SessionPlugin(run, suite)
    _register(config, parts)


def _requirement_cases(run: Run) -> tuple[RequirementCase, ...]:
    if run.suite == "off":
        return ()
    from pytest_iso23053.suite.requirements import requirement_cases

    return requirement_cases(run.settings)


def provide_fixtures(config: pytest.Config) -> None:
    """Outside an assurance run: the fixtures alone, and a configuration's mistakes only where a test meets them."""
    try:
        settings, _, _ = _load(config)
    except pytest.UsageError as error:
        _register(config, {"fixtures": fixtures.make_failing_fixtures(str(error))})
        return
    store = SubjectStore(config, settings)
    config.stash[subjects_key] = store
    stack = config.stash.setdefault(_stack_key, ExitStack())
    surroundings = Context(
        requirements=settings.requirements,
        decide=settings.decide,
        seed=settings.seed,
        attacker=settings.attacker,
        examples=settings.examples,
    )
    stack.enter_context(activate(surroundings))
    _register(config, {"fixtures": fixtures.make_fixtures(settings, store)})


def stop(config: pytest.Config) -> None:
    """Undo everything: in-process runs of pytester share this interpreter."""
    for name in config.stash.get(_names_key, []):
        config.pluginmanager.unregister(name=name)
    config.stash[_names_key] = []
    config.stash.get(_stack_key, ExitStack()).close()
    identity = sys.modules.get("pytest_iso23053.subjects.identity")
    if identity is not None:
        identity.forget()


def _register(config: pytest.Config, parts: dict[str, object]) -> None:
    names = config.stash.setdefault(_names_key, [])
    for name, part in parts.items():
        if config.pluginmanager.is_blocked(f"iso23053-{name}"):
            raise pytest.UsageError(f"-p no:iso23053-{name}: a part of an assurance run cannot be left out")
        config.pluginmanager.register(part, f"iso23053-{name}")
        names.append(f"iso23053-{name}")


def _load(config: pytest.Config) -> tuple[Settings, Catalogue, Resolver]:
    given = config.getoption("iso23053_config")
    path = config.invocation_params.dir / given if given else None
    try:
        return load_settings(
            config.rootpath,
            path=path,
            catalogue=config.getoption("iso23053_catalogue"),
            catalogues=_catalogues(config),
            formats=frozenset({TERMINAL, *renderers(config)}),
            measure_names=lambda: _measure_names(config),
            measure_range=_measure_range,
            measure_needs=_measure_needs,
        )
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None


def _catalogues(config: pytest.Config) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for mapping in config.hook.pytest_iso23053_catalogues():
        found.update(mapping)
    return found


def _measure_names(config: pytest.Config) -> Collection[str]:
    from pytest_iso23053.measures import registry

    for measures in config.hook.pytest_iso23053_measures():
        for measure in measures:
            registry.register(measure)
    return registry.names()


def _measure_range(name: str) -> tuple[float | None, float | None]:
    from pytest_iso23053.measures import registry

    return registry.get(name).range


def _measure_needs(name: str) -> tuple[str, ...]:
    from pytest_iso23053.measures import registry

    return registry.get(name).needs


def _new_run(config: pytest.Config, settings: Settings, catalogue: Catalogue, resolver: Resolver) -> Run:
    from dataclasses import replace

    mistakes: list[str] = []
    gate, gate_off = _gate(config, settings, resolver, mistakes)
    selection = _clause_selection(config, resolver, mistakes)
    reports = _reports(config, settings, mistakes)
    fail_under = config.getoption("iso23053_fail_under")
    if fail_under is not None and not 0 <= fail_under <= 100:
        mistakes.append(f"--iso23053-fail-under: {fail_under} is not a percentage between 0 and 100")
    baseline = _baseline(config, catalogue, mistakes)
    if mistakes:
        raise pytest.UsageError("\n".join(mistakes))
    seed = config.getoption("iso23053_seed")
    if seed is not None:
        settings = replace(settings, seed=seed)
    today = date.today()
    no_waivers = bool(config.getoption("iso23053_no_waivers"))
    configured = bool(settings.models or settings.datasets)
    suite = config.getoption("iso23053_suite") or settings.suite or ("fast" if configured else "off")
    return Run(
        settings=settings,
        catalogue=catalogue,
        resolver=resolver,
        waiver_book=WaiverBook(settings.waivers, today, catalogue=catalogue, enabled=not no_waivers),
        today=today,
        gate=gate,
        gate_off=gate_off,
        fail_under=settings.fail_under if fail_under is None else fail_under,
        fail_under_origin="configuration" if fail_under is None else "command line",
        no_waivers=no_waivers,
        baseline=baseline,
        reports=reports,
        suite=suite,
        clause_selection=selection,
        fixture_names=fixtures.NAMES if suite != "off" else frozenset(),
    )


def _gate(
    config: pytest.Config, settings: Settings, resolver: Resolver, mistakes: list[str]
) -> tuple[tuple[GateRule, ...], bool]:
    """Command line beats configuration: a gate given there replaces the configured one."""
    given = config.getoption("iso23053_gate")
    if not given:
        return settings.gate, False
    rules: list[GateRule] = []
    for text in given:
        try:
            rules.extend(parse_gate(text, resolver) or ())
        except ValueError as error:
            mistakes.append(f"--iso23053-gate {text}: {error}")
    return tuple(rules), not rules and not mistakes


def _baseline(config: pytest.Config, catalogue: Catalogue, mistakes: list[str]) -> Report | None:
    """Read the report that the run is held against before its first test, where there is one."""
    given = config.getoption("iso23053_baseline")
    if not given or hasattr(config, "workerinput"):
        return None
    from pytest_iso23053.settings.report_files import read_saved

    try:
        return read_saved(config.invocation_params.dir / given, catalogue).report
    except ReportError as error:
        mistakes.append(f"--iso23053-baseline {given}: {error}")
        return None


def _clause_selection(config: pytest.Config, resolver: Resolver, mistakes: list[str]) -> tuple[Any, ...]:
    found: list[Any] = []
    for text in config.getoption("iso23053_clause") or ():
        try:
            found.extend(resolver.expression(text))
        except UnknownReference as error:
            mistakes.append(f"--iso23053-clause {text}: {error}")
    return tuple(found)


def _reports(config: pytest.Config, settings: Settings, mistakes: list[str]) -> tuple[tuple[str, str | None], ...]:
    known = {TERMINAL, *renderers(config)}
    found: list[tuple[str, str | None]] = []
    for text in config.getoption("iso23053_report") or settings.reports:
        try:
            name, path = parse_report(text, known)
        except ValueError as error:
            mistakes.append(f"--iso23053-report {text}: {error}")
        else:
            found.append((name, path))  # as typed: a slash at its end asks for a folder
    return tuple(found)
