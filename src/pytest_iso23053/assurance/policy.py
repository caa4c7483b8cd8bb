"""What a team has decided beforehand: requirements, waivers, what is not applicable, and what the gate asks."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pytest_iso23053.catalogue.reference import Reference


@dataclass(frozen=True)
class Requirement:
    """A limit on a measure, stated once, in the configuration: *the defined requirements* that V&V tests against.

    ``key`` is the spelling in the configuration, for example ``selection_rate.ratio(sex)``; it is parsed into
    ``measure`` (``selection_rate``), ``summary`` (``ratio``, ``difference``, ``worst`` or None), ``by`` (``("sex",)``).
    """

    key: str
    measure: str
    operator: str  # ">=", "<=", ">", "<"
    limit: float
    summary: str | None = None
    by: tuple[str, ...] = ()
    params: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    model: str | None = None  # None: every configured model
    dataset: str | None = None  # None: the test set
    id: str = ""
    owner: str = ""
    rationale: str = ""
    basis: str = ""  # "starting point, unsigned" as written by ``init``


@dataclass(frozen=True)
class Waiver:
    """An owned, dated acceptance of a known failure. It hides nothing."""

    clause: Reference
    reason: str
    owner: str
    expires: date
    test: str | None = None  # glob on the node id
    approved_by: str = ""
    ticket: str = ""
    threat: str | None = None  # what is accepted is this threat in that place, tested or not, and no test's failure
    id: str = ""  # "W1", "W2", … by position in the configuration


@dataclass(frozen=True)
class NotApplicable:
    """A clause or aspect that is declared out of scope, with an owner and an end."""

    clause: Reference
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True)
class Attacker:
    """Whom the attacks stand for: what they know, how often they may ask, and what of a row they may change."""

    knowledge: str = "black-box"  # the labels alone; or "probabilities", "white-box"
    queries: int = 400  # rows asked of the model for each row attacked
    epsilon: Mapping[str, float] = field(default_factory=dict)  # norm → how far a row may be moved
    immutable: tuple[str, ...] = ()
    increase_only: tuple[str, ...] = ()
    decrease_only: tuple[str, ...] = ()
    integer: tuple[str, ...] = ()
    one_hot: tuple[tuple[str, ...], ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)  # of one unit, or of one exchange of a category
    infer: bool = False  # ranges, whole numbers and one-hot groups from the training data


@dataclass(frozen=True)
class GateRule:
    """A condition on one clause, aspect or boundary. ``level`` is demonstrated or partial."""

    target: Reference
    level: str = "demonstrated"
    origin: str = "configuration"  # or "command line"
    spelled: str = ""


@dataclass(frozen=True)
class Claim:
    """A question of the scoping, with what was answered. An answer that nobody gave is empty.

    ``about`` names clauses, aspects and boundaries of the run's catalogue: they must be demonstrated for the answer to
    be. Tests that judged one of the measures, or name one of the threats, speak about it too.
    """

    id: str
    phase: str
    question: str
    answer: str = ""  # yes | no | partial | unknown
    who: str = ""
    control: str = ""  # what is assumed to be in place
    evidence: str = ""  # where to look
    about: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()


@dataclass(frozen=True)
class ThreatInScope:
    """A threat that the system is to be tested against, and the clauses and boundaries where."""

    id: str
    places: tuple[str, ...]
    reason: str = ""
