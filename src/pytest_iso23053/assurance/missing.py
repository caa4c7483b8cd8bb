"""What the matrix holds nothing on, and what would close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance import verdict
from pytest_iso23053.assurance.report import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.assurance.matrix import Matrix


def missing(matrix: Matrix) -> Iterator[Gap]:
    """Return a gap for each required aspect and each boundary that is untested."""
    for clause in matrix.clauses():
        for aspect in clause.aspects:
            if aspect.required and aspect.verdict == verdict.UNTESTED:
                reference = f"{clause.id}/{aspect.id}"
                marker = f'a test marked @pytest.mark.clause("{reference}")'
                yield Gap(clause.id, reference, aspect.reason if aspect.computed else marker)
    for boundary in matrix.boundaries:
        if boundary.verdict == verdict.UNTESTED:
            reference = f"{boundary.from_clause}>{boundary.to_clause}"
            ends = f'"{boundary.from_clause}", "{boundary.to_clause}"'
            yield Gap(reference, reference, f"a test marked @pytest.mark.boundary({ends})")
