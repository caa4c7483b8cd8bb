"""The report's ``run``: with what, where and on which commit the evidence was made."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053 import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_iso23053.plugin.run import Run

PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "skops", "joblib", "pytest-html", "pytest-xdist")


def describe_run(run: Run, started: float, duration: float, selection: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "started": datetime.fromtimestamp(started, tz=UTC).isoformat(timespec="seconds"),
        "duration": round(duration, 3),
        "plugin": __version__,
        "python": platform.python_version(),
        "pytest": pytest.__version__,
        "packages": _versions(),
        "platform": _platform(),
        "git": _git(run.settings.rootdir),
        "config": _below(run.settings.path, run.settings.rootdir),
        "config_sha256": run.settings.sha256 or None,
        "seed": run.settings.seed,
        "workers": run.workers,
        "decide": run.settings.decide,
        "suite": run.suite,
        "selection": dict(selection),
    }


def _below(path: Path | None, rootdir: Path) -> str | None:
    """Return a path as seen from the rootdir; of a file elsewhere the name alone, since where it lies is private."""
    if path is None:
        return None
    return path.relative_to(rootdir).as_posix() if path.is_relative_to(rootdir) else path.name


def _platform() -> str:
    """Return system, release and machine; ``platform.platform`` starts a process to ask for the processor too."""
    here = platform.uname()
    return f"{here.system}-{here.release}-{here.machine}"


def _versions() -> dict[str, str]:
    return {package: version for package in PACKAGES if (version := _version(package))}


def _version(package: str) -> str:
    """Return what a package's metadata says; read by the line, for to parse all of scipy's licences takes longer."""
    try:
        text = metadata.distribution(package).read_text("METADATA") or ""
    except metadata.PackageNotFoundError:
        return ""
    said = next((line for line in text.splitlines() if line.lower().startswith("version:")), "")
    return said.partition(":")[2].strip()


def _git(rootdir: Path) -> dict[str, Any] | None:
    """Return commit and state of the working tree; None outside a repository or without git."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(rootdir), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
        return done.stdout.strip()

    try:
        commit, _, prefix = git("rev-parse", "HEAD", "--show-prefix").partition("\n")
        dirty = bool(git("status", "--porcelain", "--untracked-files=no"))
        return {"commit": commit, "dirty": dirty, "prefix": prefix}  # the rootdir's path in the repository
    except (OSError, subprocess.SubprocessError):
        return None


def describe_selection(config: pytest.Config, suite_arguments: list[str]) -> dict[str, Any]:
    """Return what narrowed the run: tests can vanish without being deselected (``--lf`` skips whole files)."""
    # Not the invocation's arguments: addopts, PYTEST_ADDOPTS and @file name tests too.
    is_chosen = config.args_source is pytest.Config.ArgsSource.ARGS
    paths = [str(argument) for argument in config.args] if is_chosen else []
    chosen: dict[str, Any] = {
        "paths": [path for path in paths if "::" not in path],
        "nodeids": [path for path in paths if "::" in path],
        "k": config.getoption("keyword", "") or "",
        "m": config.getoption("markexpr", "") or "",
        "lf": bool(config.getoption("lf", default=False)),
        "sw": bool(config.getoption("stepwise", default=False)),
        "ignore": [str(path) for path in config.getoption("ignore", None) or ()]
        + [str(pattern) for pattern in config.getoption("ignore_glob", None) or ()],
        "deselect": list(config.getoption("deselect", None) or ()),
        "clause": list(config.getoption("iso23053_clause", None) or ()),
    }
    for argument in suite_arguments:
        key = "nodeids" if "::" in argument else "paths"
        if argument not in chosen[key]:
            chosen[key].append(argument)
    return chosen
