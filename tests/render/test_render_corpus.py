"""Every format stays valid, and nothing from outside acts, whatever a report holds."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import corpus
import pytest
from commands import commands
from markup import Markup
from sarif_schema import check_sarif

from pytest_iso23053.assurance.report_json import from_json
from pytest_iso23053.render.formats import FORMATS, renderer_for
from pytest_iso23053.render.pytest_html import evidence_cell, matrix_section
from pytest_iso23053.render.terminal import render_gate, render_static, render_terminal

cmarkgfm = pytest.importorskip("cmarkgfm", reason="pip install cmarkgfm")

# What GitHub itself adds to the specification's language is left to test_render_markdown_text.
EXTENSIONS = ["table", "autolink", "tagfilter", "strikethrough", "tasklist"]
OURS = {
    "p", "h2", "h3", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "blockquote",
}  # fmt: skip
every_attack = pytest.mark.parametrize("attack", corpus.ATTACKS)


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def as_github_shows_it(markdown):
    options = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    return cmarkgfm.markdown_to_html_with_extensions(markdown, options=options, extensions=EXTENSIONS)


@cache
def written(name, attack):
    return renderer_for(name.partition(".")[0], f"x.{name}")(corpus.report_with(attack))


@every_attack
@pytest.mark.parametrize("name", [*FORMATS, "badge.json"])
def test_every_format_is_text_that_can_be_written_and_shown(name, attack):
    text = written(name, attack)
    text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@every_attack
def test_markdown_has_no_element_but_our_own(attack):
    html = as_github_shows_it(written("markdown", attack))
    found = Elements(html).found
    assert {tag for tag, _ in found} <= OURS
    assert not [attributes for _, attributes in found if attributes.keys() - {"align"}]


@every_attack
def test_a_table_of_the_markdown_page_keeps_its_columns(attack):
    page = Markup(as_github_shows_it(written("markdown", attack)))
    rows = [tag for tag, _ in page.elements if tag in ("tr", "td", "th")]
    widths = "".join(rows).replace("td", "_").replace("th", "_").split("tr")[1:]
    assert {len(row) for row in widths} <= {3, 4, 6}


@every_attack
def test_sarif_keeps_to_the_official_schema(attack):
    check_sarif(json.loads(written("sarif", attack)))


@every_attack
def test_annotations_are_commands_and_nothing_else(attack):
    text = written("github", attack)
    assert {each.kind for each in commands(text)} <= {"error", "warning", "notice"}
    assert all(each.properties.keys() <= {"file", "line", "title"} for each in commands(text))


@every_attack
def test_a_badge_is_xml_without_anything_active(attack):
    root = ET.fromstring(written("badge", attack))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "title", "rect", "g", "text"}
    assert json.loads(written("badge.json", attack))["schemaVersion"] == 1


@every_attack
def test_json_comes_back_as_it_was(attack):
    text = written("json", attack)
    assert FORMATS["json"][0](from_json(json.loads(text))) == text


@every_attack
def test_the_pages_of_html_hold_no_foreign_element(attack):
    report = corpus.report_with(attack)
    clean = {tag for tag, _ in Elements(written("html", "empty")).found}
    page = Elements(written("html", attack)).found
    fragments = matrix_section(report) + "".join(map(evidence_cell, report.tests))
    for tag, attributes in [*page, *Markup(fragments).elements]:
        assert tag not in {"img", "iframe", "object", "embed", "animate", "base", "form", "textarea"}
        assert not any(name.startswith("on") for name in attributes)
        assert not str(attributes.get("href") or "#").lower().lstrip().startswith(("javascript", "data", "vbscript"))
    assert "script" in clean or "script" not in {tag for tag, _ in page}


@every_attack
@pytest.mark.parametrize("render", [render_terminal, render_static, render_gate])
def test_a_terminal_is_not_acted_upon(render, attack):
    for line in render(corpus.report_with(attack), width=80, colour=False):
        assert line.replace("\u200c", "").replace("\u200d", "").isprintable()  # Persian and emoji are spelled with them
