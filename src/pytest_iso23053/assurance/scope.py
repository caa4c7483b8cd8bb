"""What a run is measured against: the denominators, and what is declared out of them.

Everything comes from the catalogue, a profile and the configuration, and nothing from the tests: a mistyped id can
never enlarge a denominator.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pytest_iso23053.catalogue.model import Aspect, Catalogue, Clause
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_iso23053.assurance.policy import NotApplicable
    from pytest_iso23053.catalogue.reference import ClauseReference

GENERAL = Aspect("general", "General", required=True)
IN_FORCE, EXPIRED = "in force", "expired"


@dataclass(frozen=True)
class Scope:
    """The required aspects and boundaries of a run, and the declarations of what is not applicable to it."""

    catalogue: Catalogue
    profile: str | None = None
    require: Sequence[ClauseReference] = ()
    not_applicable: Sequence[NotApplicable] = ()
    today: date = date.min

    def aspects(self, clause: Clause) -> Iterator[tuple[Aspect, bool]]:
        """Walk a clause's aspects, each with whether it is required; a clause that lists none has one, ``general``."""
        for aspect in clause.aspects or (GENERAL,):
            yield aspect, aspect.required or self._is_asked_for(clause.id, aspect.id)

    def requires_boundary(self, boundary: str) -> bool:
        """Tell whether the profile requires a boundary that the catalogue only names."""
        profile = self.catalogue.profile(self.profile) if self.profile else None
        return profile is not None and boundary in profile.boundaries

    def declared(self, reference: str) -> NotApplicable | None:
        """Return the declaration in force for an aspect, a clause or a boundary; one on a clause is on its aspects."""
        names = (reference, reference.partition("/")[0])
        for declaration in self.not_applicable:
            if declaration.expires >= self.today and str(declaration.clause) in names:
                return declaration
        return None

    def statements(self) -> tuple[dict[str, Any], ...]:
        """Return what the report says of each declaration; an expired one excludes nothing."""
        return tuple(
            {
                "clause": str(declaration.clause),
                "reason": declaration.reason,
                "owner": declaration.owner,
                "expires": declaration.expires.isoformat(),
                "state": IN_FORCE if declaration.expires >= self.today else EXPIRED,
            }
            for declaration in self.not_applicable
        )

    def _is_asked_for(self, clause: str, aspect: str) -> bool:
        profile = self.catalogue.profile(self.profile) if self.profile else None
        names = (clause, f"{clause}/{aspect}")
        return any(str(reference) in names for reference in self.require) or (
            profile is not None and any(reference in names for reference in profile.require)
        )
