"""The HTML page: readable without a script, from a file, on paper and in the dark; one file, or a folder of three.

One file holds its style and its script, and a policy that lets nothing else run. In a folder both are files of their
own, named by what they hold, since servers such as Jenkins forbid everything inline.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render.dates import days_left
from pytest_iso23053.render.facts import percent
from pytest_iso23053.render.html_view import page_view
from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import FRAMEWORKS

if TYPE_CHECKING:
    from jinja2 import Environment

    from pytest_iso23053.assurance.report import Report


INDEX = "index.html"


def render_html(report: Report) -> str:
    """Render a report as an HTML page.

    The text is valid UTF-8 whatever the report holds, asks for nothing over the network, and shows no time but those
    of ``report.run``: the same report gives the same page.
    """
    css, script = _asset("report.css"), _asset("report.js")
    policy = f"style-src '{_source(css)}'; script-src '{_source(script)}'"
    return _page(report, policy, css=css, script=script)


def render_html_folder(report: Report) -> dict[str, str]:
    """Render a report as the files of a folder, by name; the page comes last, when what it asks for is there."""
    css, script = _asset("report.css"), _asset("report.js")
    names = asset_name(css, "css"), asset_name(script, "js")
    # Of a page opened from a disk, 'self' is nothing in some browsers.
    policy = "style-src 'self' file:; script-src 'self' file:"
    page = _page(report, policy, css_file=names[0], script_file=names[1])
    return {names[0]: css, names[1]: script, INDEX: page}


def asset_name(text: str, suffix: str) -> str:
    """Name a file by what it holds, so that no cache can serve an old style to a new page."""
    return f"iso23053-{hashlib.sha256(text.encode()).hexdigest()[:16]}.{suffix}"


def _page(report: Report, policy: str, **parts: str) -> str:
    nothing = {"css": "", "script": "", "css_file": "", "script_file": ""}
    template = environment().get_template("report.html.j2")
    return template.render(view=page_view(_dated(report)), policy=policy, **(nothing | parts))


def _asset(name: str) -> str:
    return environment().get_template(name).render()


def _source(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _dated(report: Report) -> Report:
    """Put the time that ``SOURCE_DATE_EPOCH`` asks for in place of the clock's, and say that it is no other.

    Two runs that show the same then give the same page (reproducible-builds.org). The JSON
    report keeps the clock's times.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdecimal():
        return report
    try:
        started = datetime.fromtimestamp(int(epoch), tz=UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return report
    run = {key: value for key, value in report.run.items() if key != "duration"}
    return replace(report, run=run | {"started": f"{started} (SOURCE_DATE_EPOCH)"})


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates' environment, in which everything is escaped and made fit to be shown.

    Raises jinja2's ``UndefinedError`` for a template that names what it was not given, rather than leaving a hole.
    """
    # Imported here: an ordinary pytest run loads this package and must not pay for jinja2.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("pytest_iso23053.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    templates.filters.update(
        percent=percent,
        days_left=days_left,
        framework=lambda name: FRAMEWORKS.get(name, name),
        abridge=lambda text, limit: abridge(visible(text), limit),
    )
    return templates


def _shown(value: Any) -> Any:
    """Make every value that a template prints fit to be shown; what is markup already was made by us."""
    if hasattr(value, "__html__"):
        return value
    return "–" if value is None else visible(value)
