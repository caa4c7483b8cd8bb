"""The command line: one table, from which the parser and the reference page are both made."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

GROUP = "iso23053"


@dataclass(frozen=True)
class Option:
    """One option of the group ``iso23053``."""

    flag: str
    help: str
    metavar: str | None = None
    action: str = "store"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def dest(self) -> str:
        return self.flag.lstrip("-").replace("-", "_")


OPTIONS = (
    Option(
        "--iso23053",
        "assurance run: the ready-made suite, the coverage matrix by life-cycle phase, reports and the gate. "
        "Without it the plugin prints nothing and judges nothing.",
        action="store_true",
    ),
    Option(
        "--iso23053-config",
        "configuration file; default: [tool.iso23053] in the rootdir's pyproject.toml, else iso23053.toml there.",
        metavar="PATH",
    ),
    Option(
        "--iso23053-catalogue",
        "the numbering of the life cycle: lifecycle (default), iso23053-2022, or the path of a catalogue in TOML.",
        metavar="ID_OR_PATH",
    ),
    Option(
        "--iso23053-clause",
        "run only the tests of these clauses: 7.4, 7.4/robustness, 7.2-7.4, vv, 7.2>7.3; comma-separated, repeatable.",
        metavar="EXPR",
        action="append",
    ),
    Option(
        "--iso23053-gate",
        "what must be shown for the run to pass: a clause, aspect, range or boundary, with the level demonstrated "
        "(default) or partial; repeatable. 'off' switches the configured gate off.",
        metavar="EXPR[:LEVEL]",
        action="append",
    ),
    Option(
        "--iso23053-fail-under",
        "least percentage of the required aspects in scope that must be demonstrated.",
        metavar="PCT",
        parameters={"type": float},
    ),
    Option(
        "--iso23053-report",
        "write a report: term, html, json, markdown, sarif, github (annotations) or badge, with a path of your own if "
        "you like; repeatable. Default paths: iso23053-report.html, .json, .md, .sarif, and iso23053-badge.svg. "
        "html:DIR/ writes a folder, for servers that forbid what is inline.",
        metavar="FORMAT[:PATH]",
        action="append",
    ),
    Option(
        "--iso23053-suite",
        "the ready-made suite; default: fast where a model or data set is configured, else off.",
        parameters={"choices": ("off", "fast", "full")},
    ),
    Option(
        "--iso23053-baseline",
        "an earlier JSON report: lost coverage, worse measures, loosened limits, new waivers and a laxer gate fail "
        "the gate.",
        metavar="PATH",
    ),
    Option(
        "--iso23053-no-waivers",
        "the auditor's view: waivers are listed and cover nothing.",
        action="store_true",
    ),
    Option(
        "--iso23053-seed",
        "one seed for everything random (default 23053); each test derives its own from it and its node id.",
        metavar="N",
        parameters={"type": int},
    ),
)


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup(GROUP, "assurance testing by ISO/IEC 23053 life-cycle phase")
    for option in OPTIONS:
        keywords: dict[str, Any] = dict(option.parameters)
        if option.metavar:
            keywords["metavar"] = option.metavar
        group.addoption(option.flag, action=option.action, dest=option.dest, help=option.help, **keywords)
