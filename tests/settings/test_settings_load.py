from __future__ import annotations

import hashlib
import json
import math
import os
import pickle
import re
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_iso23053.settings.load import (
    SettingsError,
    Surroundings,
    settings_from_table,
)
from pytest_iso23053.settings.model import MapRule, Settings
from pytest_iso23053.settings.schema import configuration_schema

NAMES = ("accuracy", "evasion_rate", "selection_rate")
RANGES = dict.fromkeys(NAMES, (0.0, 1.0))

# The sample of the design, with files that exist.
SAMPLE = """
[tool.iso23053]
catalogue = "lifecycle"                    # the default

[tool.iso23053.models.credit]
source = "models/credit.skops"             # see 3.8
task   = "classification"                  # or "regression"
sha256 = "{digest}"

[tool.iso23053.datasets.train]             # the name is the role when it is train, test, reference or production
source    = "data/train.parquet"           # see 3.8
target    = "default"
sensitive = ["sex", "age_group"]
[tool.iso23053.datasets.test]
source = "data/test.parquet"

[tool.iso23053.map]                        # clauses for tests that nobody wants to touch
"tests/test_data*"    = "7.2/quality"
"tests/test_api.py*"  = "7.5/integration"

[tool.iso23053.requirements]               # the *defined requirements* V&V tests against; keys are measures
accuracy     = ">= 0.75"
evasion_rate = "<= 0.10"
"selection_rate.ratio(sex)" = {{ limit = ">= 0.80", id = "REQ-12", owner = "risk@example.org", rationale = "4/5 rule" }}

[tool.iso23053.system]                     # what the evidence is about; printed on the report's first screen
name = "credit scoring"
version = "2.2"
intended_purpose = "rank consumer credit applications"
responsible = "risk@example.org"

[tool.iso23053.gate]
"7.4" = "demonstrated"
"7.2" = "partial"

[[tool.iso23053.waivers]]
clause = "7.4/fairness"
test   = "*selection_rate*"                # optional glob on the node id
reason = "Re-weighting ships in 2.3"
owner  = "risk@example.org"
expires = 2027-01-31                       # mandatory
"""

# Kind of mistake → lines of TOML, the key of the mistake, words that name the fix. The first ones stand at the top.
BAD = {
    "unknown key": ("decied = 'point'", "decied", 'did you mean "decide"?'),
    "wrong type": ("seed = '5'", "seed", "write for example seed = 23053"),
    "unknown word": ("flaky = 'ignore'", "flaky", '"accept", "refuse"'),
    "percentage out of range": ("fail_under = 140", "fail_under", "a percentage from 0 to 100"),
    "unknown profile": ("profile = 'red-taem'", "profile", 'did you mean "red-team"?'),
    "unknown required aspect": ("require = ['7.4/robustnes']", "require[0]", "robustness"),
    "unknown report format": ("reports = ['htlm:x.html']", "reports[0]", 'did you mean "html"?'),
    "malformed gate of data": ("ingest = 'validate'", "ingest", 'ingest = "credit.ingest:validate"'),
    "unknown key of a model": ("[models.a]\nsource = 'm:a'\ntsak = 'x'", "models.a.tsak", 'did you mean "task"?'),
    "unknown task": ("[models.b]\nsource = 'm:b'\ntask = 'clasification'", "models.b.task", '"classification"?'),
    "missing model file": ("[models.c]\nsource = 'models/credti.skops'", "models.c.source", '"credit.skops"?'),
    "pickle without pin": ("[models.d]\nsource = 'models/d.pkl'", "models.d.sha256", 'pin it: sha256 = "'),
    "malformed digest": ("[models.e]\nsource = 'm:e'\nsha256 = '9f2c'", "models.e.sha256", "64 hexadecimal digits"),
    "model without a source": ("[models.f]\ntask = 'regression'", "models.f.source", "is missing"),
    "missing data file": ("[datasets.reference]\nsource = 'data/r.csv'", "datasets.reference.source", "there is no"),
    "data set without a role": ("[datasets.more]\nsource = 'm:x'", "datasets.more.role", "write role = one of"),
    "two roles for one file": (
        "[datasets.train]\nsource = 'data/train.csv'\n[datasets.test]\nsource = 'data/train.csv'",
        "datasets.test.source",
        "cannot be both train and test data",
    ),
    "text for a list": (
        "[datasets.g]\nrole = 'test'\nsource = 'm:g'\nsensitive = 'sex'",
        "datasets.g.sensitive",
        'write for example sensitive = ["sex"]',
    ),
    "unknown reading option": (
        "[datasets.h]\nrole = 'test'\nsource = 'm:h'\nread.delimiter = ';'",
        "datasets.h.read.delimiter",
        'did you mean "sep"?',
    ),
    "unknown clause in the map": ("[map]\n'tests/*' = '7.4/fairnes'", 'map."tests/*"', "fairness"),
    "unknown measure": ("[requirements]\nacuracy = '>= 0.7'", "requirements.acuracy", 'did you mean "accuracy"?'),
    "impossible limit": ("[requirements]\naccuracy = '>= 1.5'", "requirements.accuracy", "correct the limit"),
    "limit without operator": ("[requirements]\nevasion_rate = '0.1'", "requirements.evasion_rate", '"<= 0.1"'),
    "limit on a model that is not there": (
        "[requirements]\n'selection_rate.ratio(sex)' = { limit = '>= 0.8', model = 'zzz' }",
        'requirements."selection_rate.ratio(sex)".model',
        "[tool.iso23053.models.zzz]",
    ),
    "unknown clause in the gate": ("[gate]\n'7.40' = 'partial'", 'gate."7.40"', "did you mean"),
    "unknown level of the gate": ("[gate]\n'7.4' = 'demonstratd'", 'gate."7.4"', '"demonstrated"?'),
    "clause without quotes": ("[gate]\n7.3 = 'partial'", "gate.7", 'needs quotes: "7.3"'),
    "waiver without an owner": (
        "[[waivers]]\nclause = '7.4/fairness'\nreason = 'r'\nexpires = 2027-01-31",
        "waivers[0].owner",
        "is missing",
    ),
    "waiver without an end": (
        "[[waivers]]\nclause = '7.4/fairness'\nreason = 'r'\nowner = 'o'",
        "waivers[1].expires",
        "is missing; write for example expires = 2027-01-31",
    ),
    "waiver that ends no day": (
        "[[waivers]]\nclause = '7.4/fairness'\nreason = 'r'\nowner = 'o'\nexpires = 'soon'",
        "waivers[2].expires",
        "must be a date",
    ),
    "waiver of nothing": (
        "[[waivers]]\nclause = '7.4/fairnes'\nreason = 'r'\nowner = 'o'\nexpires = 2027-01-31",
        "waivers[3].clause",
        "fairness",
    ),
    "not applicable without a reason": (
        "[[not_applicable]]\nclause = '7.3'\nreason = ''\nowner = 'o'\nexpires = 2027-01-31",
        "not_applicable[0].reason",
        "is empty",
    ),
    "text in the wrong place": ("[system]\nversion = 2.2", "system.version", 'version = "2.2"'),
}  # fmt: skip


@pytest.fixture
def repository(project):
    for name in (
        "models/credit.skops",
        "data/train.parquet",
        "data/test.parquet",
        "data/train.csv",
    ):
        project.write(name, "x")
    project.write("models/d.pkl", pickle.dumps([1]))
    project.options = {"measure_names": lambda: NAMES, "measure_range": RANGES.get}
    return project


def test_the_sample_of_the_design_loads(repository):
    text = SAMPLE.format(digest=hashlib.sha256(b"x").hexdigest())
    found = repository.settings(text, file="pyproject.toml", **repository.options)
    assert found.path == repository.root / "pyproject.toml"
    assert [spec.name for spec in found.models] == ["credit"]
    assert [(spec.role, spec.target, spec.sensitive) for spec in found.datasets] == [
        ("train", "default", ("sex", "age_group")),
        ("test", "default", ("sex", "age_group")),
    ]
    assert found.map[0] == MapRule("tests/test_data*", ("7.2/quality",))
    assert [requirement.limit for requirement in found.requirements] == [
        0.75,
        0.10,
        0.80,
    ]
    assert found.system["responsible"] == "risk@example.org"
    assert [(str(rule.target), rule.level) for rule in found.gate] == [
        ("7.4", "demonstrated"),
        ("7.2", "partial"),
    ]
    assert found.waivers[0].expires == date(2027, 1, 31)


@pytest.mark.parametrize("kind", BAD)
def test_each_kind_of_mistake_alone(repository, kind):
    text, key, words = BAD[kind]
    key = re.sub(r"waivers\[\d\]", "waivers[0]", key)
    found = repository.mistakes(text, **repository.options)
    assert list(found) == [key]
    assert words in found[key]
    assert f"line {repository.lines[key]}: {key}: {found[key]}" in repository.text
    assert repository.text.startswith(f"{repository.root / 'iso23053.toml'}: 1 mistake")


def test_all_kinds_of_mistakes_in_one_message(repository):
    tables: dict[str, list[str]] = {}
    for text, _, _ in BAD.values():
        head, _, body = text.partition("\n") if text.startswith("[") else ("", "", text)
        if head.startswith("[["):
            tables.setdefault(text, [])
        else:
            tables.setdefault(head, []).append(body)
    text = "\n".join("\n".join([head, *bodies]) for head, bodies in tables.items())
    found = repository.mistakes(text, **repository.options)
    assert set(found) == {key for _, key, _ in BAD.values()}
    for _, key, words in BAD.values():
        assert words in found[key]
        assert f": {key}: {found[key]}" in repository.text
        line = text.splitlines()[repository.lines[key] - 1]
        last = re.split(r"\.(?![^\"]*\"$)|\[\d\]", key.removesuffix(".role"))[-1].strip('"') or "clause"
        assert last in line or "is missing" in found[key] or "waivers" in key or "[" in key, (key, line)
    assert f"{len(BAD)} mistakes" in repository.text
    assert "Traceback" not in repository.text


CIRCLE = 'id = "{id}"\ntitle = "{id}"\nedition = "1"\nextends = "{other}.toml"\n'


def test_a_catalogue_of_ones_own(repository):
    repository.write(
        "own.toml",
        'id = "own"\ntitle = "Our own"\nedition = "1"\nextends = "lifecycle"\n',
    )
    settings, catalogue, resolver = repository.load('catalogue = "own.toml"\n[gate]\n"7.4" = "partial"\n')
    assert (settings.catalogue, catalogue.id) == ("own.toml", "own")
    assert resolver.reference("7.4") == settings.gate[0].target


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.toml", "circle"),
        ("missing.toml", "missing.toml"),
        ("lifecicle", 'did you mean "lifecycle"?'),
        ("bad.toml", "not valid TOML"),
        ("a\\u0000b.toml", "catalogue"),
    ],
)
def test_a_catalogue_that_does_not_load_is_one_of_the_mistakes(repository, name, words):
    repository.write("a.toml", CIRCLE.format(id="a", other="b"))
    repository.write("b.toml", CIRCLE.format(id="b", other="a"))
    repository.write("bad.toml", "[")
    found = repository.mistakes(
        f'catalogue = "{name}"\nseed = "x"\n[gate]\n"7.9" = "partial"\n[[waivers]]\nclause = "7.9"\n'
    )
    assert words in found["catalogue"]
    assert "seed" in found
    assert {"waivers[0].owner", "waivers[0].reason", "waivers[0].expires"} <= set(found)
    assert "not checked before the catalogue loads" in found["gate"]
    assert 'gate."7.9"' not in found


def test_the_catalogue_of_the_command_line_wins(repository):
    settings, catalogue, _ = repository.load('catalogue = "nonsense"\n', catalogue="iso23053-2022")
    assert (settings.catalogue, catalogue.id) == ("iso23053-2022", "iso23053-2022")
    found = repository.mistakes('catalogue = "lifecycle"\n', catalogue="lifecicle")
    assert 'did you mean "lifecycle"?' in found["--iso23053-catalogue"]
    assert repository.lines == {"--iso23053-catalogue": None}
    (repository.root / "iso23053.toml").unlink()
    assert "--iso23053-catalogue" in repository.mistakes(catalogue="lifecicle")


def test_catalogues_and_formats_of_plugins(repository):
    own = repository.write(
        "plugin/own.toml",
        'id = "own"\ntitle = "Own"\nedition = "1"\nextends = "lifecycle"\n',
    )
    text = 'catalogue = "ours"\nreports = ["pdf"]\n'
    settings, catalogue, _ = repository.load(text, catalogues={"ours": own}, formats=("pdf",))
    assert (catalogue.id, settings.reports) == ("own", ("pdf",))


def test_two_reports_in_one_file_are_a_mistake(repository):
    found = repository.mistakes('reports = ["html:a.html", "json:a.html", "json", "term"]\n')
    assert list(found) == ["reports[1]"]


@pytest.mark.parametrize(
    "text",
    [
        "seed = 1.5",
        "seed = nan",
        "fail_under = nan",
        "fail_under = inf",
        "seed = 2026-01-01",
    ],
)
def test_numbers_that_are_none(project, text):
    assert list(project.mistakes(text)) == [text.split()[0]]


def test_whole_numbers_may_be_written_with_a_point(project):
    found = project.settings("seed = 5.0\nfail_under = 80")
    assert (found.seed, found.fail_under) == (5, 80.0)
    assert isinstance(found.seed, int)


def test_the_digest_is_of_what_is_said_and_not_of_how_it_is_written(project):
    one = project.settings("seed = 1\n[gate]\n'7.4' = 'partial' # later\n").sha256
    other = project.settings("[tool.iso23053]\ngate = { '7.4' = 'partial' }\nseed = 1\n").sha256
    assert one == other == hashlib.sha256(b'{"gate":{"7.4":"partial"},"seed":1}').hexdigest()
    assert project.settings("seed = 2\n").sha256 != one


def test_the_working_directory_does_not_matter(repository, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    before = Path.cwd()
    assert repository.settings("[models.a]\nsource = 'models/credit.skops'\n").models
    assert Path.cwd() == before


def test_every_key_of_the_schema_reaches_the_settings():
    names = {"report": "examples"}
    fields = set(Settings.__dataclass_fields__)
    for key in configuration_schema()["properties"]:
        assert names.get(key, key) in fields


def test_without_a_configuration_nothing_heavy_is_imported(tmp_path):
    script = (
        "import sys; from pathlib import Path; from pytest_iso23053.settings.load import load_settings\n"
        f"early = set(sys.modules); load_settings(Path({str(tmp_path)!r}))\n"
        "print({'jsonschema', 'tomllib', 'numpy', 'pandas', 'sklearn', 'pytest'} & early, "
        "{'jsonschema', 'numpy', 'pandas', 'sklearn', 'pytest'} & set(sys.modules))"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert result.stdout.split() == ["set()", "set()"]


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.datetimes()
    | st.times() | st.sampled_from(["7.4", "7.4/fairness", ">= 0.7", "train", "fixture:x", "a/b.csv", "html"])
)  # fmt: skip
KEYS = st.text(max_size=4) | st.sampled_from(
    sorted(
        set(configuration_schema()["properties"])
        | {key for inner in configuration_schema()["$defs"].values() for key in inner.get("properties", {})}
        | {"train", "test", "7.4", "accuracy", "limit"}
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=300,
)
def test_no_table_raises_anything_but_settings_errors(tmp_path, table):
    around = Surroundings(measure_names=lambda: NAMES, measure_range=RANGES.get)
    try:
        found, _, _ = settings_from_table(table, tmp_path, around)
    except SettingsError:
        pass
    else:
        assert set(table) <= set(configuration_schema()["properties"])
        assert found.fail_under is None or not math.isnan(found.fail_under)


def test_values_of_toml_that_json_lacks_are_text_to_the_schema(tmp_path):
    table = {"system": {"name": datetime(2026, 1, 1), "url": time(7)}}
    assert settings_from_table(table, tmp_path)[0].system == {
        "name": "2026-01-01T00:00:00",
        "url": "07:00:00",
    }


def test_the_schema_is_in_the_wheel_beside_the_package():
    import pytest_iso23053

    path = Path(pytest_iso23053.__file__).parent / "configuration.schema.json"
    assert json.loads(path.read_text(encoding="utf-8"))["$schema"].endswith("2020-12/schema")
