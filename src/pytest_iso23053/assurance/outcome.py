"""All reports of one test → one outcome: section 1 of the truth table.

One function a row, asked from the worst row down; the first that applies wins. Never judge from one report: a test
whose sub-test failed arrives as passed (https://github.com/pytest-dev/pytest-html/issues/981).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.attempts import CALL, PHASES, Attempt, last_attempt
from pytest_iso23053.assurance.event_log import EventLog
from pytest_iso23053.assurance.evidence import Entry, Event
from pytest_iso23053.assurance.report import TestRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

ERROR = "error"
INCONCLUSIVE = "inconclusive"
FAILED = "failed"
XFAILED = "xfailed"
XPASSED = "xpassed"
OBSERVED = "observed"
SKIPPED = "skipped"
PASSED = "passed"
NOT_RUN = "not-run"

OUTCOMES = (ERROR, INCONCLUSIVE, FAILED, XFAILED, XPASSED, OBSERVED, SKIPPED, PASSED, NOT_RUN)
WAIVABLE = frozenset({FAILED, XFAILED, INCONCLUSIVE})
PASSING = frozenset({PASSED, XPASSED})

MET = "met"
NOT_MET = "not met"
REFUSE = "refuse"  # the policy that makes a flaky pass inconclusive

DESELECTED = "deselected"
NEVER_STARTED = "never started"
INTERRUPTED = "interrupted while it ran"
WORKER_DIED = "the worker died while it ran"

_NOWHERE = Entry("")
_PLAIN_PASS = vars(TestRecord("", PASSED, supports=True))


def fold_all(
    events: Iterable[Event], entries: Mapping[str, Entry] | None, *, flaky_policy: str = "accept"
) -> list[TestRecord]:
    """Fold a session's events, interleaved as they came, into one record for each test, ordered by node id.

    A test that was collected and never reported is a record, and so is a report of a test nobody collected.
    """
    log = events if isinstance(events, EventLog) else EventLog(events)
    known = entries or {}
    plain = log.plain_passes()
    records = []
    for nodeid in sorted({*log.nodeids(), *known}):
        took = plain.get(nodeid)
        entry = known.get(nodeid)
        if took is not None:
            records.append(_plain_pass(nodeid, entry or _NOWHERE, took))
        else:
            records.append(fold(log.of(nodeid), entry, flaky_policy=flaky_policy))
    return records


def fold(events: Sequence[Event], entry: Entry | None, *, flaky_policy: str = "accept") -> TestRecord:
    """Fold one test's events, in the order they came; ``entry`` is what its collection said of it."""
    about = entry or _NOWHERE
    nodeid = about.nodeid or (events[0].nodeid if events else "")
    if not events:
        outcome, reason = NOT_RUN, NEVER_STARTED if about.selected else DESELECTED
        return TestRecord(
            nodeid,
            outcome,
            about.clauses,
            about.boundaries,
            about.threats,
            reason=reason,
            ready_made=about.ready_made,
        )
    return _judged(nodeid, about, last_attempt(events), flaky_policy)


def _plain_pass(nodeid: str, about: Entry, duration: float) -> TestRecord:
    """Record what `_judged` would find in three phases that passed and left nothing; of most tests that is all.

    A copy of one that was made in full: to set seventeen fields one by one costs more than all else about the test.
    """
    fields = _PLAIN_PASS.copy()
    fields["nodeid"] = nodeid
    fields["duration"] = duration
    if about is not _NOWHERE:
        fields["clauses"] = about.clauses
        fields["boundaries"] = about.boundaries
        fields["threats"] = about.threats
        fields["ready_made"] = about.ready_made
    record = object.__new__(TestRecord)
    object.__setattr__(record, "__dict__", fields)
    return record


def _judged(nodeid: str, about: Entry, attempt: Attempt, flaky_policy: str) -> TestRecord:
    outcome, reason = _first_row(attempt)
    flaky = outcome in PASSING and attempt.after_failure
    if flaky and flaky_policy == REFUSE:
        outcome = INCONCLUSIVE
        reason = f'passed in attempt {attempt.number}, after a failure; flaky = "refuse"'
    judgements = [judgement for event in attempt.events for judgement in _judgements(event)]
    unasserted = outcome in PASSING and not judgements and any(event.unasserted for event in attempt.events)
    return TestRecord(
        nodeid,
        outcome,
        about.clauses,
        about.boundaries,
        about.threats,
        supports=outcome in PASSING and not unasserted and all(judgement == MET for judgement in judgements),
        attempts=attempt.number,
        flaky=flaky,
        duration=sum(event.duration for event in attempt.events if event.subtest is None),
        reason=reason,
        ready_made=about.ready_made,
        unasserted=unasserted,
        subtests_skipped=tuple(str(event.subtest) for event in _skipped_subtests(attempt)),
        measurements=tuple(record for event in attempt.events for record in event.measurements),
        attachments=tuple(record for event in attempt.events for record in event.attachments),
        line=next((event.line for event in attempt.events if event.line), None),
    )


def _first_row(attempt: Attempt) -> tuple[str, str]:
    for outcome, applies in _ROWS:
        reason = applies(attempt)
        if reason is not None:
            return outcome, reason
    return PASSED, ""


def _error(attempt: Attempt) -> str | None:
    """Setup or teardown raised; a subject failed in any phase; the worker died."""
    if attempt.lost:
        return f"{WORKER_DIED}; it was to be retried, and no retry followed"
    for event in attempt.events:
        if event.when not in PHASES:
            return event.reason or WORKER_DIED
        if event.failure == "subject" and event.outcome in (FAILED, SKIPPED):
            return event.reason or "a model or data set could not be used"
        if event.when != CALL and _raised(event):
            return f"{event.when}: {event.reason}" if event.reason else f"{event.when} raised"
    return None


def _raised(event: Event) -> bool:
    """Tell a phase that raised from one that was left by ``pytest.skip`` or ``pytest.xfail``, which name no failure."""
    return event.outcome == FAILED or (event.outcome == SKIPPED and event.xfail and bool(event.failure))


def _inconclusive(attempt: Attempt) -> str | None:
    """Nothing else failed, and an open judgement made it fail, or did not keep it from passing."""
    failures = _failures(attempt)
    if any(_xfails(event) for event in attempt.events):
        return None
    if failures:
        open_ones = all(_left_open(attempt.events[: index + 1]) for index in failures)
        return _reason(attempt.events[failures[0]]) if open_ones else None
    return _passed_or_concluded_open(attempt) if attempt.finished else None


def _left_open(until: Sequence[Event]) -> bool:
    """Tell whether the last of these events failed by an assert on a judgement that the interval leaves open."""
    judgements = [judgement for event in until for judgement in _judgements(event)]
    if until[-1].failure != "assertion" or not judgements:
        return False
    return judgements[-1] == INCONCLUSIVE and NOT_MET not in judgements


def _passed_or_concluded_open(attempt: Attempt) -> str | None:
    for event in attempt.events:
        if event.when == CALL and event.outcome == PASSED:
            for record in event.measurements:
                if record.get("judgement") not in (None, MET):
                    return _passed_although(record)
        if event.conclusion == INCONCLUSIVE:
            return _reason(event)
    return None


def _passed_although(record: Mapping[str, Any]) -> str:
    limit = f"{record.get('operator')} {record.get('limit')}"
    return (
        f"passed although the judgement {record.get('measure')} {limit} was {record.get('judgement')}; "
        "assert the judgement itself, or compare the bare number (m.value) to explore"
    )


def _failed(attempt: Attempt) -> str | None:
    failures = _failures(attempt)
    return _reason(attempt.events[failures[0]]) if failures else None


def _xfailed(attempt: Attempt) -> str | None:
    return next((_reason(event) for event in attempt.events if _xfails(event)), None)


def _not_finished(attempt: Attempt) -> str | None:
    return None if attempt.finished else INTERRUPTED


def _xpassed(attempt: Attempt) -> str | None:
    return next((_reason(event) for event in attempt.events if event.outcome == PASSED and event.xfail), None)


def _observed(attempt: Attempt) -> str | None:
    return next((_reason(event) for event in attempt.events if event.conclusion == OBSERVED), None)


def _skipped(attempt: Attempt) -> str | None:
    for event in attempt.events:
        if event.outcome == SKIPPED and event.subtest is None:
            return event.reason
    subtests = [event for event in attempt.events if event.subtest is not None]
    if subtests and len(_skipped_subtests(attempt)) == len(subtests):
        return f"every sub-test was skipped: {_reason(subtests[0])}"
    return None


_ROWS: tuple[tuple[str, Callable[[Attempt], str | None]], ...] = (
    (ERROR, _error),
    (INCONCLUSIVE, _inconclusive),
    (FAILED, _failed),
    (XFAILED, _xfailed),
    (NOT_RUN, _not_finished),  # what is below would praise, or excuse, a test that was cut short
    (XPASSED, _xpassed),
    (OBSERVED, _observed),
    (SKIPPED, _skipped),
)


def _failures(attempt: Attempt) -> list[int]:
    """Find the events of the call and its sub-tests that failed."""
    return [index for index, event in enumerate(attempt.events) if event.when == CALL and event.outcome == FAILED]


def _xfails(event: Event) -> bool:
    return event.outcome == SKIPPED and event.xfail


def _skipped_subtests(attempt: Attempt) -> list[Event]:
    return [
        event for event in attempt.events if event.subtest is not None and event.outcome == SKIPPED and not event.xfail
    ]


def _judgements(event: Event) -> Iterator[str]:
    for record in event.measurements:
        judgement = record.get("judgement")
        if judgement is not None:
            yield judgement


def _reason(event: Event) -> str:
    return f"{event.subtest} {event.reason}".strip() if event.subtest is not None else event.reason
