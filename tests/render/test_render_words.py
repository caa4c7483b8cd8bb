from __future__ import annotations

import pytest

from pytest_iso23053.assurance import outcome, verdict
from pytest_iso23053.render.words import GATES, JUDGEMENTS, OUTCOMES, VERDICTS, counted, mark, plural, say_counts

TABLES = {"verdicts": VERDICTS, "outcomes": OUTCOMES, "judgements": JUDGEMENTS, "gates": GATES}


def constants(module):
    return {value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}


def test_every_verdict_and_outcome_of_the_domain_has_a_mark():
    assert set(VERDICTS) <= constants(verdict) | {"demonstrated"}
    assert set(OUTCOMES) <= constants(outcome)
    for word in ("failed", "error", "incomplete", "inconclusive", "not-applicable", "untested", "partial", "waived"):
        assert word in VERDICTS


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_marks_are_told_apart_without_colour(table):
    assert len({found.word for found in table.values()}) == len(table)
    for found in table.values():
        assert len(found.glyph) == 1
        assert len(found.ascii) == 1
        assert found.ascii.isascii()


def test_verdicts_have_glyphs_of_their_own():
    assert len({found.glyph for found in VERDICTS.values()}) == len(VERDICTS)
    assert len({found.ascii for found in VERDICTS.values()}) == len(VERDICTS)
    assert len({found.icon for found in VERDICTS.values()}) == len(VERDICTS)


def test_only_what_was_demonstrated_is_good():
    assert [word for word, found in VERDICTS.items() if found.tone == "good"] == ["demonstrated"]
    assert [word for word, found in OUTCOMES.items() if found.tone == "good"] == ["passed"]
    assert [word for word, found in GATES.items() if found.tone == "good"] == ["passed"]
    assert [word for word, found in JUDGEMENTS.items() if found.tone == "good"] == ["met"]


def test_an_unknown_word_is_shown_in_no_good_tone():
    found = mark(VERDICTS, "glorious\x1b[32m")
    assert found.word == r"glorious\x1b[32m"
    assert found.tone == "none"
    assert len(mark(VERDICTS, "x" * 500).word) <= 40


def test_counts_are_said_worst_first_and_zeros_not_at_all():
    counts = {"passed": 3, "novel": 1, "failed": 2, "skipped": 0}
    assert say_counts(counts, OUTCOMES) == "2\u00a0failed, 3\u00a0passed, 1\u00a0novel"
    assert [count for count, _ in counted(counts, OUTCOMES)] == [2, 3, 1]


def test_plural():
    assert (plural(1, "test"), plural(2, "test")) == ("1\u00a0test", "2\u00a0tests")
    assert plural(2, "boundary", "boundaries") == "2\u00a0boundaries"
