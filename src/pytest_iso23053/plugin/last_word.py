"""The status that pytest returns, held against what the gate said: nothing that runs after the gate can turn it green.

A conftest file may set another exit status when the session ends, answer in pytest's place, or leave before the
session began. None of these is a judged run.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pytest_iso23053.plugin.keys import floor_key, report_key, run_key

if TYPE_CHECKING:
    import pytest

INCOMPLETE = 23
_GREEN = (0, 5)  # what a pipeline takes for success, and pytest's «no tests», which is often made into one
_SHOWN_ONLY = ("help", "version", "cacheshow", "collectonly", "showfixtures", "show_fixtures_per_test", "markers")


def hold(config: pytest.Config, status: Any) -> Any:
    """Return the status to end with: pytest's, but for one that hides what the gate decided."""
    if int(status or 0) not in _GREEN or any(config.getoption(name, default=None) for name in _SHOWN_ONLY):
        return status
    floor = config.stash.get(floor_key, 0)
    if floor:
        _say(f"iso23053: something set the exit status to {int(status or 0)} after the gate; it stays {floor}")
        return floor
    if config.stash.get(report_key, None) is None and _is_gated(config):
        _say("iso23053 gate: INCOMPLETE\n  - the session ended before there was anything to judge")
        return INCOMPLETE
    return status


def _is_gated(config: pytest.Config) -> bool:
    """Tell whether a gate was asked for; where pytest never came to configure us, the configuration is read here."""
    run = config.stash.get(run_key, None)
    if run is not None:
        return bool(run.gate or run.fail_under is not None or run.baseline is not None)
    if config.getoption("iso23053_gate") or config.getoption("iso23053_fail_under") is not None:
        return True
    from pytest_iso23053.settings.load import load_settings
    from pytest_iso23053.settings.mistakes import SettingsError

    given = config.getoption("iso23053_config")
    try:
        settings, _, _ = load_settings(config.rootpath, path=config.invocation_params.dir / given if given else None)
    except SettingsError:
        return True
    return bool(settings.gate or settings.fail_under is not None)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
