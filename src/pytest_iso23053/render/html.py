"""One self-contained HTML page: readable without a script, from a file, on paper and in the dark."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render.facts import percent
from pytest_iso23053.render.html_view import page_view
from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import FRAMEWORKS

if TYPE_CHECKING:
    from jinja2 import Environment

    from pytest_iso23053.assurance.report import Report


def render_html(report: Report) -> str:
    """Render a report as an HTML page.

    The text is valid UTF-8 whatever the report holds, asks for nothing over the network, and shows no time but those
    of ``report.run``: the same report gives the same page.
    """
    css = environment().get_template("report.css").render()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii")
    return environment().get_template("report.html.j2").render(view=page_view(report), css=css, css_digest=digest)


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
        framework=lambda name: FRAMEWORKS.get(name, name),
        abridge=lambda text, limit: abridge(visible(text), limit),
    )
    return templates


def _shown(value: Any) -> Any:
    """Make every value that a template prints fit to be shown; what is markup already was made by us."""
    if hasattr(value, "__html__"):
        return value
    return "–" if value is None else visible(value)
