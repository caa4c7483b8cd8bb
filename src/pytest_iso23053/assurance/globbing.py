"""Node-id globs as people write them."""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(nodeid: str, pattern: str) -> bool:
    """Match a node id against a glob. ``[`` may also stand for itself, as it does in ``test_evasion[credit]``."""
    return fnmatchcase(nodeid, pattern) or fnmatchcase(nodeid, pattern.replace("[", "[[]"))
