"""Read the configuration, check it as a whole, and return it as frozen records."""

from __future__ import annotations

import math
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.catalogue.load import CatalogueError, load_catalogue
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.light import dataclass
from pytest_iso23053.settings.attacker import read_attacker
from pytest_iso23053.settings.claims import find_claims, read_claims
from pytest_iso23053.settings.command_line import REPORT_FORMATS, parse_report
from pytest_iso23053.settings.files import ConfigurationFile, find_configuration
from pytest_iso23053.settings.mistakes import (
    Findings,
    KeyPath,
    Mistake,
    SettingsError,
    did_you_mean,
    key_text,
    shown,
)
from pytest_iso23053.settings.model import Settings
from pytest_iso23053.settings.plain import TooDeepError, digest_of, plain
from pytest_iso23053.settings.provenance import read_provenance
from pytest_iso23053.settings.requirements import (
    MeasureNames,
    MeasureNeeds,
    MeasureRange,
    read_requirements,
)
from pytest_iso23053.settings.rules import (
    read_gate,
    read_map,
    read_not_applicable,
    read_require,
    read_threats,
    read_waivers,
)
from pytest_iso23053.settings.shape import check_shape
from pytest_iso23053.settings.specifications import read_datasets, read_models

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pytest_iso23053.catalogue.model import Catalogue

__all__ = [
    "Mistake",
    "SettingsError",
    "Surroundings",
    "find_configuration",
    "load_settings",
    "settings_from_table",
]

DEFAULT_CATALOGUE = "lifecycle"
CATALOGUE_OPTION = "--iso23053-catalogue"
_REFERRING = ("gate", "map", "require", "waivers", "not_applicable", "threats")
_SIMPLE = ("profile", "decide", "flaky", "unused_waivers", "suite", "ingest", "audit", "ledger")


@dataclass(frozen=True)
class Surroundings:
    """What the configuration is held against, beside the files of the project.

    Parameters
    ----------
    catalogue : str, optional
        The catalogue of the command line; it beats the configured one.
    catalogues : Mapping of str to Path
        Further catalogues by name, from plugins.
    formats : Collection of str
        The report formats there are.
    measure_names, measure_range, measure_needs : callable, optional
        The names of all measures, the least and greatest value of one (None: open), and what one needs. They are
        called only where requirements are configured.
    """

    catalogue: str | None = None
    catalogues: Mapping[str, Path] = field(default_factory=dict)
    formats: Collection[str] = REPORT_FORMATS
    measure_names: MeasureNames | None = None
    measure_range: MeasureRange | None = None
    measure_needs: MeasureNeeds | None = None


def load_settings(
    rootdir: Path,
    *,
    path: Path | None = None,
    catalogue: str | None = None,
    catalogues: Mapping[str, Path] | None = None,
    formats: Collection[str] = REPORT_FORMATS,
    measure_names: MeasureNames | None = None,
    measure_range: MeasureRange | None = None,
    measure_needs: MeasureNeeds | None = None,
) -> tuple[Settings, Catalogue, Resolver]:
    """Read the configuration of a project; without one, the defaults.

    Parameters
    ----------
    rootdir : Path
        Where relative paths start, and where ``pyproject.toml`` or ``iso23053.toml`` is looked for.
    path : Path, optional
        Another configuration file; a relative one starts at the working directory.

    Other parameters are those of :class:`Surroundings`.

    Raises
    ------
    SettingsError
        With every mistake there is: ``mistakes`` holds them, and the text is the whole message.
    """
    surroundings = Surroundings(catalogue, catalogues or {}, formats, measure_names, measure_range, measure_needs)
    rootdir = Path(rootdir).resolve()
    found = find_configuration(rootdir) if path is None else Path(path)
    if found is None:
        return settings_from_table({}, rootdir, surroundings)
    file = ConfigurationFile(found.resolve())
    return settings_from_table(file.table, rootdir, surroundings, path=file.path, as_mistake=file.mistake)


def settings_from_table(
    table: Mapping[str, Any],
    rootdir: Path,
    surroundings: Surroundings | None = None,
    *,
    path: Path | None = None,
    as_mistake: Callable[[KeyPath, str], Mistake] | None = None,
) -> tuple[Settings, Catalogue, Resolver]:
    """Check a table as read from TOML and return what it says.

    Raises
    ------
    SettingsError
        With every mistake there is.
    """
    findings = Findings()
    try:
        said = plain(table)
    except TooDeepError as error:
        raise SettingsError([Mistake("", str(error))], path) from None
    around = surroundings or Surroundings()
    result = _checked(said, rootdir, around, path, findings)
    claims = find_claims(said.get("claims"), rootdir, findings) if result is not None else None
    if result is None or findings.found:
        name = as_mistake or (lambda key, message: Mistake(key_text(key), message))
        raise SettingsError((name(key, message) for key, message in findings.found), path)
    if claims is None:
        return result
    settings, catalogue, resolver = result
    return replace(settings, claims=read_claims(claims, resolver, around.measure_names)), catalogue, resolver


def _checked(
    said: dict[str, Any],
    rootdir: Path,
    surroundings: Surroundings,
    path: Path | None,
    findings: Findings,
) -> tuple[Settings, Catalogue, Resolver] | None:
    shaped = check_shape(said, findings) if said else {}
    catalogue = _catalogue(shaped, rootdir, surroundings, findings)
    resolver = Resolver(catalogue) if catalogue else None
    settings = Settings(
        rootdir=rootdir,
        path=path,
        sha256=digest_of(said) if said else "",
        catalogue=_catalogue_name(shaped, surroundings),
        **{key: shaped[key] for key in _SIMPLE if key in shaped},
        **_numbers(shaped, findings),
        **_subjects_and_requirements(shaped, rootdir, surroundings, findings),
        **_policy(shaped, catalogue, resolver, findings),
        reports=_reports(shaped.get("reports", ()), surroundings.formats, findings),
    )
    return None if findings.found or catalogue is None or resolver is None else (settings, catalogue, resolver)


def _catalogue_name(shaped: Mapping[str, Any], surroundings: Surroundings) -> str:
    return str(surroundings.catalogue or shaped.get("catalogue", DEFAULT_CATALOGUE))


def _catalogue(
    shaped: Mapping[str, Any],
    rootdir: Path,
    surroundings: Surroundings,
    findings: Findings,
) -> Catalogue | None:
    name = _catalogue_name(shaped, surroundings)
    try:
        return load_catalogue(str(surroundings.catalogues.get(name, name)), rootdir=rootdir)
    except (
        ValueError,
        OSError,
    ) as error:  # CatalogueError, or a path that cannot be one
        key = CATALOGUE_OPTION if surroundings.catalogue else "catalogue"
        known = error.mistakes if isinstance(error, CatalogueError) else (f"no catalogue {shown(name)}: {error}",)
        for mistake in known:
            findings.add((key,), mistake)
    unread = [key for key in _REFERRING if shaped.get(key)]
    if unread:
        findings.add(
            (unread[0],),
            f"the clauses in {', '.join(unread)} are not checked before the catalogue loads",
        )
    return None


def _numbers(shaped: Mapping[str, Any], findings: Findings) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    if "seed" in shaped:
        numbers["seed"] = int(shaped["seed"])  # JSON Schema takes 5.0 for a whole number
    if "fail_under" in shaped:
        numbers["fail_under"] = float(shaped["fail_under"])
        if math.isnan(numbers["fail_under"]):  # and nan for one between 0 and 100
            findings.add(
                ("fail_under",),
                "must be a percentage from 0 to 100, not nan; write for example fail_under = 80",
            )
    return numbers


def _subjects_and_requirements(
    shaped: Mapping[str, Any],
    rootdir: Path,
    surroundings: Surroundings,
    findings: Findings,
) -> dict[str, Any]:
    models, datasets = shaped.get("models", {}), shaped.get("datasets", {})
    return {
        "models": read_models(models, rootdir, findings),
        "datasets": read_datasets(datasets, rootdir, findings),
        "provenance": read_provenance(shaped.get("provenance", ()), rootdir, findings),
        "requirements": read_requirements(
            shaped.get("requirements", {}),
            findings,
            models=list(models),
            datasets=list(datasets),
            measure_names=surroundings.measure_names,
            measure_range=surroundings.measure_range,
            measure_needs=surroundings.measure_needs,
        ),
        "system": shaped.get("system", {}),
        "attacker": read_attacker(shaped.get("attacker", {}), findings),
        "examples": int(shaped.get("report", {}).get("examples", 0)),
        "redact": bool(shaped.get("report", {}).get("redact", True)),
        "keep": tuple(word for word in shaped.get("report", {}).get("keep", ()) if word is not None),
    }


def _policy(
    shaped: Mapping[str, Any],
    catalogue: Catalogue | None,
    resolver: Resolver | None,
    findings: Findings,
) -> dict[str, Any]:
    policy: dict[str, Any] = {
        "waivers": read_waivers(shaped.get("waivers", ()), resolver, findings),
        "not_applicable": read_not_applicable(shaped.get("not_applicable", ()), resolver, findings),
    }
    if catalogue is None or resolver is None:
        return policy
    _check_profile(shaped.get("profile"), catalogue, findings)
    return policy | {
        "map": read_map(shaped.get("map", {}), resolver, findings),
        "require": read_require(shaped.get("require", ()), resolver, catalogue, findings),
        "gate": read_gate(shaped.get("gate", {}), resolver, findings),
        "threats": read_threats(shaped.get("threats", {}), resolver, findings),
    }


def _check_profile(name: str | None, catalogue: Catalogue, findings: Findings) -> None:
    if name is not None and catalogue.profile(name) is None:
        known = [profile.id for profile in catalogue.profiles]
        way_out = did_you_mean(name, known) or (f"; it has {', '.join(known)}" if known else "; it has none")
        findings.add(
            ("profile",),
            f"the catalogue {catalogue.id} has no profile {shown(name)}{way_out}",
        )


def _reports(said: Sequence[Any], formats: Collection[str], findings: Findings) -> tuple[str, ...]:
    taken: dict[str, str] = {}
    for position, text in enumerate(said):
        path: KeyPath = ("reports", position)
        if not isinstance(text, str):
            continue
        try:
            name, target = parse_report(text, formats)
        except ValueError as error:
            findings.add(path, str(error))
            continue
        file = target or name
        if file in taken:
            findings.add(
                path,
                f"{shown(text)} would overwrite {shown(taken[file])}; give it a path of its own",
            )
        taken.setdefault(file, text)
    return tuple(said)
