"""VERDICTS §5: the gate fails closed."""

from __future__ import annotations

import pytest
from judging import (
    CATALOGUE,
    TODAY,
    catalogue_of,
    clause,
    further,
    not_applicable,
    record,
    required,
    rule,
)

from pytest_iso23053.assurance.gate import Demands, RunFacts, decide, final_exit_status
from pytest_iso23053.assurance.matrix import ComputedVerdict, build_matrix
from pytest_iso23053.assurance.report import GateDecision
from pytest_iso23053.assurance.scope import Scope

OWN = catalogue_of(
    clause("1", "one", "One", required("a"), required("b"), further("c")),
    clause("2", "two", "Two", required("a")),
)


def matrix_of(*records, catalogue=OWN, computed=None, **scope):
    return build_matrix(Scope(catalogue, today=TODAY, **scope), records, computed)


def gate(*targets, records=(), off=False, facts=None, demands=None, **more):
    rules = tuple(target if not isinstance(target, str) else rule(*target.split(":")) for target in targets)
    asked = demands or Demands(rules)
    return decide(asked, matrix_of(*records, **more), facts or RunFacts(), off=off)


A, B, C = (record(f"t_{aspect}", "passed", f"1/{aspect}") for aspect in "abc")
ELSEWHERE = record("t_else", "passed", "2/a")


def cell(outcome, waived=False, **more):
    return record("t_cell", outcome, "1/a", waived=("1/a",) if waived else (), **more)


LEVELS = [
    ("demonstrated", (A, B), "passed", "passed"),
    ("waived", (cell("failed", waived=True), B), "passed", "passed"),
    ("partial", (A,), "failed", "passed"),
    ("failed", (cell("failed"), B), "failed", "failed"),
    ("error", (cell("error"), B), "failed", "failed"),
    ("inconclusive", (cell("inconclusive"), B), "failed", "failed"),
    ("untested", (ELSEWHERE,), "failed", "failed"),
    ("incomplete", (cell("not-run"), B), "incomplete", "incomplete"),
]


@pytest.mark.parametrize(
    ("verdict", "records", "demonstrated", "partial"),
    [pytest.param(*case, id=case[0]) for case in LEVELS],
)
def test_levels(verdict, records, demonstrated, partial):
    """«7.4 or 7.4:demonstrated is met by demonstrated and waived; 7.4:partial is met by these and partial; failed,
    error, inconclusive and untested do not meet it; incomplete makes the gate INCOMPLETE»."""
    assert matrix_of(*records).find("1").verdict == verdict
    assert gate("1", records=records).status == demonstrated
    assert gate("1:demonstrated", records=records).status == demonstrated
    assert gate("1:partial", records=records).status == partial


def test_an_aspect_can_be_gated():
    assert gate("1/a", records=(A,)).status == "passed"
    assert gate("1/b", records=(A,)).status == "failed"
    assert gate("1/c", records=(A, C)).status == "passed"


def test_a_boundary_can_be_gated():
    probe = record("t", "passed", boundaries=("7.2>7.3",))
    assert gate("7.2>7.3", records=(probe,), catalogue=CATALOGUE).status == "passed"
    unmet = gate("7.3>7.4", records=(probe,), catalogue=CATALOGUE)
    assert unmet == GateDecision(
        "failed",
        ("7.3>7.4 is untested; add a test for 7.3>7.4, or declare it not applicable",),
    )


def test_a_gated_clause_that_is_wholly_not_applicable_is_incomplete():
    found = gate("1", records=(ELSEWHERE,), not_applicable=(not_applicable("1"),))
    assert found.status == "incomplete"
    assert "1 One is declared not applicable: a gate asks for evidence" in found.reasons[0]
    assert gate("1/a", records=(ELSEWHERE,), not_applicable=(not_applicable("1/a"),)).status == "incomplete"


def test_what_the_catalogue_lacks_cannot_be_met():
    assert gate("9", records=(A,)) == GateDecision(
        "failed", ("9 is asked for and not in the catalogue: no test can show it",)
    )


def test_only_the_tests_of_a_gated_clause_matter_for_its_completeness():
    elsewhere = record("t_else", "not-run", "2/a")
    assert gate("1", records=(A, B, elsewhere)).status == "passed"
    assert gate("2", records=(A, B, elsewhere)).status == "incomplete"


class TestOff:
    def test_nothing_asked_for(self):
        assert gate(records=(A,)) == GateDecision("off")
        assert gate() == GateDecision("off")

    def test_nothing_asked_for_and_everything_broken(self):
        assert gate(facts=RunFacts(incomplete=("no manifest",))) == GateDecision("off")

    def test_gate_off_switches_the_configured_gate_off(self):
        everything = Demands((rule("2"),), fail_under=99.0, no_unused_waivers=True)
        assert gate(demands=everything, records=(A,), off=True) == GateDecision("off")

    def test_and_leaves_what_the_command_line_asks_for(self):
        typed = Demands((rule("2"), rule("1/a", origin="command line")))
        assert gate(demands=typed, records=(A,), off=True).status == "passed"
        percent = Demands(fail_under=99.0, fail_under_origin="command line")
        assert gate(demands=percent, records=(A,), off=True).status == "failed"

    @pytest.mark.parametrize(
        "demands",
        [
            Demands((rule("1"),)),
            Demands(fail_under=0.0),
            Demands(no_unused_waivers=True),
        ],
        ids=["a rule", "fail-under", "unused_waivers"],
    )
    def test_each_of_these_counts_as_a_gate_asked_for(self, demands):
        assert gate(demands=demands).status == "incomplete"


class TestWorstWins:
    """FAILED over INCOMPLETE over PASSED, except that a run with nothing evaluated is always INCOMPLETE."""

    def test_failed_over_incomplete(self):
        found = gate("1", "2", records=(cell("failed"), record("t_else", "not-run", "2/a")))
        assert found.status == "failed"
        assert [reason.split(" ")[0] for reason in found.reasons] == [
            "1",
            "1",
            "2",
        ]  # what failed comes first

    def test_incomplete_over_passed(self):
        assert gate("1", "2", records=(A, B, record("t_else", "not-run", "2/a"))).status == "incomplete"

    @pytest.mark.parametrize("records", [(), (cell("not-run"),)], ids=["no test", "none was run"])
    def test_nothing_evaluated_is_incomplete_even_over_failed(self, records):
        found = gate("1", "2", "9", records=records)
        assert found.status == "incomplete"
        assert "nothing was evaluated" in found.reasons[0]

    def test_nothing_evaluated_is_incomplete_whatever_was_selected(self):
        assert gate("1", facts=RunFacts(selection={"nodeids": ["t.py::t"]})).status == "incomplete"

    def test_all_skipped_is_evaluated_and_fails(self):
        assert gate("1", records=(cell("skipped"),)).status == "failed"

    @pytest.mark.parametrize("why", ["2 collection errors", "the session was interrupted", "no manifest"])
    def test_a_run_that_shows_less_than_it_should(self, why):
        assert gate("1", records=(A, B), facts=RunFacts(incomplete=(why,))) == GateDecision("incomplete", (why,))
        failed = gate("1", records=(A,), facts=RunFacts(incomplete=(why,)))
        assert (failed.status, failed.reasons[-1]) == ("failed", why)

    def test_without_a_manifest_even_over_failed(self):
        found = gate(
            "2",
            records=(A,),
            facts=RunFacts(incomplete=("no manifest",), manifest=False),
        )
        assert found == GateDecision("incomplete", ("no manifest",))

    def test_nothing_evaluated_names_the_causes_too(self):
        assert gate("1", facts=RunFacts(incomplete=("no manifest",))).reasons[1:] == ("no manifest",)


class TestNarrowedRuns:
    """A configured gate is not judged where single tests are selected; one given on the command line is."""

    @pytest.mark.parametrize(
        ("selection", "said"),
        [({"nodeids": ["t.py::t"]}, "t.py::t"), ({"lf": True}, "--lf"), ({"sw": True}, "--sw"),
         ({"lf": True, "sw": True, "nodeids": ["x::y"]}, "--lf, --sw, x::y")],
        ids=["node id", "lf", "sw", "all of them"],
    )  # fmt: skip
    def test_a_configured_gate_is_not_judged(self, selection, said):
        found = gate("2", records=(A,), facts=RunFacts(selection=selection))
        assert found == GateDecision(
            "not-judged",
            (f"single tests selected ({said}): the configured gate is for whole runs",),
        )

    @pytest.mark.parametrize(
        "demands",
        [Demands(fail_under=99.0), Demands(no_unused_waivers=True)],
        ids=["percent", "waivers"],
    )
    def test_nor_is_anything_else_that_is_configured(self, demands):
        assert gate(demands=demands, records=(A,), facts=RunFacts(selection={"lf": True})).status == "not-judged"

    @pytest.mark.parametrize(
        "selection",
        [
            {"paths": ["tests"]},
            {"k": "x"},
            {"m": "y"},
            {"ignore": ["z"]},
            {"deselect": ["t"]},
        ],
    )
    def test_paths_and_expressions_leave_it_judged(self, selection):
        assert gate("1", records=(A, B), facts=RunFacts(selection=selection)).status == "passed"

    def test_one_given_on_the_command_line_is_judged_for_single_tests(self):
        typed = (rule("1/a", origin="command line"), rule("2"))
        assert gate(*typed, records=(A,), facts=RunFacts(selection={"nodeids": ["t::t"]})).status == "passed"

    @pytest.mark.parametrize("key", ["lf", "sw"])
    def test_and_incomplete_where_files_vanish_without_a_trace(self, key):
        typed = (rule("1/a", origin="command line"),)
        found = gate(*typed, records=(A,), facts=RunFacts(selection={key: True}))
        assert found.status == "incomplete"
        assert found.reasons == (f"--{key} skips whole files without a trace; judge the gate in a run without it",)

    def test_even_over_failed_as_what_is_missing_may_exist(self):
        typed = (rule("1/b", origin="command line"),)
        found = gate(*typed, records=(A,), facts=RunFacts(incomplete=("2 errors",), selection={"lf": True, "sw": True}))
        assert (found.status, len(found.reasons)) == ("incomplete", 3)


class TestFailUnder:
    def under(self, least, *records, **more):
        return gate(demands=Demands(fail_under=least), records=records, **more)

    @pytest.mark.parametrize(
        ("least", "status"),
        [(0, "passed"), (66.66, "passed"), (66.67, "failed"), (100, "failed")],
    )
    def test_judged_on_what_is_demonstrated(self, least, status):
        assert self.under(least, A, B).status == status

    def test_a_hundred_means_a_hundred(self):
        many = catalogue_of(clause("1", "one", "One", *(required(f"a{number}") for number in range(20_000))))
        all_but_one = [record(f"t{number}", "passed", f"1/a{number}") for number in range(19_999)]
        found = self.under(100.0, *all_but_one, catalogue=many)
        assert found.status == "failed"
        assert "99.99 % of the required aspects are demonstrated, 100 % are asked for" in found.reasons[0]

    def test_waived_ones_stand_beside_it(self):
        assert self.under(50.0, cell("failed", waived=True)).status == "failed"

    def test_nothing_in_scope_is_incomplete(self):
        found = self.under(0.0, A, not_applicable=(not_applicable("1"), not_applicable("2")))
        assert found.status == "incomplete"
        assert "no required aspect is in scope" in found.reasons[0]

    def test_what_was_not_run_could_still_reach_it(self):
        found = self.under(60.0, A, record("t", "not-run", "1/b"))
        assert found.status == "incomplete"
        assert found.reasons[0].endswith("run the tests that were not run")
        assert self.under(70.0, A, record("t", "not-run", "1/b")).status == "failed"
        assert self.under(33.0, A, record("t", "not-run", "1/b")).status == "passed"


WAIVER = {"id": "W1", "clause": "1/a", "owner": "me@example.org"}


class TestUnusedWaivers:
    def unused(self, state, **facts):
        return gate(
            demands=Demands(no_unused_waivers=True),
            records=(A,),
            facts=RunFacts(waivers=({**WAIVER, "state": state},), **facts),
        )

    def test_unused_fails(self):
        found = self.unused("unused")
        assert found.status == "failed"
        assert found.reasons == (
            "waiver W1 (1/a, owner me@example.org) is unused: what it would cover passes or does not exist; "
            "strike it out",
        )

    @pytest.mark.parametrize("state", ["used", "expired"])
    def test_used_and_expired_do_not(self, state):
        assert self.unused(state).status == "passed"

    def test_it_cannot_be_told_where_its_tests_were_not_run(self):
        found = self.unused("unused", waiting={"W1": "t_a"})
        assert found.status == "incomplete"
        assert "t_a, which it is about, was not run" in found.reasons[0]

    def test_it_is_reported_and_no_more_unless_asked(self):
        waivers = ({**WAIVER, "state": "unused"},)
        assert gate("1/a", records=(A,), facts=RunFacts(waivers=waivers)).status == "passed"


class TestReasons:
    """The message names the aspect, what is missing, and the way out."""

    def reasons(self, *targets, records, **more):
        return gate(*targets, records=records, **more).reasons

    def test_untested(self):
        assert self.reasons("1", records=(A,)) == (
            "1 One is partial: 1/b is untested; add a test for 1/b, declare it not applicable, or gate on 1:partial",
        )

    def test_untested_with_tests_that_show_nothing(self):
        records = (
            A,
            record("t_skip", "skipped", "1/b"),
            record("t_bare", "passed", "1/b", supports=False, unasserted=True),
            record("t_seen", "observed", "1/b"),
        )
        (reason,) = self.reasons("1", records=records)
        assert "1/b is untested (t_skip: skipped, t_bare: asserts nothing, t_seen: observed); add a test" in reason

    def test_nothing_at_all(self):
        first, second = self.reasons("1:partial", records=(ELSEWHERE,))
        assert first == "1 One is untested: 1/a is untested; add a test for 1/a, or declare it not applicable"
        assert "1/b" in second

    def test_only_what_stands_in_the_way(self):
        (reason,) = self.reasons("1:partial", records=(cell("failed"),))
        assert reason == (
            "1 One failed: 1/a failed (t_cell: failed); mend what failed, or accept it in a waiver with an owner "
            "and an end"
        )

    @pytest.mark.parametrize(
        ("outcome", "said"),
        [
            ("xfailed", "1/a failed (t_cell: xfailed); mend"),
            ("error", "1/a ended in an error (t_cell: error); mend the error"),
            ("not-run", "1/a is incomplete (t_cell: deselected); run these tests"),
            (
                "inconclusive",
                "1/a is inconclusive (t_cell: inconclusive); measure on more rows",
            ),
        ],
    )
    def test_each_verdict_has_its_way_out(self, outcome, said):
        reason, *_ = self.reasons("1", records=(cell(outcome, reason="deselected"), B))
        assert reason.split(": ", 1)[1].startswith(said)

    def test_not_run_without_a_reason(self):
        assert "t_cell: not run" in self.reasons("1/a", records=(cell("not-run"), B))[0]

    def test_partial_names_what_was_skipped(self):
        records = (
            record("t_a", "passed", "1/a", subtests_skipped=("[x]",)),
            record("t_s", "skipped", "1/a"),
            B,
        )
        assert self.reasons("1", records=records) == (
            (
                "1 One is partial: 1/a is partial (t_a: 1 sub-test skipped, t_s: skipped); run what was skipped, "
                "or gate on 1:partial"
            ),
        )
        (aspect,) = self.reasons("1/a", records=records)
        assert aspect.endswith("run what was skipped, or gate on 1/a:partial")

    def test_waived_failures_are_not_blamed(self):
        records = (cell("failed", waived=True), record("t_bad", "failed", "1/a"), B)
        assert "(t_bad: failed)" in self.reasons("1/a", records=records)[0]

    def test_tests_that_name_the_clause_alone(self):
        records = (A, B, record("t_own", "failed", "1"), record("t_dead", "error", "1"))
        assert self.reasons("1", records=records) == (
            (
                "1 One failed: what names 1 alone failed (t_own: failed); mend what failed, or accept it in a waiver "
                "with an owner and an end"
            ),
            (
                "1 One failed: what names 1 alone ended in an error (t_dead: error); mend the error; a subject or a "
                "fixture could not be used"
            ),
        )

    def test_a_further_aspect_stands_in_the_way_where_it_failed(self):
        reasons = self.reasons("1", records=(A, B, record("t_c", "failed", "1/c")))
        assert [reason.split(": ")[1].split(" ")[0] for reason in reasons] == ["1/c"]

    def test_a_message_does_not_grow_with_the_suite(self):
        records = [record(f"t{number}", "failed", "1/a") for number in range(50)]
        assert "t2: failed and 47 more" in self.reasons("1/a", records=records)[0]

    @pytest.mark.parametrize(
        ("verdict", "said"),
        [
            ("untested", "is untested (so it is); configure what it is judged by, or declare it not applicable"),
            (
                "partial",
                "is partial (so it is); judge what was not judged, at its own limit or a stricter one, "
                "or gate on 7.4/requirements:partial",
            ),
            ("failed", "failed (so it is); mend what failed, or accept it in a waiver with an owner and an end"),
        ],
    )
    def test_computed_aspects_say_what_they_rest_on(self, verdict, said):
        computed = {"7.4/requirements": ComputedVerdict(verdict, "so it is", ("t",))}
        found = gate(
            "7.4/requirements",
            records=(record("t", "passed", "7.4"),),
            catalogue=CATALOGUE,
            computed=computed,
        )
        assert found.reasons == (f"7.4/requirements {said}",)

    def test_a_clause_with_nothing_required_that_nothing_shows(self):
        bare = catalogue_of(clause("1", "one", "One", further("a")))
        assert self.reasons("1", records=(record("t", "skipped", "1"),), catalogue=bare) == (
            "1 One is untested: add a test for 1, or declare it not applicable",
        )


@pytest.mark.parametrize(
    ("pytest_status", "gate_status", "status"),
    [
        (0, "passed", 0), (0, "off", 0), (0, "not-judged", 0), (0, "failed", 1), (0, "incomplete", 23),
        (5, "off", 5), (5, "not-judged", 5), (5, "incomplete", 23), (5, "failed", 1), (5, "passed", 5),
        (1, "passed", 1), (1, "failed", 1), (1, "incomplete", 1), (1, "off", 1),
        (2, "incomplete", 2), (2, "failed", 2), (3, "incomplete", 3), (4, "incomplete", 4), (6, "failed", 6),
    ],
)  # fmt: skip
def test_exit_status(pytest_status, gate_status, status):
    """«Tests failed: pytest's own 1. All green, gate not met: 1. INCOMPLETE: 23, also where pytest alone would say 0
    or 5; pytest's other non-zero statuses stand»."""
    assert final_exit_status(pytest_status, GateDecision(gate_status)) == status
