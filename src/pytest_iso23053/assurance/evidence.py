"""The wire record: what travels from the process that ran a test to the one that judges it.

JSON scalars, lists and dictionaries only. An unserialisable value on a report ends a whole pytest-xdist session
(https://github.com/pytest-dev/pytest-xdist/issues/552), so values are converted here, at the border, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event(NamedTuple):
    """One of pytest's reports on a test, reduced to what the truth table asks about.

    ``measurements`` holds the judgements made since the previous event of the same test, as measurement records
    (the keys of ``tests[].measurements[]`` in the JSON report).
    """

    nodeid: str
    when: str = "call"  # setup | call | teardown; anything else is a lost worker
    outcome: str = "passed"  # passed | failed | skipped | rerun
    attempt: int = 1  # which execution of the test this belongs to
    subtest: str | None = None  # the sub-test's description
    xfail: bool = False  # pytest's own ``wasxfail``
    failure: str = ""  # "" | assertion | subject | other
    reason: str = ""
    duration: float = 0.0
    conclusion: str = ""  # of a ready-made item: observed | inconclusive
    unasserted: bool = False  # the test's body provably asserts nothing
    measurements: tuple[Mapping[str, Any], ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()  # {"kind": "note" | "file", "name", "text"?, "path"?, "sha256"?}
    waived: str = ""  # what pytest was told instead of the failure; the outcome above is the original
    line: int | None = None  # of the test in the file that its node id names, from 1; of a plain pass it is not kept


class Entry(NamedTuple):
    """What is known of a test at its collection, and nowhere else: what it is about, and whether it was selected."""

    nodeid: str
    clauses: tuple[str, ...] = ()  # "7.4/performance" or "7.4", aspects reached through ``also`` included
    boundaries: tuple[str, ...] = ()  # "7.2>7.3"
    threats: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()  # marker ids that have no counterpart in the run's catalogue
    translated: tuple[str, ...] = ()  # "iso23053-2022:8.5 = 7.4", for display
    ready_made: bool = False
    selected: bool = True  # False: collected, then deselected
