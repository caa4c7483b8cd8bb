"""Where tests belong, what is required, and the percentages: VERDICTS §2 to §4 and §6."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import (
    BARE,
    CATALOGUE,
    EARLIER,
    TODAY,
    catalogue_of,
    clause,
    further,
    not_applicable,
    record,
    reference,
    required,
)

from pytest_iso23053.assurance.matrix import ComputedVerdict, build_matrix
from pytest_iso23053.assurance.outcome import OUTCOMES
from pytest_iso23053.assurance.scope import Scope


def matrix_of(*records, catalogue=CATALOGUE, computed=None, **scope):
    return build_matrix(Scope(catalogue, today=TODAY, **scope), records, computed)


def verdict(matrix, text):
    return matrix.find(text).verdict


def test_a_test_lies_in_every_cell_it_names():
    matrix = matrix_of(record("a", "passed", "7.4/performance", "7.2/quality", boundaries=("7.2>7.3",)))
    for text in ("7.4/performance", "7.2/quality", "7.2>7.3"):
        assert (verdict(matrix, text), matrix.find(text).tests) == (
            "demonstrated",
            ("a",),
        )
        assert matrix.find(text).counts == {"passed": 1}
    assert verdict(matrix, "7.2") == "demonstrated"
    assert verdict(matrix, "7.4") == "partial"
    assert verdict(matrix, "7.3>7.4") == "untested"


def test_a_test_that_names_a_clause_alone_covers_no_aspect():
    matrix = matrix_of(record("a", "passed", "7.4"))
    assert (
        verdict(matrix, "7.4"),
        matrix.find("7.4").tests,
        matrix.find("7.4").counts,
    ) == (
        "partial",
        ("a",),
        {"passed": 1},
    )
    assert {aspect.verdict for aspect in matrix.find("7.4").aspects} == {"untested"}


def test_a_waiver_counts_only_for_what_it_covers():
    matrix = matrix_of(record("a", "failed", "7.4/fairness", "7.4/performance", waived=("7.4/fairness",)))
    assert (verdict(matrix, "7.4/fairness"), verdict(matrix, "7.4/performance")) == (
        "waived",
        "failed",
    )


def test_a_name_given_twice_counts_once():
    matrix = matrix_of(record("a", "passed", "7.4/fairness", "7.4/fairness"))
    assert matrix.find("7.4/fairness").counts == {"passed": 1}


def test_skipped_subtests_make_it_partial_and_are_told():
    matrix = matrix_of(record("a", "passed", "7.2/quality", subtests_skipped=("[b]", "[c]")))
    assert (verdict(matrix, "7.2/quality"), matrix.find("7.2/quality").reason) == (
        "partial",
        "2 of its sub-tests were skipped",
    )
    skipped = matrix_of(record("a", "passed", "7.2/quality"), record("b", "skipped", "7.2/quality"))
    assert (verdict(skipped, "7.2/quality"), skipped.find("7.2/quality").reason) == (
        "partial",
        "",
    )


def test_phases_fold_their_clauses():
    matrix = matrix_of(record("a", "passed", "7.2/quality"), record("b", "failed", "8.4/fairness"))
    assert {phase.id: phase.verdict for phase in matrix.phases} == {
        "data": "demonstrated",
        "build": "untested",
        "vv": "untested",
        "society": "failed",
    }


class TestRequired:
    """Required aspects come from the catalogue, its profiles and ``require``, and from nowhere else."""

    def required(self, **scope):
        return {
            f"{each.id}/{aspect.id}"
            for each in matrix_of(**scope).clauses()
            for aspect in each.aspects
            if aspect.required
        }

    def test_the_catalogues_own(self):
        assert "7.2/quality" in self.required()
        assert not {"7.2/poisoning", "7.4/calibration"} & self.required()

    def test_a_profile_adds_its_own(self):
        assert self.required(profile="red-team") - self.required() == {"7.2/poisoning"}
        assert self.required(profile="unheard-of") == self.required()

    def test_the_configuration_adds_its_own(self):
        assert self.required(require=(reference("7.4/calibration"),)) - self.required() == {"7.4/calibration"}
        assert self.required(require=(reference("7.2"),)) - self.required() == {"7.2/poisoning"}

    def test_a_clause_that_lists_no_aspects_has_one(self):
        matrix = matrix_of(record("a", "passed", "5.1/general"), catalogue=BARE)
        assert [(aspect.id, aspect.verdict) for aspect in matrix.find("5.1").aspects] == [("general", "demonstrated")]
        assert (verdict(matrix, "5.1"), matrix.summary().demonstrated_percent) == (
            "demonstrated",
            100.0,
        )

    def test_boundaries_are_required_by_a_profile(self):
        boundaries = matrix_of(profile="red-team").boundaries
        assert [(str(each.from_clause), each.required) for each in boundaries] == [
            ("7.2", True),
            ("7.3", False),
        ]
        assert not any(each.required for each in matrix_of().boundaries)
        assert not any(each.required for each in matrix_of(profile="unheard-of").boundaries)


class TestNotApplicable:
    def test_an_aspect(self):
        matrix = matrix_of(not_applicable=(not_applicable("7.4/fairness"),))
        found = matrix.find("7.4/fairness")
        assert found.verdict == "not-applicable"
        assert found.reason == "no personal data (until 2027-01-31, owner risk@example.org)"
        assert verdict(matrix, "7.4/performance") == "untested"

    def test_a_clause_means_all_of_its_aspects(self):
        matrix = matrix_of(not_applicable=(not_applicable("7.4"),))
        assert verdict(matrix, "7.4") == "not-applicable"
        assert {aspect.verdict for aspect in matrix.find("7.4").aspects} == {"not-applicable"}

    def test_a_boundary(self):
        matrix = matrix_of(not_applicable=(not_applicable("7.2>7.3"),))
        assert (verdict(matrix, "7.2>7.3"), verdict(matrix, "7.3>7.4")) == (
            "not-applicable",
            "untested",
        )

    def test_a_clause_says_nothing_of_its_boundaries(self):
        assert verdict(matrix_of(not_applicable=(not_applicable("7.2"),)), "7.2>7.3") == "untested"

    def test_a_test_that_runs_there_all_the_same_and_fails(self):
        matrix = matrix_of(
            record("a", "failed", "7.4/fairness"),
            not_applicable=(not_applicable("7.4"),),
        )
        assert (
            verdict(matrix, "7.4/fairness"),
            matrix.find("7.4/fairness").reason,
        ) == ("failed", "")

    def test_an_expired_declaration_excludes_nothing(self):
        scope = Scope(
            CATALOGUE,
            not_applicable=(not_applicable("7.4", expires=EARLIER),),
            today=TODAY,
        )
        assert build_matrix(scope, []).find("7.4").verdict == "untested"
        assert [said["state"] for said in scope.statements()] == ["expired"]

    def test_what_the_report_says_of_it(self):
        scope = Scope(
            CATALOGUE,
            not_applicable=(not_applicable("7.4", expires=TODAY),),
            today=TODAY,
        )
        assert scope.statements() == (
            {
                "clause": "7.4",
                "reason": "no personal data",
                "owner": "risk@example.org",
                "expires": "2026-11-23",
                "state": "in force",
            },
        )


class TestComputed:
    def test_it_is_never_judged_by_a_test(self):
        matrix = matrix_of(record("a", "passed", "7.4/requirements"))
        found = matrix.find("7.4/requirements")
        assert (found.verdict, found.computed, found.tests) == ("untested", True, ())

    def test_it_is_taken_over(self):
        judged = {"7.4/requirements": ComputedVerdict("partial", "1 of 2 met", ("a",))}
        found = matrix_of(computed=judged).find("7.4/requirements")
        assert (found.verdict, found.reason, found.tests, found.computed) == (
            "partial",
            "1 of 2 met",
            ("a",),
            True,
        )
        assert verdict(matrix_of(computed=judged), "7.4") == "partial"

    @pytest.mark.parametrize(
        ("judged", "found"),
        [
            ("untested", "not-applicable"),
            ("demonstrated", "not-applicable"),
            ("failed", "failed"),
            ("inconclusive", "inconclusive"),
        ],
    )
    def test_declared_not_applicable(self, judged, found):
        computed = {"7.4/requirements": ComputedVerdict(judged, "so")}
        matrix = matrix_of(computed=computed, not_applicable=(not_applicable("7.4/requirements"),))
        assert verdict(matrix, "7.4/requirements") == found


class TestSummary:
    catalogue = catalogue_of(
        clause(
            "1",
            "one",
            "One",
            *(required(f"a{number}") for number in range(4)),
            further("b"),
        )
    )

    def test_denominators_are_what_is_in_scope(self):
        matrix = matrix_of(
            record("a", "passed", "1/a0"),
            record("b", "failed", "1/a1", waived=("1/a1",)),
            record("c", "passed", "1/b"),
            catalogue=self.catalogue,
            not_applicable=(not_applicable("1/a3"),),
        )
        summary = matrix.summary()
        assert summary.demonstrated_percent == 100 / 3
        assert summary.waived_percent == 100 / 3
        assert summary.aspects == {
            "demonstrated": 1,
            "not-applicable": 1,
            "untested": 1,
            "waived": 1,
        }
        assert summary.tests == {"failed": 1, "passed": 2}

    def test_nothing_in_scope_is_null_not_a_hundred(self):
        summary = matrix_of(
            record("a", "passed", "1/a0"),
            catalogue=self.catalogue,
            not_applicable=(not_applicable("1"),),
        ).summary()
        assert (
            summary.demonstrated_percent,
            summary.waived_percent,
            summary.boundaries_demonstrated,
        ) == (
            None,
            None,
            None,
        )

    def test_boundaries_likewise(self):
        matrix = matrix_of(record("a", "passed", boundaries=("7.2>7.3",)))
        assert matrix.summary().boundaries_demonstrated == 50.0
        assert matrix.summary().boundaries == {"demonstrated": 1, "untested": 1}


def test_what_the_catalogue_lacks_is_listed_and_counted_nowhere():
    matrix = matrix_of(record("a", "failed", "9.9", "7.4/typo", boundaries=("7.2>7.4",)))
    assert matrix.outside == {"7.2>7.4": ("a",), "7.4/typo": ("a",), "9.9": ("a",)}
    assert matrix.find("9.9") is None
    assert matrix.summary().aspects == matrix_of().summary().aspects


names = st.sampled_from(
    [
        "7.2/quality",
        "7.2/poisoning",
        "7.2",
        "7.4/performance",
        "7.4/fairness",
        "7.4",
        "7.3/training",
    ]
)
records = st.lists(
    st.builds(
        lambda number, outcome, clauses, boundaries, waived, asserted: record(
            f"t{number}",
            outcome,
            *clauses,
            boundaries=tuple(boundaries),
            waived=tuple(clauses[:1]) if waived and outcome in ("failed", "xfailed", "inconclusive") else (),
            supports=asserted and outcome in ("passed", "xpassed"),
        ),
        st.integers(0, 1_000),
        st.sampled_from(OUTCOMES),
        st.lists(names, max_size=3, unique=True),
        st.lists(st.sampled_from(["7.2>7.3", "7.3>7.4"]), max_size=2, unique=True),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda each: each.nodeid,
)
mistyped = st.sampled_from(["7.44", "7.4/robustnes", "8.9/fairness", "7.2 ", "7.4/", "general", "7.4/general"])


def denominators(matrix):
    summary = matrix.summary()
    return sum(summary.aspects.values()), sum(summary.boundaries.values())


@given(records, st.lists(mistyped, max_size=3), st.sampled_from(OUTCOMES))
def test_a_mistyped_id_never_changes_a_denominator_or_a_verdict(found, typos, outcome):
    before = matrix_of(*found)
    after = matrix_of(*found, record("typo", outcome, *typos, boundaries=("7.2>7.5",)))
    assert denominators(after) == denominators(before)
    assert (after.phases, after.boundaries) == (before.phases, before.boundaries)
    assert after.summary().demonstrated_percent == before.summary().demonstrated_percent


@given(records)
def test_demonstrated_implies_a_supporting_test_and_nothing_against_it(found):
    matrix = matrix_of(*found)
    cells = [aspect for each in matrix.clauses() for aspect in each.aspects]
    for cell in [*cells, *matrix.boundaries]:
        if cell.verdict == "demonstrated":
            own = [matrix.records[nodeid] for nodeid in cell.tests]
            assert any(each.supports for each in own)
            assert not {each.outcome for each in own} & {
                "failed",
                "xfailed",
                "error",
                "not-run",
                "inconclusive",
                "skipped",
            }


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_tests_never_matters(found, chance):
    before = matrix_of(*found)
    chance.shuffle(found)
    after = matrix_of(*found)
    assert before.summary() == after.summary()
    for each in before.clauses():
        assert after.find(each.id).verdict == each.verdict
        assert [aspect.verdict for aspect in after.find(each.id).aspects] == [aspect.verdict for aspect in each.aspects]
