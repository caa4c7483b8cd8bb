"""What must not leave the machine leaves every text of a report; verdicts, counts and names that differ stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import FAIL, PASS, TODAY, call, inputs, judged, run_of, session_of
from test_merging import POLICY, RUN, SUBJECTS

from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.evidence import Entry
from pytest_iso23053.assurance.policy import Waiver
from pytest_iso23053.assurance.redaction import Redactor, redact_record
from pytest_iso23053.assurance.report import Gap, TestRecord
from pytest_iso23053.assurance.report_json import to_json
from pytest_iso23053.assurance.wording import first_line
from pytest_iso23053.catalogue.reference import ClauseReference

TOKEN = "ghp_" + "a1B2" * 9
OTHER = "xoxb-" + "1234567890-abcdef"
VALUE = "the-value-of-a-variable"
REDACTOR = Redactor(secrets={VALUE: "X_TOKEN"}, places={"/home/ann/repo": "", "/home/ann": "~"}, users=("ann",))


def report_of(session, redactor=None, **more):
    return build_report(inputs(session, **({"run": RUN, "subjects": SUBJECTS} | POLICY | more)), redactor)


def planted(secret: str, **more):
    found = judged(params={"where": secret, "password": "anything-at-all", "pin": "1234"}, measure=f"rate {secret}")
    note = {"kind": "note", "name": "note", "text": f"noted {secret}"}
    session = session_of(
        (f"t[{secret}]", "7.4/fairness", run_of(call(measurements=(found,), attachments=(note,)))),
        (f"t[{OTHER}x]", "7.4/fairness", run_of(call("failed", failure="assertion", reason=f"saw {secret} " * 30))),
        ("plain", "7.2/quality", PASS),
        ("failed", "7.2/quality", FAIL),
    )
    said = {
        "system": {"name": "credit", secret: [secret, {"deep": (secret,)}]},
        "notes": (f"note {secret}",),
        "collection_errors": (f"broken {secret}",),
        "gaps": (Gap("7.4", f"item {secret}", f"needs {secret}"),),
        "waivers": (waiver(f"*{secret}*", secret),),
    }
    return report_of(session, **{**said, **more})


def waiver(glob: str, reason: str = "known"):
    return Waiver(ClauseReference("7.4", "fairness"), reason, "risk@example.org", TODAY, test=glob)


@pytest.mark.parametrize("secret", [TOKEN, VALUE])
def test_nothing_of_it_is_left_anywhere_in_a_report_and_no_verdict_changes(secret):
    plain, shown = planted(secret), planted(secret, redactor=REDACTOR)
    text = str(to_json(shown))
    assert secret not in text
    assert secret[:9] not in text
    assert "anything-at-all" not in text
    assert "1234" in text
    assert (shown.summary, shown.gate.status) == (plain.summary, plain.gate.status)
    assert sorted(test.outcome for test in shown.tests) == sorted(test.outcome for test in plain.tests)
    assert [phase.verdict for phase in shown.phases] == [phase.verdict for phase in plain.phases]
    assert len(shown.findings) == len(plain.findings)
    assert [test.waiver for test in shown.tests if test.waiver] == [test.waiver for test in plain.tests if test.waiver]


def test_names_that_differ_in_a_secret_alone_stay_apart_and_in_order():
    session = session_of(*((f"t[{key}]", "7.4", PASS) for key in ("b", TOKEN, OTHER, "Z")))
    shown = report_of(session, redactor=REDACTOR)
    names = [test.nodeid for test in shown.tests]
    assert names == sorted(["t[b]", "t[[redacted]]", "t[[redacted]] (2)", "t[Z]"])
    assert set(shown.phases[2].clauses[0].tests) == set(names)


def test_one_name_of_many_and_a_long_one():
    many = [f"t[{number}]" for number in range(1_000)]
    keys = [TOKEN, "x " * 300 + TOKEN[:30], f"x-{VALUE}", "ann"]
    session = session_of(*((nodeid, "7.4", PASS) for nodeid in (*many, *(f"t[{key}" for key in keys))))
    shown = {test.nodeid for test in report_of(session, redactor=REDACTOR).tests}
    long = "x " * 300
    assert shown == {*many, "t[[redacted]", f"t[{long}[redacted]", "t[x-[redacted: X_TOKEN]", "t[<user>"}


def test_a_report_that_holds_nothing_of_it_is_the_same():
    session = session_of(("a", "7.4/fairness", PASS), ("b", "7.4/fairness", FAIL))
    plain, shown = report_of(session), report_of(session, redactor=REDACTOR)
    assert to_json(shown) == to_json(plain)
    record = TestRecord("a", "passed")
    assert redact_record(record, REDACTOR) is record


def test_a_report_that_is_redacted_twice_is_redacted_once():
    once = planted(TOKEN, redactor=REDACTOR)
    again = replace(once, tests=tuple(redact_record(test, REDACTOR) for test in once.tests))
    assert again == once


def test_a_command_names_the_function_where_its_parameter_is_secret():
    shown = planted(TOKEN, redactor=REDACTOR)
    commands = {finding.reproduce for finding in shown.findings if finding.nodeid}
    assert {command.rpartition(" ")[2] for command in commands} == {"t", "failed"}


def test_users_leave_messages_and_parameters_and_stay_in_the_names_of_files():
    session = session_of(("tests/ann.py::t[ann]", "7.4", run_of(call("failed", reason="ann saw /home/ann/repo/x.csv"))))
    (test,) = report_of(session, redactor=REDACTOR, system={"responsible": "ann@example.org"}).tests
    assert (test.nodeid, test.reason) == ("tests/ann.py::t[<user>]", "<user> saw x.csv")


def test_outside_and_strays_are_named_as_the_tests_are():
    nodeid = f"t[{TOKEN}]"
    entry = Entry(nodeid, ("7.4",), outside=("x:1",), translated=("a = b",))
    shown = report_of({nodeid: (entry, PASS)}, redactor=REDACTOR)
    assert list(shown.outside_catalogue) == [{"id": "x:1", "tests": ["t[[redacted]]"]}]
    assert shown.run["gathered"]["translated"] == {"a = b": ["t[[redacted]]"]}
    strays = report_of({nodeid: (None, PASS), "x": (Entry("x"), PASS)}, redactor=REDACTOR)
    assert strays.run["gathered"]["strays"] == ["t[[redacted]]"]


def test_skipped_sub_tests_are_messages():
    record = TestRecord("a", "passed", subtests_skipped=(f"(key={TOKEN})",))
    assert redact_record(record, REDACTOR).subtests_skipped == ("(key=[redacted])",)


@pytest.mark.parametrize("kept", [TOKEN, "X_TOKEN", "ann", "/home/ann/repo"])
def test_what_is_to_be_kept_is_kept(kept):
    text = f"{TOKEN} {VALUE} ann /home/ann/repo/x"
    redactor = replace(REDACTOR, keep=frozenset({kept}))
    told = {TOKEN: TOKEN, "X_TOKEN": VALUE, "ann": " ann ", "/home/ann/repo": "~/repo/x"}
    assert told[kept] in redactor.message(text)
    assert sum(word in redactor.message(text) for word in told.values()) == 1


@pytest.mark.parametrize("secret", [TOKEN, VALUE])
def test_a_secret_that_was_cut_in_two_is_a_secret_still(secret):
    """Reasons are cut at 500 characters, and their first lines at 200."""
    for before in range(150, 500):
        message = "x" * before + " " + secret + " y" * 300
        for cut in (first_line(message), message[:500], f"{message[: before + 14]}... y"):
            assert secret[:9] not in REDACTOR.message(cut)


@given(st.text(max_size=300))
def test_any_text_is_taken_and_twice_is_once(text):
    for redact in (REDACTOR.name, REDACTOR.message):
        once = redact(text)
        assert redact(once) == once
