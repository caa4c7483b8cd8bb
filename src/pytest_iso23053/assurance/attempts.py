"""From everything that pytest reported about a test to its last attempt, in the order of time.

Under pytest-rerunfailures a test's earlier attempts are reported too, a sub-test's report comes before its test's
``setup``, and a worker that died comes as a report of neither phase. Nothing here judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.assurance.evidence import Event

SETUP, CALL, TEARDOWN = "setup", "call", "teardown"
PHASES = frozenset({SETUP, CALL, TEARDOWN})
RERUN = "rerun"
_REPORTED = frozenset({"passed", "failed", "skipped"})
_BEFORE_A_RERUN = frozenset({"failed", RERUN})


class Attempt(NamedTuple):
    """The last attempt of a test, and what is worth knowing of those before it."""

    events: tuple[Event, ...]  # setup, sub-tests, call, teardown, reports of a lost worker
    number: int  # of this attempt, which is the last: so many there were
    after_failure: bool  # an earlier attempt failed
    lost: bool = False  # its worker died, and the retry that was promised never came

    @property
    def finished(self) -> bool:
        """Tell whether every phase was reported to its end; an attempt cut short shows nothing by not having failed."""
        whole = {event.when: event.outcome for event in self.events if event.subtest is None}
        if not all(event.outcome in _REPORTED for event in self.events):
            return False
        return SETUP in whole and TEARDOWN in whole and (whole[SETUP] != "passed" or CALL in whole)


def last_attempt(events: Sequence[Event]) -> Attempt:
    """Keep the highest attempt since the last crash that was to be retried; attempts count all the same.

    A crash report carries no attempt number, and the worker that takes over may count anew or go on counting: what came
    before the crash is dropped whatever its number (https://github.com/pytest-dev/pytest-rerunfailures).
    """
    executions, start = 0, 0
    for index, event in enumerate(events):
        if event.outcome == RERUN and event.when not in PHASES:
            executions += _executions(events[start:index], crashed=True)
            start = index + 1
    epoch = events[start:]
    if not epoch:
        return Attempt((), max(executions, 1), after_failure=executions > 1, lost=executions > 0)
    last = _last_number(epoch)
    kept = [event for event in epoch if event.attempt == last or event.when not in PHASES]
    crashed = any(event.when not in PHASES for event in kept)
    number = max(executions + _executions(epoch, crashed=crashed), last)
    return Attempt(tuple(sorted(kept, key=_moment)), number, number > 1 and _failed_before(events, kept))


def _executions(events: Sequence[Event], *, crashed: bool) -> int:
    """Count executions by their numbers. One that died may have left nothing but the crash report itself."""
    numbers = {event.attempt for event in events if event.when in PHASES}
    if not crashed:
        return len(numbers)
    last = _last_number(events)
    left_a_trace = bool(numbers) and not any(event.when == TEARDOWN and event.attempt == last for event in events)
    return len(numbers) if left_a_trace else len(numbers) + 1


def _last_number(events: Sequence[Event]) -> int:
    return max((event.attempt for event in events if event.when in PHASES), default=1)


def _failed_before(events: Sequence[Event], kept: Sequence[Event]) -> bool:
    """Tell whether an attempt before the kept one failed. Where none left a trace, only a failure explains it."""
    of_kept = set(map(id, kept))
    earlier = [event for event in events if id(event) not in of_kept]
    return not earlier or any(event.outcome in _BEFORE_A_RERUN for event in earlier)


def _moment(event: Event) -> int:
    if event.subtest is not None:
        return 1
    return {SETUP: 0, CALL: 2, TEARDOWN: 3}.get(event.when, 4)
