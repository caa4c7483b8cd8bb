"""The badge: it may say what was demonstrated, and never that somebody is certified."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import samples
from golden_files import check

from pytest_iso23053.assurance.report import GateDecision, Summary
from pytest_iso23053.render.badge import badge, render_badge, render_badge_endpoint
from pytest_iso23053.render.formats import renderer_for

SAMPLES = {"rich": samples.rich(), "empty": samples.empty(), "clean": samples.clean(), "hostile": samples.hostile(None)}


def test_the_rich_report():
    check("badge.svg", render_badge(samples.rich()))
    check("badge.json", render_badge_endpoint(samples.rich()))


@pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES)
def test_an_image_with_a_name_and_without_anything_active(report):
    text = render_badge(report)
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == root[0].text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES)
def test_what_shields_reads(report):
    """The schema of https://shields.io/badges/endpoint-badge: these keys, of these types."""
    answer = json.loads(render_badge_endpoint(report))
    assert answer.keys() == {"schemaVersion", "label", "message", "color", "isError"}
    assert (answer["schemaVersion"], type(answer["isError"])) == (1, bool)
    assert all(isinstance(answer[key], str) and answer[key] for key in ("label", "message", "color"))
    assert re.fullmatch("[0-9a-f]{6}", answer["color"])


@pytest.mark.parametrize(
    ("report", "message", "tone"),
    [
        (samples.clean(), "1 of 1 demonstrated, gate PASSED", "good"),
        (replace(samples.clean(), gate=GateDecision("off")), "1 of 1 demonstrated", "none"),
        (replace(samples.clean(), gate=GateDecision("not-judged")), "1 of 1 demonstrated, gate NOT JUDGED", "none"),
        (replace(samples.clean(), gate=GateDecision("incomplete")), "1 of 1 demonstrated, gate INCOMPLETE", "open"),
        (samples.rich("passed"), "9 of 19 demonstrated, gate PASSED", "bad"),
        (samples.rich("failed"), "9 of 19 demonstrated, gate FAILED", "bad"),
        (samples.empty(), "nothing evaluated", "none"),
        (
            replace(samples.clean(), phases=(), summary=Summary(None, None, None, {}, {}, {"passed": 1})),
            "nothing in scope, gate PASSED",
            "none",
        ),
    ],
)
def test_green_is_only_what_was_demonstrated_and_passed(report, message, tone):
    assert badge(report) == (message, tone)


def test_an_open_clause_is_not_green():
    (phase,) = samples.clean().phases
    (clause,) = phase.clauses
    opened = replace(samples.clean(), phases=(replace(phase, clauses=(replace(clause, verdict="inconclusive"),)),))
    assert badge(opened).tone == "open"


@pytest.mark.parametrize(
    ("path", "start"),
    [(None, "<svg"), ("x.svg", "<svg"), ("a/b.JSON", "{"), ("badge.json", "{"), ("x.json.svg", "<svg")],
)
def test_the_suffix_says_which(path, start):
    assert renderer_for("badge", path)(samples.rich()).startswith(start)
