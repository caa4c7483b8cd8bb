"""What of this machine must not stand in a report: its secrets, its folders, its user."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_iso23053.assurance.known_secrets import secret_values

if TYPE_CHECKING:
    from pytest_iso23053.assurance.redaction import Redactor
    from pytest_iso23053.plugin.run import Run

_USER_VARIABLES = ("LOGNAME", "USER", "LNAME", "USERNAME")  # those that getpass.getuser reads


def secrets_here() -> dict[str, str]:
    """Return the values of this process's environment that look secret; a folder is none."""
    return {value: name for value, name in secret_values(os.environ).items() if not _is_place(value)}


def redactor_of(run: Run) -> Redactor | None:
    """Return what takes this machine's secrets, folders and user out of texts; None where that is switched off.

    The environment is looked at anew: a conftest file may have loaded secrets into it.
    """
    if not run.settings.redact:
        return None
    from pytest_iso23053.assurance.redaction import Redactor

    home = _home()
    places = {sys.prefix: "<python>", sys.base_prefix: "<python>", tempfile.gettempdir(): "<tmp>"}
    places |= {home: "~"} if home else {}
    names = {os.environ.get(variable, "") for variable in _USER_VARIABLES} | {Path(home).name}
    return Redactor(
        secrets={**secrets_here(), **run.secrets},
        places={**_real(places), **_real({str(run.settings.rootdir): ""})},
        users=sorted(names - {""}),
        keep=frozenset(run.settings.keep),
        examples=run.settings.examples,
    )


def _real(places: dict[str, str]) -> dict[str, str]:
    """Add where links lead to: on some systems the temporary folder is one."""
    return {os.path.realpath(folder): place for folder, place in places.items()} | places


def _home() -> str:
    try:
        return str(Path.home())
    except RuntimeError:  # a user without one
        return ""


def _is_place(value: str) -> bool:
    try:
        return Path(value).is_absolute() and Path(value).exists()
    except (OSError, ValueError):
        return False
