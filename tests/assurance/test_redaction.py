"""Secrets and paths leave every text of a report; verdicts, counts and names that differ stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import FAIL, PASS, call, judged, run_of, session_of
from test_merging import report_of

from pytest_iso23053.assurance.redaction import REDACTED, redacted, redactor, secret_values, walked
from pytest_iso23053.assurance.report_json import to_json

SECRETS = [
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2_" * 6,
    "glpat-" + "abcde-12345_" * 2,
    "xoxb-" + "1234567890-abcdef",
    "sk-" + "proj_abcdefghij1234567890",
    "hf_" + "a" * 34,
    "AIza" + "b" * 35,
    "npm_" + "c" * 36,
    "pypi-" + "d" * 60,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".abcdefghijk",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\n-----END RSA PRIVATE KEY-----",
]
PLAIN = redactor()


@pytest.mark.parametrize("secret", SECRETS)
def test_known_patterns(secret):
    found = PLAIN(f"before {secret} after")
    assert secret[:12] not in found.replace("-----END", "")
    assert REDACTED in found
    assert found.startswith("before ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://me:hunter2@db.example/x", f"postgres://{REDACTED}@db.example/x"),
        ("Authorization: Bearer abcdefgh12345", f"Authorization: Bearer {REDACTED}"),
        ("{'password': 'correct-horse'}", f"{{'password': '{REDACTED}'}}"),
        ("api_key=0123456789, n = 3", f"api_key={REDACTED}, n = 3"),
        ("token: short", "token: short"),
        ("the token of the bank is 12 characters", "the token of the bank is 12 characters"),
        ("9f2c" * 16, "9f2c" * 16),
        ("tests/test_a.py::test_token[1]", "tests/test_a.py::test_token[1]"),
    ],
)
def test_what_is_named_or_stands_in_an_address(text, expected):
    assert PLAIN(text) == expected


def test_values_of_the_environment_by_their_names():
    environment = {
        "DB_PASSWORD": "s3cr3t-value", "MONKEY": "not-a-secret", "GITHUB_TOKEN": "tokenvalue-1", "API_KEY": "short",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t-value-longer", "SECRETARY": "somebody-else",
    }  # fmt: skip
    values = secret_values(environment)
    assert set(values) == {"s3cr3t-value", "tokenvalue-1", "s3cr3t-value-longer"}
    found = redactor(secrets=values)("x s3cr3t-value-longer y s3cr3t-value z not-a-secret")
    assert found == "x [redacted: AWS_SECRET_ACCESS_KEY] y [redacted: DB_PASSWORD] z not-a-secret"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/ann/repo/tests/test_a.py:3: AssertionError", "tests/test_a.py:3: AssertionError"),
        ("in /home/ann/repo", "in ."),
        ("/home/ann/data.csv, /home/ann", "~/data.csv, ~"),
        ("/home/anna/data.csv", "/home/anna/data.csv"),
        ("/mnt/home/ann/x", "/mnt/home/ann/x"),
        ("'/tmp/x/y'", "'<tmp>/x/y'"),
    ],
)
def test_absolute_paths_become_relative(text, expected):
    assert redactor(paths={"/home/ann/": "~", "/home/ann/repo": "", "/tmp": "<tmp>", "/": "x"})(text) == expected


def planted(secret: str):
    found = judged(params={"where": secret, "password": "anything-at-all", "pin": "1234"}, measure=f"rate {secret}")
    return report_of(
        session_of(
            (f"t[{secret}]", "7.4/fairness", run_of(call(measurements=(found,)))),
            (f"t[{SECRETS[2]}x]", "7.4/fairness", run_of(call("failed", failure="assertion", reason=f"saw {secret}"))),
            ("plain", "7.2/quality", PASS),
            ("failed", "7.2/quality", FAIL),
        ),
        system={"name": "credit", secret: [secret, {"deep": (secret,)}]},
        notes=(f"note {secret}",),
    )


@pytest.mark.parametrize("secret", [SECRETS[1], "the-value-of-a-variable"])
def test_nothing_of_it_is_left_anywhere_in_a_report_and_no_verdict_changes(secret):
    report = planted(secret)
    shown = redacted(report, redactor(secrets={"the-value-of-a-variable": "X_TOKEN"}))
    text = str(to_json(shown))
    assert secret not in text
    assert "anything-at-all" not in text
    assert "1234" in text
    assert (shown.summary, shown.gate) == (report.summary, report.gate)
    assert [test.outcome for test in shown.tests] == [test.outcome for test in report.tests]
    assert [phase.verdict for phase in shown.phases] == [phase.verdict for phase in report.phases]


def test_names_that_differ_in_a_secret_alone_stay_apart():
    report = report_of(session_of(*((f"t[{secret}]", "7.4", PASS) for secret in SECRETS[:2])))
    shown = redacted(report, PLAIN)
    assert [test.nodeid for test in shown.tests] == ["t[[redacted]]", "t[[redacted]] (2)"]
    assert set(shown.phases[2].clauses[0].tests) == {"t[[redacted]]", "t[[redacted]] (2)"}


def test_a_report_without_secrets_is_the_same():
    report = report_of(session_of(("a", "7.4/fairness", PASS)))
    assert redacted(report, PLAIN) == report
    record = report.tests[0]
    assert walked(record, PLAIN) is record


@given(st.text())
def test_any_text_is_taken_and_twice_is_once(text):
    once = PLAIN(text)
    assert PLAIN(once) == once or REDACTED in once


@pytest.mark.parametrize(
    "text", ["a:" * 200_000, "eyJ" * 100_000, "token=" * 60_000, "-----BEGIN " * 40_000, "://" * 100_000]
)
def test_no_text_takes_more_than_linear_time(text):
    assert PLAIN(text)  # by backtracking it would not end
