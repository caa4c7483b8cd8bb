from __future__ import annotations

import re

import pytest
import samples
from golden_files import check
from markup import Markup, is_inert

from pytest_iso23053.assurance.report import TestRecord
from pytest_iso23053.render.pytest_html import evidence_cell, matrix_section

SAMPLES = {"rich": samples.rich, "empty": samples.empty, "clean": samples.clean, "hostile": samples.hostile}


def inert(fragment):
    found = Markup(fragment)
    assert not found.tags & {"script", "img", "svg", "a", "link", "iframe"}
    assert not any(attribute.startswith("on") or attribute == "style" for attribute, _ in found.attributes)
    fragment.encode("utf-8")
    assert is_inert(fragment)
    return found


def test_the_matrix_section():
    check("pytest-html-section.html", matrix_section(samples.rich()))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_section_changes_nothing_around_it(name):
    fragment = matrix_section(SAMPLES[name]())
    found = inert(fragment)
    for _, attributes in found.elements:
        assert all(part.startswith("iso23053-") for part in (attributes.get("class") or "").split())
    style = re.search(r"<style>(.*?)</style>", fragment, re.DOTALL)[1]
    for selectors in re.findall(r"^([^{]+)\{", style, re.MULTILINE):
        assert all(selector.strip().startswith(".iso23053-") for selector in selectors.split(","))
    assert len(re.findall("</style>", fragment)) == 1


def test_the_section_says_what_matters():
    text = Markup(matrix_section(samples.rich())).text
    for said in (
        "Gate: FAILED",
        "47.3 % demonstrated",
        "waived 10.5 %",
        "7.4 Verification & Validation ✗ failed",
        "7.2>7.3",
    ):
        assert said in text


def test_the_evidence_of_a_test_is_one_line_with_its_numbers():
    record = next(test for test in samples.TESTS if "roc_auc" in test.nodeid)
    fragment = evidence_cell(record)
    assert "\n" not in fragment
    text = inert(fragment).text
    assert "speaks about 7.4/performance" in text
    assert "✓ roc_auc 0.7912 (95 % interval 0.7608 to 0.8189, n = 1000), limit ≥ 0.75: met" in text
    assert "roc.csv" in text


def test_hostile_evidence_is_text():
    fragment = evidence_cell(samples.hostile().tests[0])
    assert "\n" not in fragment
    assert "<script>window.__pwned" in inert(fragment).text


def test_evidence_is_bounded():
    record = TestRecord("n", "passed", measurements=(samples.measurement("m", 0.5, 0.4, 0.6),) * 100)
    assert "80 more, in the JSON report" in Markup(evidence_cell(record)).text
