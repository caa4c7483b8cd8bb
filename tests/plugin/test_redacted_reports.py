"""Secrets planted wherever a run takes texts from stand in no report of it."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree as ET

import pytest

SECRET = "ghp_" + "a1B2c3D4e5" * 4
VALUE = "the-value-of-a-variable"

CONFIGURATION = """
[tool.iso23053.system]
name = "credit {secret}"

[[tool.iso23053.waivers]]
clause = "7.2/quality"
reason = "because of {secret}"
owner = "risk@example.org"
expires = 2099-01-31
ticket = "{secret}"

[[tool.iso23053.waivers]]
clause = "7.4/robustness"
test = "*{secret}*"
reason = "ended with {value}"
owner = "risk@example.org"
expires = 2020-01-31

[[tool.iso23053.not_applicable]]
clause = "7.3/environment"
reason = "no environment but {secret}"
owner = "risk@example.org"
expires = 2099-01-31
{more}
"""
CLAIMS = """
[claims.evasion-tested]
answer = "yes"
who = "{secret}"
control = "kept in {secret}"
evidence = "https://me:{value}@host.example/{secret}"
"""
TESTS = """
    import os
    import pytest
    from pytest_iso23053 import Measurement

    @pytest.mark.clause("7.4/performance")
    @pytest.mark.parametrize("key", ["{secret}", "{secret}x"])
    def test_parameter(key, iso_evidence):
        iso_evidence.note("noted {secret} {value}")
        iso_evidence.attach("{secret}.txt", "attached")
        params = {{"where": "{secret}", "password": "opensesame"}}
        assert Measurement("rate {secret}", 0.9, low=0.8, high=1.0, n=9, params=params) > 0

    @pytest.mark.clause("7.4/robustness")
    def test_message():
        assert "{secret}" == os.getcwd(), "asserted {value}"

    @pytest.mark.clause("7.4/fairness")
    def test_exception():
        raise ValueError("raised {secret} in " + os.getcwd())
"""
FORMATS = {
    "html": "r.html", "json": "r.json", "markdown": "r.md", "sarif": "r.sarif", "github": "r.txt", "badge": "r.svg",
}  # fmt: skip


def project(pytester, more=""):
    pytester.makepyprojecttoml(CONFIGURATION.format(secret=SECRET, value=VALUE, more=more))
    (pytester.path / "assurance-claims.toml").write_text(CLAIMS.format(secret=SECRET, value=VALUE), encoding="utf-8")
    pytester.makepyfile(test_one=TESTS.format(secret=SECRET, value=VALUE))
    reports = [f"--iso23053-report={name}:{path}" for name, path in FORMATS.items()]
    return ["--iso23053", *reports, "--iso23053-report=term", "--tb=no"]


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_no_report_holds_them(pytester, monkeypatch, arguments):
    monkeypatch.setenv("BANK_API_KEY", VALUE)
    result = pytester.runpytest(*project(pytester), *arguments)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    ours = result.stdout.str().partition("life-cycle assurance")[2].partition("short test summary")[0]
    texts = {name: (pytester.path / path).read_text(encoding="utf-8") for name, path in FORMATS.items()}
    for name, text in {**texts, "term": ours}.items():
        for planted in (SECRET, VALUE, "opensesame", str(pytester.path)):
            assert planted not in text, (name, planted)
    assert "[redacted: BANK_API_KEY]" in texts["json"]
    assert texts["json"].count("kept in [redacted]") == 2  # with the claims, and in what a finding says of them
    assert texts["json"].count('"nodeid": "test_one.py::test_parameter[') == 2


def test_what_we_add_to_pytest_html_holds_them_neither(pytester, monkeypatch):
    pytest.importorskip("pytest_html")
    monkeypatch.setenv("BANK_API_KEY", VALUE)
    pytester.runpytest(*project(pytester), "--html=page.html", "--self-contained-html")
    page = html.unescape(html.unescape((pytester.path / "page.html").read_text(encoding="utf-8")))
    ours = re.findall(
        r'<div class=\\?"iso23053-evidence.*?</div>|<section class="iso23053-.*?</section>', page, re.DOTALL
    )
    assert len(ours) >= 4
    for planted in (SECRET, VALUE, "opensesame", str(pytester.path)):
        assert not any(planted in part for part in ours), planted


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_our_properties_in_junit_hold_them_neither(pytester, monkeypatch, arguments):
    monkeypatch.setenv("BANK_API_KEY", VALUE)
    pytester.runpytest(*project(pytester), "--junitxml=junit.xml", *arguments)
    properties = ET.parse(pytester.path / "junit.xml").iter("property")
    ours = [each.get("value") for each in properties if each.get("name", "").startswith("iso23053")]
    assert any(said.startswith("rate [redacted] = 0.9") for said in ours), ours
    for planted in (SECRET, VALUE, "opensesame", str(pytester.path)):
        assert not any(planted in said for said in ours), planted


def test_it_can_be_switched_off(pytester, monkeypatch):
    monkeypatch.setenv("BANK_API_KEY", VALUE)
    pytester.runpytest(*project(pytester, "[tool.iso23053.report]\nredact = false"))
    assert VALUE in (pytester.path / "r.json").read_text(encoding="utf-8")
