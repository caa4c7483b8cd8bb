"""The merge of any partition of a run, in any order, is the whole run's report; and what keeps reports from merging."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from judging import (
    CATALOGUE,
    EARLIER,
    FAIL,
    PASS,
    call,
    inputs,
    judged,
    not_applicable,
    requirement,
    rule,
    run_of,
    session_of,
    setup,
    subtest,
    waiver,
)

from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.merging import Shard, merge
from pytest_iso23053.assurance.report import Gap, Report
from pytest_iso23053.assurance.report_json import from_json, to_json
from pytest_iso23053.assurance.saved import saved

BODIES = {
    "passed": PASS,
    "judged": run_of(call(measurements=(judged(),))),
    "failed": FAIL,
    "not met": run_of(call("failed", failure="assertion", measurements=(judged("not met"),))),
    "open": run_of(call("failed", failure="assertion", measurements=(judged("inconclusive", required_n=1_700),))),
    "observed": run_of(call("skipped", conclusion="observed", measurements=(judged(None),))),
    "skipped": [setup("skipped", reason="no data"), *PASS[2:]],
    "sub-tests": run_of(subtest(), subtest("skipped", "[b]"), call()),
    "flaky": [*run_of(call("rerun")), *run_of(call(), attempt=2)],
    "xfailed": run_of(call("skipped", xfail=True)),
    "cut short": [setup()],
    "never": [],
}
NAMES = ("7.4/fairness 8.4/fairness", "7.2/quality", "7.4", "7.2>7.3", "", "7.4/performance", "7.3/training", "9.9")
RUN = {"started": "2026-11-23T03:00:00+00:00", "duration": 1.5, "plugin": "0.1.0", "python": "3.11.7", "seed": 7}
CREDIT = {"name": "credit", "kind": "skops", "task": None, "sha256": "9f2c"}
SUBJECTS = {"models": [CREDIT], "datasets": [{"name": "test", "role": "test", "rows": 9, "sha256": "77aa"}]}
POLICY = {
    "waivers": (waiver(test="t*"), waiver("7.2>7.3", expires=EARLIER)),
    "not_applicable": (not_applicable("7.3"),),
    "requirements": (requirement(), requirement("f1")),
    "models": ("credit",),
    "system": {"name": "credit"},
    "measure_aspects": {"accuracy": "7.4/performance", "unused": "7.4/performance"},
    "measure_tasks": {"accuracy": "tell good from bad"},
}


def report_of(session: dict, **more) -> Report:
    return build_report(inputs(session, **({"run": RUN, "subjects": SUBJECTS} | POLICY | more)))


def shard(report: Report, name: str = "a.json") -> Shard:
    text = json.dumps(to_json(report), sort_keys=True)
    digest = hashlib.sha256((name + text).encode()).hexdigest()
    return Shard(name, digest, saved(from_json(json.loads(text)), CATALOGUE))


def shards(*reports: Report) -> list[Shard]:
    return [shard(report, f"{place}.json") for place, report in enumerate(reports)]


def told(report: Report) -> dict:
    """What must be equal: everything but ``run``, of which the policy and what was gathered, and durations."""
    data = json.loads(json.dumps(to_json(report)))
    run = data.pop("run")
    data["run"] = {key: run[key] for key in ("policy", "gathered", "complete", "exit_status", "seed", "decide")}
    for test in data["tests"]:
        test.pop("duration")
    return data


sessions = st.lists(st.tuples(st.sampled_from(sorted(BODIES)), st.sampled_from(NAMES)), max_size=9)
partitions = st.lists(st.sampled_from(["deselected", "not collected"]), min_size=1, max_size=4)
configurations = st.sampled_from(
    [
        {"gate": (rule("7.4", "partial"),)},
        {"gate": (rule("7.4/fairness"), rule("7.2>7.3")), "unused_waivers": "fail", "profile": "red-team"},
        {"fail_under": 10.0, "decide": "point", "flaky": "refuse", "no_waivers": True},
        {},
    ]
)


@settings(max_examples=150)
@given(sessions, partitions, configurations, st.randoms(use_true_random=False))
def test_any_partition_in_any_order_gives_the_whole(described, ways, configuration, chance):
    session = session_of(*((f"t{place}", names, BODIES[body]) for place, (body, names) in enumerate(described)))
    for place, (nodeid, (entry, events)) in enumerate(session.items()):
        session[nodeid] = (
            entry._replace(outside=("own:1",), translated=("x = 7.4",)) if place % 3 == 1 else entry,
            events,
        )
    gaps = (Gap("7.6", "iso23053/7.6::b", "data"), Gap("7.6", "iso23053/7.6::a", "data"))
    more = configuration | {"configured_gate": configuration.get("gate", ()), "gaps": gaps, "notes": ("b", "a")}
    status = 1 if any(body in ("failed", "not met", "open") for body, _ in described) else 0
    whole = report_of(session, pytest_status=status, **more)
    where = {nodeid: chance.randrange(len(ways)) for nodeid in session}
    parts = []
    for place, way in enumerate(ways):
        mine = {}
        for nodeid, (entry, events) in session.items():
            if where[nodeid] == place:
                mine[nodeid] = (entry, events)
            elif way == "deselected":
                mine[nodeid] = (entry._replace(selected=False), [])
        seen = [(gap, note) for gap, note in zip(gaps, ("b", "a"), strict=True) if chance.random() < 0.5 or place == 0]
        extra = more | {"gaps": tuple(gap for gap, _ in seen), "notes": tuple(note for _, note in seen)}
        failed = any(report.outcome == "failed" for nodeid in mine for report in mine[nodeid][1])
        selection = {"paths": [f"tests/{place}"], "k": "", "lf": False} if way == "not collected" else {"k": str(place)}
        subjects = SUBJECTS if place == 0 else {"models": [CREDIT | {"sha256": None}], "datasets": SUBJECTS["datasets"]}
        switched_off = {"gate": (), "gate_off": True} if chance.random() < 0.5 and configuration.get("gate") else {}
        extra |= switched_off | {"selection": selection, "subjects": subjects, "pytest_status": status * failed}
        parts.append(report_of(mine, **extra))
    given_shards = shards(*parts)
    chance.shuffle(given_shards)
    merged = merge(given_shards)
    assert told(merged) == told(whole)
    nested = merge([shard(merge(given_shards[:2]), "nested.json"), *given_shards[1:]])
    assert told(nested) == told(whole)
    assert nested.run["merged"]["reports"] == merged.run["merged"]["reports"]
