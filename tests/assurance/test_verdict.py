"""VERDICTS §2 and §3, row by row: outcomes → aspect → clause → phase."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import record

from pytest_iso23053.assurance.outcome import OUTCOMES
from pytest_iso23053.assurance.verdict import (
    VERDICTS,
    Tally,
    aspect_verdict,
    clause_verdict,
    percentage,
    phase_verdict,
)


def tally(*described: str) -> Tally:
    """``"failed"``, ``"failed waived"``, ``"passed unasserted"``, ``"passed subtests-skipped"``, …"""
    found = Tally()
    for text in described:
        outcome, _, how = text.partition(" ")
        supports = outcome in ("passed", "xpassed") and how != "unasserted"
        skipped = ("[b]",) if how == "subtests-skipped" else ()
        found.add(
            record("t", outcome, supports=supports, subtests_skipped=skipped),
            waived=how == "waived",
        )
    return found


SECTION_2 = [
    ("any failed or xfailed without a valid waiver → failed", [
        ("failed",), ("xfailed",), ("passed", "failed"), ("failed", "error", "not-run", "inconclusive"),
        ("failed waived", "failed"), ("xfailed", "passed", "skipped"),
    ], "failed"),
    ("any error → error", [
        ("error",), ("error", "passed"), ("error", "not-run"), ("error waived",), ("error", "failed waived"),
    ], "error"),
    ("any not-run → incomplete", [
        ("not-run",), ("not-run", "passed"), ("not-run", "inconclusive"), ("not-run waived", "passed"),
    ], "incomplete"),
    ("any inconclusive without a valid waiver → inconclusive", [
        ("inconclusive",), ("inconclusive", "passed"), ("inconclusive", "inconclusive waived"),
        ("inconclusive", "skipped"),
    ], "inconclusive"),
    ("no supporting and no waived test (none at all, only skipped, observed or unasserted ones) → untested", [
        (), ("skipped",), ("observed",), ("passed unasserted",), ("skipped", "observed", "passed unasserted"),
        ("xpassed unasserted",),
    ], "untested"),
    ("any skipped (sub-tests included) beside supporting or waived ones → partial", [
        ("skipped", "passed"), ("skipped", "failed waived"), ("passed subtests-skipped",),
        ("xpassed subtests-skipped",), ("passed", "skipped", "xfailed waived"),
    ], "partial"),
    ("some waived → waived", [
        ("failed waived",), ("xfailed waived", "passed"), ("inconclusive waived",), ("failed waived", "observed"),
    ], "waived"),
    ("else (at least one supporting; observed and unasserted ones beside it change nothing) → demonstrated", [
        ("passed",), ("xpassed",), ("passed", "observed"), ("passed", "passed unasserted"), ("passed", "xpassed"),
    ], "demonstrated"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        pytest.param(outcomes, verdict, id=f"{row} | {' + '.join(outcomes) or 'none at all'}")
        for row, cases, verdict in SECTION_2
        for outcomes in cases
    ],
)
def test_aspect_by_the_table(outcomes, verdict):
    for order in itertools.permutations(outcomes):
        assert aspect_verdict(tally(*order)) == verdict


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ((), "not-applicable"),
        (("passed",), "not-applicable"),
        (("skipped",), "not-applicable"),
        (("failed waived",), "not-applicable"),
        (("failed",), "failed"),
        (("error",), "error"),
        (("not-run",), "incomplete"),
        (("inconclusive",), "inconclusive"),
    ],
    ids=lambda value: value if isinstance(value, str) else " + ".join(value) or "none at all",
)
def test_declared_not_applicable_excuses_no_failure(outcomes, verdict):
    """Row «declared not applicable (§6)»: after the four worst, before the others."""
    assert aspect_verdict(tally(*outcomes), not_applicable=True) == verdict


SECTION_3 = [
    ("the worst of its tests and required aspects in the order failed > error > incomplete > inconclusive", [
        (["failed", "error", "incomplete", "inconclusive"], [], (), "failed"),
        (["error", "incomplete", "inconclusive", "demonstrated"], [], (), "error"),
        (["incomplete", "inconclusive", "untested"], [], (), "incomplete"),
        (["inconclusive", "untested", "not-applicable"], [], (), "inconclusive"),
        (["demonstrated"], [], ("failed",), "failed"),
        (["error"], [], ("failed",), "failed"),
        (["failed"], [], ("error",), "failed"),
        (["demonstrated"], [], ("error",), "error"),
        (["demonstrated"], [], ("not-run",), "incomplete"),
        (["demonstrated"], [], ("inconclusive",), "inconclusive"),
    ]),
    ("a further aspect that is failed, error, incomplete or inconclusive counts as a required one does", [
        (["demonstrated"], ["failed"], (), "failed"),
        (["error"], ["failed"], (), "failed"),
        (["demonstrated"], ["error"], (), "error"),
        (["demonstrated"], ["incomplete"], (), "incomplete"),
        (["demonstrated"], ["inconclusive"], (), "inconclusive"),
        (["demonstrated"], ["waived"], (), "waived"),
    ]),
    ("a further aspect that is untested changes nothing", [
        (["demonstrated"], ["untested"], (), "demonstrated"),
        (["demonstrated"], ["partial"], (), "demonstrated"),
        (["demonstrated"], ["not-applicable"], (), "demonstrated"),
        (["untested"], ["untested"], (), "untested"),
    ]),
    ("not-applicable if all required aspects are", [
        (["not-applicable", "not-applicable"], [], (), "not-applicable"),
        (["not-applicable"], ["demonstrated"], (), "not-applicable"),
        (["not-applicable"], [], ("passed",), "not-applicable"),
        (["not-applicable", "demonstrated"], [], (), "demonstrated"),
        ([], ["not-applicable"], (), "not-applicable"),
    ]),
    ("untested if nothing supports or is waived", [
        (["untested", "untested"], [], (), "untested"),
        (["untested", "not-applicable"], [], (), "untested"),
        (["untested"], [], ("skipped", "observed", "passed unasserted"), "untested"),
        ([], [], (), "untested"),
    ]),
    ("partial if a required aspect is untested or partial", [
        (["demonstrated", "untested"], [], (), "partial"),
        (["demonstrated", "partial"], [], (), "partial"),
        (["waived", "untested"], [], (), "partial"),
        (["partial"], [], (), "partial"),
        (["untested"], ["demonstrated"], (), "partial"),
    ]),
    ("a test that names a clause alone: passing, it supports the clause (which is then partial, not untested)", [
        (["untested", "untested"], [], ("passed",), "partial"),
        (["untested"], [], ("failed waived",), "partial"),
        (["demonstrated"], [], ("passed",), "demonstrated"),
        (["demonstrated"], [], ("skipped",), "demonstrated"),
    ]),
    ("waived if any is waived", [
        (["demonstrated", "waived"], [], (), "waived"),
        (["demonstrated"], [], ("failed waived",), "waived"),
        (["waived", "not-applicable"], [], (), "waived"),
    ]),
    ("else demonstrated", [
        (["demonstrated", "demonstrated"], [], (), "demonstrated"),
        ([], ["demonstrated"], (), "demonstrated"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("required", "further", "own", "verdict"),
    [
        pytest.param(*case, id=f"{row} | {case[:3]}".replace("[", "(").replace("]", ")"))
        for row, cases in SECTION_3
        for case in cases
    ],
)
def test_clause_by_the_table(required, further, own, verdict):
    assert clause_verdict(required, further, tally(*own)) == verdict
    assert clause_verdict(required[::-1], further[::-1], tally(*own[::-1])) == verdict


@pytest.mark.parametrize(
    ("clauses", "verdict"),
    [
        (["demonstrated"], "demonstrated"),
        (["demonstrated", "failed", "error"], "failed"),
        (["demonstrated", "incomplete", "inconclusive"], "incomplete"),
        (["untested", "untested"], "untested"),
        (["untested", "partial"], "partial"),
        (["demonstrated", "untested"], "partial"),
        (["demonstrated", "waived"], "waived"),
        (["not-applicable", "not-applicable"], "not-applicable"),
        (["not-applicable", "demonstrated"], "demonstrated"),
    ],
    ids=str,
)
def test_a_phase_folds_its_clauses_the_same_way(clauses, verdict):
    assert phase_verdict(clauses) == verdict


verdicts = st.sampled_from(VERDICTS)


@given(st.lists(verdicts), st.lists(verdicts), st.randoms(use_true_random=False))
def test_a_clause_is_demonstrated_only_if_all_that_is_required_is(required, further, chance):
    found = clause_verdict(required, further)
    assert found in VERDICTS
    if found == "demonstrated":
        assert set(required) <= {"demonstrated", "not-applicable"}
        assert set(further) <= {"demonstrated", "not-applicable", "untested", "partial"}
        assert "demonstrated" in {*required, *further} or "partial" in further
    chance.shuffle(required)
    assert clause_verdict(required, further) == found


@given(
    st.lists(st.tuples(st.sampled_from(OUTCOMES), st.booleans(), st.booleans()), max_size=6),
    st.booleans(),
)
def test_demonstrated_means_supported_and_nothing_against_it(described, not_applicable):
    found = Tally()
    for outcome, supports, waived in described:
        found.add(
            record("t", outcome, supports=supports and outcome in ("passed", "xpassed")),
            waived=waived,
        )
    verdict = aspect_verdict(found, not_applicable=not_applicable)
    assert verdict in VERDICTS
    if verdict in ("demonstrated", "partial"):
        assert not not_applicable
        assert not {outcome for outcome, *_ in described} & {"error", "not-run"}
        assert not [
            1 for outcome, _, waived in described if outcome in ("failed", "xfailed", "inconclusive") and not waived
        ]
    if verdict == "demonstrated":
        assert any(outcome in ("passed", "xpassed") and supports for outcome, supports, _ in described)
        assert not {outcome for outcome, *_ in described} & {
            "failed",
            "xfailed",
            "inconclusive",
            "skipped",
        }


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 0, None), (0, 3, 0.0), (3, 3, 100.0), (7, 25, 28.0)],
)
def test_the_percentage_of_nothing_is_null(part, whole, percent):
    assert percentage(part, whole) == percent


def test_the_percentage_is_never_rounded_up():
    assert percentage(19_999, 20_000) < 100
