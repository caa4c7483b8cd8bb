"""Names of what a test can speak about: a clause, one of its aspects, or the boundary between two clauses."""

from __future__ import annotations

from typing import NamedTuple


class ClauseReference(NamedTuple):
    """A clause, or one aspect of it; written ``7.4`` or ``7.4/robustness``."""

    clause: str
    aspect: str | None = None

    def __str__(self) -> str:
        return self.clause if self.aspect is None else f"{self.clause}/{self.aspect}"


class BoundaryReference(NamedTuple):
    """The hand-over from one clause's process to another's; written ``7.2>7.3``."""

    from_clause: str
    to_clause: str

    def __str__(self) -> str:
        return f"{self.from_clause}>{self.to_clause}"


Reference = ClauseReference | BoundaryReference
