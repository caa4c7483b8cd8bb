"""The registry of measures, built from their declarations alone.

It drives the command line's list, the generated documentation, the suite's choice of items, the gaps and the findings.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.groups import GroupMeasurements
from pytest_iso23053.settings.limits import SUMMARIES, parse_limit
from pytest_iso23053.subjects.identity import tell_of_strangers

HOME = "pytest_iso23053.measures"
BASES = {
    "C": "published convention",
    "N": "follows from the null, chance level or an identity",
    "P": "no accepted value: your requirement decides",
}
OWN_CONTROL = "a margin over its own null or control, as there is no accepted value; your requirement goes before it"
COSTS = ("cheap", "minutes", "expensive")
DIRECTIONS = ("higher", "lower")

Function = TypeVar("Function", bound=Callable[..., Any])


class UnknownMeasureError(LookupError):
    """No measure of that name is registered; the message suggests the nearest."""


@dataclass(frozen=True)
class Measure:
    """The declaration of a measure.

    ``limit`` is what the ready-made suite judges by where the user states nothing, on the ``summary`` over groups if
    there is one. With basis P it is the equivalence margin over the measure's own null or control; a measure that has
    none is observed, and may have a ``starting_point`` that ``init`` proposes.
    """

    id: str
    function: Callable[..., Any]
    module: str
    title: str
    clause: str
    aspect: str | None
    boundary: tuple[str, str] | None
    unit: str
    direction: str
    basis: str
    limit: str | None
    summary: str | None
    starting_point: str | None
    range: tuple[float | None, float | None]
    source: str
    needs: tuple[str, ...]
    cost: str
    threats: tuple[str, ...]
    task: str | None
    origin: str

    @property
    def name(self) -> str:
        """The name, as in a requirement."""
        return self.id

    @property
    def basis_in_words(self) -> str:
        """Where the limit comes from."""
        return OWN_CONTROL if self.basis == "P" and self.limit else BASES[self.basis]

    @property
    def file(self) -> str:
        """The file it is written in, relative to the package: ``measures/data/quality.py``."""
        inside = self.module.removeprefix("pytest_iso23053.").replace(".", "/")
        return f"{inside}.py" if self.origin == "shipped" else inspect.getsourcefile(self.function) or self.module

    @property
    def signature(self) -> str:
        """How it is called."""
        written = inspect.signature(self.function)
        bare = [each.replace(annotation=inspect.Parameter.empty) for each in written.parameters.values()]
        return f"{self.id}{written.replace(parameters=bare, return_annotation=inspect.Signature.empty)}"


_measures: dict[str, Measure] = {}


def measure(
    *,
    clause: str,
    aspect: str | None = None,
    boundary: tuple[str, str] | None = None,
    unit: str = "",
    direction: str,
    basis: str = "P",
    limit: str | None = None,
    summary: str | None = None,
    starting_point: str | None = None,
    range: tuple[float | None, float | None] = (None, None),  # noqa: A002 - the quantity's range, as in the registry
    source: str = "",
    needs: tuple[str, ...] = (),
    cost: str = "cheap",
    threats: tuple[str, ...] = (),
    task: str | None = None,
) -> Callable[[Function], Function]:
    """Declare a measure: a function that returns a `Measurement`, or one for each group.

    The declaration fills in what the function leaves open (name, unit, direction), and marks whose measure it is.

    Parameters
    ----------
    clause, aspect : str
        What it is evidence for in the ``lifecycle`` catalogue, ``"7.4"`` and ``"performance"``.
    boundary : tuple of str, optional
        The boundary it probes, ``("7.2", "7.3")``.
    unit : str
        ``share``, ``score``, …
    direction : str
        ``higher`` or ``lower``: which is better.
    basis : str
        Of the limit: ``C`` a published convention, ``N`` it follows from the null or an identity, ``P`` there is no
        accepted one.
    limit : str, optional
        Such as ``">= 0.8"``. With basis P: the margin over the measure's own null or control: a breach is shown
        although nobody set a limit; where the interval leaves it open, the ready-made item is observed.
    summary : str, optional
        ``ratio``, ``difference`` or ``worst`` where the limit is on a summary over groups.
    starting_point : str, optional
        With basis P: what ``init`` may propose as an unsigned requirement.
    range : tuple of float or None
        The lowest and highest possible value.
    source : str
        Paper and year.
    needs : tuple of str
        What it needs: ``model``, ``test``, ``labels``, ``probabilities``, ``groups``, ``train``, …
    cost : str
        ``cheap`` (seconds), ``minutes`` or ``expensive``.
    threats : tuple of str
        Ids of ATLAS, OWASP or NIST that it probes.
    task : str, optional
        What a process fails to do where the limit is broken, in the words of a finding: «failure … to *task*». By
        default the words of the aspect or boundary.

    Examples
    --------
    >>> from pytest_iso23053 import Measurement, measures
    >>> @measures.measure(clause="7.4", aspect="performance", unit="euro", direction="lower")
    ... def cost_per_applicant(model, data):
    ...     \"\"\"Mean cost of a decision.\"\"\"
    ...     return Measurement("cost_per_applicant", 12.5, low=11.0, high=14.0, n=400)
    >>> cost_per_applicant(None, None).unit
    'euro'
    """

    def decorate(function: Function) -> Function:
        declaration = Measure(
            id=function.__name__,
            function=function,
            module=function.__module__,
            title=_title(function),
            clause=clause,
            aspect=aspect,
            boundary=(str(boundary[0]), str(boundary[1])) if boundary else None,
            unit=unit,
            direction=direction,
            basis=basis,
            limit=limit,
            summary=summary,
            starting_point=starting_point,
            range=range,
            source=source,
            needs=tuple(needs),
            cost=cost,
            threats=tuple(threats),
            task=task,
            origin="shipped" if function.__module__.startswith(f"{HOME}.") else "user",
        )
        _check(declaration)
        wrapped = _stamping(function, declaration)
        register(wrapped)
        return wrapped

    return decorate


def _title(function: Callable[..., Any]) -> str:
    lines = (inspect.getdoc(function) or "").partition("\n\n")[0].split()
    return " ".join(lines)


def _check(declared: Measure) -> None:
    """Refuse a declaration that contradicts itself, where it is written and not where it is used."""
    if declared.direction not in DIRECTIONS or declared.basis not in BASES or declared.cost not in COSTS:
        raise ValueError(
            f"measure {declared.id}: direction is one of {', '.join(DIRECTIONS)}, basis one of {', '.join(BASES)}, "
            f"cost one of {', '.join(COSTS)}; got {declared.direction!r}, {declared.basis!r}, {declared.cost!r}"
        )
    if declared.limit is None and declared.basis != "P":
        raise ValueError(
            f"measure {declared.id}: the bases C (convention) and N (null) need a limit; "
            "without an accepted limit the basis is P, and a value to begin with is its starting_point"
        )
    if declared.summary is not None and declared.summary not in SUMMARIES:
        raise ValueError(f"measure {declared.id}: summary is one of {', '.join(SUMMARIES)}, not {declared.summary!r}")
    for text in (declared.limit, declared.starting_point):
        if text is not None:
            parse_limit(text)


def _stamping(function: Function, declaration: Measure) -> Function:
    @functools.wraps(function)
    def measured(*arguments: Any, **keywords: Any) -> Any:
        tell_of_strangers((*arguments, *keywords.values()))
        return _stamped(function(*arguments, **keywords), declaration)

    declared = replace(declaration, function=measured)
    measured.declaration = declared  # type: ignore[attr-defined]
    return measured  # type: ignore[return-value]


def _stamped(result: Any, declaration: Measure) -> Any:
    if isinstance(result, GroupMeasurements):
        low, high = (math.nan if bound is None else bound for bound in declaration.range)
        return result.declared(declaration.id, declaration.unit, declaration.direction, declaration.origin, (low, high))
    if isinstance(result, Measurement):
        return replace(
            result,
            measure=result.measure or declaration.id,
            unit=result.unit or declaration.unit,
            direction=result.direction or declaration.direction,
            origin=declaration.origin,
        )
    raise TypeError(
        f"measure {declaration.id} returned {type(result).__name__}, and must return a Measurement: "
        f'Measurement("{declaration.id}", value, low=…, high=…, n=rows)'
    )


def register(function: Callable[..., Any]) -> Measure:
    """Add a measure that somebody else declared; a second time the same one is no mistake.

    Raises
    ------
    TypeError
        The function is not declared.
    ValueError
        Another measure has the name.
    """
    declared = getattr(function, "declaration", None)
    if not isinstance(declared, Measure):
        name = getattr(function, "__name__", repr(function))
        raise TypeError(f"{name} is not declared as a measure: put @measures.measure(clause=…, direction=…) above it")
    if declared.origin != "shipped":
        _load()  # so that a shipped measure of the same name is there to be found
    held = _measures.get(declared.id)
    if held is not None and (held.origin, held.module) != (declared.origin, declared.module):
        raise ValueError(f"there is a measure {declared.id} already, in {held.module}; give yours another name")
    _measures[declared.id] = declared
    return declared


@functools.cache
def _load() -> None:
    """Import every module of this package, which declares what is in it."""
    package = importlib.import_module(HOME)
    for found in pkgutil.walk_packages(package.__path__, f"{HOME}."):
        importlib.import_module(found.name)


def names() -> tuple[str, ...]:
    """Names of all registered measures, sorted."""
    _load()
    return tuple(sorted(_measures))


def all_measures() -> tuple[Measure, ...]:
    """All registered measures, by clause and name."""
    _load()
    return tuple(sorted(_measures.values(), key=lambda each: (each.clause, each.aspect or "", each.id)))


def get(name: str) -> Measure:
    """Look one up by name; UnknownMeasureError, a LookupError, if there is none."""
    _load()
    try:
        return _measures[name]
    except KeyError:
        raise UnknownMeasureError(f"there is no measure {name!r}{suggestion(name)}") from None


def suggestion(name: str) -> str:
    """« (did you mean 'accuracy'?)», or where the names are listed."""
    near = difflib.get_close_matches(name, _measures, n=1)
    return f" (did you mean {near[0]!r}?)" if near else "; `pytest-iso23053 measures list` shows all"
