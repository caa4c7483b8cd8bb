"""The plugin's state: typed stash keys, never attributes on ``config``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_iso23053.assurance.evidence import Entry
    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.plugin.run import Run
    from pytest_iso23053.plugin.subjects import SubjectStore

run_key: pytest.StashKey[Run] = pytest.StashKey()
subjects_key: pytest.StashKey[SubjectStore] = pytest.StashKey()
report_key: pytest.StashKey[Report] = pytest.StashKey()
entry_key: pytest.StashKey[Entry] = pytest.StashKey()  # on an item: pytest makes its node id anew when asked for it
floor_key: pytest.StashKey[int] = pytest.StashKey()  # the status below which this run must not end, where it is not met
