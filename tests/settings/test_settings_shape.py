from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from pytest_iso23053.settings.mistakes import Findings, key_text
from pytest_iso23053.settings.schema import configuration_schema
from pytest_iso23053.settings.shape import check_shape


def mistakes(table):
    findings = Findings()
    remaining = check_shape(table, findings)
    return {key_text(path): message for path, message in findings.found}, remaining


def subschemas(schema):
    yield schema
    for key in ("properties", "$defs"):
        for inner in schema.get(key, {}).values():
            yield from subschemas(inner)
    for inner in schema.get("anyOf", ()):
        yield from subschemas(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from subschemas(schema[key])


def test_the_schema_is_one():
    Draft202012Validator.check_schema(configuration_schema())


@pytest.mark.parametrize("schema", list(subschemas(configuration_schema())), ids=lambda schema: None)
def test_everything_in_the_schema_can_be_explained(schema):
    assert "$ref" in schema or schema["title"], "a mistake is said in the words of the title"
    if schema.get("type") == "object" and "properties" in schema:
        assert schema["additionalProperties"] is False, "unknown keys are mistakes at every level"
        assert all("description" in inner or "$ref" in inner for inner in schema["properties"].values())


@pytest.mark.parametrize("schema", list(subschemas(configuration_schema())), ids=lambda schema: None)
def test_examples_and_defaults_are_right_themselves(schema):
    check = Draft202012Validator({**schema, "$defs": configuration_schema()["$defs"]})
    for value in [
        *schema.get("examples", []),
        *([schema["default"]] if "default" in schema else []),
    ]:
        check.validate(value)


@pytest.mark.parametrize(
    ("table", "key", "words"),
    [
        ({"modles": {}}, "modles", ["unknown key", 'did you mean "models"?']),
        (
            {"system": {"purpose": "x"}},
            "system.purpose",
            ['did you mean "intended_purpose"?'],
        ),
        (
            {"datasets": {"test": {"source": "x", "read": {"delimiter": ";"}}}},
            "datasets.test.read.delimiter",
            ['"sep"'],
        ),
        ({"zzz": 1}, "zzz", ["known here: catalogue, profile"]),
        (
            {"seed": "5"},
            "seed",
            ['a whole number from 0 up, not the text "5"', "seed = 23053"],
        ),
        ({"seed": True}, "seed", ["not true"]),
        ({"seed": -1}, "seed", ["not the number -1"]),
        ({"fail_under": 101}, "fail_under", ["from 0 to 100"]),
        (
            {"decide": "bund"},
            "decide",
            ['one of "bound", "point"', 'did you mean "bound"?'],
        ),
        ({"suite": False}, "suite", ['one of "off", "fast", "full", not false']),
        (
            {"models": {"credit": "x.skops"}},
            "models.credit",
            ["headed [tool.iso23053.models.NAME]"],
        ),
        (
            {"models": {"credit": {}}},
            "models.credit.source",
            ["is missing", 'source = "models/credit.skops"'],
        ),
        ({"models": {"a b": {"source": ""}}}, 'models."a b".source', ["is empty"]),
        (
            {"datasets": {"test": {"source": ["X.npy"]}}},
            "datasets.test.source",
            ["a pair of sources [X, y]"],
        ),
        (
            {"datasets": {"test": {"source": ["X.npy", 1]}}},
            "datasets.test.source[1]",
            ["not the number 1"],
        ),
        (
            {"datasets": {"test": {"source": "x", "sensitive": "sex"}}},
            "datasets.test.sensitive",
            ['= ["sex"]'],
        ),
        (
            {"datasets": {"test": {"source": "x", "target": True}}},
            "datasets.test.target",
            ["a column, or false"],
        ),
        (
            {"datasets": {"test": {"source": "x", "labels": {}}}},
            "datasets.test.labels",
            ["is empty"],
        ),
        (
            {"datasets": {"test": {"source": "x", "sha256": "9f2c…"}}},
            "datasets.test.sha256",
            ["64 hexadecimal digits"],
        ),
        (
            {"requirements": {"accuracy": 0.75}},
            "requirements.accuracy",
            ['accuracy = ">= 0.75"'],
        ),
        (
            {"requirements": {"f1": {"owner": "x"}}},
            "requirements.f1.limit",
            ["is missing"],
        ),
        (
            {"requirements": {"f1": {"limit": ">= 0", "theshold": 1}}},
            "requirements.f1.theshold",
            ["unknown key"],
        ),
        (
            {"gate": {"7.4": "demonstratd"}},
            'gate."7.4"',
            ['did you mean "demonstrated"?'],
        ),
        (
            {"gate": {"7": {"4": "demonstrated"}}},
            "gate.7",
            ['a key with a dot needs quotes: "7.4"'],
        ),
        (
            {"waivers": {"clause": "7.4"}},
            "waivers",
            ["each headed [[tool.iso23053.waivers]]"],
        ),
        (
            {"waivers": [{"clause": "7.4", "reason": "x", "owner": " "}]},
            "waivers[0].owner",
            ["is empty"],
        ),
        (
            {"waivers": [{"clause": "7.4", "reason": "x"}]},
            "waivers[0].expires",
            ["is missing", "expires = 2027-01-31"],
        ),
        (
            {"not_applicable": [{"expires": "soon"}]},
            "not_applicable[0].expires",
            ["must be a date"],
        ),
        ({"map": {"tests/*": []}}, 'map."tests/*"', ["is empty"]),
        ({"ingest": "validate"}, "ingest", ["a callable or fixture"]),
        ({"system": {"version": 2.2}}, "system.version", ['version = "2.2"']),
    ],
)
def test_a_mistake_is_said_plainly_with_the_fix(table, key, words):
    found, _ = mistakes(table)
    assert key in found
    for word in words:
        assert word in found[key]


def test_what_is_right_is_kept_and_positions_stay():
    table = {
        "seed": "x",
        "decide": "point",
        "models": {"credit": {"source": "a.skops", "tsak": "x"}},
        "waivers": [3, {"clause": "7.4"}],
    }
    found, remaining = mistakes(table)
    assert set(found) == {
        "seed", "models.credit.tsak", "waivers[0]", "waivers[1].reason", "waivers[1].owner", "waivers[1].expires",
    }  # fmt: skip
    assert remaining == {
        "decide": "point",
        "models": {"credit": {"source": "a.skops"}},
        "waivers": [None, {"clause": "7.4"}],
    }
    assert table["seed"] == "x"
