from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
import samples
from golden_files import check

from pytest_iso23053.assurance.report_json import from_json, to_json
from pytest_iso23053.render.json_report import render_json


def test_the_rich_report():
    check("report.json", render_json(samples.rich()))


def test_the_rich_report_keeps_to_the_schema():
    schema = json.loads(files("pytest_iso23053").joinpath("report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(render_json(samples.rich())))


@pytest.mark.parametrize(
    "report", [samples.rich(), samples.empty(), samples.hostile(None)], ids=["rich", "empty", "hostile"]
)
def test_what_is_read_back_is_what_was_written(report):
    text = render_json(report)
    assert json.loads(text) == json.loads(json.dumps(to_json(report)))
    assert render_json(from_json(json.loads(text))) == text
    assert text.endswith("}\n")


def test_lone_surrogates_come_back_and_never_meet_an_encoder():
    text = render_json(samples.hostile(None))
    text.encode("utf-8")
    assert "\\ud800" in text
    assert json.loads(text)["tests"][0]["nodeid"] == samples.hostile().tests[0].nodeid


def test_showing_the_file_in_a_terminal_does_nothing_to_it():
    text = render_json(samples.hostile(None))
    assert all(line.isprintable() for line in text.split("\n"))


def test_the_order_in_which_things_were_gathered_does_not_show():
    report = samples.rich()
    turned = replace(report, run=dict(reversed(report.run.items())), system=dict(reversed(report.system.items())))
    assert render_json(turned) == render_json(report)


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError, match="Out of range float"):
        render_json(samples.hostile(float("nan")))


def test_a_record_begins_with_what_it_is():
    document = json.loads(render_json(samples.rich()))
    assert list(document)[:3] == ["format", "format_version", "system"]
    assert list(document["phases"][0])[:2] == ["id", "title"]
    assert next(iter(document["tests"][0])) == "nodeid"
