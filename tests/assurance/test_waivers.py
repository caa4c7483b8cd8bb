"""VERDICTS §6: what a waiver covers, and what it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from judging import (
    CATALOGUE,
    EARLIER,
    LATER,
    NODE,
    TODAY,
    judged,
    record,
    reference,
    waiver,
)

from pytest_iso23053.assurance.globbing import matches
from pytest_iso23053.assurance.waivers import WaiverBook


def book(*waivers, enabled=True):
    return WaiverBook(waivers, TODAY, catalogue=CATALOGUE, enabled=enabled)


@pytest.mark.parametrize(
    ("target", "about", "clauses", "covered"),
    [
        pytest.param("7.4/fairness", "7.4/fairness", (), True, id="the aspect it names"),
        pytest.param("7.4/fairness", "7.4/performance", (), False, id="no other aspect"),
        pytest.param("7.4/fairness", "7.4", (), False, id="not the clause"),
        pytest.param("7.4", "7.4", (), True, id="the clause it names"),
        pytest.param("7.4", "7.4/fairness", (), True, id="a clause covers its aspects"),
        pytest.param("7.4", "7.40/fairness", (), False, id="another clause that begins alike"),
        pytest.param("7.4", "7.4>7.5", (), False, id="a clause covers no boundary"),
        pytest.param("7.2>7.3", "7.2>7.3", (), True, id="the boundary it names"),
        pytest.param("7.2>7.3", "7.3>7.4", (), False, id="no other boundary"),
        pytest.param(
            "7.4/fairness",
            "8.4/fairness",
            ("7.4/fairness", "8.4/fairness"),
            True,
            id="what also derives",
        ),
        pytest.param(
            "7.4/fairness",
            "8.5/esteem",
            ("7.4/fairness",),
            True,
            id="what also derives from that",
        ),
        pytest.param(
            "7.4",
            "8.4/fairness",
            ("7.4/fairness",),
            True,
            id="what also derives from a clause's aspect",
        ),
        pytest.param(
            "7.4/fairness",
            "8.4/fairness",
            ("8.4/fairness",),
            False,
            id="no test of the second aspect alone",
        ),
        pytest.param(
            "8.4/fairness",
            "7.4/fairness",
            ("7.4/fairness",),
            False,
            id="also runs one way",
        ),
    ],
)
def test_a_waiver_covers(target, about, clauses, covered):
    assert (book(waiver(target)).covering(NODE, reference(about), clauses) is not None) is covered
    assert (book(waiver(target)).covering(NODE, about, clauses) is not None) is covered


@pytest.mark.parametrize(
    ("pattern", "nodeid", "found"),
    [
        ("*selection_rate*", "tests/t.py::test_selection_rate", True),
        ("*selection_rate*", "tests/t.py::test_accuracy", False),
        (
            "iso23053/7.4::test_evasion[credit]",
            "iso23053/7.4::test_evasion[credit]",
            True,
        ),
        ("*::test_evasion[credit]", "iso23053/7.4::test_evasion[credit]", True),
        ("*::test_evasion[credit]", "iso23053/7.4::test_evasion[other]", False),
        ("*test_[ab]", "t.py::test_a", True),
        ("*TEST*", "t.py::test_a", False),
    ],
    ids=lambda value: str(value).replace("::", " "),
)
def test_the_glob_is_on_the_node_id(pattern, nodeid, found):
    assert matches(nodeid, pattern) is found
    assert (book(waiver(test=pattern)).covering(nodeid, "7.4/fairness") is not None) is found


@pytest.mark.parametrize(
    ("expires", "covers"),
    [(TODAY, True), (LATER, True), (EARLIER, False)],
    ids=["its last day", "before its last day", "the day after"],
)
def test_a_waiver_holds_to_the_end_of_its_last_day(expires, covers):
    assert (book(waiver(expires=expires)).covering(NODE, "7.4/fairness") is not None) is covers


def test_the_first_that_covers_is_the_one_named():
    waivers = waiver(id="A", test="*other*"), waiver(id="B"), waiver(id="C")
    assert book(*waivers).covering(NODE, "7.4/fairness").id == "B"


def test_waivers_without_an_id_are_numbered_by_place():
    assert [each.id for each in book(waiver(), waiver(id="X"), waiver()).waivers] == [
        "W1",
        "X",
        "W3",
    ]


class TestWholly:
    """To pytest the test is xfailed only when waivers cover every aspect, clause and boundary of it."""

    def test_one_waiver_for_everything(self):
        assert book(waiver(id="A")).wholly(NODE, ("7.4/fairness", "8.4/fairness"), ()).id == "A"

    def test_several_waivers_end_with_the_first_of_them(self):
        soon, late = LATER, LATER + timedelta(days=30)
        waivers = (
            waiver("7.4/fairness", id="late", expires=late),
            waiver("7.4/fairness", id="soon", expires=soon),
            waiver("7.2>7.3", id="boundary", expires=soon + timedelta(days=1)),
        )
        assert book(*waivers).wholly(NODE, ("7.4/fairness",), ("7.2>7.3",)).id == "boundary"

    @pytest.mark.parametrize(
        ("clauses", "boundaries"),
        [
            (("7.4/fairness", "7.4/performance"), ()),
            (("7.4/fairness",), ("7.2>7.3",)),
            ((), ()),
        ],
        ids=[
            "an aspect is left",
            "a boundary is left",
            "a test that speaks about nothing",
        ],
    )
    def test_not_wholly(self, clauses, boundaries):
        assert book(waiver()).wholly(NODE, clauses, boundaries) is None

    def test_nothing_is_when_waivers_are_switched_off(self):
        assert book(waiver(), enabled=False).wholly(NODE, ("7.4/fairness",), ()) is None


class TestApplied:
    """A failed, xfailed or inconclusive test that a valid waiver covers keeps its outcome and carries the waiver."""

    @pytest.mark.parametrize("outcome", ["failed", "xfailed", "inconclusive"])
    def test_carried(self, outcome):
        found = book(waiver(id="A")).applied(record(NODE, outcome, "7.4/fairness", "8.4/fairness", "7.4/performance"))
        assert (found.outcome, found.waiver, found.waived) == (
            outcome,
            "A",
            ("7.4/fairness", "8.4/fairness"),
        )

    @pytest.mark.parametrize("outcome", ["passed", "xpassed", "error", "skipped", "observed", "not-run"])
    def test_not_carried(self, outcome):
        given = record(NODE, outcome, "7.4/fairness")
        assert book(waiver()).applied(given) is given

    def test_boundaries_too(self):
        given = record(NODE, "failed", "7.4/performance", boundaries=("7.2>7.3",))
        assert book(waiver("7.2>7.3", id="A")).applied(given).waived == ("7.2>7.3",)

    def test_the_first_waiver_by_place_is_the_one_named(self):
        given = record(NODE, "failed", "7.4/performance", "7.4/fairness")
        waivers = (
            waiver("7.4/fairness", id="first"),
            waiver("7.4/performance", id="second"),
        )
        found = book(*waivers).applied(given)
        assert (found.waiver, found.waived) == (
            "first",
            ("7.4/performance", "7.4/fairness"),
        )

    @pytest.mark.parametrize(
        "given",
        [
            book(waiver(), enabled=False),
            book(waiver(expires=EARLIER)),
            book(),
            book(waiver("7.2/quality")),
        ],
        ids=["switched off", "expired", "none", "about something else"],
    )
    def test_a_failure_that_nothing_covers_is_left_as_it_is(self, given):
        failed = record(NODE, "failed", "7.4/fairness")
        assert given.applied(failed) is failed


class TestStatements:
    def test_terms_and_state(self):
        given = waiver(id="W1", test="*fair*", approved_by="board", ticket="RISK-7")
        assert book(given).statements([]) == (
            {
                "id": "W1",
                "clause": "7.4/fairness",
                "test": "*fair*",
                "reason": "ships in 2.3",
                "owner": "risk@example.org",
                "expires": "2027-01-31",
                "approved_by": "board",
                "ticket": "RISK-7",
                "state": "unused",
                "tests": [],
            },
        )

    @pytest.mark.parametrize(
        ("given", "outcome", "state", "tests"),
        [
            (waiver(), "failed", "used", [NODE]),
            (waiver(), "inconclusive", "used", [NODE]),
            (waiver(), "passed", "unused", []),
            (waiver(), "error", "unused", []),
            (waiver("7.2/quality"), "failed", "unused", []),
            (waiver(expires=EARLIER), "failed", "expired", []),
        ],
        ids=["failure", "open", "passes", "error", "does not exist", "expired"],
    )
    def test_state(self, given, outcome, state, tests):
        (said,) = book(given).statements([record(NODE, outcome, "7.4/fairness")])
        assert (said["state"], said["tests"]) == (state, tests)

    def test_switched_off_it_still_says_what_it_would_cover(self):
        (said,) = book(waiver(), enabled=False).statements([record(NODE, "failed", "7.4/fairness")])
        assert (said["state"], said["tests"]) == ("used", [NODE])

    def test_every_waiver_that_covers_a_failure_is_used(self):
        said = book(waiver(), waiver()).statements([record(NODE, "failed", "7.4/fairness")])
        assert [each["state"] for each in said] == ["used", "used"]

    def test_what_a_computed_aspect_rests_on_counts_as_used(self):
        (said,) = book(waiver("7.4/requirements")).statements([], {"W1": ["b", "a"]})
        assert (said["state"], said["tests"]) == ("used", ["a", "b"])


def test_would_cover_asks_neither_outcome_nor_date():
    given = waiver(expires=EARLIER)
    assert book(given).would_cover(given, record(NODE, "not-run", "7.4/fairness"))
    assert not book(given).would_cover(given, record(NODE, "not-run", "7.4/performance"))
    assert not book(given).would_cover(given, record(NODE, "not-run", measurements=(judged(),)))
