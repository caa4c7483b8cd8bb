"""Sample reports, made by hand: a rich one that holds everything a report can hold, an empty one, and a hostile one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from pytest_iso23053.assurance.report import (
    AspectVerdict,
    BoundaryVerdict,
    ClauseVerdict,
    Finding,
    Gap,
    GateDecision,
    PhaseVerdict,
    Report,
    Summary,
    TestRecord,
)

GATES = ("passed", "failed", "incomplete", "not-judged", "off")


def measurement(
    measure: str, value: float | None, low: float | None, high: float | None, **more: Any
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "measure": measure,
        "origin": "shipped",
        "value": value,
        "low": low,
        "high": high,
        "confidence": 0.95,
        "n": 1000,
        "unit": "",
        "limit": None,
        "limit_basis": None,
        "operator": None,
        "judgement": None,
        "required_n": None,
        "seed": 23053,
        "params": {},
        "subjects": ["credit", "test"],
    }
    return record | more


def test(nodeid: str, outcome: str, *clauses: str, **more: Any) -> TestRecord:
    supports = more.pop("supports", outcome in {"passed", "xpassed"} and not more.get("unasserted"))
    return TestRecord(nodeid, outcome, clauses=clauses, supports=supports, duration=0.25, **more)


test.__test__ = False  # type: ignore[attr-defined]

_PREFIX = "tests/test_credit.py::test_"

TESTS = (
    test(_PREFIX + "sources_are_listed", "passed", "7.2/provenance"),
    test(_PREFIX + "licences_are_listed", "passed", "7.2/provenance", unasserted=True),
    test(
        "iso23053/7.2::test_duplicate_rate[train]",
        "passed",
        "7.2/quality",
        ready_made=True,
        measurements=(
            measurement(
                "duplicate_rate", 0.0, 0.0, 0.0, limit=0.01, operator="<=", judgement="met", subjects=["train"]
            ),
        ),
    ),
    test(_PREFIX + "ranges", "passed", "7.2/quality", subtests_skipped=("column = foreign_worker",)),
    test(_PREFIX + "schema", "skipped", "7.2/quality", reason="pandera is not installed"),
    test(
        "iso23053/7.2::test_missing_rate[train]",
        "observed",
        "7.2/quality",
        ready_made=True,
        reason='no limit is set for missing_rate; a starting point: missing_rate = "<= 0.05"',
        measurements=(
            measurement("missing_rate", 0.0125, 0.0089, 0.0174, unit="share of cells", n=14000, subjects=["train"]),
        ),
    ),
    test(
        _PREFIX + "poisoned_rows_are_rejected",
        "failed",
        boundaries=("7.2>7.3",),
        threats=("AML.T0020", "ML02"),
        reason="gate_detection_rate >= 0.95 is not met: 0.41, 95 % interval 0.336 to 0.488, n = 150",
        measurements=(
            measurement(
                "gate_detection_rate",
                0.41,
                0.336,
                0.488,
                n=150,
                limit=0.95,
                operator=">=",
                limit_basis="P",
                judgement="not met",
                params={"faults": "label-flip", "rate": 0.05},
                subjects=["ingest", "train"],
            ),
        ),
    ),
    test(_PREFIX + "ingest_rejects_unsourced_rows", "passed", boundaries=("7.2>7.3",)),
    test(_PREFIX + "beats_the_constant_policy", "passed", "7.3/model-selection", attempts=2, flaky=True),
    test(_PREFIX + "refit_gives_the_same_model", "xpassed", "7.3/training-process"),
    test(
        _PREFIX + "hyperparameters_are_recorded",
        "error",
        "7.3/hyperparameters",
        reason="SubjectError: models/credit.skops was written by 1.3.2, running 1.9.1",
    ),
    test(
        _PREFIX + "environment_is_pinned",
        "not-run",
        "7.3/environment",
        reason="never started: the session stopped after 1 failure (-x)",
    ),
    test(_PREFIX + "training_holds_up", "passed", "7.3"),
    test(
        "iso23053/7.4::test_roc_auc[credit]",
        "passed",
        "7.4/performance",
        ready_made=True,
        measurements=(
            measurement(
                "roc_auc", 0.7912, 0.7608, 0.8189, limit=0.75, operator=">=", limit_basis="requirement", judgement="met"
            ),
        ),
        attachments=(
            {"kind": "note", "name": "note", "text": "out-of-fold predictions, 10 folds"},
            {"kind": "file", "name": "roc.csv", "path": "artefacts/roc.csv", "sha256": "0f" * 32},
        ),
    ),
    test(
        "iso23053/7.4::test_flip_rate[credit]",
        "inconclusive",
        "7.4/robustness",
        ready_made=True,
        reason="flip_rate <= 0.1 is undecided: about 1 740 rows would decide (90 % power)",
        measurements=(
            measurement(
                "flip_rate",
                0.094,
                0.077,
                0.1138,
                limit=0.1,
                operator="<=",
                limit_basis="requirement",
                judgement="inconclusive",
                required_n=1740,
                params={"noise": "gaussian", "scale": 0.1},
            ),
        ),
    ),
    test(
        _PREFIX + "selection_rates",
        "failed",
        "7.4/fairness",
        "8.4/fairness",
        waiver="W1",
        waived=("7.4/fairness", "8.4/fairness"),
        reason="selection_rate.ratio(sex) >= 0.8 is not met: 0.713, 95 % interval 0.651 to 0.779, n = 1000",
        measurements=(
            measurement(
                "selection_rate.ratio",
                0.713,
                0.651,
                0.779,
                limit=0.8,
                operator=">=",
                limit_basis="requirement",
                judgement="not met",
                params={"by": ["sex"]},
                series={
                    "version": 1,
                    "kind": "groups",
                    "of": "selection_rate",
                    "over": "sex",
                    "rows": [["female", 310, 0.492, 0.432, 0.552], ["male", 690, 0.69, 0.652, 0.727]],
                },
            ),
        ),
    ),
    test(
        _PREFIX + "known_weak_slice",
        "xfailed",
        "7.4/fairness",
        waiver="W1",
        waived=("7.4/fairness",),
        reason="reason: thin data for under 25",
    ),
    test(
        _PREFIX + "calibration",
        "passed",
        "7.4/calibration",
        measurements=(
            measurement(
                "expected_calibration_error",
                0.0312,
                None,
                0.0487,
                limit=0.05,
                operator="<=",
                judgement="met",
                origin="user",
                series={
                    "version": 1,
                    "kind": "reliability",
                    "of": "probability of good",
                    "rows": [
                        [250, 0.21, 0.18, 0.13, 0.23],
                        [250, 0.52, 0.55, 0.49, 0.61],
                        [250, 0.74, 0.7, 0.64, 0.76],
                        [250, 0.93, 0.95, 0.92, 0.98],
                    ],
                },
            ),
            measurement("brier_score", None, None, None, origin="recorded", confidence=None),
        ),
    ),
    test(_PREFIX + "packaging", "passed", "7.5/packaging", "8.5/security"),
    test(_PREFIX + "api_answers", "passed", "7.5/integration"),
    test(_PREFIX + "configuration_is_the_validated_one", "passed", "7.5/configuration"),
    test(_PREFIX + "validated_model_is_the_deployed_one", "passed", boundaries=("7.4>7.5",)),
    test(_PREFIX + "model_card_is_complete", "passed", "8.3/documentation"),
)


def _held(reference: str) -> tuple[TestRecord, ...]:
    return tuple(record for record in TESTS if reference in (*record.clauses, *record.boundaries))


def _counts(records: tuple[TestRecord, ...]) -> dict[str, int]:
    return dict(Counter(record.outcome for record in records))


def aspect(
    clause: str, name: str, verdict: str, *, required: bool = True, reason: str = "", computed: bool = False
) -> Any:
    held = _held(f"{clause}/{name}")
    title = name.replace("-", " ").capitalize()
    return AspectVerdict(name, title, required, verdict, _counts(held), tuple(r.nodeid for r in held), computed, reason)


def clause(number: str, slug: str, title: str, verdict: str, *aspects: AspectVerdict) -> ClauseVerdict:
    held = _held(number)
    return ClauseVerdict(number, slug, title, verdict, aspects, _counts(held), tuple(r.nodeid for r in held))


def boundary(from_clause: str, to_clause: str, verdict: str, title: str, *, required: bool = False) -> BoundaryVerdict:
    held = _held(f"{from_clause}>{to_clause}")
    return BoundaryVerdict(
        from_clause, to_clause, verdict, _counts(held), tuple(r.nodeid for r in held), required, title
    )


def _phase(verdict: ClauseVerdict) -> PhaseVerdict:
    return PhaseVerdict(verdict.id, verdict.title, verdict.verdict, (verdict,))


PHASES = (
    _phase(
        clause(
            "7.2",
            "data",
            "Data Acquisition & Preparation",
            "partial",
            aspect("7.2", "provenance", "demonstrated"),
            aspect("7.2", "quality", "partial"),
            aspect("7.2", "labelling", "untested"),
            aspect("7.2", "preprocessing", "not-applicable", reason="the features arrive prepared"),
            aspect("7.2", "poisoning", "untested", required=False),
            aspect("7.2", "privacy", "untested", required=False),
        )
    ),
    _phase(
        clause(
            "7.3",
            "build",
            "Model Building & Training",
            "error",
            aspect("7.3", "model-selection", "demonstrated"),
            aspect("7.3", "training-process", "demonstrated"),
            aspect("7.3", "hyperparameters", "error"),
            aspect("7.3", "environment", "incomplete"),
        )
    ),
    _phase(
        clause(
            "7.4",
            "vv",
            "Verification & Validation",
            "failed",
            aspect("7.4", "performance", "demonstrated"),
            aspect("7.4", "robustness", "inconclusive"),
            aspect("7.4", "fairness", "waived"),
            aspect(
                "7.4",
                "requirements",
                "failed",
                reason="1 of 3 requirements is not met: gate_detection_rate",
                computed=True,
            ),
            aspect("7.4", "calibration", "demonstrated", required=False),
        )
    ),
    _phase(
        clause(
            "7.5",
            "deploy",
            "Deployment",
            "demonstrated",
            aspect("7.5", "packaging", "demonstrated"),
            aspect("7.5", "configuration", "demonstrated"),
            aspect("7.5", "integration", "demonstrated"),
        )
    ),
    _phase(clause("7.6", "operate", "Operation & Monitoring", "untested", aspect("7.6", "drift", "untested"))),
    PhaseVerdict(
        "8.2-8.5",
        "Organizational & Societal Considerations",
        "partial",
        (
            clause(
                "8.2",
                "risk",
                "Risk management",
                "not-applicable",
                aspect("8.2", "threats-covered", "not-applicable", computed=True),
            ),
            clause(
                "8.3",
                "transparency",
                "Transparency",
                "partial",
                aspect("8.3", "documentation", "demonstrated"),
                aspect("8.3", "explanation", "untested"),
            ),
            clause("8.4", "bias", "Bias & fairness", "waived", aspect("8.4", "fairness", "waived")),
            clause("8.5", "security", "Security & privacy", "demonstrated", aspect("8.5", "security", "demonstrated")),
        ),
    ),
)

BOUNDARIES = (
    boundary("7.2", "7.3", "failed", "incoming data is clean", required=True),
    boundary("7.3", "7.4", "untested", "the model under validation is the one that was trained"),
    boundary("7.4", "7.5", "demonstrated", "what is deployed is what was validated"),
    boundary("7.5", "7.6", "untested", "what is monitored is what was deployed"),
    boundary("7.6", "7.2", "not-applicable", "feedback is checked before it becomes training data"),
)

FINDINGS = (
    Finding(
        "F-3d1c8a90",
        "failure",
        "high",
        "7.2>7.3",
        "gate_detection_rate",
        _PREFIX + "poisoned_rows_are_rejected",
        "failure in the Data Preparation process to reject mislabelled training data at the boundary between Data "
        "Acquisition and Model Building, evidenced by gate_detection_rate 0.41 against a limit of ≥ 0.95 "
        "(95 % interval 0.336 to 0.488, n = 150), affecting ingest and train",
        reproduce='pytest --iso23053 "tests/test_credit.py::test_poisoned_rows_are_rejected"',
        crosswalk={"MITRE ATLAS": ("AML.T0020",), "OWASP ML": ("ML02",)},
    ),
    Finding(
        "F-77b2e014",
        "failure",
        "medium",
        "7.4/fairness",
        "selection_rate.ratio",
        _PREFIX + "selection_rates",
        "failure in the Verification & Validation process to demonstrate equal selection across sex, evidenced by "
        "selection_rate.ratio(sex) 0.713 against a limit of ≥ 0.8 (95 % interval 0.651 to 0.779, n = 1000)",
        waiver="W1",
    ),
    Finding(
        "F-0a51cc2f",
        "observation",
        "low",
        "7.4/robustness",
        "flip_rate",
        "iso23053/7.4::test_flip_rate[credit]",
        "the Verification & Validation process could not decide whether decisions hold under small changes of input",
    ),
    *(
        Finding(f"F-gap{number:05}", "gap", "info", item, None, None, f"no test was run for {item}, which is in scope")
        for number, item in enumerate(("7.2/labelling", "7.6/drift", "8.3/explanation", "7.3>7.4", "7.5>7.6"))
    ),
)

WAIVERS: tuple[dict[str, Any], ...] = (
    {
        "id": "W1",
        "clause": "7.4/fairness",
        "test": None,
        "reason": "Re-weighting ships in 2.3",
        "owner": "risk@example.org",
        "expires": "2027-01-31",
        "approved_by": "model board",
        "ticket": "RISK-88",
        "state": "used",
    },
    {
        "id": "W2",
        "clause": "7.3/environment",
        "test": "*environment*",
        "reason": "The build image moves",
        "owner": "platform@example.org",
        "expires": "2026-03-31",
        "approved_by": "",
        "ticket": "",
        "state": "expired",
    },
    {
        "id": "W3",
        "clause": "7.5>7.6",
        "test": None,
        "reason": "No monitoring before go-live",
        "owner": "ops@example.org",
        "expires": "2027-06-30",
        "approved_by": "",
        "ticket": "",
        "state": "unused",
    },
)

RUN: dict[str, Any] = {
    "started": "2026-10-05T09:12:44+00:00",
    "duration": 74.213,
    "exit_status": 1,
    "complete": False,
    "plugin": "0.1.0",
    "python": "3.11.7",
    "pytest": "9.2.0",
    "packages": {"numpy": "2.4.1", "pandas": "3.1.0", "scikit-learn": "1.9.0", "skops": "0.14.0"},
    "platform": "Linux-6.1-x86_64",
    "git": {"commit": "3f9c2d1e7a0b4c5d6e7f8091a2b3c4d5e6f70819", "dirty": True},
    "config_sha256": "ab12" * 16,
    "seed": 23053,
    "workers": 2,
    "selection": {"paths": ["tests"], "k": "not slow", "m": "", "lf": False, "ignore": ["tests/legacy"], "nodeids": []},
}


def rich(gate: str = "failed") -> Report:
    reasons = {
        "passed": (),
        "failed": (
            "7.4 is failed, demonstrated is asked for: 7.4/requirements failed (1 of 3 requirements is not met: "
            "gate_detection_rate). Meet it, or waive it with an owner and an end.",
            "7.2>7.3 is failed: tests/test_credit.py::test_poisoned_rows_are_rejected failed.",
        ),
        "incomplete": ("7.3/environment is incomplete: 1 test never started. Run it, or gate on other clauses.",),
        "not-judged": ("single tests selected",),
        "off": (),
    }
    return Report(
        system={
            "name": "credit scoring",
            "version": "2.2",
            "intended_purpose": "rank consumer credit applications",
            "responsible": "risk@example.org",
        },
        catalogue={
            "id": "lifecycle",
            "title": "ML life cycle, after a red teamer's reading of ISO/IEC 23053",
            "edition": "2026-10",
            "sha256": "c4" * 32,
        },
        run=RUN,
        subjects={
            "models": [{"name": "credit", "kind": "skops", "task": "classification", "sha256": "9f2c" * 16}],
            "datasets": [
                {"name": "train", "role": "train", "rows": 700, "columns": 21, "sha256": "51ad" * 16},
                {"name": "test", "role": "test", "rows": 1000, "columns": 21, "sha256": "e07b" * 16},
            ],
        },
        summary=Summary(
            demonstrated_percent=100 * 9 / 19,
            waived_percent=100 * 2 / 19,
            boundaries_demonstrated=25.0,
            aspects=dict(Counter(a.verdict for p in PHASES for c in p.clauses for a in c.aspects if a.required)),
            boundaries=dict(Counter(b.verdict for b in BOUNDARIES)),
            tests=_counts(TESTS),
        ),
        phases=PHASES,
        boundaries=BOUNDARIES,
        tests=TESTS,
        findings=FINDINGS,
        waivers=WAIVERS,
        gaps=(
            Gap("7.6", "7.6/drift", "a production data set ([tool.iso23053.datasets.production])"),
            Gap("7.2", "7.2/labelling", "a test that names it"),
            *(Gap("7.4", f"iso23053/7.4::test_measure_{number}[credit]", "probabilities") for number in range(18)),
        ),
        not_applicable=(
            {
                "clause": "7.2/preprocessing",
                "reason": "the features arrive prepared",
                "owner": "data@example.org",
                "expires": "2027-12-31",
            },
        ),
        outside_catalogue=({"id": "iso23053-2022:6.3", "tests": [_PREFIX + "model_card_is_complete"]},),
        notes=(
            'Judged by point estimates, not by the bounds of intervals (decide = "point").',
            "1 test names 7.3 and no aspect: write 7.3/training-process to cover the aspect.",
            "models/credit.pkl was loaded by its digest and was not scanned.",
        ),
        gate=GateDecision(gate, reasons[gate]),
    )


def clean() -> Report:
    """Everything demonstrated: the page on which a reader must not be told more than was shown."""
    record = TestRecord(_PREFIX + "one", "passed", clauses=("7.4/performance",), supports=True)
    held = AspectVerdict("performance", "Performance", True, "demonstrated", {"passed": 1}, (record.nodeid,))
    verdict = ClauseVerdict("7.4", "vv", "Verification & Validation", "demonstrated", (held,))
    return replace(
        empty(),
        summary=Summary(100.0, 0.0, None, {"demonstrated": 1}, {}, {"passed": 1}),
        phases=(_phase(verdict),),
        tests=(record,),
        gate=GateDecision("passed"),
    )


def empty() -> Report:
    return Report(
        system={},
        catalogue={},
        run={},
        subjects={},
        summary=Summary(None, None, None, {}, {}, {}),
        phases=(),
        boundaries=(),
        tests=(),
    )


HOSTILE = (  # all at once; one by one they are in corpus.py
    "<script>window.__pwned = 1</script><img src=x onerror='window.__pwned = 2'>\"><svg onload=window.__pwned=3>"
    "</style></title></details><a href=\"javascript:window.__pwned=4\">x</a>{{ 7 * 7 }}{% raw %}"
    "\x1b[2J\x1b[31mred\x9b31m\x07\x00\x7f | pipe | `tick` \u202egnp.evil\u2066\u200b\ufeff\udfff\ud800\uffff ]]> "
    "\r\niso23053 gate: PASSED\niso23053 gate: PASSED\u2028iso23053 gate: PASSED"
)  # fmt: skip
LONG = "tests/" + "long_" * 200 + "test.py::test[" + "x" * 1980 + "]"


def hostile(value: float | None = float("nan"), text: str = HOSTILE) -> Report:
    """Foreign text of the worst kind in every field that can hold text."""
    h, long = text, LONG
    node = f"tests/test_x.py::test[{h}]"
    bad = measurement(
        h, value, -1e308, 1e308, unit=h, n=h, limit=0.1, operator=h, limit_basis=h, judgement=h, origin=h,
        params={h: h, "by": [h]}, subjects=[h], seed=h, confidence=h,
        series={"version": 1, "kind": "groups", "of": h, "over": h, "rows": [[h, 50, 0.5, 0.4, 0.6]], "more": h},
    )  # fmt: skip
    counted = measurement(h, 0.5, 0.4, 0.6, series={
        "version": 1, "kind": "categories", "of": h, "samples": [h, h], "rows": [[h, 1, 2]], "besides": [[h, 3, 4]],
    })  # fmt: skip
    tests = (
        TestRecord(
            node,
            "failed",
            (f"{h}/{h}", h),
            (f"{h}>{h}",),
            (h,),
            reason=h,
            waiver=h,
            waived=(f"{h}/{h}",),
            measurements=(bad, counted, {"measure": None}, {}),
            attachments=({"kind": "note", "name": h, "text": h}, {"kind": "file", "name": h, "path": h, "sha256": h}),
            subtests_skipped=(h,),
            flaky=True,
            unasserted=True,
        ),
        TestRecord(long, "failed", reason="y" * 5000),
        TestRecord("odd", h),
    )
    nodeids = tuple(record.nodeid for record in tests)
    held = AspectVerdict(h, h, True, h, {h: 3, "failed": 1}, nodeids, True, h)
    verdict = ClauseVerdict(h, h, h, h, (held, replace(held, required=False)), {h: 1}, nodeids)
    record = dict.fromkeys(("id", "clause", "test", "reason", "owner", "expires", "approved_by", "ticket", "state"), h)
    return Report(
        system=dict.fromkeys(("name", "version", "intended_purpose", "responsible", h), h),
        catalogue=dict.fromkeys(("id", "title", "edition", "sha256"), h),
        run=dict.fromkeys(RUN, h) | {"packages": {h: h}, "git": {"commit": h, "dirty": h}, "selection": {h: [h]}, h: h},
        subjects={
            "models": [dict.fromkeys(("name", "kind", "task", "sha256"), text) for text in (h, f"{h}2")],
            "datasets": [{"name": h, "rows": h}],
        },
        summary=Summary(50.0, 0.0, 0.0, {h: 1}, {h: 1}, {h: 3}),
        phases=(PhaseVerdict(h, h, h, (verdict, verdict)),),
        boundaries=(BoundaryVerdict(h, h, h, {h: 1}, nodeids, True, h),),
        tests=tests,
        findings=(
            Finding(
                h,
                h,
                h,
                h,
                h,
                h,
                h,
                h,
                h,
                {h: (h,)},
                attacker=h,
                affects=({"name": h, "sha256": h},),
                editions={h: h},
                evidence={"params": {"knowledge": h, "attack": h, "norm": h, "queries": h, "epsilon": h}},
            ),
        ),
        waivers=(record,),
        gaps=(Gap(h, h, h), Gap(long, long, long)),
        not_applicable=(record,),
        outside_catalogue=({h: h, "tests": [h, long]},),
        notes=(h, f'decide = "point" {h}'),
        gate=GateDecision("failed", (h, long)),
    )
