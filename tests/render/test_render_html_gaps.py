"""What was not shown is listed, each with what would show it."""

from __future__ import annotations

from dataclasses import replace

import samples
from markup import Markup

from pytest_iso23053.assurance.report import Gap
from pytest_iso23053.render.html import render_html
from pytest_iso23053.render.html_view import page_view


def missing(report):
    return {each.verdict.reference: each.closing for each in page_view(report).not_shown}


def test_every_required_aspect_and_boundary_that_was_not_demonstrated_is_listed():
    found = missing(samples.rich())
    assert list(found) == [
        "7.2/quality", "7.2/labelling", "7.3/hyperparameters", "7.3/environment", "7.4/robustness", "7.4/fairness",
        "7.4/requirements", "7.6/drift", "8.3/explanation", "8.4/fairness", "7.2>7.3", "7.3>7.4", "7.5>7.6",
    ]  # fmt: skip
    assert missing(samples.clean()) == {}


def test_what_would_show_it_is_a_reason_a_need_a_test_or_its_tests():
    found = missing(samples.rich())
    assert found["7.4/requirements"] == "1 of 3 requirements is not met: gate_detection_rate"
    assert found["7.6/drift"] == "a production data set ([tool.iso23053.datasets.production])"
    assert found["7.3>7.4"] == "a test that names it"
    assert found["7.2/quality"] == "of its 4\u00a0tests: 1 skipped, 1 observed"
    assert found["7.4/fairness"] == "of its 2\u00a0tests: 1 failed, 1 xfailed; 2 of them waived"


def test_needs_are_bounded_and_of_ready_made_tests_named():
    gaps = tuple(Gap("7.6/drift", f"iso23053/7.6::test_{n}", f"need {n}") for n in range(5))
    found = missing(replace(samples.rich(), gaps=gaps))
    assert found["7.6/drift"].startswith("iso23053/7.6::test_0 needs need 0; ")
    assert found["7.6/drift"].endswith("needs need 2 and 2 more, below")


def test_tests_that_assert_nothing_show_nothing():
    report = samples.clean()
    clause = report.phases[0].clauses[0]
    untested = replace(clause, aspects=(replace(clause.aspects[0], verdict="untested"),))
    report = replace(report, phases=(replace(report.phases[0], clauses=(untested,)),))
    assert missing(report) == {"7.4/performance": "tests that support it: those it has assert nothing"}


def test_the_list_is_on_the_page_and_links_to_the_matrix():
    page = Markup(render_html(samples.rich()))
    assert {"href": "#aspect-7.2-labelling"} in page.all("a")
    assert "Not shown 13" in page.text
    assert "#gaps" not in {link["href"] for link in Markup(render_html(samples.clean())).all("a")}
