"""The draft of a configuration: what was found, written as TOML with a comment on every guess."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from pytest_iso23053.cli.columns import Header, header_of
from pytest_iso23053.cli.repository import ROLES, Repository
from pytest_iso23053.settings.mistakes import key_text, toml_text
from pytest_iso23053.settings.sources import digest, is_pickle_based

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_WIDTH = 44
_MOST_MODELS = 10
_MOST_RULES = 200
_HEAD = """\
# Drafted by `pytest-iso23053 init` from the names of files, columns and tests. Nothing was loaded and no code was run.
# What is marked «proposal» is a guess: check it. A line behind a # does nothing until you take the # away.
# The tables may move to pyproject.toml as they are. `pytest --iso23053 --collect-only` shows what would be covered.

[tool.iso23053]
"""
_NO_MODEL = """\
# No model file was found. A model may also come from your code or a fixture of yours:
# [tool.iso23053.models.NAME]
# source = "package.module:factory()"       # or "package.module:attribute", "fixture:name"
"""
_NO_DATA = """\
# No data file was found whose name says what it is for. Data may also come from your code or a fixture of yours:
# [tool.iso23053.datasets.test]
# source = "package.module:load_test()"     # or "data/test.csv", "fixture:name", ["X.npy", "y.npy"]
# target = "…"
"""
_NO_REQUIREMENTS = """\
# [tool.iso23053.requirements]              # limits that verification and validation test against: yours to set
# accuracy = ">= 0.75"
# "selection_rate.ratio(sex)" = { limit = ">= 0.80", id = "REQ-1", owner = "…", rationale = "four-fifths rule" }
"""
_GATE = """\
# [tool.iso23053.gate]                      # what must be shown for the run to pass
# "7.4" = "demonstrated"
# "7.2" = "partial"
"""
_MAP_HEAD = """\
# Clauses for tests you have already, proposed from the names of the tests. A rule that is wrong would show something as
# demonstrated that is not, so read the tests of a line before you take its # away. The first match wins.
# [tool.iso23053.map]
"""

Rule = tuple[str, str, int]
StartingPoint = tuple[str, str, str, list[str]]  # measure, limit, aspect, what is missing to measure it


def draft(repository: Repository, rules: Sequence[Rule], starting_points: Sequence[StartingPoint] | None = None) -> str:
    """Return the configuration as TOML; it can be read as it is."""
    parts = [
        _HEAD + "\n".join(_system(repository.root)),
        *_models(repository),
        *_datasets(repository),
        _requirements(starting_points),
        _GATE,
    ]
    if rules:
        parts.append(_MAP_HEAD + "\n".join(_map(rules)))
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def has_target(repository: Repository) -> bool:
    """Tell whether the draft names a target: one that a header names, or the second part of a pair."""
    sources = list(repository.datasets.values())
    headers = [header_of(repository.root / source) for source in sources if isinstance(source, str)]
    first = next((header for header in headers if header), None)
    return bool(first and first.target) or any(isinstance(source, tuple) for source in sources)


def _line(text: str, remark: str = "") -> str:
    return f"{text:<{_WIDTH - 1}} # {remark}" if remark else text


def _system(root: Path) -> Iterator[str]:
    project = _project(root)
    yield ""
    yield _line("[tool.iso23053.system]", "what the evidence is about")
    for key in ("name", "version"):
        if isinstance(project.get(key), str):
            yield _line(f"{key} = {toml_text(project[key])}", "from pyproject.toml")
        else:
            yield f'# {key} = "…"'
    yield '# intended_purpose = "…"'
    yield '# responsible = "…"'


def _project(root: Path) -> dict[str, object]:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError, RecursionError):
        return {}
    return project if isinstance(project, dict) else {}


def _models(repository: Repository) -> Iterator[str]:
    if not repository.models:
        yield _NO_MODEL
    taken: set[str] = set()
    for source in repository.models[:_MOST_MODELS]:
        name = _model_name(source, taken)
        lines = [f"[tool.iso23053.models.{key_text((name,))}]", f"source = {toml_text(source)}"]
        lines.append(_line('# task = "classification"', 'or "regression"; without it the model is asked'))
        file = repository.root / source
        if file.is_file() and is_pickle_based(file):
            lines.append(
                "# Loading a pickle runs the code in it. This pins the file as it lies here now: keep the line only if"
            )
            lines.append("# you trust where the file came from.")
            lines.append(f'sha256 = "{digest(file)}"')
        yield "\n".join(lines)
    yield _listed("More model files", repository.models[_MOST_MODELS:])
    yield _listed("Not proposed as models, by their names", repository.other_artefacts)


def _model_name(source: str, taken: set[str]) -> str:
    stem = source.rpartition("/")[2].partition(".")[0]
    name = re.sub(r"\W+", "_", stem).strip("_") or "model"
    while name in taken:
        name += "_2"
    taken.add(name)
    return name


def _datasets(repository: Repository) -> Iterator[str]:
    if not repository.datasets:
        yield _NO_DATA
    inherited: Header | None = None
    for role in ROLES:
        if role in repository.datasets:
            source = repository.datasets[role]
            header = header_of(repository.root / source) if isinstance(source, str) else None
            yield "\n".join(_dataset(role, source, header, inherited))
            inherited = inherited or header
    yield _listed("Data files without a role of their own", repository.other_data)


def _dataset(
    role: str, source: str | tuple[str, str], header: Header | None, inherited: Header | None
) -> Iterator[str]:
    """Write one data set; what it would say again after the training set it inherits."""
    yield _line(f"[tool.iso23053.datasets.{role}]", "proposal: by its name")
    yield f"source = {toml_text(source)}"
    if header is None:
        if isinstance(source, str) and inherited is None:
            if source.endswith((".csv", ".tsv")):
                yield _line('# read = { header = false, names = ["…"] }', "its first line does not look like names")
            yield _line('# target = "…"', "the column to predict")
        return
    if (reading := _reading(header)) != (_reading(inherited) if inherited else {}):
        yield f"read = {toml_text(reading)}"
    if inherited is not None:
        return
    if header.target:
        yield _line(f"target = {toml_text(header.target)}", "proposal: by its name")
    else:
        yield _line(f"# target = {toml_text(header.columns[-1])}", "proposal: the last column")
    if header.groups:
        yield _line(f"# sensitive = {toml_text(header.groups)}", "proposal: groups for the fairness measures")


def _reading(header: Header) -> dict[str, str]:
    reading = {} if header.usual_separator else {"sep": header.separator}
    return reading if header.encoding == "utf-8" else {**reading, "encoding": header.encoding}


def _requirements(starting_points: Sequence[StartingPoint] | None) -> str:
    if starting_points is None:
        return _NO_REQUIREMENTS
    lines = [
        "# Starting points: nobody has signed them, and the report says so. Put in a limit and an owner of your own.",
        "[tool.iso23053.requirements]",
    ]
    for measure, limit, aspect, missing in starting_points:
        value = f'{{ limit = "{limit}", basis = "starting point, unsigned" }}'
        needs = f"; needs {', '.join(missing)}" if missing else ""
        lines.append(f"{'# ' if missing else ''}{key_text((measure,))} = {value}  # {aspect}{needs}")
    return "\n".join(lines)


def _map(rules: Sequence[Rule]) -> Iterator[str]:
    for pattern, clause, tests in rules[:_MOST_RULES]:
        count = f"proposal: {tests} test{'s' if tests > 1 else ''}"
        yield _line(f"# {toml_text(pattern)} = {toml_text(clause)}", count)
    if len(rules) > _MOST_RULES:
        yield f"# … and {len(rules) - _MOST_RULES} more"


def _listed(what: str, names: Iterable[str], most: int = 10) -> str:
    names = list(names)
    if not names:
        return ""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"# {what}: {', '.join(names[:most])}{more}"
