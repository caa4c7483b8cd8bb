"""How large the HTML report becomes: with clauses and failures, and not with tests that pass."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pytest_iso23053.render.html import render_html

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "html_report"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def size() -> Any:
    """Return the bytes of the page of a run; the benchmark's folder is on the path only while it is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        many = importlib.import_module("many_tests")

        @cache
        def of(count: int, failing: float) -> int:
            return len(render_html(many.report_of(count, failing=failing)).encode())

        yield of
    sys.modules.pop("many_tests", None)


def test_ten_thousand_tests_of_which_a_tenth_carries_drawings_are_a_megabyte_at_most(size):
    assert size(10_000, 0.01) < MEGABYTE


def test_fifty_thousand_tests_are_five(size):
    assert size(50_000, 0.01) < 5 * MEGABYTE


def test_a_run_of_many_failures_is_bounded_too(size):
    assert size(10_000, 0.2) < MEGABYTE


def test_it_does_not_grow_with_tests_that_pass(size):
    assert size(20_000, 0) - size(5_000, 0) < 10_000
