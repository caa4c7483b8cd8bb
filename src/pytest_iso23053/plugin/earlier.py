"""The JSON report of an earlier run, taken out of the way: where this one dies, no pipeline may judge that one."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_iso23053.plugin.outputs import renderers

if TYPE_CHECKING:
    import pytest

    from pytest_iso23053.plugin.run import Run

_OURS = b'"format": "pytest-iso23053"'


def take_away(run: Run, config: pytest.Config) -> dict[Path, bytes]:
    """Remove the reports that this run is about to replace, and return what they held."""
    found: dict[Path, bytes] = {}
    for name, wanted in run.reports:
        path = config.rootpath / Path(wanted or renderers(config)["json"][1]).expanduser()
        if name == "json" and path.is_file():
            with contextlib.suppress(OSError):  # what cannot be removed cannot be written either, which is told then
                held = path.read_bytes()
                if _OURS in held[:200]:
                    path.unlink()
                    found[path] = held
    return found


def put_back(held: dict[Path, bytes]) -> None:
    """Write them where nothing was run: such a session replaces no report."""
    for path, content in held.items():
        if not path.exists():
            with contextlib.suppress(OSError):
                path.write_bytes(content)
