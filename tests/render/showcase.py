"""A report with everything on it at once: `samples.rich`, with several models, attacks, claims, threats and changes."""

from __future__ import annotations

from dataclasses import replace

import samples

from pytest_iso23053.assurance.report import Change, ClaimVerdict, Finding, Report, ThreatCell, ThreatVerdict

MODELS = ("credit", "credit (retrained)")


def _evasion(model: str, outcome: str, value: float, low: float, high: float):
    return samples.test(
        f"iso23053/7.4::test_evasion[{model}]",
        outcome,
        "7.4/robustness",
        ready_made=True,
        threats=("AML.T0015",),
        reason="" if outcome == "passed" else f"evasion_rate <= 0.1 is not met: {value}",
        measurements=(
            samples.measurement(
                "evasion_rate",
                value,
                low,
                high,
                n=200,
                limit=0.1,
                operator="<=",
                limit_basis="requirement",
                judgement="met" if outcome == "passed" else "not met",
                params={"attacker": "an applicant who asks again", "knowledge": "black-box", "queries": 500},
                subjects=[model, "test"],
            ),
        ),
    )


TESTS = (
    _evasion(MODELS[0], "failed", 0.315, 0.255, 0.382),
    _evasion(MODELS[1], "passed", 0.03, 0.011, 0.064),
)

CROSSWALK = {"atlas": ("AML.T0015", "AML.T0043"), "owasp_ml": ("ML01",), "iso22989": ("*",)}
FINDING = Finding(
    "9c1b77a0d2e4f658",
    "failure",
    "high",
    "7.4/robustness",
    "evasion_rate",
    TESTS[0].nodeid,
    "failure in the Verification & Validation process to detect adversarial evasion: evasion_rate 0.315, "
    "95 % interval 0.255 to 0.382, limit <= 0.1, n = 200, on credit, test",
    reproduce=f"pytest --iso23053 '{TESTS[0].nodeid}'",
    crosswalk=CROSSWALK,
    editions={"atlas": "5.6.0", "owasp_ml": "2023 (draft)"},
    attacker="an applicant who asks again",
    affects=({"name": "credit", "sha256": "9f2c" * 16}, {"name": "feature service", "sha256": None}),
    evidence={
        "value": 0.315,
        "params": {"knowledge": "black-box", "queries": 500, "norm": "linf", "epsilon": 0.3, "attack": "hopskipjump"},
    },
)

_QUESTIONS = (
    ("7.2-sources", "7.2", "Which sources can an outsider write to?", "yes", "claimed but failed", "7.2>7.3", "failed"),
    ("7.4-evasion", "7.4", "Is evasion bounded?", "partial", "claimed but untested", "7.4/backdoor", "untested"),
    ("7.5-same", "7.5", "Is what runs what was validated?", "yes", "claimed and demonstrated", "7.4>7.5", "demonstrated"),  # noqa: E501
    ("7.6-slow", "7.6", "Would a slow attack be seen?", "", "no answer", "7.6/drift", "untested"),
)  # fmt: skip
CLAIMS = tuple(
    ClaimVerdict(
        id_, phase, question, answer, "risk@example.org" if answer else "", "the pipeline's gate", "", (about,), (),
        (), status, verdict, {about: verdict}, (), ("W1",) if verdict == "failed" else (),
    )
    for id_, phase, question, answer, status, about, verdict in _QUESTIONS
)  # fmt: skip

THREATS = (
    ThreatVerdict(
        "AML.T0015", "Evade AI Model", "MITRE ATLAS", "5.6.0", True, "the model is served",
        (ThreatCell("7.4", "failed", "failed", (TESTS[0].nodeid,)), ThreatCell("7.5", "untested", "untested")),
    ),
    ThreatVerdict(
        "AML.T0020", "Poison Training Data", "MITRE ATLAS", "5.6.0", True, "the model is retrained on feedback",
        (
            ThreatCell("7.2>7.3", "waived", "failed", ("a",), ("W1",)),
            ThreatCell("7.2", "tested", "demonstrated", ("a", "b")),
        ),
    ),
    ThreatVerdict(
        "ML05", "Model Theft", "OWASP ML", "2023", False, "", (ThreatCell("7.5", "undecided", "inconclusive", ("c",)),)
    ),
)  # fmt: skip

CHANGES = (
    Change("loosened limit", "7.4/fairness", "selection_rate.ratio is asked for >= 0.7, and >= 0.8 before"),
    Change("lost test", "7.5", "tests/test_credit.py::test_rollback is gone", fails=False),
)


def showcase() -> Report:
    """Build it."""
    report = samples.rich()
    models = [
        {"name": name, "kind": "skops", "task": "classification", "sha256": digest * 16}
        for name, digest in zip(MODELS, ("9f2c", "77aa"), strict=True)
    ]
    tests = (*report.tests, *TESTS)
    return replace(
        report,
        subjects={**report.subjects, "models": models},
        tests=tests,
        phases=tuple(_with_tests(phase) for phase in report.phases),
        findings=(FINDING, *report.findings),
        claims=CLAIMS,
        threats=THREATS,
        changes=CHANGES,
        run={**report.run, "merged": {"reports": [{"name": "a.json"}, {"name": "b.json"}], "expected": None}},
    )


def _with_tests(phase):
    if phase.id != "7.4":
        return phase
    clause = phase.clauses[0]
    nodeids = tuple(test.nodeid for test in TESTS)
    aspects = tuple(
        replace(
            aspect,
            verdict="failed",
            counts={"inconclusive": 1, "failed": 1, "passed": 1},
            tests=(*aspect.tests, *nodeids),
        )
        if aspect.id == "robustness"
        else aspect
        for aspect in clause.aspects
    )
    return replace(phase, clauses=(replace(clause, aspects=aspects),))
