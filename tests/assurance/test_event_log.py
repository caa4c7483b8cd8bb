from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.assurance.event_log import EventLog
from pytest_iso23053.assurance.evidence import Event

PHASES = ("setup", "call", "teardown")
plain = st.builds(
    Event, nodeid=st.sampled_from("ab"), when=st.sampled_from(PHASES), duration=st.sampled_from([0.1, 1.0])
)
telling = st.builds(
    Event,
    nodeid=st.sampled_from("ab"),
    when=st.sampled_from([*PHASES, "???"]),
    outcome=st.sampled_from(["passed", "failed", "rerun"]),
    attempt=st.integers(1, 2),
    xfail=st.booleans(),
)
streams = st.lists(st.one_of(plain, plain, telling), max_size=20)


def passes(nodeid: str) -> list[Event]:
    return [Event(nodeid, when, duration=0.5) for when in PHASES]


@given(streams, streams)
def test_what_arrives_after_a_question_is_laid_to_the_same_tests(first, later):
    log = EventLog(first)
    list(log)
    for event in later:
        log.add(event)
    for nodeid in "ab":
        assert log.of(nodeid) == [event for event in [*first, *later] if event.nodeid == nodeid]


@given(streams)
def test_every_event_of_a_test_is_kept_in_the_order_it_came(events):
    log = EventLog(events)
    for nodeid in "ab":
        assert log.of(nodeid) == [event for event in events if event.nodeid == nodeid]
    assert sorted(log.nodeids()) == sorted({event.nodeid for event in events})
    assert sorted(log, key=lambda event: event.nodeid) == sorted(events, key=lambda event: event.nodeid)


@given(streams)
def test_a_plain_pass_is_three_phases_that_passed_and_nothing_else(events):
    log = EventLog(events)
    for nodeid in "ab":
        own = [event for event in events if event.nodeid == nodeid]
        plainly = own == [
            Event(nodeid, when, duration=event.duration) for when, event in zip(PHASES, own, strict=False)
        ]
        expected = sum(event.duration for event in own) if plainly and len(own) == 3 else None
        assert log.plain_passes().get(nodeid) == expected


def test_a_phase_that_passed_may_be_told_without_an_event():
    log = EventLog()
    for when in PHASES:
        log.add_pass("a", when, 0.5)
    assert log.plain_passes() == {"a": 1.5}
    assert log.of("a") == passes("a")


def test_a_second_round_of_the_same_test_is_no_plain_pass():
    log = EventLog([*passes("a"), *passes("a")])
    assert "a" not in log.plain_passes()
    assert log.of("a") == [*passes("a"), *passes("a")]


def test_an_unfinished_test_is_no_plain_pass():
    log = EventLog(passes("a")[:2])
    assert "a" not in log.plain_passes()
    assert log.of("a") == passes("a")[:2]
    assert log.of("never seen") == []
