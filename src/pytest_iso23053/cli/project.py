"""What a project's configuration says, for commands that need neither its models nor its data to be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.catalogue.load import CatalogueError, load_catalogue
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.settings.files import TABLE, ConfigurationFile, find_configuration
from pytest_iso23053.settings.mistakes import Findings, Mistake, SettingsError, key_text
from pytest_iso23053.settings.plain import TooDeepError, plain
from pytest_iso23053.settings.shape import check_shape

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_iso23053.settings.mistakes import KeyPath

DEFAULT_CATALOGUE = "lifecycle"


@dataclass(frozen=True)
class Project:
    """A configuration of the right shape; whether the files that it names are there was not asked."""

    root: Path
    path: Path | None
    table: Mapping[str, Any]
    resolver: Resolver
    prefix: KeyPath = TABLE

    def heading(self, name: str) -> str:
        """Return the heading under which a table is read where this configuration stands."""
        return key_text((*self.prefix, name))


def look_up(root: Path, config: Path | None = None) -> Project:
    """Read the configuration of a project; without one, the defaults.

    Raises
    ------
    SettingsError
        Where the file has not the shape of a configuration, or names a catalogue that cannot be loaded.
    """
    path = config or find_configuration(root)
    if path is None:
        return Project(root, None, {}, Resolver(load_catalogue(DEFAULT_CATALOGUE)))
    file = ConfigurationFile(path.resolve())
    findings = Findings()
    try:
        table = check_shape(plain(file.table), findings)
    except TooDeepError as error:
        raise SettingsError([Mistake("", str(error))], path) from None
    try:
        resolver = Resolver(load_catalogue(str(table.get("catalogue", DEFAULT_CATALOGUE)), rootdir=root))
    except (ValueError, OSError) as error:
        told = error.mistakes if isinstance(error, CatalogueError) else (str(error),)
        raise SettingsError([file.mistake(("catalogue",), mistake) for mistake in told], path) from None
    if findings.found:
        raise SettingsError([file.mistake(key, message) for key, message in findings.found], path)
    return Project(root, path, table, resolver, file.prefix)
