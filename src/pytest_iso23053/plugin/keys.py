"""The plugin's state: typed stash keys, never attributes on ``config`` (STYLE §1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.plugin.run import Run
    from pytest_iso23053.plugin.subjects import SubjectStore

run_key = pytest.StashKey["Run"]()
subjects_key = pytest.StashKey["SubjectStore"]()
report_key = pytest.StashKey["Report"]()
