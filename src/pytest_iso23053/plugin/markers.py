"""The three markers, and what counts as ours among markers of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

# Registered always, also without --iso23053: a marker that is registered only with a flag is a collection error
# under strict markers (https://github.com/fundakol/pytest-jira-xray/issues/26).
MARKERS = (
    "clause(*ids, aspect=None, id=None): the test speaks about these clauses or aspects of the ML life cycle, "
    "for example '7.4/robustness', 'vv/robustness' or 'iso23053-2022:8.5'.",
    "boundary(from_clause, to_clause): the test probes what one life-cycle phase assumes of the one before.",
    "threat(*ids): the threats that the test exercises, of MITRE ATLAS (AML.T0015), OWASP ML (ML01) or NIST AI 100-2 "
    "(NISTAML.022).",
)
NAMES = frozenset({"clause", "boundary", "threat"})


def clause_ids(mark: pytest.Mark) -> Sequence[object] | None:
    """Return the ids of a ``clause`` marker, or None when the marker is somebody else's."""
    unknown = set(mark.kwargs) - {"aspect", "id"}
    if unknown or not (mark.args or "id" in mark.kwargs):
        return None
    named = [mark.kwargs["id"]] if mark.kwargs.get("id") is not None else []
    return [*mark.args, *named]


def boundary_ends(mark: pytest.Mark) -> tuple[object, object] | None:
    """Return the two clauses of a ``boundary`` marker; a bare one is widely used for boundary-value tests."""
    ends: tuple[object, ...] = mark.args
    if not ends and set(mark.kwargs) == {"from_clause", "to_clause"}:
        ends = (mark.kwargs["from_clause"], mark.kwargs["to_clause"])
    elif mark.kwargs:
        return None
    if len(ends) != 2 or not all(isinstance(end, str) for end in ends):
        return None
    return ends[0], ends[1]


def threat_ids(mark: pytest.Mark) -> Sequence[object] | None:
    return mark.args if mark.args and not mark.kwargs else None
