"""Which format is rendered by what, and where it is written when no path is given.

The terminal is no entry here: it has a width and colours, and writes no file. The renderers are imported when they are
used, since this table is read at the start of every assurance run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

Renderer = Callable[["Report"], str]


def _html(report: Report) -> str:
    from pytest_iso23053.render.html import render_html

    return render_html(report)


def _json(report: Report) -> str:
    from pytest_iso23053.render.json_report import render_json

    return render_json(report)


FORMATS: Mapping[str, tuple[Renderer, str]] = {
    "html": (_html, "iso23053-report.html"),
    "json": (_json, "iso23053-report.json"),
}
