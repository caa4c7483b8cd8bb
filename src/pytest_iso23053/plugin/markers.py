"""The three markers, and what counts as ours among markers of the same name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

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

_ENDS = ("from_clause", "to_clause")
_CLAUSE_NUMBER = re.compile(r"\s*\d+\.\d")


class MarkerReader:
    """Finds our markers on many items of one collection, and asks each of their parents only once."""

    def __init__(self) -> None:
        self._inherits: dict[int, bool] = {}

    def marks(self, item: pytest.Item) -> list[pytest.Mark]:
        """Return our markers on an item, the nearest first; of ten thousand items nearly all have none."""
        own = item.own_markers
        if (own and any(mark.name in NAMES for mark in own)) or self._has_any(item.parent):
            return [mark for mark in item.iter_markers() if mark.name in NAMES]
        return []

    def _has_any(self, parent: Any) -> bool:
        known = self._inherits.get(id(parent))  # a node's own hash is that of its id, made anew each time
        if known is None:
            known = self._inherits[id(parent)] = any(mark.name in NAMES for mark in parent.iter_markers())
        return known


def clause_ids(mark: pytest.Mark) -> Sequence[object] | None:
    """Return the ids of a ``clause`` marker, or None when the marker is somebody else's.

    One that uses our keywords is ours even where it names no clause: that is a mistake to be told, not to be ignored.
    """
    unknown = set(mark.kwargs) - {"aspect", "id"}
    if unknown or not (mark.args or mark.kwargs):
        return None
    named = [mark.kwargs["id"]] if mark.kwargs.get("id") is not None else []
    return [*mark.args, *named]


def boundary_ends(mark: pytest.Mark) -> tuple[object, ...] | None:
    """Return the clauses of a ``boundary`` marker, which should be two; None where the marker is somebody else's.

    A bare one, or one of numbers, is widely used for boundary-value tests. Ours are known by their keywords, by being
    two texts, or by a clause's number among them.
    """
    if set(mark.kwargs) - set(_ENDS):
        return None
    if mark.kwargs:
        return (*mark.args, *(mark.kwargs[end] for end in _ENDS if end in mark.kwargs))
    texts = [end for end in mark.args if isinstance(end, str)]
    two_texts = len(texts) == len(mark.args) == 2
    return mark.args if two_texts or any(map(_CLAUSE_NUMBER.match, texts)) else None


def threat_ids(mark: pytest.Mark) -> Sequence[object] | None:
    return mark.args if mark.args and not mark.kwargs else None
