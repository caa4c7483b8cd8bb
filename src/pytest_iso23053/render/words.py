"""The words and glyphs of verdicts, outcomes, judgements and the gate: one table, so that every format says the same.

A verdict is never told by colour alone. Each has a word, a glyph, a glyph of plain ASCII for terminals that know no
other, and a *tone*, which a format may turn into a colour: good, bad, open (undecided), waived, none (nothing shown).
Only what was demonstrated has the tone ``good``; what was not measured is grey, never green.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.render.text import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Mapping


class Mark(NamedTuple):
    """How a verdict, an outcome or a judgement is shown."""

    word: str
    glyph: str
    ascii: str
    tone: str
    icon: str  # the name of its drawn form, in HTML


# Worst first: the order in which verdicts are counted and listed.
VERDICTS: Mapping[str, Mark] = {
    "failed": Mark("failed", "✗", "x", "bad", "cross"),
    "error": Mark("error", "!", "!", "bad", "bang"),
    "incomplete": Mark("incomplete", "◌", "~", "open", "dashed"),
    "inconclusive": Mark("inconclusive", "?", "?", "open", "question"),
    "untested": Mark("untested", "○", "o", "none", "ring"),
    "partial": Mark("partial", "◐", "/", "open", "half"),
    "waived": Mark("waived", "◇", "w", "waived", "diamond"),
    "demonstrated": Mark("demonstrated", "✓", "+", "good", "check"),
    "not-applicable": Mark("not applicable", "–", "-", "none", "dash"),
}

OUTCOMES: Mapping[str, Mark] = {
    "failed": Mark("failed", "✗", "x", "bad", "cross"),
    "error": Mark("error", "!", "!", "bad", "bang"),
    "inconclusive": Mark("inconclusive", "?", "?", "open", "question"),
    "xfailed": Mark("xfailed", "✗", "x", "bad", "cross"),
    "not-run": Mark("not run", "◌", "~", "open", "dashed"),
    "skipped": Mark("skipped", "–", "-", "none", "dash"),
    "xpassed": Mark("xpassed", "✓", "+", "open", "check"),
    "observed": Mark("observed", "○", "o", "none", "ring"),
    "passed": Mark("passed", "✓", "+", "good", "check"),
}

JUDGEMENTS: Mapping[str | None, Mark] = {
    "not met": Mark("not met", "✗", "x", "bad", "cross"),
    "inconclusive": Mark("inconclusive", "?", "?", "open", "question"),
    None: Mark("observed", "○", "o", "none", "ring"),
    "met": Mark("met", "✓", "+", "good", "check"),
}

GATES: Mapping[str, Mark] = {
    "passed": Mark("PASSED", "✓", "+", "good", "check"),
    "failed": Mark("FAILED", "✗", "x", "bad", "cross"),
    "incomplete": Mark("INCOMPLETE", "◌", "~", "open", "dashed"),
    "not-judged": Mark("NOT JUDGED", "–", "-", "none", "dash"),
    "off": Mark("off", "–", "-", "none", "dash"),
}

BASES: Mapping[str, str] = {
    "stated": "stated in the test",
    "C": "published convention",
    "N": "null or identity",
    "P": "no accepted value",
}

FRAMEWORKS: Mapping[str, str] = {
    "iso22989": "ISO/IEC 22989",
    "iso42001": "ISO/IEC 42001",
    "iso5338": "ISO/IEC 5338",
    "ai_rmf": "NIST AI RMF",
    "nist_aml": "NIST AI 100-2",
    "eu_ai_act": "EU AI Act",
    "owasp_ml": "OWASP ML",
    "atlas": "MITRE ATLAS",
}

GRADES = ("failure", "weakness", "gap", "observation", "not assessed")
SEVERITIES = ("high", "medium", "low", "info")

WORD_WIDTH = max(len(mark.word) for mark in VERDICTS.values())


def mark(table: Mapping[Any, Mark], key: str | None) -> Mark:
    """Find a mark; a word this version does not know (a report of a later one) is shown as it is, in no good tone."""
    return table.get(key) or Mark(shorten(visible(key), 40), "?", "?", "none", "question")


def counted(counts: Mapping[str, int], table: Mapping[str, Mark]) -> list[tuple[int, Mark]]:
    """Order counts as the table does, those it does not know last; zeros are left out."""
    known = [key for key in table if key in counts]
    others = sorted(key for key in counts if key not in table)
    return [(counts[key], mark(table, key)) for key in (*known, *others) if counts[key]]


def say_counts(counts: Mapping[str, int], table: Mapping[str, Mark]) -> str:
    """Spell counts out: ``1 failed, 3 passed``."""
    return ", ".join(f"{count}\u00a0{found.word}" for count, found in counted(counts, table))


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Say ``1 test`` and ``2 tests``."""
    return f"{count}\u00a0{noun if count == 1 else nouns or noun + 's'}"
