"""How long a decision with an end still holds, seen from the day of the run: a report says the same ever after."""

from __future__ import annotations

from datetime import date

from pytest_iso23053.render.words import plural


def days_left(ends: object, started: object) -> str:
    """Count the days from the run to an end; an empty text where one of the two is no date."""
    end, start = _day(ends), _day(started)
    if end is None or start is None:
        return ""
    left = (end - start).days
    if left < 0:
        return f"{plural(-left, 'day')} before this run"
    return f"{plural(left, 'day')} left at this run" if left else "on the day of this run"


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
