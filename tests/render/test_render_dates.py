"""Days left, counted from the run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import samples
from markup import Markup

from pytest_iso23053.render.dates import days_left
from pytest_iso23053.render.html import render_html


@pytest.mark.parametrize(
    ("ends", "started", "said"),
    [
        ("2027-01-31", "2026-11-23T16:34:46+00:00", "69\u00a0days left at this run"),
        (date(2026, 11, 24), "2026-11-23 (SOURCE_DATE_EPOCH)", "1\u00a0day left at this run"),
        ("2026-11-23", "2026-11-23", "on the day of this run"),
        ("2026-11-20", "2026-11-23", "3\u00a0days before this run"),
        ("some day", "2026-11-23", ""),
        (None, None, ""),
    ],
)
def test_days_are_counted_from_the_run(ends, started, said):
    assert days_left(ends, started) == said


def test_the_page_says_them_beside_the_date():
    run = {"started": "2026-11-23T12:00:00+00:00"}
    text = Markup(render_html(replace(samples.rich(), run=run))).text
    assert "2027-01-31 69 days left at this run" in text
    assert "2026-03-31 237 days before this run" in text
