"""The end of the session: build the report, judge the gate, write the files, say which it was."""

from __future__ import annotations

import gc
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.plugin.earlier import put_back, take_away
from pytest_iso23053.plugin.keys import floor_key, report_key
from pytest_iso23053.plugin.outputs import annotation_lines, print_report, write_reports
from pytest_iso23053.plugin.redacting import redactor_of
from pytest_iso23053.plugin.run_info import describe_run, describe_selection
from pytest_iso23053.plugin.subjects import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.plugin.run import Run
    from pytest_iso23053.plugin.suite import SuitePlugin


class SessionPlugin:
    """Registered where the run is judged; needs no terminal (pytest-dev/pytest#14377)."""

    def __init__(self, run: Run, suite: SuitePlugin | None) -> None:
        self._run = run
        self._suite = suite
        self._started = time.time()
        self._written: list[str] = []
        self._interrupted = ""
        self._printed = False
        self._earlier: dict[Path, bytes] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        if not session.config.getoption("collectonly"):
            self._earlier = take_away(self._run, session.config)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        why = str(excinfo.value)
        if why.endswith("during collection"):
            return  # the collection errors say it themselves, and under xdist nothing is interrupted by them
        self._interrupted = f"the session was interrupted ({why})" if why else "the session was interrupted"

    def pytest_internalerror(self) -> None:
        self._interrupted = "an internal error ended the session"

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge before pytest-html writes (it does so trylast), and set the status pytest is about to return."""
        from pytest_iso23053.assurance.build import build_report, final_exit_status
        from pytest_iso23053.plugin.surroundings import look_around

        config = session.config
        with _collector_paused():
            look_around(config, self._run)
            report = build_report(self._inputs(config, int(exitstatus)), redactor_of(self._run))
        if not config.getoption("collectonly"):
            session.exitstatus = final_exit_status(int(exitstatus), report.gate)
        config.stash[report_key] = report
        config.hook.pytest_iso23053_report(report=report, config=config)
        # --collect-only is what editors call all the time, and a usage error ran nothing: neither may replace a real
        # report by an empty one (https://github.com/pytest-dev/pytest-html/issues/510).
        if config.getoption("collectonly") or exitstatus == pytest.ExitCode.USAGE_ERROR:
            put_back(self._earlier)
        else:
            self._written, failures = write_reports(self._run, report, config)
            if failures:
                self._say_unwritten(session, failures)
            if failures or report.gate.status in ("failed", "incomplete"):
                config.stash[floor_key] = int(session.exitstatus)
            if not config.pluginmanager.has_plugin("terminalreporter"):
                sys.stdout.writelines(f"{command}\n" for command in annotation_lines(self._run, report))

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        self._print(terminalreporter, config)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Say which it was where pytest itself gives no summary: after an internal error, or a status of one's own."""
        terminal = config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None and not self._printed:
            self._print(terminal, config)

    def _print(self, terminal: Any, config: pytest.Config) -> None:
        report: Report | None = config.stash.get(report_key, None)
        if report is not None:
            self._printed = True
            static = config.getoption("collectonly")
            annotated = [] if static else annotation_lines(self._run, report)
            print_report(terminal, report, self._written, static=static, annotated=annotated)

    def _say_unwritten(self, session: pytest.Session, failures: list[str]) -> None:
        """A report that somebody waits for is not there: that is no success, whatever the tests showed."""
        if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        if session.config.pluginmanager.has_plugin("terminalreporter"):
            self._written += failures
        else:
            sys.stderr.write("\n".join(failures) + "\n")

    def _inputs(self, config: pytest.Config, exitstatus: int) -> Any:
        from pytest_iso23053.assurance.build import RunInputs

        run, settings = self._run, self._run.settings
        selection = describe_selection(config, self._suite.arguments if self._suite else [])
        return RunInputs(
            catalogue=run.catalogue,
            profile=settings.profile,
            require=settings.require,
            flaky=settings.flaky,
            unused_waivers=settings.unused_waivers,
            decide=settings.decide,
            waivers=settings.waivers,
            not_applicable=settings.not_applicable,
            requirements=settings.requirements,
            claims=settings.claims,
            threats=settings.threats,
            gate=run.gate,
            configured_gate=settings.gate,
            gate_off=run.gate_off,
            fail_under=run.fail_under,
            fail_under_origin=run.fail_under_origin,
            models=tuple(spec.name for spec in settings.models),
            entries=run.entries if run.collected else None,
            events=run.events,
            collection_errors=tuple(f"{where}: {what}" for where, what in run.collection_errors.items()),
            interrupted=self._why_interrupted(exitstatus),
            lost_workers=tuple(run.lost_workers),
            selection=selection,
            pytest_status=exitstatus,
            no_waivers=run.no_waivers,
            baseline=run.baseline,
            today=run.today,
            system=dict(settings.system),
            run=describe_run(run, self._started, time.time() - self._started, selection),
            subjects=described(settings, run.loaded),
            gaps=tuple(sorted(run.gaps.values(), key=lambda gap: (gap.clause, gap.item))),
            notes=tuple(run.notes) + _foreign(run),
            cautions=tuple(run.cautions),
            shortcomings=tuple(run.shortcomings),
            measure_aspects={each.id: f"{each.clause}/{each.aspect}" for each in _measures() if each.aspect},
            measure_tasks={each.id: each.task for each in _measures() if each.task},
        )

    def _why_interrupted(self, exitstatus: int) -> str:
        if self._interrupted:
            return self._interrupted
        if exitstatus == pytest.ExitCode.INTERRUPTED and not self._run.collection_errors:
            return "the session was interrupted"
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR:
            return "an internal error ended the session"
        return ""


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Make ten thousand records without a walk over all that the session holds, which costs more than they do."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _measures() -> Iterable[Any]:
    """Return the registered measures, where a registry was loaded; it is not loaded for this."""
    registry = sys.modules.get("pytest_iso23053.measures.registry")
    return registry.all_measures() if registry is not None else ()


def _foreign(run: Run) -> tuple[str, ...]:
    return tuple(
        f"@pytest.mark.{name} without our arguments is taken for another suite's marker and ignored"
        for name in sorted(run.foreign_markers)
    )
