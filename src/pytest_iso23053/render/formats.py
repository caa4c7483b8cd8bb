"""Which format is rendered by what, and where it is written when no path is given.

The terminal is no entry here: it has a width and colours, and writes no file. The renderers are imported when they are
used, since this table is read at the start of every assurance run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

Renderer = Callable[["Report"], str]
FolderRenderer = Callable[["Report"], Mapping[str, str]]


def _html(report: Report) -> str:
    from pytest_iso23053.render.html import render_html

    return render_html(report)


def _html_folder(report: Report) -> Mapping[str, str]:
    from pytest_iso23053.render.html import render_html_folder

    return render_html_folder(report)


def _json(report: Report) -> str:
    from pytest_iso23053.render.json_report import render_json

    return render_json(report)


def _markdown(report: Report) -> str:
    from pytest_iso23053.render.markdown import render_markdown

    return render_markdown(report)


def _sarif(report: Report) -> str:
    from pytest_iso23053.render.sarif import render_sarif

    return render_sarif(report)


def _github(report: Report) -> str:
    from pytest_iso23053.render.github import render_github

    return render_github(report)


def _badge(report: Report) -> str:
    from pytest_iso23053.render.badge import render_badge

    return render_badge(report)


def _badge_endpoint(report: Report) -> str:
    from pytest_iso23053.render.badge import render_badge_endpoint

    return render_badge_endpoint(report)


FORMATS: Mapping[str, tuple[Renderer, str]] = {
    "html": (_html, "iso23053-report.html"),
    "json": (_json, "iso23053-report.json"),
    "markdown": (_markdown, "iso23053-report.md"),
    "sarif": (_sarif, "iso23053-report.sarif"),
    "github": (_github, ""),  # standard output is what the runner reads
    "badge": (_badge, "iso23053-badge.svg"),
}
_BY_SUFFIX: Mapping[tuple[str, str], Renderer] = {("badge", ".json"): _badge_endpoint}


def renderer_for(name: str, path: str | None, known: Mapping[str, tuple[Renderer, str]] = FORMATS) -> Renderer:
    """Return what writes a format to a path: a badge is an image, or in a ``.json`` file what shields.io reads."""
    suffix = PurePath(path or "").suffix.lower()
    return _BY_SUFFIX.get((name, suffix)) or known[name][0]


def folder_renderer_for(name: str, path: str | None) -> FolderRenderer | None:
    """Return what writes a format as a folder of files, which a path that ends in a slash asks for."""
    return _html_folder if name == "html" and is_folder(path) else None


def is_folder(path: str | None) -> bool:
    """Tell whether a path is meant as a folder."""
    return path is not None and path.endswith(("/", os.sep))
