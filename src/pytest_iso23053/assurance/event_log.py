"""What arrived about each test, in the order it came, and small where there is nothing to tell.

Of ten thousand tests nearly all pass and leave no evidence. Three records of each would be thirty thousand objects
that the garbage collector walks again and again while the tests run; three durations cost next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance.attempts import CALL, SETUP, TEARDOWN
from pytest_iso23053.assurance.evidence import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IN_ORDER = (SETUP, CALL, TEARDOWN)
_NEXT = (*IN_ORDER, None)  # by the number of phases that passed; after the last nothing is plain any more
_BARE = Event("")


class EventLog:
    """The events of a session by test.

    Parameters
    ----------
    events : iterable of Event
        What is known already, interleaved as it arrived.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        # Each test is in one of the two: its phases merely passed so far, in their order; or there is more to tell.
        self._durations: dict[str, tuple[float, ...]] = {}
        self._events: dict[str, list[Event]] = {}
        for event in events:
            self.add(event)

    def add(self, event: Event) -> None:
        """Take in one event."""
        if event == _BARE._replace(nodeid=event.nodeid, when=event.when, duration=event.duration):
            self.add_pass(event.nodeid, event.when, event.duration)
        else:
            self._told(event.nodeid).append(event)

    def add_pass(self, nodeid: str, when: str | None, duration: float) -> None:
        """Take in a phase that passed and left nothing else: what ``Event(nodeid, when, duration=duration)`` says."""
        passed = self._durations.get(nodeid, ())
        if _NEXT[len(passed)] == when and (passed or nodeid not in self._events):
            self._durations[nodeid] = passed + (duration,)  # noqa: RUF005 - three times a test: this is the faster one
        else:
            self._told(nodeid).append(Event(nodeid, when or "", duration=duration))

    def _told(self, nodeid: str) -> list[Event]:
        """Return the test's events, written out; from here on it is one with more to tell."""
        if nodeid not in self._events:
            self._events[nodeid] = self._written_out(nodeid)
            self._durations.pop(nodeid, None)
        return self._events[nodeid]

    def _written_out(self, nodeid: str) -> list[Event]:
        passed = zip(IN_ORDER, self._durations.get(nodeid, ()), strict=False)
        return [Event(nodeid, when, duration=duration) for when, duration in passed]

    def plain_passes(self) -> dict[str, float]:
        """Return the tests whose three phases passed with nothing more to tell, and how long they took."""
        whole = len(IN_ORDER)
        return {nodeid: sum(passed) for nodeid, passed in self._durations.items() if len(passed) == whole}

    def of(self, nodeid: str) -> list[Event]:
        """Return the test's events in the order they came; none of a test that was never reported."""
        return self._events.get(nodeid) or self._written_out(nodeid)

    def nodeids(self) -> Iterator[str]:
        """Every test that something is known of."""
        yield from self._durations
        yield from self._events

    def __iter__(self) -> Iterator[Event]:
        for nodeid in self.nodeids():
            yield from self.of(nodeid)
