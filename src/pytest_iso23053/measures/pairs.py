"""Two data sets column by column: what they share, how far it has moved, and what a measure says about it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.column_profile import DURATION, MOMENT
from pytest_iso23053.measures.profile import profile
from pytest_iso23053.stats.shifts import Shift, shift_of_categories, shift_of_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_iso23053.measures.column_profile import ColumnProfile
    from pytest_iso23053.measures.profile import Profile

MOST_NAMED = 10
_shifts: weakref.WeakKeyDictionary[Profile, weakref.WeakKeyDictionary[Profile, dict[Any, Shift]]]
_shifts = weakref.WeakKeyDictionary()


class Pair(NamedTuple):
    """One column in both data sets."""

    name: Any
    before: ColumnProfile
    after: ColumnProfile

    @property
    def is_time(self) -> bool:
        """Whether it holds moments, which move on in production and differ by design in a split by time."""
        return MOMENT in (self.before.kind, self.after.kind)

    @property
    def are_numbers(self) -> bool:
        """Whether both hold numbers alone."""
        return self.before.quantity is not None and self.after.quantity is not None


def pairs(reference: Any, current: Any) -> tuple[Profile, Profile, list[Pair]]:
    """Both profiles, and the features that both have; those that one lacks are for `schema_changes` to tell.

    Raises
    ------
    NotMeasurableError
        They share none, or one of them has no rows.
    """
    before, after = profile(reference), profile(current)
    shared = [
        Pair(name, column, after.columns[name]) for name, column in before.columns.items() if name in after.columns
    ]
    if not shared:
        raise NotMeasurableError(f"{before.where} and {after.where} have no feature in common")
    if not before.rows or not after.rows:
        raise NotMeasurableError(f"{(after if before.rows else before).where} has no rows")
    return before, after, shared


def shift_of(before: ColumnProfile, after: ColumnProfile) -> Shift | None:
    """How far a column has moved; None where one side has no values, or the two are of different kinds."""
    if before.quantity is not None and after.quantity is not None:
        return shift_of_numbers(before.quantity, after.quantity)
    if before.distribution is None and after.distribution is None and before.categories and after.categories:
        return shift_of_categories(before.categories, after.categories)
    return None


def shifts(reference: Any, current: Any) -> dict[Any, Shift]:
    """How far each feature that both have has moved, moments aside; computed once for two data sets."""
    before, after, shared = pairs(reference, current)
    held = _shifts.setdefault(before, weakref.WeakKeyDictionary())
    if after not in held:
        found = {pair.name: shift_of(pair.before, pair.after) for pair in shared if not pair.is_time}
        held[after] = {name: shift for name, shift in found.items() if shift is not None}
    return held[after]


def between(before: Profile, after: Profile, value: float, params: Mapping[str, Any], **more: Any) -> Measurement:
    """A Measurement of two data sets; exact unless bounds are given."""
    told = {key: content for key, content in params.items() if content not in (None, {}, [])}
    return Measurement(
        "",
        value,
        n=after.rows,
        params=told,
        subjects=(before.name, after.name),
        roles=(before.role, after.role),
        **more,
    )


def worst_first(counts: Mapping[Any, float]) -> dict[str, Any]:
    """The columns with most, for ``params``: named, and no more than can be read."""
    order = sorted(counts, key=lambda name: -counts[name])
    return {str(name): _told(counts[name]) for name in order[:MOST_NAMED]}


def first_names(names: Iterable[Any]) -> list[str]:
    """Names for ``params``: no more than can be read."""
    return [str(name) for name in names][:MOST_NAMED]


def _told(number: float) -> float:
    return int(number) if float(number).is_integer() else round(float(number), 4)


def numeric_pairs(shared: Iterable[Pair]) -> list[Pair]:
    """Those of numbers, moments and durations aside."""
    return [pair for pair in shared if pair.are_numbers and not pair.is_time and pair.before.kind != DURATION]
