"""Rows as points that can be moved: numbers in the data's own units, categories and one-hot groups as choices.

A point holds the values of the movable numbers, then a code for each choice. Whatever an attack proposes is brought
back to what the attacker can reach before the model is asked, so that every row that counts is one that could be sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pytest_iso23053.measures.validation.evasion.limits import quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.assurance.policy import Attacker
    from pytest_iso23053.subjects.dataset import Dataset

Points = NDArray[np.float64]
MOST_KINDS = 200  # different values of what is taken for a category, and not for free text
NORMS = ("l2", "linf")


@dataclass(frozen=True, eq=False)
class Choice:
    """A category to be exchanged: the columns that hold it, and what it may be."""

    columns: tuple[Any, ...]
    kinds: int
    cells: Any  # of one column: an array with the value of each code, in the column's own type; None for a group


class Space:
    """The points that an attacker can reach from each row of a data set.

    Parameters
    ----------
    data : Dataset
        The rows under attack.
    others : Dataset
        Rows whose categories may be taken over, and from which attacks start.
    one : Attacker
        Its limits, checked.
    """

    def __init__(self, data: Dataset, others: Dataset, one: Attacker) -> None:
        self._X = X = data.X
        self.features = list(X.columns)
        grouped = {name for group in one.one_hot for name in group}
        free = [name for name in self.features if name not in grouped and name not in one.immutable]
        movable = quantities(X)
        self.numbers = [name for name in free if name in movable]
        self.choices = [
            *_categories(X, others.X, [name for name in free if name not in self.numbers]),
            *(Choice(tuple(group), len(group), None) for group in one.one_hot),
        ]
        self._plain = self.numbers == self.features  # and there are no choices
        self.width = len(self.numbers)
        self.weights = np.array([one.costs.get(name, 1.0) for name in self.numbers])
        self.prices = np.array([max(one.costs.get(name, 1.0) for name in each.columns) for each in self.choices])
        self.whole = np.array([name in one.integer for name in self.numbers], dtype=bool)
        self.origin = self.points(X)
        self.low, self.high = self._box(one)
        self._complete, self._weighed = not np.isnan(self.origin).any(), bool((self.weights != 1).any())
        self.free = (
            self._plain
            and self._complete
            and bool(np.isinf(self.low).all() and np.isinf(self.high).all())
            and not any(self.whole)
        )

    @property
    def held(self) -> list[Any]:
        """The features that no attack on numbers and categories can change."""
        moved = {*self.numbers, *(name for choice in self.choices for name in choice.columns)}
        return [name for name in self.features if name not in moved]

    @property
    def dimensions(self) -> int:
        """How many numbers and choices a point has."""
        return self.width + len(self.choices)

    def points(self, X: pd.DataFrame) -> Points:
        """Other rows as points; what they lack is NaN, and an unknown choice -1."""
        if self._plain:
            numbers = X.to_numpy(dtype=float, na_value=np.nan)
            return np.where(np.isinf(numbers), np.nan, numbers)
        columns = [X[name].to_numpy(dtype=float, na_value=np.nan) for name in self.numbers]
        columns = [np.where(np.isinf(column), np.nan, column) for column in columns]  # is not moved either
        columns += [_codes(X, choice) for choice in self.choices]
        return np.column_stack(columns) if columns else np.empty((len(X), 0))

    def reached(self, rows: NDArray[np.int64], points: Points) -> Points:
        """The points of shape (rows, candidates, dimensions) brought to where the attacker can get from these rows."""
        if self.free:
            return points
        origin = self.origin[rows][:, None]
        moved = points[..., : self.width]
        low, high = self.low[rows][:, None], self.high[rows][:, None]
        inside = np.clip(np.where(self.whole, np.rint(moved), moved), low, high)
        own = origin[..., : self.width]
        numbers = np.where((moved == own) | np.isnan(own) | np.isnan(moved), own, inside)
        codes, kept = points[..., self.width :], origin[..., self.width :]
        return np.concatenate([numbers, np.where((codes < 0) | (kept < 0), kept, codes)], axis=-1)

    def offsets(self, rows: NDArray[np.int64], points: Points) -> Points:
        """How far the numbers lie from the rows' own, each weighed by its cost; of the shape of ``points``."""
        own = self._own(rows, points)
        moved = points[..., : self.width] - own[..., : self.width]
        if self._weighed:
            moved *= self.weights
        return moved if self._complete else np.where(np.isnan(moved), 0.0, moved)

    def _given(self) -> Points:
        """The rows' own values, those that are infinite too."""
        numbers = [self._X[name].to_numpy(dtype=float, na_value=np.nan) for name in self.numbers]
        return np.column_stack([*numbers, self.origin[:, self.width :]])

    def _own(self, rows: NDArray[np.int64], points: Points) -> Points:
        own: Points = self.origin[rows]
        return own[:, None] if points.ndim == 3 else own

    def moved(self, rows: NDArray[np.int64], offsets: Points, codes: Points, around: Points | None = None) -> Points:
        """The points at these offsets, of shape (rows, candidates, width), with the choices of ``codes``.

        The offsets are from the rows, or from points at the offsets ``around`` of them. They are overwritten: most of
        an attack's own time goes into writing large arrays.
        """
        numbers, own = offsets, self.origin[rows][:, : self.width]
        if self._weighed:
            numbers /= self.weights
        if around is not None:
            own = own + (around / self.weights if self._weighed else around)
        numbers += own[:, None]
        shape = (*numbers.shape[:2], len(self.choices))
        return np.concatenate([numbers, np.broadcast_to(codes[:, None], shape)], axis=-1) if self.choices else numbers

    def distances(self, rows: NDArray[np.int64], points: Points, norm: str) -> Points:
        """The distance of each point from its row: an exchanged category counts its cost once."""
        offsets = self.offsets(rows, points)
        own = self._own(rows, points)
        exchanged = (points[..., self.width :] != own[..., self.width :]) * self.prices
        every = np.concatenate([offsets, exchanged], axis=-1) if self.choices else offsets
        if norm == "linf":
            return np.asarray(np.abs(every).max(axis=-1, initial=0.0))
        return np.asarray(np.sqrt(np.einsum("...i,...i->...", every, every)))

    def table(self, rows: NDArray[np.int64], points: Points) -> Any:
        """The points as rows that the model can be asked about: a matrix where all features are numbers."""
        if not self._complete:
            points = np.where(np.isnan(points), self._given()[rows], points)
        if self._plain:
            return points
        made: dict[Any, Any] = {}
        for place, name in enumerate(self.numbers):
            made[name] = self._cells(name, points[:, place], self.whole[place])
        for place, choice in enumerate(self.choices):
            made.update(self._chosen(rows, choice, points[:, self.width + place]))
        columns = {name: made[name] if name in made else self._X[name].array.take(rows) for name in self.features}
        return pd.DataFrame(columns, columns=self.features, copy=False)

    def frame(self, rows: NDArray[np.int64], points: Points) -> pd.DataFrame:
        """The same, always as a frame."""
        made = self.table(rows, points)
        return made if isinstance(made, pd.DataFrame) else pd.DataFrame(made, columns=self.features)

    def _cells(self, name: Any, values: NDArray[np.float64], whole: bool) -> Any:
        dtype = self._X[name].dtype
        if whole and pd.api.types.is_integer_dtype(dtype) and not np.isnan(values).any():
            return pd.array(values.astype(np.int64)).astype(dtype)
        return values

    def _chosen(self, rows: NDArray[np.int64], choice: Choice, codes: NDArray[np.float64]) -> dict[Any, Any]:
        known = codes >= 0
        if choice.cells is not None:
            (name,) = choice.columns
            own = self._X[name].array.take(rows)
            if known.all():
                return {name: choice.cells.take(codes.astype(np.int64))}
            taken = pd.Series(choice.cells.take(np.where(known, codes, 0).astype(np.int64)))
            return {name: taken.where(known, pd.Series(own)).array}
        cells = {}
        for code, name in enumerate(choice.columns):
            own = self._X[name].array.take(rows)
            made = pd.array(codes == code).astype(self._X[name].dtype)
            cells[name] = made if known.all() else pd.Series(made).where(known, pd.Series(own)).array
        return cells

    def _box(self, one: Attacker) -> tuple[Points, Points]:
        """The lowest and highest value of each number of each row; where nothing lies between, its own."""
        own = self.origin[:, : self.width]
        ranges = [one.ranges.get(name, (-np.inf, np.inf)) for name in self.numbers]
        low = np.broadcast_to(np.array([first for first, _ in ranges]), own.shape).copy()
        high = np.broadcast_to(np.array([last for _, last in ranges]), own.shape).copy()
        for place, name in enumerate(self.numbers):
            if name in one.increase_only:
                low[:, place] = np.maximum(low[:, place], own[:, place])
            if name in one.decrease_only:
                high[:, place] = np.minimum(high[:, place], own[:, place])
        low, high = np.where(self.whole, np.ceil(low), low), np.where(self.whole, np.floor(high), high)
        nothing = ~(low <= high)
        return np.where(nothing, own, low), np.where(nothing, own, high)


def _categories(X: pd.DataFrame, others: pd.DataFrame, names: Sequence[Any]) -> list[Choice]:
    found = []
    for name in names:
        column = X[name]
        if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
            continue
        if name in others.columns and others[name].dtype == column.dtype:
            column = pd.concat([column, others[name]], ignore_index=True)
        try:
            codes, kinds = pd.factorize(column)
        except TypeError:  # cells that are lists or the like
            continue
        if 1 < len(kinds) <= MOST_KINDS:
            first = np.array([int(np.argmax(codes == code)) for code in range(len(kinds))])
            found.append(Choice((name,), len(kinds), column.array.take(first)))  # rows that hold it, whatever the type
    return found


def _codes(X: pd.DataFrame, choice: Choice) -> NDArray[np.float64]:
    if choice.cells is not None:
        (name,) = choice.columns
        places = {value: place for place, value in enumerate(choice.cells)}
        return np.array([places.get(value, -1) for value in X[name]], dtype=float)
    cells = np.column_stack([X[name].to_numpy(dtype=float, na_value=np.nan) for name in choice.columns])
    single = np.isin(cells, (0.0, 1.0)).all(axis=1) & (np.nansum(cells, axis=1) == 1)
    return np.where(single, np.argmax(cells == 1, axis=1), -1).astype(float)
