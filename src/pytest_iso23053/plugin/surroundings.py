"""What of a project stands around its tests and can decide what they come to, for the report's first screen.

Every such thing has honest uses. A green gate does not show them, so the report does.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pytest_iso23053.plugin.tampering import is_the_projects, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from pytest_iso23053.plugin.run import Run

_RUNNING = ("pytest_runtest_protocol", "pytest_runtest_call", "pytest_pyfunc_call", "pytest_runtest_makereport",
            "pytest_runtest_logreport")  # fmt: skip
# Not pytest_collection_modifyitems, which most projects have: what it drops is missed, and what it skips is skipped.
_CHOOSING = ("pytest_ignore_collect", "pytest_collect_file", "pytest_pycollect_makeitem")
_IGNORED = ("collect_ignore", "collect_ignore_glob")
_SWITCHES = ("python_files", "python_classes", "python_functions", "testpaths", "norecursedirs", "xfail_strict",
             "strict", "strict_xfail", "empty_parameter_set_mark")  # fmt: skip


def look_around(config: pytest.Config, run: Run) -> None:
    """Note at the end of a session what hooks, options and code of the project's own could have made of its tests."""
    if sys.flags.optimize and config.getoption("assertmode") == "plain":
        run.shortcomings["no assert can fail: Python ran with -O and pytest with --assert=plain"] = None
    note_replaced(run, everything=True)
    identity = sys.modules.get("pytest_iso23053.subjects.identity")
    for name in identity.changed() if identity is not None else ():
        run.shortcomings[f"{name} was changed while the tests ran: what was measured is not what was loaded"] = None
    run.cautions.update(dict.fromkeys(_cautions(config, run)))


def note_replaced(run: Run, *, everything: bool) -> None:
    """Note what of this plugin is the project's now; while a test runs, because a monkeypatch is undone after it."""
    for found in replaced(run.settings.rootdir, everything=everything):
        run.shortcomings[f"code of this plugin was replaced, {found}: its numbers are no evidence"] = None


def _cautions(config: pytest.Config, run: Run) -> Iterator[str]:
    if not config.pluginmanager.has_plugin("dsession"):  # pytest-xdist's controller runs and collects nothing
        yield from _hooks(config)
    yield from _options(config, run)
    from pytest_iso23053.catalogue.laxity import laxer_than_shipped

    yield from laxer_than_shipped(run.catalogue)


def _hooks(config: pytest.Config) -> Iterator[str]:
    for told, hooks in (("what tests come to", _RUNNING), ("which tests there are", _CHOOSING)):
        found = sorted({f"{hook} in {where}" for hook in hooks for where in _implementations(config, hook)})
        if found:
            yield f"hooks of the project's own can decide {told}: {', '.join(found)}"
    ignored = sorted({f"{name} in {where}" for name in _IGNORED for where in _modules_with(config, name)})
    if ignored:
        yield f"files are left out of collection: {', '.join(ignored)}"


def _options(config: pytest.Config, run: Run) -> Iterator[str]:
    overridden = [text for text in config.getoption("override_ini", None) or () if text.split("=")[0] in _SWITCHES]
    if overridden:
        yield f"settings of the project were overridden on the command line: -o {', -o '.join(overridden)}"
    if config.getoption("noconftest", default=False):
        yield "the project's conftest files were not read: --noconftest"
    if sys.flags.optimize:
        yield "Python ran with -O: asserts in helper modules are not executed"
    if run.suite == "off" and (run.settings.models or run.settings.datasets):
        yield "the ready-made suite was off: nothing but the project's own tests speaks about its models and data"
    if config.getoption("iso23053_config") and run.settings.path is not None:
        yield f"judged by another configuration than the project's own: {_place(str(run.settings.path), config)}"


def _implementations(config: pytest.Config, hook: str) -> Iterator[str]:
    caller = getattr(config.hook, hook)
    for implementation in caller.get_hookimpls():
        code = getattr(implementation.function, "__code__", None)
        if code is not None and is_the_projects(code.co_filename, config.rootpath):
            yield _place(code.co_filename, config)


def _modules_with(config: pytest.Config, name: str) -> Iterator[str]:
    for plugin in config.pluginmanager.get_plugins():
        file = str(getattr(plugin, "__file__", None) or "")
        if file and getattr(plugin, name, None) and is_the_projects(file, config.rootpath):
            yield _place(file, config)


def _is_the_projects(file: str, config: pytest.Config) -> bool:
    from pytest_iso23053.plugin.tampering import is_the_projects

    return is_the_projects(file, config.rootpath)


def _place(file: str, config: pytest.Config) -> str:
    return os.path.relpath(file, config.rootpath)
