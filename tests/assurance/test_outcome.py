"""VERDICTS §1, row by row: all reports of one node id → one outcome."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import (
    FAIL,
    NODE,
    PASS,
    at,
    call,
    crash,
    entry,
    judged,
    run_of,
    setup,
    subtest,
    teardown,
)

from pytest_iso23053.assurance.evidence import Entry, Event
from pytest_iso23053.assurance.outcome import OUTCOMES, fold, fold_all

ASSERTION = {"failure": "assertion", "reason": "assert m >= 0.75"}
OTHER = {"failure": "other", "reason": "ValueError: no"}
SUBJECT = {"failure": "subject", "reason": "cannot predict"}


def open_(*more: str) -> tuple[dict, ...]:
    return tuple(judged(judgement) for judgement in (*more, "inconclusive"))


ERROR_ROW = (
    "setup or teardown raised; a subject could not be loaded or cannot predict (our SubjectError, in any phase); "
    "worker died while it ran; a report whose when is none of the three → error"
)
INCONCLUSIVE_ROW = (
    "nothing else failed, and: the call failed with an AssertionError, its last judgement was inconclusive and none "
    "was «not met»; or the call passed although a judgement in it was inconclusive or not met; or a ready-made item "
    "ended inconclusive → inconclusive"
)
FAILED_ROW = "call or any sub-test failed; a strict xfail that passed → failed"
XFAILED_ROW = "xfail that failed → xfailed; a sub-test that xfailed makes its node xfailed even where the parent passed"
XPASSED_ROW = "xfail that passed, not strict → xpassed"
OBSERVED_ROW = "a ready-made item measured, but has no limit to judge by → observed"
SKIPPED_ROW = "skipped by marker, in setup or in the body; all sub-tests skipped → skipped"
PASSED_ROW = "call, setup and teardown passed, every sub-test passed, or some skipped and the rest passed → passed"
NOT_RUN_ROW = "collected, then deselected, or never started → not-run"

XFAIL = {"xfail": True, "failure": "assertion", "reason": "known"}
CASES = [
    (ERROR_ROW, "setup raised", [setup("failed", **OTHER), teardown()], "error"),
    (ERROR_ROW, "setup raised, no teardown seen", [setup("failed", **OTHER)], "error"),
    (ERROR_ROW, "teardown raised after a pass", [setup(), call(), teardown("failed", **OTHER)], "error"),
    (ERROR_ROW, "teardown raised after a failure", [setup(), call("failed", **OTHER), teardown("failed")], "error"),
    (ERROR_ROW, "setup raised under an xfail mark", [setup("skipped", **XFAIL), teardown()], "error"),
    (ERROR_ROW, "subject in the call", run_of(call("failed", **SUBJECT)), "error"),
    (ERROR_ROW, "subject under an xfail mark", run_of(call("skipped", xfail=True, **SUBJECT)), "error"),
    (ERROR_ROW, "subject in a sub-test", run_of(subtest("failed", **SUBJECT), call()), "error"),
    (ERROR_ROW, "subject that says nothing", run_of(call("failed", failure="subject")), "error"),
    (ERROR_ROW, "the worker died", [setup(), crash()], "error"),
    (ERROR_ROW, "the worker died before any report", [crash()], "error"),
    (ERROR_ROW, "the worker died, whatever the report says", [*PASS, crash("passed")], "error"),
    (ERROR_ROW, "the worker died and the retry never came", [setup(), crash("rerun")], "error"),
    (ERROR_ROW, "before a failed call", [setup(), call("failed"), subtest("failed"), crash()], "error"),
    (INCONCLUSIVE_ROW, "assert on an open judgement", run_of(call("failed", measurements=open_(), **ASSERTION)),
     "inconclusive"),
    (INCONCLUSIVE_ROW, "after one that was met", run_of(call("failed", measurements=open_("met"), **ASSERTION)),
     "inconclusive"),
    (INCONCLUSIVE_ROW, "in a sub-test", run_of(subtest("failed", measurements=open_(), **ASSERTION), call()),
     "inconclusive"),
    (INCONCLUSIVE_ROW, "the judgement was made in setup",
     [setup(measurements=open_()), call("failed", **ASSERTION), teardown()], "inconclusive"),
    (INCONCLUSIVE_ROW, "the call passed although inconclusive", run_of(call(measurements=open_("met"))),
     "inconclusive"),
    (INCONCLUSIVE_ROW, "the call passed although not met", run_of(call(measurements=(judged("not met"),))),
     "inconclusive"),
    (INCONCLUSIVE_ROW, "a sub-test passed although not met",
     run_of(subtest(measurements=(judged("not met"),)), call()), "inconclusive"),
    (INCONCLUSIVE_ROW, "xpassed although not met", run_of(call(xfail=True, measurements=(judged("not met"),))),
     "inconclusive"),
    (INCONCLUSIVE_ROW, "a ready-made item", run_of(call("skipped", conclusion="inconclusive")), "inconclusive"),
    (INCONCLUSIVE_ROW, "open, and cut short after it", [setup(), call("failed", measurements=open_(), **ASSERTION)],
     "inconclusive"),
    (FAILED_ROW, "the call failed", FAIL, "failed"),
    (FAILED_ROW, "no judgement at all", run_of(call("failed", **ASSERTION)), "failed"),
    (FAILED_ROW, "not an AssertionError", run_of(call("failed", measurements=open_(), **OTHER)), "failed"),
    (FAILED_ROW, "the last judgement was met",
     run_of(call("failed", measurements=(judged("inconclusive"), judged("met")), **ASSERTION)), "failed"),
    (FAILED_ROW, "one was not met", run_of(call("failed", measurements=open_("not met"), **ASSERTION)), "failed"),
    (FAILED_ROW, "an earlier sub-test was not met",
     run_of(subtest(measurements=(judged("not met"),)), call("failed", measurements=open_(), **ASSERTION)), "failed"),
    (FAILED_ROW, "something else failed too",
     run_of(subtest("failed", **OTHER), call("failed", measurements=open_(), **ASSERTION)), "failed"),
    (FAILED_ROW, "something xfailed too",
     run_of(subtest("skipped", xfail=True), call("failed", measurements=open_(), **ASSERTION)), "failed"),
    (FAILED_ROW, "a sub-test failed, and its parent arrives as passed", run_of(subtest("failed"), call()), "failed"),
    (FAILED_ROW, "sub-tests before setup, as under rerunfailures", [subtest("failed"), setup(), call(), teardown()],
     "failed"),
    (FAILED_ROW, "strict xfail that passed", run_of(call("failed", reason="[XPASS(strict)]")), "failed"),
    (FAILED_ROW, "told xfailed to pytest, because waived", run_of(call("failed", waived="until …", **ASSERTION)),
     "failed"),
    (FAILED_ROW, "failed, and cut short after it", [setup(), call("failed", **OTHER)], "failed"),
    (XFAILED_ROW, "xfail mark", run_of(call("skipped", **XFAIL)), "xfailed"),
    (XFAILED_ROW, "xfail mark over an open judgement", run_of(call("skipped", measurements=open_(), **XFAIL)),
     "xfailed"),
    (XFAILED_ROW, "pytest.xfail() in setup", [setup("skipped", xfail=True, reason="known"), teardown()], "xfailed"),
    (XFAILED_ROW, "a sub-test xfailed, the parent passed", run_of(subtest("skipped", xfail=True), call()), "xfailed"),
    (XFAILED_ROW, "… although a judgement stayed open",
     run_of(subtest("skipped", xfail=True), call(measurements=open_())), "xfailed"),
    (XFAILED_ROW, "a sub-test xfailed, the parent xpassed",
     run_of(subtest("skipped", xfail=True), call(xfail=True)), "xfailed"),
    (XPASSED_ROW, "xfail mark", run_of(call(xfail=True)), "xpassed"),
    (XPASSED_ROW, "in a sub-test", run_of(subtest(xfail=True), call()), "xpassed"),
    (OBSERVED_ROW, "measured", run_of(call("skipped", conclusion="observed", measurements=(judged(None),))),
     "observed"),
    (SKIPPED_ROW, "in setup", [setup("skipped", reason="no data"), teardown()], "skipped"),
    (SKIPPED_ROW, "in the body", run_of(call("skipped", reason="no data")), "skipped"),
    (SKIPPED_ROW, "in teardown", [setup(), call(), teardown("skipped")], "skipped"),
    (SKIPPED_ROW, "in the body after a sub-test that passed", run_of(subtest(), call("skipped")), "skipped"),
    (SKIPPED_ROW, "all sub-tests", run_of(subtest("skipped"), subtest("skipped", "b"), call()), "skipped"),
    (PASSED_ROW, "plain", PASS, "passed"),
    (PASSED_ROW, "with a judgement that was met", run_of(call(measurements=(judged(),))), "passed"),
    (PASSED_ROW, "sub-tests passed", run_of(subtest(), subtest(), call()), "passed"),
    (PASSED_ROW, "some sub-tests skipped", run_of(subtest(), subtest("skipped", "b"), call()), "passed"),
    (NOT_RUN_ROW, "never started", [], "not-run"),
    (NOT_RUN_ROW, "setup passed, no call", [setup()], "not-run"),
    (NOT_RUN_ROW, "setup and teardown passed, no call", [setup(), teardown()], "not-run"),
    (NOT_RUN_ROW, "no teardown", [setup(), call()], "not-run"),
    (NOT_RUN_ROW, "no setup", [call(), teardown()], "not-run"),
    (NOT_RUN_ROW, "skipped, no teardown", [setup("skipped")], "not-run"),
    (NOT_RUN_ROW, "ready-made and cut short", [setup(), call("skipped", conclusion="inconclusive")], "not-run"),
    (NOT_RUN_ROW, "not met, and cut short", [setup(), call(measurements=(judged("not met"),))], "not-run"),
    (NOT_RUN_ROW, "only sub-tests", [subtest(), subtest()], "not-run"),
    (NOT_RUN_ROW, "to be rerun, and was not", run_of(call("rerun", **ASSERTION)), "not-run"),
    (NOT_RUN_ROW, "to be rerun from setup", [setup("rerun", **OTHER), teardown()], "not-run"),
    (NOT_RUN_ROW, "an outcome of some other plugin", run_of(call("retried")), "not-run"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "outcome"),
    [pytest.param(events, found, id=f"{row} | {case}") for row, case, events, found in CASES],
)
def test_outcome_by_the_table(events, outcome):
    assert fold(events, entry()).outcome == outcome


def test_every_outcome_of_the_table_has_a_case():
    assert {found for *_, found in CASES} == set(OUTCOMES)


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        pytest.param(FAIL, "assert 0.7 >= 0.8", id="a failure's own words"),
        pytest.param(
            [setup("failed", reason="boom"), teardown()],
            "setup: boom",
            id="an error names the phase",
        ),
        pytest.param(
            [setup(), call(), teardown("failed")],
            "teardown raised",
            id="an error without words",
        ),
        pytest.param([crash()], "the worker died while it ran", id="a dead worker without words"),
        pytest.param(
            [crash(reason="worker 'gw0' crashed")],
            "worker 'gw0' crashed",
            id="a dead worker's words",
        ),
        pytest.param(
            [crash("rerun")],
            "the worker died while it ran; it was to be retried, and no retry followed",
            id="no retry",
        ),
        pytest.param(
            run_of(call("failed", failure="subject")),
            "a model or data set could not be used",
            id="subject, no words",
        ),
        pytest.param(
            run_of(subtest("failed", reason="no"), call()),
            "[group a] no",
            id="a sub-test is named",
        ),
        pytest.param(run_of(call("skipped", reason="no data")), "no data", id="a skip's reason"),
        pytest.param(
            run_of(subtest("skipped", reason="no a"), call()),
            "every sub-test was skipped: [group a] no a",
            id="sub-tests",
        ),
        pytest.param([setup(), call()], "interrupted while it ran", id="cut short"),
        pytest.param(PASS, "", id="a pass has none"),
    ],
)
def test_the_reason_says_why(events, reason):
    assert fold(events, entry()).reason == reason


def test_a_pass_over_an_open_judgement_says_what_to_do():
    reason = fold(run_of(call(measurements=(judged("not met", "evasion_rate"),))), entry()).reason
    assert "evasion_rate >= 0.75 was not met" in reason
    assert "m.value" in reason


@pytest.mark.parametrize(("selected", "reason"), [(True, "never started"), (False, "deselected")])
def test_not_run_says_whether_it_was_deselected(selected, reason):
    record = fold([], Entry(NODE, ("7.4",), selected=selected))
    assert (record.outcome, record.reason, record.clauses) == (
        "not-run",
        reason,
        ("7.4",),
    )


class TestReruns:
    """Earlier attempts are dropped, ``attempts`` counts them, ``flaky`` when the last one passed after a failure."""

    def attempts(self, *bodies: Event) -> list[Event]:
        return [event for number, body in enumerate(bodies, start=1) for event in run_of(body, attempt=number)]

    def test_a_pass_after_a_failure_is_flaky(self):
        record = fold(self.attempts(call("rerun", **ASSERTION), call()), entry())
        assert (record.outcome, record.attempts, record.flaky, record.supports) == (
            "passed",
            2,
            True,
            True,
        )

    def test_a_failure_after_a_failure_is_not(self):
        record = fold(self.attempts(call("rerun"), call("failed")), entry())
        assert (record.outcome, record.attempts, record.flaky) == ("failed", 2, False)

    def test_one_attempt_can_send_two_rerun_reports(self):
        first = [setup(), call("rerun"), teardown("rerun")]
        record = fold([*first, *run_of(call(), attempt=2)], entry())
        assert (record.attempts, record.flaky) == (2, True)

    def test_evidence_of_earlier_attempts_is_dropped(self):
        lucky, unlucky = judged("met"), judged("not met")
        first = call(
            "rerun",
            measurements=(unlucky,),
            attachments=({"kind": "note", "name": "old"},),
        )
        record = fold(self.attempts(first, call(measurements=(lucky,))), entry())
        assert (record.outcome, record.measurements, record.attachments) == (
            "passed",
            (lucky,),
            (),
        )

    def test_a_subtest_of_an_earlier_attempt_is_dropped_although_it_comes_before_setup(
        self,
    ):
        first = [subtest("failed"), setup(), call("rerun"), teardown()]
        second = [event._replace(attempt=2) for event in (subtest(), setup(), call(), teardown())]
        assert fold([*first, *second], entry()).outcome == "passed"

    def test_subtests_before_setup_are_judged_in_the_order_of_time(self):
        events = [
            subtest("failed", **ASSERTION),
            setup(measurements=open_()),
            call(),
            teardown(),
        ]
        assert fold(events, entry()).outcome == "inconclusive"

    def test_flaky_can_be_refused(self):
        record = fold(self.attempts(call("rerun"), call()), entry(), flaky_policy="refuse")
        assert (record.outcome, record.flaky, record.supports) == (
            "inconclusive",
            True,
            False,
        )
        assert record.reason == 'passed in attempt 2, after a failure; flaky = "refuse"'

    def test_a_first_pass_is_not_refused(self):
        assert fold(PASS, entry(), flaky_policy="refuse").outcome == "passed"

    def test_attempts_that_all_passed_are_not_flaky(self):
        assert fold(self.attempts(call(), call()), entry()).flaky is False

    def test_an_attempt_number_alone_tells_of_a_failure(self):
        record = fold(run_of(call(), attempt=3), entry())
        assert (record.attempts, record.flaky) == (3, True)


class TestCrashes:
    """A crash under ``--reruns`` arrives as ``when="???"``, outcome ``rerun``, without an attempt number."""

    @pytest.mark.parametrize("number", [1, 2], ids=["counts anew", "goes on counting"])
    def test_what_came_before_it_is_dropped_whatever_its_number(self, number):
        events = [
            setup(),
            subtest("failed"),
            crash("rerun"),
            *run_of(call(), attempt=number),
        ]
        record = fold(events, entry())
        assert (record.outcome, record.attempts, record.flaky) == ("passed", 2, True)

    def test_events_of_a_higher_attempt_before_it_are_dropped(self):
        before = [*run_of(call("rerun")), *run_of(subtest("failed"), attempt=2)[:2]]
        record = fold([*before, crash("rerun"), *run_of(call())], entry())
        assert (record.outcome, record.attempts) == ("passed", 3)

    def test_a_crash_that_left_nothing_counts_as_an_attempt(self):
        record = fold(
            [*run_of(call("rerun")), crash("rerun"), *run_of(call(), attempt=3)],
            entry(),
        )
        assert (record.outcome, record.attempts) == ("passed", 3)

    def test_the_last_crash_belongs_to_the_last_attempt_whatever_its_number(self):
        record = fold([*run_of(call("rerun")), crash()], entry())
        assert (record.outcome, record.attempts, record.flaky) == ("error", 2, False)

    def test_every_attempt_crashed(self):
        record = fold([crash("rerun"), crash("rerun"), crash()], entry())
        assert (record.outcome, record.attempts) == ("error", 3)

    def test_no_retry_followed(self):
        record = fold([setup(), crash("rerun")], entry())
        assert (record.outcome, record.attempts, record.measurements) == (
            "error",
            1,
            (),
        )


class TestSupports:
    """Passed or xpassed, and it asserted something: every judgement was met, or its body is not free of assertions."""

    @pytest.mark.parametrize(
        ("events", "supports", "unasserted"),
        [
            pytest.param(PASS, True, False, id="passed"),
            pytest.param(run_of(call(xfail=True)), True, False, id="xpassed"),
            pytest.param(
                run_of(call(measurements=(judged(),))),
                True,
                False,
                id="every judgement was met",
            ),
            pytest.param(
                run_of(call(unasserted=True)),
                False,
                True,
                id="provably free of assertions",
            ),
            pytest.param(
                run_of(call(unasserted=True, measurements=(judged(None),))),
                False,
                True,
                id="recorded, never judged",
            ),
            pytest.param(
                run_of(call(unasserted=True, measurements=(judged(),))),
                True,
                False,
                id="a bare comparison that was met",
            ),
            pytest.param(
                [setup(measurements=(judged("not met"),)), call(), teardown()],
                False,
                False,
                id="not met in a fixture",
            ),
            pytest.param(FAIL, False, False, id="failed"),
            pytest.param(
                run_of(call("failed", unasserted=True)),
                False,
                False,
                id="failed without an assertion",
            ),
            pytest.param(run_of(call("skipped")), False, False, id="skipped"),
        ],
    )
    def test_supports(self, events, supports, unasserted):
        record = fold(events, entry())
        assert (record.supports, record.unasserted) == (supports, unasserted)


def test_skipped_subtests_are_named():
    record = fold(
        run_of(
            subtest(),
            subtest("skipped", "[b]"),
            subtest("skipped", "[c]", xfail=False),
            call(),
        ),
        entry(),
    )
    assert record.subtests_skipped == ("[b]", "[c]")


def test_the_record_holds_what_collection_knew_and_what_the_attempt_left():
    known = Entry(NODE, ("7.4/performance",), ("7.2>7.3",), ("AML.T0015",), ready_made=True)
    note = {"kind": "note", "name": "n", "text": "t"}
    first, second = judged("met", "a"), judged("met", "b")
    events = [
        setup(duration=1.0, measurements=(first,)),
        subtest(duration=8.0),
        call(duration=2.0, measurements=(second,), attachments=(note,)),
        teardown(duration=0.5),
    ]
    record = fold(events, known)
    assert (record.clauses, record.boundaries, record.threats) == (
        known.clauses,
        known.boundaries,
        known.threats,
    )
    assert record.ready_made
    assert record.duration == 3.5  # a sub-test's is part of the call's
    assert record.measurements == (first, second)
    assert record.attachments == (note,)


def test_the_short_way_and_the_long_way_agree():
    events = [setup(duration=0.25), call(duration=0.5), teardown(duration=1.0)]
    assert fold(events, entry()) == fold([*events, subtest()], entry())


def test_a_result_nobody_collected_is_a_record_without_clauses():
    (record,) = fold_all(PASS, {})
    assert (record.nodeid, record.outcome, record.clauses) == (NODE, "passed", ())
    assert fold_all(PASS, None) == [record]
    assert fold([], None).outcome == "not-run"


def test_records_are_ordered_by_node_id_and_none_is_lost():
    entries = {nodeid: Entry(nodeid) for nodeid in ("c", "a")}
    records = fold_all([*at("b", PASS), *at("c", PASS)], entries)
    assert [(each.nodeid, each.outcome) for each in records] == [
        ("a", "not-run"),
        ("b", "passed"),
        ("c", "passed"),
    ]


judgements = st.sampled_from([None, "met", "not met", "inconclusive"]).map(judged)
any_event = st.builds(
    Event,
    nodeid=st.sampled_from(["a", "b", "c"]),
    when=st.sampled_from(["setup", "call", "teardown", "???", ""]),
    outcome=st.sampled_from(["passed", "failed", "skipped", "rerun", "retried"]),
    attempt=st.integers(1, 3),
    subtest=st.sampled_from([None, None, "[s]"]),
    xfail=st.booleans(),
    failure=st.sampled_from(["", "assertion", "subject", "other"]),
    reason=st.sampled_from(["", "why"]),
    duration=st.sampled_from([0.0, 0.5]),
    conclusion=st.sampled_from(["", "", "observed", "inconclusive"]),
    unasserted=st.booleans(),
    measurements=st.lists(judgements, max_size=2).map(tuple),
    attachments=st.just(()),
    waived=st.just(""),
)
streams = st.lists(any_event, max_size=25)
policies = st.sampled_from(["accept", "refuse"])


@given(streams, policies)
def test_any_stream_gives_exactly_one_outcome_a_node_and_never_raises(events, policy):
    entries = {nodeid: Entry(nodeid, ("7.4",)) for nodeid in ("a", "z")}
    records = fold_all(events, entries, flaky_policy=policy)
    assert [record.nodeid for record in records] == sorted({*entries, *(event.nodeid for event in events)})
    for record in records:
        assert record.outcome in OUTCOMES
        assert record.attempts >= 1
        assert not record.supports or record.outcome in ("passed", "xpassed")
        assert not record.unasserted or not record.supports
        assert not record.flaky or record.attempts > 1


@given(streams, st.randoms(use_true_random=False))
def test_interleaving_of_nodes_never_matters(events, chance):
    by_node: dict[str, list[Event]] = {}
    for event in events:
        by_node.setdefault(event.nodeid, []).append(event)
    queues = [list(reversed(found)) for found in by_node.values()]
    mixed = []
    while queues:
        queue = chance.choice(queues)
        mixed.append(queue.pop())
        queues = [each for each in queues if each]
    assert fold_all(mixed, {}) == fold_all(events, {})


@given(st.lists(any_event, max_size=8), st.randoms(use_true_random=False))
def test_within_an_attempt_only_the_order_of_subtests_matters(events, chance):
    """Setup, call and teardown may arrive around the sub-tests as they will; each comes once."""
    own = {
        event.when: event._replace(nodeid="a", attempt=1, subtest=None) for event in events if event.outcome != "rerun"
    }
    subtests = [event._replace(nodeid="a", attempt=1, subtest="[s]", when="call") for event in events]
    ordered = [*own.values(), *subtests]
    shuffled = list(own.values())
    chance.shuffle(shuffled)
    place = chance.randint(0, len(shuffled))
    moved = [*shuffled[:place], *subtests, *shuffled[place:]]
    assert fold(moved, entry()).outcome == fold(ordered, entry()).outcome


def test_plain_passes_take_the_short_way(monkeypatch):
    """Nearly all tests of a large suite are such; the long way costs ten times as much."""

    def long_way(*_):
        raise AssertionError("a plain pass needs no second look")

    monkeypatch.setattr("pytest_iso23053.assurance.outcome.last_attempt", long_way)
    nodeids = [f"tests/test_{number % 100}.py::test_{number}" for number in range(500)]
    events = [Event(nodeid, when, duration=0.1) for nodeid in nodeids for when in ("setup", "call", "teardown")]
    random.Random(1).shuffle(events)
    in_order = sorted(events, key=lambda event: ("setup", "call", "teardown").index(event.when))
    records = fold_all(in_order, {nodeid: Entry(nodeid) for nodeid in nodeids})
    assert {(record.outcome, record.supports) for record in records} == {("passed", True)}
    assert len(records) == 500
