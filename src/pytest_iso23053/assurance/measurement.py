"""A measured number with its interval, and the judgement of it against a limit.

The bound of the interval decides, never the bare value: a lucky small sample does not pass. Standard library only, so
that reports are judged and merged where numpy is not installed; numpy's scalars are accepted all the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from pytest_iso23053.assurance import context, explanation, requirements
from pytest_iso23053.assurance.jsonable import jsonable
from pytest_iso23053.assurance.series import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.policy import Requirement

MET = "met"
NOT_MET = "not met"
INCONCLUSIVE = "inconclusive"
OPERATORS = (">=", "<=", ">", "<")
STATED = "stated"  # the basis of a limit that the test itself writes
REQUIREMENT = "requirement"  # of one that the configuration states
_WORST_FIRST = (NOT_MET, INCONCLUSIVE, MET)


@dataclass(frozen=True, eq=False, repr=False)
class Measurement:
    """A measured value with its interval and the number of rows behind it.

    ``>=``, ``<=``, ``>`` and ``<`` against a number (on either side, numpy scalars included) give a `Judgement`, which
    is true only when the bound of the interval meets the limit. A measurement has no truth value and equals nothing:
    ``bool(m)`` and ``m == x`` raise TypeError; ``float(m)`` and ``m.value`` are the bare number.

    Parameters
    ----------
    measure : str
        Its name, ``accuracy``; of a summary over groups ``selection_rate.ratio``.
    value : float
        The estimate. NaN, where it is not defined on these rows, is never judged «met».
    low, high : float, optional
        Bounds of the interval. Leave both out for an exact quantity, which has none: then both are the value. NaN, or
        only one of them left out, means that the bound is not known; what depends on it stays inconclusive.
    confidence : float, default 0.95
        Level of the interval; None for an exact quantity.
    n : int
        Rows (pairs, attempts, …) that the value rests on.
    unit : str
        ``share``, ``score``, ``target unit``, …
    params : Mapping
        What it was measured with; part of its identity, and of the evidence.
    subjects : tuple of str
        Names of the model and the data sets measured.
    seed : int, optional
        The seed, where chance had a part.
    origin : str
        ``shipped`` (a measure of this package), ``user`` (a registered measure of somebody else's) or ``recorded``.
    direction : str
        ``higher`` or ``lower``: which is better.
    roles : tuple of str
        What each subject is: ``model``, or the role of the data set.
    details : object, optional
        What lies behind the value, row by row, for whoever holds the measurement: it is in no record and no report.
    series : Mapping, optional
        What lies behind the value in few numbers, aggregates all of them, for the report to draw: a reliability curve,
        bars of groups, counts in bins, a curve (``docs/reference/report.md``). It is never judged.

    Examples
    --------
    >>> from pytest_iso23053 import Measurement
    >>> accuracy = Measurement("accuracy", 0.783, low=0.741, high=0.821, n=400)
    >>> accuracy
    accuracy = 0.783, 95 % interval 0.741 to 0.821, n = 400
    >>> bool(accuracy >= 0.70), (accuracy >= 0.75).verdict, (accuracy >= 0.85).verdict
    (True, 'inconclusive', 'not met')
    """

    measure: str
    value: float
    low: float = None  # type: ignore[assignment]  # filled in below: every reader sees a float
    high: float = None  # type: ignore[assignment]
    confidence: float | None = 0.95
    n: int = 0
    unit: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()
    seed: int | None = None
    origin: str = "recorded"
    direction: str = ""
    roles: tuple[str, ...] = ()
    details: Any = None
    series: Mapping[str, Any] | None = None

    # numpy operands on the left leave the comparison to us instead of building an array of judgements
    __array_ufunc__: ClassVar[None] = None
    __hash__ = object.__hash__

    def __post_init__(self) -> None:
        value = _finite_or_nan(self.value, f"the value of {self.measure}")
        exact = self.low is None and self.high is None
        low = value if exact else _bound(self.low)
        high = value if exact else _bound(self.high)
        if low > high:
            raise ValueError(f"{self.measure}: the interval is upside down, low = {low} lies above high = {high}")
        if not exact and self.confidence is not None and not 0 < self.confidence < 1:
            raise ValueError(
                f"{self.measure}: confidence = {self.confidence} is no level between 0 and 1, such as 0.95"
            )
        settled: dict[str, Any] = {"value": value, "low": low, "high": high, "n": int(self.n)}
        settled |= {"confidence": None if exact else self.confidence}
        settled |= {"params": dict(self.params), "subjects": tuple(self.subjects)}
        if self.series is not None:
            settled["series"] = plain(self.series)
        for name, content in settled.items():
            object.__setattr__(self, name, content)

    @property
    def exact(self) -> bool:
        """Whether it is a count or identity of these very rows, which has no interval."""
        return self.confidence is None and not self.low < self.high

    def judge(self, operator: str, limit: Any, *, basis: str = STATED) -> Judgement:
        """Judge against a limit whose basis is known, and leave the judgement as evidence in the running test.

        Parameters
        ----------
        operator : str
            ``>=``, ``<=``, ``>`` or ``<``.
        limit : float
            The number to hold against the interval's bound.
        basis : str
            Where the limit comes from: ``stated`` in the test, ``requirement`` or that requirement's own basis, ``C``
            (a published convention) or ``N`` (it follows from the null, chance level or an identity).
        """
        surroundings = context.current()
        judgement = self._judged(operator, limit, basis)
        if surroundings is not None:
            surroundings.records.append(record(self, judgement))
        return judgement

    def _judged(self, operator: str, limit: Any, basis: str = STATED) -> Judgement:
        number = _number(limit)
        if operator not in OPERATORS or number is None or math.isnan(number):
            raise ValueError(
                f"{self.measure} {operator} {limit!r} cannot be judged: write {', '.join(OPERATORS)} and a number"
            )
        surroundings = context.current()
        by_point = surroundings is not None and surroundings.decide == context.POINT
        return Judgement(self, operator, number, _verdict(self, operator, number, by_point), basis, by_point)

    def meets_requirement(self) -> Judgement:
        """Judge against the requirement that the configuration states for this measure, its parameters and subjects.

        The most specific requirement counts; of several equally specific ones all are judged, and the worst judgement
        is returned.

        Raises
        ------
        RequirementMissingError
            A LookupError: none is configured. The message holds the lines to add.
        """
        surroundings = context.current()
        configured = surroundings.requirements if surroundings is not None else ()
        about: dict[str, Any] = {"measure": self.measure, "params": self.params, "subjects": self.subjects}
        fitting = [each for each in configured if requirements.applies(each, **about, roles=self.roles or None)]
        if not fitting:
            operator = "<=" if self.direction == "lower" else ">="
            raise requirements.missing(configured, **about, operator=operator)
        most = max(map(requirements.specificity, fitting))
        judged = [self._required(each) for each in fitting if requirements.specificity(each) == most]
        return min(judged, key=lambda judgement: _WORST_FIRST.index(judgement.verdict))

    def _required(self, requirement: Requirement) -> Judgement:
        return self.judge(requirement.operator, requirement.limit, basis=requirement.basis or REQUIREMENT)

    def __ge__(self, limit: object) -> Judgement:
        return self._compare(">=", limit)

    def __le__(self, limit: object) -> Judgement:
        return self._compare("<=", limit)

    def __gt__(self, limit: object) -> Judgement:
        return self._compare(">", limit)

    def __lt__(self, limit: object) -> Judgement:
        return self._compare("<", limit)

    def _compare(self, operator: str, limit: object) -> Judgement:
        if isinstance(limit, Measurement):
            raise TypeError(
                f"{self.measure} {operator} {limit.measure}: two intervals are not compared with one another; "
                "measure the difference (for groups: .difference()), or compare the bare .value of both"
            )
        if _number(limit) is None:
            return NotImplemented  # type: ignore[no-any-return]  # what Python asks of a reflected operator
        return self.judge(operator, limit)

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(
            f"{self.measure} has an interval and equals nothing: judge it with >= or <=, or compare m.value == x"
        )

    __ne__ = __eq__

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{self.measure} is neither true nor false: compare it with a limit (m >= 0.75), "
            "call m.meets_requirement(), or use m.value"
        )

    def __float__(self) -> float:
        return self.value

    def __format__(self, specification: str) -> str:
        return format(self.value, specification) if specification else repr(self)

    def __repr__(self) -> str:
        return f"{requirements.spelling(self.measure, self.params)} = {explanation.described(self)}"


@dataclass(frozen=True, eq=False, repr=False)
class Judgement:
    """A measurement held against a limit: true only when the limit is met.

    Parameters
    ----------
    measurement : Measurement
        What was judged.
    operator : str
        ``>=``, ``<=``, ``>`` or ``<``.
    limit : float
        What it was held against.
    verdict : str
        ``met``, ``not met``, or ``inconclusive`` where the interval holds both sides of the limit.
    basis : str
        Where the limit comes from.
    decided_by_point : bool
        Whether the configuration says ``decide = "point"``: the value alone was compared.

    Examples
    --------
    >>> from pytest_iso23053 import Measurement
    >>> print(Measurement("accuracy", 0.783, low=0.741, high=0.821, n=400) >= 0.75)
    accuracy >= 0.75 is not demonstrated: 0.783, 95 % interval 0.741 to 0.821, n = 400
    the interval holds both sides of the limit: inconclusive; about 1 610 rows would decide (90 % power)
    """

    measurement: Measurement
    operator: str
    limit: float
    verdict: str
    basis: str = STATED
    decided_by_point: bool = False

    @property
    def required_n(self) -> int | None:
        """Rows that would decide an inconclusive judgement, with 90 % power at the observed value."""
        return explanation.rows_to_decide(self.measurement, self.limit) if self.verdict == INCONCLUSIVE else None

    def explain(self) -> list[str]:
        """The lines that pytest shows where an assert on it fails."""
        return explanation.explain(self)

    def __bool__(self) -> bool:
        return self.verdict == MET

    def __repr__(self) -> str:
        return "; ".join(self.explain())

    def __str__(self) -> str:
        return "\n".join(self.explain())


def record(measurement: Measurement, judgement: Judgement | None = None) -> dict[str, Any]:
    """The measurement record of the JSON report; without a judgement, of something recorded and never judged."""
    return {
        "measure": measurement.measure,
        "origin": measurement.origin,
        "value": jsonable(measurement.value),
        "low": jsonable(measurement.low),
        "high": jsonable(measurement.high),
        "confidence": measurement.confidence,
        "n": measurement.n,
        "unit": measurement.unit,
        "operator": judgement.operator if judgement is not None else None,
        "limit": jsonable(judgement.limit) if judgement is not None else None,
        "limit_basis": judgement.basis if judgement is not None else None,
        "judgement": judgement.verdict if judgement is not None else None,
        "required_n": judgement.required_n if judgement is not None else None,
        "seed": jsonable(measurement.seed),
        "params": jsonable(measurement.params),
        "subjects": list(measurement.subjects),
        **({"series": measurement.series} if measurement.series is not None else {}),
    }


_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


def explain_comparison(operator: str, left: object, right: object) -> list[str] | None:
    """The explanation of ``left operator right`` for an assertion hook, leaving no second record; None if not ours."""
    if operator not in _MIRRORED:
        return None
    if isinstance(left, Measurement) and _number(right) is not None:
        return left._judged(operator, right).explain()
    if isinstance(right, Measurement) and _number(left) is not None:
        return right._judged(_MIRRORED[operator], left).explain()
    return None


def _verdict(measurement: Measurement, operator: str, limit: float, by_point: bool) -> str:
    value, low, high = measurement.value, measurement.low, measurement.high
    if math.isnan(value):
        return INCONCLUSIVE
    if by_point:
        low = high = value
    # Comparisons with an unknown (NaN) bound are all false, which is what keeps it from deciding anything.
    met, broken = {
        ">=": (low >= limit, high < limit),
        ">": (low > limit, high <= limit),
        "<=": (high <= limit, low > limit),
        "<": (high < limit, low >= limit),
    }[operator]
    return MET if met else NOT_MET if broken else INCONCLUSIVE


def _number(candidate: object) -> float | None:
    """A real number as a float, a scalar array included; None for anything else, truth values too."""
    if isinstance(candidate, bool):
        return None
    if isinstance(candidate, Real | Decimal):
        return float(candidate)
    if getattr(candidate, "shape", None) == () and hasattr(candidate, "item"):
        item = candidate.item()
        return float(item) if isinstance(item, Real) and not isinstance(item, bool) else None
    return None


def _finite_or_nan(candidate: object, what: str) -> float:
    number = math.nan if candidate is None else _number(candidate)
    if number is None:
        raise TypeError(f"{what} is {candidate!r}, and must be a number")
    return number


def _bound(candidate: object) -> float:
    return _finite_or_nan(candidate, "a bound of the interval")
