"""One measurement for each group of rows, and their difference, ratio and worst, each with its interval."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

import pytest_iso23053.measures.series as drawn
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.stats import simultaneous
from pytest_iso23053.stats.simultaneous import pairs, per_comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pytest_iso23053.measures.estimators import Estimator
    from pytest_iso23053.subjects.dataset import Dataset

MISSING = "missing"
MOST_GROUPS = 200


@dataclass(frozen=True, eq=False)
class Grouping:
    """Which group each row belongs to: ``codes`` of shape (n,) into ``labels``."""

    by: tuple[str, ...]
    labels: tuple[Any, ...]
    codes: NDArray[np.int64]


def grouping(dataset: Dataset, by: str | Sequence[str]) -> Grouping:
    """Group the rows by one column or by the combinations of several that occur.

    A row whose value is missing belongs to the group «missing»: left out, it would be a group that nobody judged.

    Raises
    ------
    ValueError
        No column is named, or the columns make more groups than can be told apart.
    """
    columns = (by,) if isinstance(by, str) else tuple(by)
    if not columns:
        raise ValueError('by = [] names no column to group by; write by = "sex"')
    held = _held.setdefault(dataset, {})
    if columns not in held:
        held[columns] = _grouped(dataset, columns)
    return held[columns]


_held: weakref.WeakKeyDictionary[Dataset, dict[tuple[str, ...], Grouping]] = weakref.WeakKeyDictionary()


def _grouped(dataset: Dataset, columns: tuple[str, ...]) -> Grouping:
    codes = np.zeros(dataset.n, dtype=np.int64)
    labels: list[tuple[Any, ...]] = [()]
    for column in columns:
        own, values = _coded(dataset.column(column))
        if len(labels) * len(values) <= dataset.n + MOST_GROUPS:
            codes, used = _compact(codes * len(values) + own if len(labels) > 1 else own, len(labels) * len(values))
        else:  # more combinations than rows: sorting them needs less memory than counting
            kinds, codes = np.unique(codes * max(len(values), 1) + own, return_inverse=True)
            used = kinds.tolist()
        labels = [(*labels[code // len(values)], values[code % len(values)]) for code in used]
    if len(labels) > MOST_GROUPS:
        raise ValueError(
            f"by = {', '.join(columns)} makes {len(labels)} groups in {dataset.where}; cut it into bands first, "
            "for example with pandas.cut, and name the bands' column in sensitive"
        )
    codes.setflags(write=False)
    return Grouping(columns, tuple(label[0] if len(columns) == 1 else label for label in labels), codes)


def _compact(codes: NDArray[np.int64], kinds: int) -> tuple[NDArray[np.int64], list[int]]:
    """The codes that occur, numbered in their order, and which they are."""
    occurs = np.bincount(codes, minlength=kinds) > 0
    used = np.flatnonzero(occurs).tolist()
    return (codes, used) if len(used) == kinds else ((np.cumsum(occurs) - 1)[codes], used)


def _coded(column: Any) -> tuple[NDArray[np.int64], list[Any]]:
    import pandas as pd

    codes, values = pd.factorize(column, sort=False)
    known = [value.item() if isinstance(value, np.generic) else value for value in values.tolist()]
    order = sorted(range(len(known)), key=lambda place: (type(known[place]).__name__, known[place]))
    ranked = np.empty(len(known), dtype=np.int64)
    ranked[order] = np.arange(len(known))
    named = [known[place] for place in order]
    if (codes < 0).any():
        return np.where(codes < 0, len(named), ranked[codes] if named else 0), [*named, MISSING]
    return ranked[codes] if named else codes.astype(np.int64), named


class GroupMeasurements(Mapping[Any, Measurement]):
    """A mapping from group to its `Measurement`, in the order of the groups' names.

    With ``by`` naming several columns the groups are tuples. Each of the intervals holds by itself; those of the
    summaries below hold for all groups at once.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> people = pd.DataFrame({"income": range(100), "sex": ["f", "m"] * 50, "granted": [0, 0, 0, 1] * 25})
    >>> data = Dataset(people, target="granted", sensitive=["sex"])
    >>> rates = measures.selection_rate(lambda frame: (frame["income"] > 60).astype(int), data, by="sex")
    >>> list(rates), rates["f"].value, rates.overall.value
    (['f', 'm'], 0.38, 0.39)
    >>> rates.ratio()
    selection_rate.ratio(sex) = 0.95, 95 % interval 0.56 to 1.00, n = 100
    """

    def __init__(self, estimator: Estimator, groups: Grouping, blank: Measurement) -> None:
        self._estimator = estimator
        self._groups = groups
        self._blank = replace(blank, params={**blank.params, "by": list(groups.by)}, series=None)
        self._overall = blank
        self._reach = (np.nan, np.nan)
        self._estimated: dict[float, tuple[Any, Any, Any, Any]] = {}

    def declared(
        self, measure: str, unit: str, direction: str, origin: str, reach: tuple[float, float]
    ) -> GroupMeasurements:
        """The same under the name and with the unit that the measure's declaration gives."""
        named: dict[str, Any] = {"measure": measure, "unit": unit, "direction": direction, "origin": origin}
        self._blank, self._overall = replace(self._blank, **named), replace(self._overall, **named)
        self._reach = reach
        return self

    def __getitem__(self, group: Any) -> Measurement:
        return self._each[group]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._groups.labels)

    def __len__(self) -> int:
        return len(self._groups.labels)

    @cached_property
    def _each(self) -> dict[Any, Measurement]:
        values, lows, highs, counts = self._at(self._confidence)
        return {
            label: self._made("", (values[place], lows[place], highs[place]), int(counts[place]), group=_named(label))
            for place, label in enumerate(self._groups.labels)
        }

    @property
    def overall(self) -> Measurement:
        """The measure on all rows, whatever their group."""
        return self._overall

    def difference(self) -> Measurement:
        """The largest difference between two groups; 0 where all are equal.

        Its interval comes from those of all pairs at once (MOVER, Zou & Donner 2008; for rates that is Newcombe 1998),
        as the largest of several differences is a selected number. A group without rows may have any value, so that
        it leaves the upper bound open.
        """
        bounds = simultaneous.largest_difference(self._vectors, len(self), self._confidence, self._reach)
        return self._made(
            "difference",
            bounds,
            self._overall.n,
            direction="lower",
            series=self._bars(max(pairs(len(self)), len(self))),
        )

    def ratio(self) -> Measurement:
        """The smallest group's value over the largest's; 1 where all are equal, undefined where all are 0.

        With the intervals of all pairs at once, MOVER's on the logarithm.
        """
        counts = self._estimator.counts(self._groups.codes, len(self))
        if counts is not None:
            bounds = simultaneous.smallest_ratio_of_rates(*counts, self._confidence)
        else:
            bounds = simultaneous.smallest_ratio(self._vectors, len(self), self._confidence)
        return self._made(
            "ratio", bounds, self._overall.n, direction="higher", series=self._bars(max(pairs(len(self)), len(self)))
        )

    def worst(self) -> Measurement:
        """The worst group's value, which ``params["group"]`` names; its interval allows for having been picked."""
        largest = self._blank.direction == "lower"
        *bounds, place = simultaneous.extreme(self._vectors, len(self), self._confidence, largest=largest)
        counts = self._at(self._confidence)[3]
        group = _named(self._groups.labels[place])
        return self._made("worst", tuple(bounds), int(counts[place]), group=group, series=self._bars(len(self)))

    @property
    def _confidence(self) -> float:
        return self._blank.confidence or 0.95

    def _at(self, confidence: float) -> tuple[Any, Any, Any, Any]:
        if confidence not in self._estimated:
            self._estimated[confidence] = self._estimator.by_group(self._groups.codes, len(self), confidence)
        return self._estimated[confidence]

    def _bars(self, comparisons: int) -> drawn.Series:
        """The groups beside one another, with intervals that hold for all at once, as those of the summary do."""
        labels = list(map(_named, self._groups.labels))
        found = self._at(per_comparison(self._confidence, comparisons))
        return drawn.groups(self._blank.measure, ", ".join(map(str, self._groups.by)), labels, found)

    def _vectors(self, confidence: float) -> tuple[Any, Any, Any]:
        return self._at(confidence)[:3]

    def _made(
        self, summary: str, bounds: Any, n: int, *, group: str = "", direction: str = "", series: Any = None
    ) -> Measurement:
        value, low, high = (float(bound) for bound in bounds)
        blank = self._blank
        return replace(
            blank,
            measure=f"{blank.measure}.{summary}" if summary else blank.measure,
            value=value,
            low=low,
            high=high,
            n=n,
            params={**blank.params, "group": group} if group else blank.params,
            direction=direction or blank.direction,
            confidence=self._confidence,
            series=series,
        )

    def __repr__(self) -> str:
        return "\n".join(f"{_named(label)}: {measured!r}" for label, measured in self._each.items())


def _named(label: Any) -> str:
    return ", ".join(map(str, label)) if isinstance(label, tuple) else str(label)
