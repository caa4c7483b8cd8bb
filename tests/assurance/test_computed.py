"""VERDICTS §3, computed aspects: nothing to judge → untested; one not met → failed; one undecided → inconclusive;
some unjudged → partial; else demonstrated."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judging import (
    CATALOGUE,
    EARLIER,
    TODAY,
    catalogue_of,
    clause,
    judged,
    record,
    required,
    requirement,
    waiver,
)

from pytest_iso23053.assurance.computed import Facts, compute
from pytest_iso23053.assurance.waivers import WaiverBook

ROLES = {"test": "test", "train": "train", "holdout": "test", "live": "production"}


def facts(*records, requirements=(), models=("credit",), waivers=(), enabled=True, roles=ROLES):
    book = WaiverBook(waivers, TODAY, catalogue=CATALOGUE, enabled=enabled)
    return Facts(records, book, requirements, models, roles)


def judge(*measurements, requirements=None, nodeid="t", **more):
    wanted = (requirement(),) if requirements is None else requirements
    found = facts(record(nodeid, "passed", measurements=measurements), requirements=wanted, **more)
    return compute(CATALOGUE, found)["7.4/requirements"]


def test_only_computed_aspects_are_computed():
    assert set(compute(CATALOGUE, facts())) == {
        "7.4/requirements",
        "8.2/threats-covered",
        "8.2/waivers-owned",
    }


def test_an_unknown_rule_judges_nothing():
    own = catalogue_of(clause("1", "one", "One", required("odd", computed="odd")))
    found = compute(own, facts())["1/odd"]
    assert found.verdict == "untested"
    assert "requirements, threats-covered, waivers-owned" in found.reason


def test_threats_covered_has_nothing_to_judge_yet():
    assert compute(CATALOGUE, facts())["8.2/threats-covered"].verdict == "untested"


class TestWaiversOwned:
    @pytest.mark.parametrize(
        ("waivers", "verdict", "said"),
        [
            ((), "untested", "no waiver"),
            ((waiver(),), "demonstrated", "every waiver (1)"),
            (
                (waiver(), waiver(expires=EARLIER)),
                "failed",
                "W2 ended on 2026-11-22 (owner risk@example.org)",
            ),
            ((waiver(owner=" "),), "failed", "without an owner: W1"),
        ],
        ids=["none", "owned and in date", "expired", "unowned"],
    )
    def test_verdict(self, waivers, verdict, said):
        found = compute(CATALOGUE, facts(waivers=waivers))["8.2/waivers-owned"]
        assert found.verdict == verdict
        assert said in found.reason


class TestRequirements:
    """Every entry was judged, and met, at a limit at least as strict, with the same parameters and subject."""

    def test_nothing_to_judge(self):
        assert judge(requirements=()).verdict == "untested"

    @pytest.mark.parametrize(
        ("judgement", "verdict"),
        [
            ("met", "demonstrated"),
            ("not met", "failed"),
            ("inconclusive", "inconclusive"),
        ],
    )
    def test_judged_at_its_limit(self, judgement, verdict):
        assert judge(judged(judgement)).verdict == verdict

    def test_not_judged_at_all_is_untested_rather_than_partial(self):
        found = judge()
        assert (found.verdict, found.reason) == (
            "untested",
            "0 of 1 met; not judged: accuracy >= 0.75 on credit",
        )

    def test_some_unjudged(self):
        found = judge(judged(), requirements=(requirement(), requirement("roc_auc")))
        assert (found.verdict, found.tests) == ("partial", ("t",))
        assert found.reason == "1 of 2 met; not judged: roc_auc >= 0.75 on credit"

    @pytest.mark.parametrize(
        ("answers", "verdict"),
        [
            (("not met", "inconclusive", None), "failed"),
            (("inconclusive", None), "inconclusive"),
            (("met", "met", None), "partial"),
            (("met", "met"), "demonstrated"),
        ],
        ids=str,
    )
    def test_the_worst_wins(self, answers, verdict):
        requirements = tuple(requirement(f"m{number}") for number in range(len(answers)))
        measurements = [judged(answer, f"m{number}") for number, answer in enumerate(answers)]
        assert judge(*measurements, requirements=requirements).verdict == verdict

    @pytest.mark.parametrize(
        ("limit", "operator", "judgement", "verdict"),
        [
            pytest.param(0.70, ">=", "met", "untested", id="a looser one shows nothing"),
            pytest.param(0.80, ">=", "met", "demonstrated", id="a stricter one shows it"),
            pytest.param(0.75, ">", "met", "demonstrated", id="strictly above shows at least"),
            pytest.param(0.75, "<=", "met", "untested", id="the other side shows nothing"),
            pytest.param(0.70, ">=", "not met", "failed", id="not met at a looser one"),
            pytest.param(0.70, ">=", "inconclusive", "inconclusive", id="open at a looser one"),
            pytest.param(0.80, ">=", "not met", "failed", id="only a stricter one, not met"),
            pytest.param(
                0.80,
                ">=",
                "inconclusive",
                "inconclusive",
                id="only a stricter one, open",
            ),
        ],
    )
    def test_the_limit(self, limit, operator, judgement, verdict):
        assert judge(judged(judgement, limit=limit, operator=operator)).verdict == verdict

    @pytest.mark.parametrize(
        ("limit", "operator", "verdict"),
        [
            (0.05, "<=", "demonstrated"),
            (0.10, "<", "demonstrated"),
            (0.10, "<=", "demonstrated"),
            (0.20, "<=", "untested"),
        ],
    )
    def test_the_limit_of_what_is_better_lower(self, limit, operator, verdict):
        wanted = (requirement("evasion_rate", "<= 0.10"),)
        assert (
            judge(
                judged("met", "evasion_rate", limit=limit, operator=operator),
                requirements=wanted,
            ).verdict
            == verdict
        )

    def test_strictly_above_is_not_shown_by_at_least(self):
        assert judge(judged(), requirements=(requirement(limit="> 0.75"),)).verdict == "untested"

    @pytest.mark.parametrize(
        ("judgements", "verdict"),
        [
            pytest.param(
                [("met", 0.75), ("not met", 0.9)],
                "demonstrated",
                id="a stricter one that fails besides",
            ),
            pytest.param(
                [("met", 0.75), ("not met", 0.75)],
                "failed",
                id="twice, and once not met",
            ),
            pytest.param(
                [("met", 0.8), ("inconclusive", 0.75)],
                "inconclusive",
                id="twice, and once open",
            ),
            pytest.param([("met", 0.8), ("met", 0.5)], "demonstrated", id="a looser one besides"),
        ],
    )
    def test_several_judgements(self, judgements, verdict):
        assert judge(*(judged(judgement, limit=limit) for judgement, limit in judgements)).verdict == verdict

    @pytest.mark.parametrize(
        ("wanted", "found", "verdict"),
        [
            pytest.param({}, {"measure": "f1"}, "untested", id="another measure"),
            pytest.param(
                {"summary": "ratio", "by": ("sex",)},
                {"measure": "accuracy.ratio", "params": {"by": ["sex"]}},
                "demonstrated",
                id="a summary over groups",
            ),
            pytest.param(
                {"summary": "ratio", "by": ("sex",)},
                {"measure": "accuracy.ratio", "params": {"by": ["race"]}},
                "untested",
                id="other groups",
            ),
            pytest.param(
                {"summary": "ratio", "by": ("sex",)},
                {"measure": "accuracy.worst", "params": {"by": ["sex"]}},
                "untested",
                id="another summary",
            ),
            pytest.param(
                {},
                {"measure": "accuracy.ratio", "params": {"by": ["sex"]}},
                "untested",
                id="a summary instead",
            ),
            pytest.param(
                {"params": {"sigma": 0.1}},
                {"params": {"sigma": 0.1}},
                "demonstrated",
                id="its parameters",
            ),
            pytest.param(
                {"params": {"sigma": 0.1}},
                {"params": {"sigma": 0.01}},
                "untested",
                id="other parameters",
            ),
            pytest.param(
                {"params": {"sigma": 0.1}},
                {"params": {}},
                "untested",
                id="a parameter left out",
            ),
            pytest.param({}, {"limit": None}, "untested", id="no limit"),
            pytest.param({}, {"judgement": None}, "untested", id="no judgement"),
        ],
    )
    def test_measure_and_parameters(self, wanted, found, verdict):
        assert judge(judged(**found), requirements=(requirement(**wanted),)).verdict == verdict

    @pytest.mark.parametrize(
        ("wanted", "models", "subjects", "verdict"),
        [
            pytest.param(
                {},
                ("credit",),
                ["credit", "test"],
                "demonstrated",
                id="the model, the test set",
            ),
            pytest.param(
                {},
                ("credit",),
                ["credit", "holdout"],
                "demonstrated",
                id="a set in the role of test",
            ),
            pytest.param(
                {},
                ("credit",),
                ["credit", "train"],
                "untested",
                id="training rows show nothing",
            ),
            pytest.param(
                {"dataset": "train"},
                ("credit",),
                ["credit", "train"],
                "demonstrated",
                id="unless they are named",
            ),
            pytest.param(
                {"dataset": "holdout"},
                ("credit",),
                ["credit", "test"],
                "untested",
                id="not the named set",
            ),
            pytest.param(
                {},
                ("credit",),
                ["RandomForestClassifier", "test"],
                "untested",
                id="another model",
            ),
            pytest.param(
                {},
                ("credit", "other"),
                ["credit", "test"],
                "partial",
                id="one of two models",
            ),
            pytest.param(
                {"model": "credit"},
                ("credit", "other"),
                ["credit", "test"],
                "demonstrated",
                id="the one named",
            ),
            pytest.param(
                {"model": "credit"},
                ("credit", "other"),
                ["other", "test"],
                "untested",
                id="not the one named",
            ),
            pytest.param(
                {},
                ("credit",),
                ["test"],
                "demonstrated",
                id="a measure of the data alone",
            ),
            pytest.param(
                {},
                ("credit", "other"),
                ["train", "live"],
                "demonstrated",
                id="a comparison of two sets",
            ),
            pytest.param({}, ("credit",), ["frame"], "untested", id="another set of data"),
            pytest.param({}, ("credit",), [], "demonstrated", id="a number the test made itself"),
        ],
    )
    def test_subject(self, wanted, models, subjects, verdict):
        found = judge(
            judged(subjects=subjects),
            requirements=(requirement(**wanted),),
            models=models,
        )
        assert found.verdict == verdict

    def test_nothing_configured_nothing_to_compare_with(self):
        assert judge(judged(subjects=["mine", "frame"]), models=(), roles={}).verdict == "demonstrated"
        assert judge(models=(), roles={}).reason == "0 of 1 met; not judged: accuracy >= 0.75"
        named = (requirement(dataset="train"),)
        assert judge(requirements=named, models=()).reason == "0 of 1 met; not judged: accuracy >= 0.75 on train"

    def test_two_models_each_with_its_own_answer(self):
        found = judge(
            judged("met", subjects=["credit", "test"]),
            judged("not met", subjects=["other", "test"]),
            models=("credit", "other"),
        )
        assert (found.verdict, found.reason) == (
            "failed",
            "1 of 2 met; not met: accuracy >= 0.75 on other",
        )


class TestWaivedRequirements:
    """A waiver covers an unmet requirement where it names the aspect or its clause, and the tests that judged it."""

    @pytest.mark.parametrize("target", ["7.4/requirements", "7.4"])
    @pytest.mark.parametrize("judgement", ["not met", "inconclusive"])
    def test_waived(self, target, judgement):
        found = judge(judged(judgement), waivers=(waiver(target, test="t"),))
        assert (found.verdict, found.waived) == ("waived", {"W1": ("t",)})
        assert found.reason == "0 of 1 met; waived: accuracy >= 0.75 on credit"

    @pytest.mark.parametrize(
        "given",
        [
            waiver("7.4/fairness"),
            waiver("7.4/requirements", test="other"),
            waiver("7.4/requirements", expires=EARLIER),
        ],
        ids=["another aspect", "another test", "expired"],
    )
    def test_not_waived(self, given):
        assert judge(judged("not met"), waivers=(given,)).verdict == "failed"

    def test_switched_off(self):
        found = judge(judged("not met"), waivers=(waiver("7.4"),), enabled=False)
        assert (found.verdict, found.waived) == (
            "failed",
            {"W1": ("t",)},
        )  # what it would cover can still be told

    def test_every_test_that_says_no_must_be_covered(self):
        records = [record(nodeid, "failed", measurements=(judged("not met"),)) for nodeid in ("a", "b")]
        one = facts(*records, requirements=(requirement(),), waivers=(waiver("7.4", test="a"),))
        assert compute(CATALOGUE, one)["7.4/requirements"].verdict == "failed"
        both = replace(
            one,
            book=facts(waivers=(waiver("7.4", test="a"), waiver("7.4", test="b"))).book,
        )
        found = compute(CATALOGUE, both)["7.4/requirements"]
        assert (found.verdict, found.waived) == ("waived", {"W1": ("a",), "W2": ("b",)})

    def test_beside_others(self):
        wanted = tuple(requirement(name) for name in ("a", "b", "c"))
        given = (waiver("7.4"),)
        rest = [judged("met", "b")]
        assert judge(judged("not met", "a"), *rest, requirements=wanted, waivers=given).verdict == "partial"
        assert judge(judged("not met", "a"), *rest, requirements=wanted[:2], waivers=given).verdict == "waived"
        assert judge(judged("not met", "a"), requirements=wanted[:2], waivers=given).verdict == "partial"
