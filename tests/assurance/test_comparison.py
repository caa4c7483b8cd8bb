"""What became worse, and what was made easier, since an earlier report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from judging import (
    CATALOGUE,
    FAIL,
    LATER,
    PASS,
    call,
    judged,
    not_applicable,
    reference,
    requirement,
    rule,
    run_of,
    session_of,
    waiver,
)
from test_merging import CREDIT, SUBJECTS, report_of, shard

from pytest_iso23053.assurance.comparison import compare, difference
from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.merging import Asked, merge
from pytest_iso23053.assurance.policy import Claim, ThreatInScope
from pytest_iso23053.assurance.report_json import from_json, to_json
from pytest_iso23053.assurance.saved import contradictions, saved


def measured(value: float, low: float, high: float, **more) -> list:
    found = judged(value=value, low=low, high=high, **{"operator": ">=", "limit": 0.5} | more)
    return run_of(call(measurements=(found,)))


def report(body=PASS, nodeid="t", names="7.4/fairness", **more):
    return report_of(
        session_of((nodeid, names, body)), **{"waivers": (), "not_applicable": (), "requirements": ()} | more
    )


def told(earlier, now) -> list[tuple[str, bool]]:
    return [(change.kind, change.fails) for change in compare(earlier, now)]


def test_nothing_changed():
    assert compare(report(), report()) == ()


def test_coverage_that_is_lost_fails():
    changes = compare(report(), report(FAIL))
    assert [change.sentence for change in changes] == ["7.4/fairness was demonstrated and is failed"]
    assert told(report(names="7.2>7.3"), report(names="")) == [
        ("lost coverage", True),
    ]
    assert told(report(FAIL), report()) == []


def test_a_test_that_is_gone_is_told_and_fails_only_where_coverage_goes():
    both = report_of(
        session_of(("a", "7.4/fairness", PASS), ("b", "7.4/fairness", PASS)),
        waivers=(),
        not_applicable=(),
        requirements=(),
    )
    assert told(both, report(nodeid="a")) == [("lost test", False)]


def test_a_measure_is_worse_only_beyond_the_intervals():
    assert told(report(measured(0.9, 0.88, 0.92)), report(measured(0.8, 0.78, 0.82))) == [("worse measure", True)]
    assert told(report(measured(0.9, 0.80, 0.95)), report(measured(0.85, 0.75, 0.9))) == []
    assert told(report(measured(0.8, 0.78, 0.82)), report(measured(0.9, 0.88, 0.92))) == []


def test_overlapping_intervals_may_still_differ():
    earlier, now = judged(value=0.90, low=0.88, high=0.92), judged(value=0.865, low=0.845, high=0.885)
    found = difference(earlier | {"operator": ">="}, now | {"operator": ">="})
    assert found.worse
    assert (found.low, found.high) == pytest.approx((-0.035 - 0.02 * 2**0.5, -0.035 + 0.02 * 2**0.5))


def test_lower_is_better_where_the_limit_says_so():
    lower = {"operator": "<=", "low": 0.1, "high": 0.1, "value": 0.1}
    higher = lower | {"value": 0.2, "low": 0.2, "high": 0.2}
    assert difference(lower, higher).worse
    assert not difference(higher, lower).worse
    assert difference(lower | {"operator": None}, higher | {"operator": None}) is None
    assert difference(lower | {"low": None}, higher) is None


def test_no_alarm_where_nothing_is_worse():
    """Of two samples of one process at most 2.5 % are called worse (simulated with Wald's interval, n = 400)."""
    random = np.random.default_rng(0)
    shares = random.binomial(400, 0.8, size=(4_000, 2)) / 400
    reach = 1.96 * np.sqrt(shares * (1 - shares) / 400)
    alarms = sum(
        difference(
            {"operator": ">=", "value": a, "low": a - x, "high": a + x},
            {"operator": ">=", "value": b, "low": b - y, "high": b + y},
        ).worse
        for (a, b), (x, y) in zip(shares.tolist(), reach.tolist(), strict=True)
    )
    assert alarms / 4_000 < 0.025 + 3 * (0.025 * 0.975 / 4_000) ** 0.5


@pytest.mark.parametrize(
    ("limit", "operator", "looser"),
    [(0.4, ">=", True), (0.6, ">=", False), (0.5, ">", False), (0.5, "<=", True), (None, ">=", True)],
)
def test_limits_of_tests(limit, operator, looser):
    now = report(measured(0.9, 0.9, 0.9, limit=limit, operator=operator))
    assert told(report(measured(0.9, 0.9, 0.9)), now) == [("loosened limit", True)] * looser


def test_an_exact_limit_that_became_inclusive():
    strict = report(measured(0.9, 0.9, 0.9, operator=">"))
    assert told(strict, report(measured(0.9, 0.9, 0.9))) == [("loosened limit", True)]
    below = report(measured(0.1, 0.1, 0.1, operator="<="))
    assert told(below, report(measured(0.1, 0.1, 0.1, operator="<=", limit=0.6))) == [("loosened limit", True)]


def test_another_measure_in_its_place_is_another_limit():
    assert told(report(measured(0.9, 0.9, 0.9)), report(measured(0.9, 0.9, 0.9, measure="f1"))) == []


def test_requirements():
    strict, loose = requirement("accuracy", ">= 0.9"), requirement("accuracy", ">= 0.8")
    assert told(report(requirements=(strict,)), report(requirements=(loose,))) == [("loosened limit", True)]
    assert told(report(requirements=(loose,)), report(requirements=(strict,))) == []
    (change,) = compare(report(requirements=(replace(strict, model="credit"),)), report())
    assert change.sentence == "the requirement accuracy of credit >= 0.9 is gone"


def test_waivers_that_are_new_or_longer():
    short = waiver("7.2/quality", expires=LATER.replace(year=LATER.year - 1) if LATER.year > 2027 else LATER)
    assert told(report(), report(waivers=(short,))) == [("waiver", True)]
    longer = replace(short, expires=short.expires.replace(year=short.expires.year + 1))
    assert told(report(waivers=(short,)), report(waivers=(longer,))) == [("waiver", True)]
    assert told(report(waivers=(longer,)), report(waivers=(short,))) == []


def test_a_smaller_scope():
    assert told(report(), report(not_applicable=(not_applicable("7.3"),)))[0] == ("smaller scope", True)
    asked = report(require=(reference("7.2/privacy"),))
    assert told(asked, report()) == [("smaller scope", True)]
    assert told(asked, asked) == []
    narrowed = report(not_applicable=(not_applicable("7.3"),))
    assert told(narrowed, narrowed) == []
    assert told(report(), report(profile="red-team")) == [("smaller scope", False)]
    assert told(report(profile="red-team"), report()) == [("smaller scope", True)]


def test_a_laxer_gate():
    strict = report(gate=(rule("7.4"),), fail_under=50.0, flaky="refuse", unused_waivers="fail")
    assert told(strict, report()) == [("laxer gate", True)] * 4
    assert (
        told(strict, report(gate=(rule("7.4", "partial"),), fail_under=40.0, flaky="refuse", unused_waivers="fail"))
        == [("laxer gate", True)] * 2
    )
    assert told(report(gate=(rule("7.4/fairness"),)), report(gate=(rule("7.4"),))) == []
    assert told(report(gate=(rule("7.4", "partial"),)), report(gate=(rule("7.4"),))) == []
    assert told(report(), report(gate_off=True)) == [("laxer gate", True)]
    assert told(report(), report(decide="point")) == [("laxer gate", True)]


def test_subjects_that_are_gone_or_smaller_are_told():
    smaller = {"models": [CREDIT], "datasets": [SUBJECTS["datasets"][0] | {"rows": 3}]}
    assert told(report(), report(subjects=smaller)) == [("other subject", False)]
    assert told(report(), report(subjects={"models": [CREDIT]})) == [("other subject", False)]


def test_a_report_that_does_not_say_what_it_was_judged_by_is_no_baseline():
    silent = replace(report(), run={})
    with pytest.raises(ReportError, match=r"run\.policy is missing"):
        compare(silent, report())


def test_the_gate_of_a_run_with_a_baseline():
    before = report(gate=(rule("7.4/fairness"),))
    worse = report(gate=(rule("7.4/fairness"),), waivers=(waiver("7.2/quality"),), baseline=before)
    assert (worse.gate.status, worse.run["exit_status"]) == ("failed", 1)
    assert worse.gate.reasons[0].startswith("against the baseline: a new waiver covers 7.2/quality")
    told_alone = report(gate=(rule("7.4/fairness"),), subjects={"models": [CREDIT]}, baseline=before)
    assert (told_alone.gate.status, len(told_alone.changes)) == ("passed", 1)
    off = report(gate_off=True, baseline=before)
    assert off.gate.status == "off"
    assert off.gate.reasons


def test_a_saved_report_keeps_what_its_baseline_showed():
    worse = report(gate=(rule("7.4/fairness"),), waivers=(waiver("7.2/quality"),), baseline=report())
    again = saved(from_json(to_json(worse)), CATALOGUE)
    assert contradictions(again) == ()
    assert again.judged().gate == worse.gate
    assert merge([shard(worse)]).gate.status == "failed"
    before, asked = report(names="7.4/fairness 7.2/quality"), (rule("7.4/fairness"),)
    assert merge([shard(report())], Asked(gate=asked, baseline=before)).gate.status == "failed"


def test_a_threat_that_left_the_scope():
    text, vision = ThreatInScope("AML.T0015", ("7.4", "7.5")), ThreatInScope("ML01", ("7.4",))
    before = report(threats=(text, vision))
    assert compare(before, before) == ()
    changes = compare(before, report(threats=(ThreatInScope("AML.T0015", ("7.4",)),)))
    assert [change.sentence for change in changes] == [
        "the threat AML.T0015 is not in scope any more for 7.5",
        "the threat ML01 is not in scope any more",
    ]
    assert {(change.kind, change.fails) for change in changes} == {("smaller scope", True)}


def test_a_claim_that_was_taken_back():
    def claims(*answers):
        return report(claims=tuple(Claim(f"C{place}", "data", "?", answer) for place, answer in enumerate(answers)))

    before = claims("yes", "yes", "partial", "no", "")
    assert compare(before, claims("yes", "yes", "yes", "partial", "unknown")) == ()
    changes = compare(before, claims("partial", "", "unknown", "no"))
    assert [change.sentence for change in changes] == [
        "the claim C0 is answered «partial», and was answered «yes» before",
        "the claim C1 is not answered, and was answered «yes» before",
        "the claim C2 is answered «unknown», and was answered «partial» before",
    ]
    assert {(change.kind, change.fails) for change in changes} == {("withdrawn claim", True)}


def test_a_baseline_of_another_system_is_no_baseline():
    mine, other = report(system={"name": "credit"}), report(system={"name": "weather"})
    (change,) = compare(other, mine)
    assert (change.sentence, change.fails) == ("the earlier report is of another system: weather, and credit now", True)
    assert compare(report(), mine) == ()


def test_a_baseline_alone_is_a_gate():
    better, worse = report(baseline=report()), report(FAIL, baseline=report())
    assert (better.gate.status, better.run["exit_status"]) == ("passed", 0)
    assert (worse.gate.status, worse.gate.reasons[0]) == (
        "failed",
        "against the baseline: 7.4/fairness was demonstrated and is failed",
    )
    assert better.run["baseline"]["demonstrated"] == 1
    again = saved(from_json(to_json(better)), CATALOGUE)
    assert (contradictions(again), again.judged().gate) == ((), better.gate)
