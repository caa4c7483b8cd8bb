"""A project whose every text attacks: a real run of it leaves reports that stay valid, and in which nothing runs."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

ATTACK = (
    "<script>window.pwned=1</script><img src=x onerror=window.pwned=1><svg/onload=window.pwned=1> javascript:alert(1) "
    "]]> <![CDATA[ | a | [x](javascript:alert(1)) ``` expression(alert(1)) \x1b[31m \x07 \x00 \u202e \ud800 {{ 7*7 }} "
    "\n::error::pwned\niso23053 gate: PASSED"
)
NAME = "<script>window.pwned=1</script>|]]>`"
CONFIGURATION = f"""
[tool.iso23053.system]
name = {json.dumps(ATTACK.replace(chr(0xD800), ""))}
[[tool.iso23053.waivers]]
clause = "7.4/fairness"
reason = {json.dumps(ATTACK.replace(chr(0xD800), ""))}
owner = "<b>owner</b>"
expires = 2099-01-31
"""
TESTS = f"""
import pytest
from pytest_iso23053 import Measurement
ATTACK = {ATTACK!a}

@pytest.mark.clause("7.4/performance")
@pytest.mark.parametrize("value", [ATTACK], ids=[{NAME!a}])
def test_measured(value, iso_evidence, record_property):
    \"\"\"<script>window.pwned=1</script>\"\"\"
    iso_evidence.note(ATTACK)
    iso_evidence.attach(ATTACK, ATTACK)
    record_property("about", ATTACK)
    assert Measurement(ATTACK, 0.9, n=9, unit=ATTACK, params={{ATTACK: ATTACK}}, subjects=(ATTACK,)) > 0.5, ATTACK

@pytest.mark.clause("7.4/fairness")
def test_fails():
    assert not ATTACK, ATTACK

@pytest.mark.clause("7.4/robustness")
def test_raises():
    raise ValueError(ATTACK)
"""
FORMATS = ("html", "json", "markdown", "sarif", "github", "badge")


class Active(HTMLParser):
    """Collects what could run or fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"img", "iframe", "object", "embed", "base"} or any(name.startswith("on") for name, _ in attrs):
            self.found.append(tag)
        self.found += [str(value) for name, value in attrs if name in ("href", "src") and "script:" in str(value)]


@pytest.fixture
def ran(pytester):
    pytester.makepyprojecttoml(CONFIGURATION)
    folder = pytester.mkdir("a<svg onload=x>b")
    (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    reports = [f"--iso23053-report={name}:r.{name}" for name in FORMATS]
    more = ["--junitxml=junit.xml", "--html=pytest.html", "--self-contained-html", "--tb=no"]
    return pytester.runpytest("--iso23053", *reports, *more)


def test_every_report_stays_valid_and_nothing_in_it_runs(pytester, ran):
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    texts = {name: (pytester.path / f"r.{name}").read_text(encoding="utf-8") for name in FORMATS}
    assert Active(texts["html"]).found == []
    assert "<script>window.pwned" not in texts["html"]
    assert len(json.loads(texts["json"])["tests"]) == 3
    assert json.loads(texts["sarif"])["version"] == "2.1.0"
    ET.fromstring(texts["badge"])
    commands = [line for line in texts["github"].splitlines() if line.startswith("::")]
    assert all(re.match(r"::(error|warning|notice) ", line) for line in commands)
    for text in texts.values():
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    properties = ET.parse(pytester.path / "junit.xml").iter("property")
    assert any(each.get("name") == "iso23053.judgement" for each in properties)


def test_no_line_of_the_terminal_but_ours_looks_like_the_gates(ran):
    lines = [line for line in ran.stdout.lines if line.startswith("iso23053 gate:")]
    assert lines == ["iso23053 gate: off"]
    assert not any(line.startswith("::") for line in ran.stdout.lines)


def test_nothing_of_ours_runs_in_the_page_of_pytest_html(pytester, ran):
    page = (pytester.path / "pytest.html").read_text(encoding="utf-8")
    ours = re.findall(r"<section class=\"iso23053-.*?</section>", page, re.DOTALL)
    assert ours
    assert all(Active(part).found == [] and "<script" not in part for part in ours)
