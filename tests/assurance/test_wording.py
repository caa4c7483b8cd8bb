"""The standard's words, and numbers that do not lie by rounding."""

from __future__ import annotations

import pytest
from judging import BARE, CATALOGUE, judged

from pytest_iso23053.assurance.wording import (
    Vocabulary,
    beyond_limit,
    counted,
    evidence,
    first_line,
    some,
    what_would_decide,
)

WORDS = Vocabulary(CATALOGUE)


@pytest.mark.parametrize(
    ("reference", "place", "task"),
    [
        (
            "7.4/robustness",
            "in the Verification & Validation process",
            "detect adversarial evasion",
        ),
        (
            "7.4/performance",
            "in the Verification & Validation process",
            "demonstrate performance",
        ),
        ("7.4", "in the Verification & Validation process", ""),
        (
            "7.2>7.3",
            "at the boundary between Data Acquisition & Preparation and Model Building & Training",
            "reject poisoned records",
        ),
        (
            "7.3>7.4",
            "at the boundary between Model Building & Training and Verification & Validation",
            "uphold what the later phase assumes of the earlier one",
        ),
        (
            "7.2>7.4",
            "at the boundary between Data Acquisition & Preparation and Verification & Validation",
            "uphold what the later phase assumes of the earlier one",
        ),
        ("9.9/odd", "in the 9.9 process", ""),
    ],
)
def test_place_and_task(reference, place, task):
    assert (WORDS.place(reference), WORDS.task(reference)) == (place, task)


@pytest.mark.parametrize(
    ("reference", "known"),
    [("7.4", True), ("7.4/robustness", True), ("7.4/odd", False), ("9.9", False), ("9.9/odd", False),
     ("7.2>7.4", True), ("7.2>9.9", False), ("9.9>7.2", False)],
)  # fmt: skip
def test_what_the_catalogue_has(reference, known):
    assert WORDS.knows(reference) is known


def test_a_clause_without_aspects_has_a_general_one():
    words = Vocabulary(BARE)
    assert words.knows("5.1/general")
    assert words.task("5.1/general") == "demonstrate general"
    assert not words.knows("5.1/other")


def test_crosswalk():
    assert WORDS.crosswalk("7.4/performance") == {"ATLAS": ("AML.T0042",)}
    assert WORDS.crosswalk("7.4") == WORDS.crosswalk("7.2>7.3") == {}


def evasion(**more):
    base = {
        "value": 0.31,
        "low": 0.24,
        "high": 0.39,
        "operator": "<=",
        "limit": 0.1,
        "n": 200,
    }
    return judged("not met", "evasion_rate", **base | more)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        pytest.param(
            evasion(),
            "evasion_rate 0.31 (95 % interval 0.24 to 0.39), limit <= 0.10, n = 200, on credit, test",
            id="the whole of it",
        ),
        pytest.param(
            evasion(low=0.31, high=0.31, confidence=None, subjects=["train"]),
            "evasion_rate 0.31 (exact), limit <= 0.10, n = 200, on train",
            id="an exact quantity says that it has no interval",
        ),
        pytest.param(
            judged(None, "psi", value=0.12345, low=0.12, high=0.13, n=12_345, subjects=[]),
            "psi 0.123 (95 % interval 0.120 to 0.130), no limit, n = 12 345",
            id="no limit",
        ),
        pytest.param(
            judged(
                "not met",
                "selection_rate.ratio",
                params={"by": ["sex"]},
                value=0.7,
                low=0.6,
                high=0.79996,
                limit=0.8,
            ),
            "selection_rate.ratio(sex) 0.70000 (95 % interval 0.60000 to 0.79996), limit >= 0.80000, n = 200, "
            "on credit, test",
            id="no bound is rounded onto the limit",
        ),
        pytest.param(
            judged("inconclusive", value=None, low=None, high=None, n=0),
            "accuracy unknown (95 % interval unknown to unknown), limit >= 0.75, on credit, test",
            id="what is not defined is not a number",
        ),
        pytest.param(
            judged(
                "not met",
                "cost",
                value=1500.0,
                low=1500.0,
                high=1500.0,
                confidence=None,
                limit=1234.5678,
                operator="<=",
            ),
            "cost 1 500 (exact), limit <= 1234.5678, n = 200, on credit, test",
            id="a limit is never rounded",
        ),
        pytest.param(
            judged(
                "not met",
                "cost",
                value=12.0,
                low=11.0,
                high=13.0,
                limit=10,
                operator="<=",
            ),
            "cost 12 (95 % interval 11 to 13), limit <= 10, n = 200, on credit, test",
            id="whole numbers",
        ),
        pytest.param(
            judged(
                "not met",
                "evasion_rate",
                value=0.3,
                low=0.2,
                high=0.4,
                limit=0.1,
                operator="<=",
                params={"attacker": "sees labels, 500 queries a row, within 0.5 units in l2"},
            ),
            "evasion_rate 0.30 (95 % interval 0.20 to 0.40), limit <= 0.10, n = 200, on credit, test, "
            "attacker sees labels, 500 queries a row, within 0.5 units in l2",
            id="an attack quotes its attacker",
        ),
        pytest.param(
            judged("met", value=0.5 + 1e-14, low=0.5 + 1e-14, high=0.5 + 1e-14, limit=0.5),
            "accuracy 0.500000000000 (95 % interval 0.500000000000 to 0.500000000000), limit >= 0.500000000000, "
            "n = 200, on credit, test",
            id="digits have an end",
        ),
    ],
)
def test_evidence(record, said):
    assert evidence(record) == said


def test_what_would_decide():
    assert what_would_decide(judged("inconclusive", required_n=1737)).endswith(
        "about 1 740 rows would decide (90 % power)"
    )
    assert what_would_decide(judged("inconclusive")) == "the interval holds both sides of the limit"


@pytest.mark.parametrize(
    ("value", "operator", "limit", "beyond"),
    [
        (0.7, ">=", 0.75, True),
        (0.75, ">=", 0.75, False),
        (0.8, ">", 0.75, False),
        (0.2, "<=", 0.1, True),
        (0.05, "<", 0.1, False),
        (None, ">=", 0.75, False),
        (0.7, ">=", None, False),
        (True, ">=", 2, False),
    ],
)
def test_beyond_limit(value, operator, limit, beyond):
    assert beyond_limit(judged(value=value, operator=operator, limit=limit)) is beyond


def test_messages_stay_short():
    assert some("abc") == "a, b, c"
    assert some("abcde") == "a, b, c and 2 more"
    assert (counted(1, "test"), counted(2, "test")) == ("1 test", "2 tests")
    assert first_line("\n one \n two") == "one"
    assert first_line("x" * 300) == "x" * 199 + "…"
