from __future__ import annotations

import re

import pytest

from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.settings.command_line import parse_gate, parse_report


@pytest.fixture(scope="module")
def resolver():
    return Resolver(load_catalogue("lifecycle"))


def spelled(rules):
    return [(str(rule.target), rule.level, rule.origin) for rule in rules]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.4", [("7.4", "demonstrated")]),
        (" 7.4 : partial ", [("7.4", "partial")]),
        ("7.4/robustness:demonstrated", [("7.4/robustness", "demonstrated")]),
        ("7.2>7.3:partial", [("7.2>7.3", "partial")]),
        (
            "7.2-7.4:partial",
            [("7.2", "partial"), ("7.3", "partial"), ("7.4", "partial")],
        ),
        ("7.4,7.2:partial", [("7.4", "partial"), ("7.2", "partial")]),
        ("lifecycle:7.4", [("7.4", "demonstrated")]),
        ("lifecycle:7.4:partial", [("7.4", "partial")]),
        ("vv", [("7.4", "demonstrated")]),
    ],
)
def test_a_gate_is_an_expression_and_a_level(resolver, text, expected):
    assert spelled(parse_gate(text, resolver)) == [(*rule, "command line") for rule in expected]


def test_off_is_no_gate(resolver):
    assert parse_gate("off", resolver) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7.4:demonstratd", 'did you mean "demonstrated"?'),
        ("7.4:full", "write 7.4:demonstrated or 7.4:partial"),
        ("7.9", "7.9"),
        ("nowhere:7.4", "nowhere"),
        ("7.4:partial,7.2", "unknown level"),
        ("", ""),
    ],
)
def test_an_unknown_gate_comes_with_the_fix(resolver, text, words):
    with pytest.raises(ValueError, match=re.escape(words) or None):
        parse_gate(text, resolver)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("html", ("html", None)),
        ("html:report.html", ("html", "report.html")),
        ("html:report/", ("html", "report/")),
        (r"html:C:\reports\x.html", ("html", r"C:\reports\x.html")),
        ("in-toto", ("in-toto", None)),
    ],
)
def test_a_report_is_a_format_and_a_path(text, expected):
    assert parse_report(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("htlm", 'did you mean "html"?'),
        ("pdf", "known: term, html"),
        ("html:", "no path behind the colon"),
        ("json:out/", 'only html can be written into a folder; name a file: "json:out/report.json"'),
        ("", "known:"),
    ],
)
def test_an_unknown_report_comes_with_the_fix(text, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_report(text)


def test_other_formats_are_those_that_are_given():
    assert parse_report("pdf:x.pdf", formats={"pdf"}) == ("pdf", "x.pdf")
    with pytest.raises(ValueError, match="this version does not write sarif reports; it writes html, pdf"):
        parse_report("sarif", formats={"pdf", "html"})
    with pytest.raises(ValueError, match='did you mean "pdf"'):
        parse_report("pfd", formats={"pdf", "html"})
