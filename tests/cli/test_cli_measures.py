"""The command shows every registered measure, and what one of them is declared as."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pytest_iso23053.cli.group import group
from pytest_iso23053.measures import registry


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(group, ["measures", *arguments], prog_name="pytest-iso23053")
    assert result.exit_code == status, result.output
    return result.output


def test_list_names_every_measure_under_its_clause():
    lines = run("list").splitlines()
    shown = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("    ")]
    assert sorted(shown) == list(registry.names())
    assert "7.4 Verification & Validation" in lines
    place = next(line for line in lines if line.startswith("  selection_rate "))
    assert place.endswith("7.4/fairness; .ratio() >= 0.8 (C)")
    assert next(line for line in lines if line.startswith("  overlap_rate ")).endswith(
        "boundary 7.3>7.4; no limit (to begin with: <= 0)"
    )
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(
    ("expression", "there", "absent"),
    [
        ("7.6", {"psi", "ks"}, {"accuracy", "missing_rate"}),
        ("7.4/robustness", {"flip_rate"}, {"accuracy"}),
        ("vv/fairness", {"selection_rate"}, {"accuracy"}),
        ("7.2>7.3", {"gate_detection_rate", "unsourced_rate"}, {"missing_rate"}),
        ("7.2-7.3", {"missing_rate", "gain_over_baseline"}, {"psi"}),
    ],
)
def test_list_of_some_clauses(expression, there, absent):
    shown = {each["name"] for each in json.loads(run("list", "--clause", expression, "--json"))}
    assert there <= shown
    assert not absent & shown


def test_list_of_a_clause_without_measures_and_of_none():
    assert run("list", "--clause", "8.3") == "no measure is evidence for 8.3\n"
    assert "--clause" in run("list", "--clause", "7.44", status=2)


def test_list_as_json_holds_the_declarations():
    listed = json.loads(run("list", "--json"))
    assert [each["name"] for each in listed] == [each.id for each in registry.all_measures()]
    psi = next(each for each in listed if each["name"] == "psi")
    assert (psi["limit"], psi["basis"], psi["range"], psi["boundary"]) == ("<= 0.25", "C", [0.0, None], None)
    assert psi["file"] == "measures/operation/drift.py"


@pytest.mark.parametrize("name", registry.names())
def test_show_tells_everything_of_each(name):
    text, measure = run("show", name), registry.get(name)
    assert text.startswith(f"measures.{name}(")
    assert measure.file in text
    assert ">>> " in text
    assert ("no accepted value" in text) is (measure.basis == "P")


def test_show_of_one():
    text = run("show", "unsourced_rate")
    assert "measures.unsourced_rate(reference, current" in text
    assert "evidence for    7.2/provenance, boundary 7.2>7.3" in text
    assert "limit           <= 0, follows from the null, chance level or an identity" in text
    assert "range           0 to 1" in text
    assert "threats         AML.T0020, AML.T0010.002, ML02" in text


def test_show_of_an_unknown_one_suggests_the_nearest():
    assert "did you mean 'accuracy'?" in run("show", "acuracy", status=2)
    assert "measures list" in run("show", "qqqq", status=2)
