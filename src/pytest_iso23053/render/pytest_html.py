"""Fragments for pytest-html's report: the matrix above its summary, and the evidence of a test in its row.

pytest-html puts what it is given into its page as it is, node ids included, so everything here comes escaped. Class
names are prefixed and so is the style: the fragment must not change the page around it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pytest_iso23053.render import measurement_text
from pytest_iso23053.render.html import environment
from pytest_iso23053.render.html_tests import attachment_text
from pytest_iso23053.render.html_view import page_view
from pytest_iso23053.render.notices import selection
from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import JUDGEMENTS, mark

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report, TestRecord

_MEASUREMENTS, _ATTACHMENTS = 20, 8


def matrix_section(report: Report) -> str:
    """Render the gate, the headline and the matrix as a fragment with a style of its own."""
    css = environment().get_template("pytest_html.css").render()
    template = environment().get_template("pytest_html.html.j2")
    return template.render(view=page_view(report), css=css, narrowed=selection(report))


def evidence_cell(record: TestRecord) -> str:
    """Render what a test speaks about and what it measured as one line of HTML.

    One line, because pytest-html shows it where line breaks count. The outcome is left out: while tests run, the row's
    own is all that is known, and a later report can still change it.
    """
    references = ", ".join((*record.clauses, *record.boundaries))
    items = [_item("speaks about", references)] if references else []
    items += [_measured(found) for found in record.measurements[:_MEASUREMENTS]]
    if len(record.measurements) > _MEASUREMENTS:
        items.append(_item("measured", f"{len(record.measurements) - _MEASUREMENTS} more, in the JSON report"))
    items += [_item("attached", attachment_text(one)) for one in record.attachments[:_ATTACHMENTS]]
    if record.waiver:
        items.append(_item("waived by", record.waiver))
    return f'<div class="iso23053-evidence"><strong>ISO/IEC 23053 evidence</strong><ul>{"".join(items)}</ul></div>'


def _measured(found: measurement_text.Record) -> str:
    judged = mark(JUDGEMENTS, found.get("judgement"))
    return _item("measured", f"{judged.glyph} {measurement_text.sentence(found)}", judged.tone)


def _item(label: str, text: str, tone: str = "none") -> str:
    shown = escape(abridge(visible(text), 1000))
    return f'<li class="iso23053-{tone}"><span class="iso23053-label">{label}</span> {shown}</li>'
