"""The shape of a saved report: of a large one, one record of each kind stands for those like it."""

from __future__ import annotations

import copy
import json
from datetime import date
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.assurance.build import RunInputs, build_report
from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.evidence import Entry, Event
from pytest_iso23053.assurance.report_json import to_json
from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.settings.report_files import read_report
from pytest_iso23053.settings.report_shape import check_shape, shape_of

SCHEMA = json.loads(files("pytest_iso23053").joinpath("report.schema.json").read_text(encoding="utf-8"))
MEASURED = {
    "measure": "accuracy", "origin": "shipped", "value": 0.9, "low": 0.8, "high": 0.95, "confidence": 0.95, "n": 100,
    "unit": "share", "operator": ">=", "limit": 0.75, "limit_basis": "stated", "judgement": "met", "required_n": None,
    "seed": 7, "params": {"by": ["sex"]}, "subjects": ["credit", "test"],
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A report of forty tests that failed alike, each with a measurement, and of findings on them."""
    entries, events = {}, []
    for number in range(40):
        nodeid = f"tests/test_a.py::test_{number}"
        entries[nodeid] = Entry(nodeid, ("7.4/performance",))
        failed = {"outcome": "failed", "failure": "other", "reason": f"why {number}", "measurements": (MEASURED,)}
        events += [Event(nodeid, "setup"), Event(nodeid, "call", **failed), Event(nodeid, "teardown")]
    catalogue = load_catalogue("lifecycle", rootdir=tmp_path_factory.mktemp("root"))
    return json.loads(json.dumps(to_json(build_report(RunInputs(catalogue, entries, events, date(2026, 11, 23))))))


WRONG = {
    "an outcome": lambda test: test.update(outcome="fine"),
    "a clause": lambda test: test.update(clauses=["7.4/a/b"]),
    "attempts": lambda test: test.update(attempts=-1),
    "a type": lambda test: test.update(supports="yes"),
    "a key too many": lambda test: test.update(more=1),
    "a key too few": lambda test: test.pop("supports"),
    "no name": lambda test: test.update(nodeid=""),
    "a confidence": lambda test: test["measurements"][0].update(confidence=1),
    "a judgement": lambda test: test["measurements"][0].update(judgement="nearly"),
    "rows": lambda test: test["measurements"][0].update(n=2.5),
    "a value": lambda test: test["measurements"][0].update(value=[0.9]),
    "line 0": lambda test: test.update(line=0),
}


@pytest.mark.parametrize("kind", WRONG)
def test_one_wrong_record_among_forty_is_found(data, kind):
    check_shape(copy.deepcopy(data))
    forged = copy.deepcopy(data)
    WRONG[kind](forged["tests"][23])
    with pytest.raises(ReportError, match="does not have the shape of a report"):
        check_shape(forged)


def test_one_wrong_finding_among_many_is_found(data):
    forged = copy.deepcopy(data)
    forged["findings"][-1]["grade"] = "triumph"
    with pytest.raises(ReportError, match="findings"):
        check_shape(forged)


TEXT = st.sampled_from(["", "met", "7.4/performance", "7.4>7.5", "a/b/c", "x"])
ANY = st.one_of(TEXT, st.integers(-2, 3), st.sampled_from([0.0, 0.5, 1.0, 1.5, -0.5]), st.booleans(), st.none())


@given(st.sampled_from(sorted(MEASURED)), ANY, ANY)
def test_records_of_one_shape_are_all_valid_or_none_is(key, one, other):
    validator = jsonschema.Draft202012Validator(SCHEMA["$defs"]["measurement"] | {"$defs": SCHEMA["$defs"]})
    first, second = MEASURED | {key: one}, MEASURED | {key: other}
    if shape_of(first) == shape_of(second):
        assert validator.is_valid(first) == validator.is_valid(second)


HOSTILE = {
    "deep": ("[" * 100_000, "nested too deep"),
    "deep and closed": (f'{{"format": "pytest-iso23053", "format_version": 1, "x": {"[" * 900}{"]" * 900}}}', "nested"),
    "not a number": ('{"format": "pytest-iso23053", "run": NaN}', "NaN is no number"),
    "infinite": ('{"run": -Infinity}', "Infinity is no number"),
    "beyond a float": ('{"run": 1e999}', "1e999 is no number"),
    "many digits": ('{"run": ' + "9" * 5000 + "}", "a number of 5000 digits"),
    "a key twice": ('{"gate": 1, "gate": 2}', "'gate' stands twice"),
    "cut off": ('{"format": "pytest-iso23053", "run": {"sta', "truncated"),
    "empty": ("", "truncated"),
    "of a later version": ('{"format": "pytest-iso23053", "format_version": 2}', "upgrade pytest-iso23053"),
    "of no version": ('{"format": "pytest-iso23053", "format_version": true}', "damaged"),
    "something else": ('{"results": []}', "not a report of this plugin"),
    "a list": ("[]", "not a report of this plugin"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path, kind):
    text, said = HOSTILE[kind]
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=said):
        read_report(tmp_path / "r.json")


def test_a_file_that_no_report_is_as_large_as_is_not_read(tmp_path):
    with (tmp_path / "r.json").open("wb") as file:
        file.truncate(200 * 2**20)  # of holes: it takes no room, and reading it would
    with pytest.raises(ReportError, match="is larger than any report"):
        read_report(tmp_path / "r.json")
