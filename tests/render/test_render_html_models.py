"""Which model a test, a measurement or a finding speaks about; and what a finding says of its attacker."""

from __future__ import annotations

from dataclasses import replace

import pytest
import samples
import showcase
from markup import Markup

from pytest_iso23053.assurance.report import Finding
from pytest_iso23053.render.html import render_html
from pytest_iso23053.render.html_findings import attacker_text, crosswalk_text
from pytest_iso23053.render.html_models import Models
from pytest_iso23053.render.notices import notices

REPORT = showcase.showcase()


def models(*names):
    listed = [{"name": name} for name in names]
    return Models(replace(REPORT, subjects={"models": listed}))


def measured(nodeid, *subjects):
    return samples.test(nodeid, "passed", measurements=(samples.measurement("m", 1.0, 1.0, 1.0, subjects=subjects),))


def test_with_one_model_there_is_nothing_to_choose():
    assert models("a").names == ()
    assert models("a").of_test(measured("t[a]", "a")) == ()
    assert "filter-model" not in {found.get("id") for found in Markup(render_html(samples.rich())).all("select")}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (measured("t[a]", "b", "test"), (1,)),
        (measured("t[a]", "train", "test"), ()),  # a parameter that only looks like a model
        (measured("t", "a", "b"), (0, 1)),
        (samples.test("t[a]", "failed"), (0,)),
        (samples.test("t[b-sex]", "failed"), (1,)),
        (samples.test("t[x-long-name]", "failed"), (2,)),
        (samples.test("t[ab]", "failed"), ()),
        (samples.test("a", "failed"), ()),
    ],
)
def test_a_test_speaks_of_what_it_measured_else_of_what_its_parameters_name(test, expected):
    assert models("a", "b", "long-name").of_test(test) == expected


def test_a_row_is_of_the_models_that_all_its_tests_name():
    found = models("a", "b")
    assert found.shared([measured("1", "a"), measured("2", "b")]) == "0 1"
    assert found.shared([measured("1", "a"), samples.test("2", "passed")]) == ""
    assert found.shared([]) == ""


def test_counts_for_each_model_stand_in_the_matrix():
    text = Markup(render_html(REPORT)).text
    assert "credit: 1 failed 1 inconclusive" in text
    assert "credit (retrained): 1 passed" in text


def test_an_attacker_is_told_with_knowledge_budget_and_reach():
    assert attacker_text(showcase.FINDING) == (
        "an applicant who asks again; knowledge: black-box; attack: hopskipjump; norm: linf; "
        "budget: 500\u00a0queries for each row; ε = 0.3"
    )


@pytest.mark.parametrize("params", [None, {}, {"rate": 0.1, "attack": "label-flip"}, ["knowledge"]])
def test_what_is_no_attack_has_no_attacker(params):
    found = replace(showcase.FINDING, attacker="", evidence={"params": params})
    assert attacker_text(found) == ""
    assert attacker_text(replace(found, evidence=None)) == ""


def test_other_frameworks_are_named_with_their_editions():
    assert crosswalk_text(showcase.FINDING) == (
        "MITRE ATLAS 5.6.0: AML.T0015, AML.T0043; OWASP ML 2023 (draft): ML01; ISO/IEC 22989: all of it"
    )
    assert crosswalk_text(Finding("i", "gap", "low", "7.4", None, None, "s")) == ""


def test_a_finding_says_what_it_affects_and_who_accepts_it():
    text = Markup(render_html(REPORT)).text
    assert "Affects credit (SHA-256 9f2c9f2c9f2c9f2c…), feature service (no digest)" in text
    assert "Waived by W1, owned by risk@example.org, until 2027-01-31" in text


@pytest.mark.parametrize(("merged", "said"), [(None, False), ({"reports": [1, 2], "expected": None}, True)])
def test_a_merge_that_was_not_told_how_many_parts_there_are_says_so_first(merged, said):
    found = notices(replace(REPORT, run={"merged": merged}))
    assert any("Merged from 2\u00a0reports" in notice and "--shards" in notice for notice in found) is said
    assert not notices(replace(REPORT, run={"merged": {"reports": [1, 2], "expected": 2}}, notes=()))
