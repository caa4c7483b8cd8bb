"""What is wrong or missing, in the standard's words (CATALOGUE §5.2)."""

from __future__ import annotations

import pytest
from judging import (
    CATALOGUE,
    NODE,
    TODAY,
    judged,
    record,
    waiver,
)

from pytest_iso23053.assurance.findings import GRADES, Sources, find
from pytest_iso23053.assurance.matrix import ComputedVerdict, build_matrix
from pytest_iso23053.assurance.report import Gap
from pytest_iso23053.assurance.scope import Scope
from pytest_iso23053.assurance.waivers import WaiverBook
from pytest_iso23053.catalogue.crosswalk import editions


def findings(*records, waivers=(), computed=None, gaps=(), seed=None, profile=None, tasks=None, suite=None):
    book = WaiverBook(waivers, TODAY, catalogue=CATALOGUE)
    scope = Scope(CATALOGUE, profile, today=TODAY)
    matrix = build_matrix(scope, [book.applied(each) for each in records], computed)
    return find(Sources(CATALOGUE, matrix, book, gaps, seed, tasks or {}, suite=suite))


def of_tests(*records, **more):
    return [each for each in findings(*records, **more) if each.grade != "gap"]


def only(*records, **more):
    (finding,) = of_tests(*records, **more)
    return finding


EVASION = judged(
    "not met",
    "evasion_rate",
    value=0.31,
    low=0.24,
    high=0.39,
    operator="<=",
    limit=0.1,
    n=200,
)


def test_a_broken_limit_is_a_failure_in_the_standards_words():
    finding = only(record(NODE, "failed", "7.4/robustness", measurements=(EVASION,)))
    assert finding.sentence == (
        "failure in the Verification & Validation process to detect adversarial evasion: evasion_rate 0.31 "
        "(95 % interval 0.24 to 0.39), limit <= 0.10, n = 200, on credit, test"
    )
    assert (finding.grade, finding.severity, finding.clause, finding.measure, finding.nodeid) == (
        "failure", "high", "7.4/robustness", "evasion_rate", NODE
    )  # fmt: skip
    assert finding.reproduce == f"pytest --iso23053 {NODE}"


def test_a_measure_may_have_words_of_its_own_where_the_aspect_is_wider():
    tasks = {"flip_rate": "detect decisions that noise flips"}
    flipped = judged("not met", "flip_rate.worst", params={"by": ["sex"]})
    measured = record(NODE, "failed", "7.4/robustness", measurements=(flipped, EVASION))
    assert [each.sentence.partition(":")[0] for each in of_tests(measured, tasks=tasks)] == [
        "failure in the Verification & Validation process to detect decisions that noise flips",
        "failure in the Verification & Validation process to detect adversarial evasion",
    ]


def test_a_boundary_lies_between_two_processes():
    finding = only(record(NODE, "failed", boundaries=("7.2>7.3",), reason="assert 3 == 0\nmore"))
    assert finding.sentence == (
        "failure at the boundary between Data Acquisition & Preparation and Model Building & Training to reject "
        f"poisoned records: {NODE} failed: assert 3 == 0"
    )
    assert (finding.clause, finding.measure, finding.severity) == ("7.2>7.3", None, "high")


def test_a_boundary_the_catalogue_does_not_name_is_spoken_of_too():
    assert only(record(NODE, "failed", boundaries=("7.2>7.4",))).clause == "7.2>7.4"


@pytest.mark.parametrize(
    ("outcome", "judgement", "grade", "severity"),
    [
        ("failed", "not met", "failure", "high"),
        ("xfailed", "not met", "failure", "high"),
        ("inconclusive", "inconclusive", "observation", "info"),
        ("inconclusive", "not met", "observation", "info"),
        ("observed", None, "observation", "info"),
    ],
)
def test_grade_of_a_judgement(outcome, judgement, grade, severity):
    finding = only(record(NODE, outcome, "7.4/performance", measurements=(judged(judgement),)))
    assert (finding.grade, finding.severity, finding.measure) == (
        grade,
        severity,
        "accuracy",
    )


def test_undecided_with_the_value_beyond_the_limit_is_a_weakness():
    open_one = judged("inconclusive", value=0.7, required_n=1737)
    finding = only(record(NODE, "inconclusive", "7.4/performance", measurements=(open_one,)))
    assert (finding.grade, finding.severity) == ("weakness", "medium")
    assert finding.sentence == (
        "weakness in the Verification & Validation process to demonstrate performance: accuracy 0.70 (95 % interval "
        "0.70 to 0.90), limit >= 0.75, n = 200, on credit, test; the interval holds both sides of the limit; "
        "about 1 740 rows would decide (90 % power)"
    )


def test_what_a_measures_own_control_leaves_open_is_an_observation():
    open_one = judged("inconclusive", value=0.7)
    finding = only(record(NODE, "observed", "7.4/performance", measurements=(open_one,)))
    assert (finding.grade, finding.severity) == ("observation", "info")


def test_not_met_in_a_test_that_passed_is_told_as_what_it_is():
    finding = only(record(NODE, "inconclusive", "7.4/performance", measurements=(judged("not met"),)))
    assert finding.sentence.startswith(
        "observation in the Verification & Validation process, asked to demonstrate performance:"
    )
    assert finding.sentence.endswith("not met, in a test that did not fail")


def test_a_passing_test_that_does_not_support_is_no_failure():
    given = record(
        NODE,
        "passed",
        "7.4/performance",
        supports=False,
        measurements=(judged("not met"),),
    )
    assert only(given).grade == "observation"
    assert of_tests(record(NODE, "passed", "7.4/performance", supports=False, unasserted=True)) == []


def test_a_test_that_supports_is_no_finding():
    assert of_tests(record(NODE, "passed", "7.4/performance", measurements=(judged(),))) == []
    assert of_tests(record(NODE, "failed")) == []


def test_what_was_met_beside_what_was_not_is_no_finding():
    measurements = (judged("met", "f1"), judged("not met"), judged(None, "recall"))
    assert only(record(NODE, "failed", "7.4/performance", measurements=measurements)).measure == "accuracy"


def test_a_failure_without_a_judgement_names_the_test():
    finding = only(record(NODE, "xfailed", "7.4", reason="known"))
    assert finding.sentence == f"failure in the Verification & Validation process: {NODE} xfailed: known"
    assert finding.severity == "high"


def test_a_failure_for_another_reason_than_its_judgements():
    given = record(NODE, "failed", "7.4/performance", measurements=(judged("inconclusive"),))
    assert [(each.grade, each.measure) for each in of_tests(given)] == [
        ("failure", None),
        ("observation", "accuracy"),
    ]


def test_inconclusive_without_a_judgement():
    finding = only(record(NODE, "inconclusive", "7.4/performance", reason="passed in attempt 2"))
    assert (finding.grade, finding.sentence.rpartition(": ")[2]) == (
        "observation",
        "passed in attempt 2",
    )


def test_further_aspects_are_a_step_less_severe():
    assert only(record(NODE, "failed", "7.4/calibration")).severity == "medium"
    weak = record(
        NODE,
        "inconclusive",
        "7.4/calibration",
        measurements=(judged("inconclusive", value=0.7),),
    )
    assert only(weak).severity == "low"


class TestNotAssessed:
    def test_an_error(self):
        finding = only(record(NODE, "error", "7.4/performance", reason="setup: no file"))
        assert (finding.grade, finding.severity) == ("not assessed", "medium")
        assert finding.sentence == (
            "not assessed in the Verification & Validation process, asked to demonstrate performance: "
            f"error in {NODE}: setup: no file"
        )

    def test_an_error_after_a_broken_limit_is_both(self):
        given = record(NODE, "error", "7.4/performance", measurements=(judged("not met"),))
        assert [each.grade for each in of_tests(given)] == ["failure", "not assessed"]

    @pytest.mark.parametrize(("outcome", "word"), [("skipped", "skipped"), ("not-run", "not run")])
    def test_tests_that_did_not_show(self, outcome, word):
        finding = only(record(NODE, outcome, "7.4/performance", reason="no labels"))
        assert (finding.grade, finding.severity, finding.nodeid) == (
            "not assessed",
            "low",
            NODE,
        )
        assert finding.sentence.endswith(f": {NODE} was {word} (no labels)")

    def test_many_of_them_are_one_finding(self):
        records = [record(f"t{number}", "not-run", "7.4/performance", reason=f"r{number % 3}") for number in range(9)]
        finding = only(*records)
        assert finding.sentence.endswith(": 9 tests were not run (r0, r1 and 1 more)")
        assert (finding.nodeid, finding.reproduce) == (None, "")

    def test_without_a_reason(self):
        assert only(record(NODE, "skipped", "7.4/performance")).sentence.endswith("was skipped")


class TestGaps:
    def gaps(self, *records, **more):
        return {each.clause: each for each in findings(*records, **more) if each.grade == "gap"}

    def test_each_required_aspect_and_each_boundary_without_a_test(self):
        assert set(self.gaps()) == {
            "7.2/quality", "7.3/training", "7.4/performance", "7.4/robustness", "7.4/fairness", "7.4/requirements",
            "8.2/threats-covered", "8.2/waivers-owned", "8.4/fairness", "8.5/esteem", "7.2>7.3", "7.3>7.4",
        }  # fmt: skip
        assert "7.4/performance" not in self.gaps(record(NODE, "passed", "7.4/performance"))

    def test_words_and_severity(self):
        gap = self.gaps()["7.4/robustness"]
        assert (
            gap.sentence
            == "gap in the Verification & Validation process, nothing shows that it can detect adversarial evasion"
        )
        assert (gap.severity, gap.measure, gap.nodeid, gap.reproduce) == (
            "medium",
            None,
            None,
            "",
        )
        assert self.gaps()["7.2>7.3"].severity == "low"
        assert self.gaps(profile="red-team")["7.2>7.3"].severity == "medium"

    def test_tests_that_show_nothing_are_counted(self):
        gap = self.gaps(record(NODE, "skipped", "7.4/robustness"))["7.4/robustness"]
        assert gap.sentence.endswith(": its tests: 1 skipped")

    def test_what_the_ready_made_suite_would_need(self):
        needs = (Gap("7.4/robustness", "iso23053/7.4::test_evasion", "a model"),)
        gap = self.gaps(gaps=needs)["7.4/robustness"]
        assert gap.sentence.endswith(": iso23053/7.4::test_evasion needs a model")
        both = self.gaps(record(NODE, "skipped", "7.4/robustness"), gaps=needs)["7.4/robustness"]
        assert both.sentence.endswith(": its tests: 1 skipped; iso23053/7.4::test_evasion needs a model")


@pytest.mark.parametrize(
    ("verdict", "grade", "severity"),
    [
        ("failed", "failure", "high"),
        ("inconclusive", "weakness", "medium"),
        ("partial", "gap", "medium"),
        ("untested", "gap", "medium"),
    ],
)
def test_computed_aspects(verdict, grade, severity):
    computed = {"7.4/requirements": ComputedVerdict(verdict, "1 of 2 met; not judged: roc_auc >= 0.8 on credit")}
    (finding,) = [each for each in findings(computed=computed) if each.clause == "7.4/requirements"]
    assert (finding.grade, finding.severity) == (grade, severity)
    assert "cover the defined requirements: 1 of 2 met" in finding.sentence


def test_computed_aspects_that_are_demonstrated_are_no_finding():
    computed = {"7.4/requirements": ComputedVerdict("demonstrated", "so")}
    assert not [each for each in findings(computed=computed) if each.clause == "7.4/requirements"]


def test_a_computed_aspect_that_is_not_required_may_be_untested():
    from judging import catalogue_of, clause, further

    own = catalogue_of(clause("1", "one", "One", further("r", computed="requirements")))
    book = WaiverBook((), TODAY, catalogue=own)
    assert find(Sources(own, build_matrix(Scope(own), []), book)) == ()


def test_what_also_derives_is_the_same_finding():
    given = record(NODE, "failed", "7.4/fairness", "8.4/fairness", "8.5/esteem")
    assert only(given).clause == "7.4/fairness"
    assert only(record(NODE, "failed", "8.4/fairness", "8.5/esteem")).clause == "8.4/fairness"


def test_a_test_of_two_aspects_is_two_findings():
    found = of_tests(record(NODE, "failed", "7.4/performance", "7.4/robustness"))
    assert [each.clause for each in found] == ["7.4/performance", "7.4/robustness"]


def test_what_the_catalogue_lacks_has_no_words():
    assert of_tests(record(NODE, "failed", "9.9", "7.4/typo")) == []


def test_waived_findings_stay_visible_with_their_waiver():
    given = record(NODE, "failed", "7.4/fairness", "7.4/performance")
    found = {each.clause: each.waiver for each in of_tests(given, waivers=(waiver("7.4/fairness"),))}
    assert found == {"7.4/fairness": "W1", "7.4/performance": None}


def test_an_error_is_never_waived():
    assert only(record(NODE, "error", "7.4/fairness"), waivers=(waiver("7.4"),)).waiver is None


def test_the_command_that_shows_it_again():
    odd = "tests/t.py::test_it[a b'c]"
    assert (
        only(record(odd, "failed", "7.4"), seed=23053).reproduce
        == """pytest --iso23053 'tests/t.py::test_it[a b'"'"'c]'"""
    )
    assert only(record(NODE, "failed", "7.4"), seed=7).reproduce == f"pytest --iso23053 --iso23053-seed 7 {NODE}"


@pytest.mark.parametrize(("suite", "option"), [("full", " --iso23053-suite=full"), ("fast", ""), (None, "")])
def test_that_command_asks_for_the_whole_suite_where_the_run_did(suite, option):
    ready = record("iso23053/7.4::test_it", "failed", "7.4")
    assert only(ready, suite=suite).reproduce == f"pytest --iso23053{option} iso23053/7.4::test_it"
    assert "suite" not in only(record(NODE, "failed", "7.4"), suite=suite).reproduce


def test_the_crosswalk_comes_from_the_aspect():
    assert only(record(NODE, "failed", "7.4/performance")).crosswalk == {"ATLAS": ("AML.T0042",)}


class TestIdentity:
    def identity(self, *, nodeid=NODE, outcome="failed", reference="7.4/performance", **measured):
        return only(
            record(
                nodeid,
                outcome,
                reference,
                measurements=(judged(**{"judgement": "not met"} | measured),),
            )
        ).id

    def test_it_lasts_from_run_to_run(self):
        assert self.identity() == self.identity(value=0.1, n=5, limit=0.9) == self.identity(nodeid="renamed")

    def test_it_outlives_a_change_of_grade(self):
        assert self.identity() == self.identity(outcome="inconclusive", judgement="inconclusive")

    @pytest.mark.parametrize(
        "other",
        [
            {"reference": "7.4/robustness"},
            {"measure": "f1"},
            {"subjects": ["other", "test"]},
            {"params": {"by": ["sex"]}},
        ],
        ids=["clause", "measure", "subject", "parameters"],
    )
    def test_it_tells_findings_apart(self, other):
        assert self.identity() != self.identity(**other)

    def test_without_a_measure_the_test_is_its_subject(self):
        first, second = (only(record(nodeid, "failed", "7.4/performance")).id for nodeid in "ab")
        assert first != second

    def test_two_tests_of_the_same_thing_are_two_findings(self):
        given = [record(nodeid, "failed", "7.4/performance", measurements=(judged("not met"),)) for nodeid in "ab"]
        found = of_tests(*given)
        assert len({each.id for each in found}) == len(found) == 2
        assert found[0].id == only(given[0]).id

    def test_the_same_judgement_twice_in_one_test_is_one(self):
        measurements = (judged("inconclusive"), judged("not met"), judged("not met"))
        assert only(record(NODE, "failed", "7.4/performance", measurements=measurements)).grade == "failure"

    def test_no_two_findings_share_one(self):
        found = findings(
            record(
                "a",
                "failed",
                "7.4/performance",
                measurements=(judged("not met"), judged("inconclusive")),
            ),
            record("b", "skipped", "7.4/performance"),
            record("c", "error", "7.4"),
        )
        assert len({each.id for each in found}) == len(found)


def test_the_gravest_come_first():
    found = findings(
        record("a", "skipped", "7.4/performance"),
        record("b", "observed", "7.4/performance", measurements=(judged(None),)),
        record("c", "failed", "7.4/performance"),
        record(
            "d",
            "inconclusive",
            "7.4/performance",
            measurements=(judged("inconclusive", value=0.7),),
        ),
    )
    assert list(dict.fromkeys(each.grade for each in found)) == list(GRADES)


def test_no_finding_praises():
    text = " ".join(each.sentence for each in findings(record(NODE, "failed", "7.4"))).lower()
    assert not [word for word in ("compliant", "certified", "secure", "robust ") if word in text]


SUBJECTS = {"models": [{"name": "credit", "sha256": "ab" * 32}], "datasets": [{"name": "test", "sha256": None}]}


def found_with_subjects(found):
    book = WaiverBook((), TODAY, catalogue=CATALOGUE)
    records = [record(NODE, "failed", "7.4/robustness", measurements=(found,))]
    sources = Sources(CATALOGUE, build_matrix(Scope(CATALOGUE, None, today=TODAY), records), book, subjects=SUBJECTS)
    return next(each for each in find(sources) if each.grade == "failure")


def test_a_finding_holds_its_numbers_and_the_digests_of_what_was_measured():
    finding = found_with_subjects(EVASION)
    assert {key: finding.evidence[key] for key in ("value", "low", "high", "limit", "operator", "n", "judgement")} == {
        "value": 0.31, "low": 0.24, "high": 0.39, "limit": 0.1, "operator": "<=", "n": 200, "judgement": "not met"
    }  # fmt: skip
    assert finding.affects == ({"name": "credit", "sha256": "ab" * 32}, {"name": "test", "sha256": None})
    assert finding.attacker == ""


def test_the_frameworks_of_a_finding_are_named_with_their_editions():
    assert editions(("atlas", "iso42001", "a users own")) == {"atlas": "5.6.1", "iso42001": "2023"}


def test_an_attack_says_whom_it_stands_for():
    sees = "sees labels, 500 queries a row, within 0.5 in l2"
    attack = judged("not met", "evasion_rate", params={"attacker": sees}, operator="<=", limit=0.1)
    assert found_with_subjects(attack).attacker == sees


def test_what_no_measurement_shows_has_no_numbers():
    finding = only(record(NODE, "failed", "7.4/robustness", reason="assert 3 == 0"))
    assert (finding.evidence, finding.affects, finding.attacker) == (None, (), "")
