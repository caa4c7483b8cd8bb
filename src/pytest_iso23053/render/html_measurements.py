"""The measurements as the page shows them: everything that was not met, and the first of the rest.

What lies behind them is drawn for fewer, as it takes more room: the page grows with what is wrong, and not with passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_iso23053.render import measurement_text as spelled
from pytest_iso23053.render.plot import interval_plot
from pytest_iso23053.render.plot_series import Drawing, drawing_of
from pytest_iso23053.render.text import abridge, visible
from pytest_iso23053.render.words import BASES, JUDGEMENTS, Mark, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_iso23053.assurance.report import Report, TestRecord

    _Pair = tuple[TestRecord, spelled.Record]

_UNMET, _OTHERS = 150, 4  # in all; for each clause, aspect or boundary
_DRAWN_UNMET, _DRAWN_OTHERS = 60, 2  # likewise, with what lies behind them
_ROOM = 180_000  # characters of all drawings together


@dataclass(frozen=True)
class MeasurementView:
    """A judgement as a row: number, interval, limit and word, and the plot that repeats them."""

    name: str
    parameters: str
    subjects: str
    mark: Mark
    plot: str
    value: str
    unit: str
    interval: str
    size: str
    limit: str
    basis: str
    required_n: str
    nodeid: str
    origin: str
    drawing: Drawing | None = None


@dataclass(frozen=True)
class MeasurementsView:
    """Measurements by what they speak about, in the order of the matrix."""

    groups: tuple[tuple[str, tuple[MeasurementView, ...]], ...]
    total: int
    shown: int
    undrawn: int


class _Room:
    """What is left of the page for drawings: the graver ones ask first."""

    def __init__(self) -> None:
        self._left, self._unmet_left = _ROOM, _DRAWN_UNMET
        self.undrawn = 0

    def of_unmet(self, record: spelled.Record) -> Drawing | None:
        """Draw what lies behind a measurement that was not met."""
        drawing = self._drawn(record, self._unmet_left)
        self._unmet_left -= drawing is not None
        return drawing

    def of_others(self, records: Iterable[spelled.Record]) -> list[Drawing | None]:
        """Draw what lies behind the first of a group."""
        drawings: list[Drawing | None] = []
        for record in records:
            drawings.append(self._drawn(record, _DRAWN_OTHERS - sum(each is not None for each in drawings)))
        return drawings

    def _drawn(self, record: spelled.Record, most: int) -> Drawing | None:
        drawing = drawing_of(record) if most > 0 and self._left > 0 else None
        if drawing is not None:
            self._left -= len(drawing.svg) + sum(map(len, drawing.numbers))
        elif record.get("series"):
            self.undrawn += 1
        return drawing


def measurements_view(report: Report) -> MeasurementsView:
    """Choose the measurements to show and group them."""
    order = list(_references(report))
    places = {reference: place for place, reference in enumerate(order)}
    groups: dict[str, list[_Pair]] = {}
    total = 0
    for test in report.tests:
        # A test can speak about several aspects; it is shown under the first, and named there once.
        reference = next(iter((*test.clauses, *test.boundaries)), "")
        for record in test.measurements:
            groups.setdefault(reference, []).append((test, record))
            total += 1
    ordered = sorted(groups, key=lambda one: (places.get(one, len(places)), one))
    room = _Room()
    worst = _unmet([(reference, groups[reference]) for reference in ordered], room)
    shown = []
    for reference in ordered:
        others = [pair for pair in groups[reference] if not _is_unmet(pair[1])][:_OTHERS]
        drawings = room.of_others(record for _, record in others)
        rest = [_view(*pair, drawing) for pair, drawing in zip(others, drawings, strict=True)]
        if rows := (*worst[reference], *rest):
            shown.append((reference, rows))
    return MeasurementsView(tuple(shown), total, sum(len(rows) for _, rows in shown), room.undrawn)


def _unmet(groups: Iterable[tuple[str, list[_Pair]]], room: _Room) -> dict[str, list[MeasurementView]]:
    """The rows of what was not met, in each group the worst first, before anything else takes up the page."""
    found: dict[str, list[MeasurementView]] = {}
    left = _UNMET
    for reference, pairs in groups:
        unmet = sorted((pair for pair in pairs if _is_unmet(pair[1])), key=_worst_first)[:left]
        found[reference] = [_view(test, record, room.of_unmet(record)) for test, record in unmet]
        left -= len(unmet)
    return found


def _references(report: Report) -> Iterator[str]:
    for phase in report.phases:
        for clause in phase.clauses:
            yield from (f"{clause.id}/{aspect.id}" for aspect in clause.aspects)
            yield clause.id
    yield from (f"{boundary.from_clause}>{boundary.to_clause}" for boundary in report.boundaries)


def _is_unmet(record: spelled.Record) -> bool:
    return record.get("judgement") not in {"met", None}


def _worst_first(pair: _Pair) -> int:
    return list(JUDGEMENTS).index(judged) if (judged := pair[1].get("judgement")) in JUDGEMENTS else -1


def _view(test: TestRecord, record: spelled.Record, drawing: Drawing | None) -> MeasurementView:
    size, needed = (spelled.finite(record.get("n")), spelled.finite(record.get("required_n")))
    subjects = record.get("subjects") or ()
    basis = record.get("limit_basis")
    return MeasurementView(
        name=abridge(spelled.measure_name(record), 200),
        parameters=abridge(spelled.parameters(record), 300),
        subjects=abridge(
            ", ".join(map(visible, subjects)) if isinstance(subjects, (list, tuple)) else visible(subjects), 200
        ),
        mark=mark(JUDGEMENTS, record.get("judgement")),
        plot=interval_plot(record),
        value=spelled.number(record.get("value"), beside=record.get("limit")),
        unit=visible(record.get("unit") or ""),
        interval=spelled.interval_text(record),
        size="" if size is None else f"n\u00a0=\u00a0{spelled.number(size)}",
        limit=spelled.limit_text(record),
        basis=visible(BASES.get(str(basis), basis)) if basis else "",
        required_n="" if needed is None else spelled.number(needed),
        nodeid=abridge(visible(test.nodeid), 300),
        origin=visible(record.get("origin") or ""),
        drawing=drawing,
    )
