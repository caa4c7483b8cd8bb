"""The command proposes threats from what the configuration says, each with its reason."""

from __future__ import annotations

import pickle
import tomllib

import pytest
from click.testing import CliRunner

from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.cli.group import group
from pytest_iso23053.cli.threat_proposals import PROPOSALS
from pytest_iso23053.cli.threat_signs import signs
from pytest_iso23053.settings.load import load_settings


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(group, ["threats", *arguments], prog_name="pytest-iso23053")
    assert result.exit_code == status, result.output
    return result.output


def proposed(*arguments: str) -> dict[str, list[str]]:
    document = tomllib.loads(run(*arguments))
    return document.get("threats") or document.get("tool", {}).get("iso23053", {}).get("threats", {})


def test_without_a_configuration_it_asks(project):
    said = run()
    assert "nothing in the configuration points to a threat" in said
    assert "--served, --retrained, --text, --third-party, --personal?" in said
    assert proposed() == {}


@pytest.mark.parametrize(
    ("option", "there"),
    [
        ("--served", {"AML.T0024.002", "ML05", "NISTAML.031"}),
        ("--retrained", {"ML08"}),
        ("--text", {"AML.T0043.003"}),
        ("--third-party", {"ML06", "ML07"}),
        ("--personal", {"ML04", "ML03"}),
    ],
)
def test_what_one_knows_can_be_said(project, option, there):
    assert there <= set(proposed(option))
    assert "# you said so" in run(option)


def test_the_configuration_gives_the_reasons(project):
    (project / "model.pkl").write_bytes(pickle.dumps({}))
    (project / "pyproject.toml").write_text(
        '[tool.iso23053]\ningest = "a.b:c"\n[tool.iso23053.models.credit]\nsource = "model.pkl"\nsha256 = "sidecar"\n'
        '[tool.iso23053.datasets.train]\nsource = "gone.jsonl"\nsensitive = ["sex"]\n'
        '[tool.iso23053.datasets.production]\nsource = "gone.csv"\n'
        '[tool.iso23053.threats]\nml02 = ["7.2"]\n'
    )
    said = run()
    for reason in (
        "models.credit is a pickle", "no record of its training", "datasets.train.sensitive names sex",
        "a production set is configured", "may be learnt from", "is a file of JSON lines", "a training set",
    ):  # fmt: skip
        assert f"# {reason}" in said or reason in said
    found = proposed()
    assert found["AML.T0011.000"] == ["7.5"]
    assert found["AML.T0020"] == ["7.2", "7.2>7.3"]
    assert "ML02" not in found
    assert "In scope already: ML02" in said
    assert "MITRE ATLAS 5.6.1" in said
    assert "ML06" not in proposed("--own")


def test_a_paste_is_a_configuration(project):
    (project / "iso23053.toml").write_text(run("--served", "--text", "--personal").replace("tool.iso23053.", ""))
    settings, _, _ = load_settings(project)
    assert {threat.id for threat in settings.threats} >= {"AML.T0024.002", "ML04"}
    assert "nothing beyond what is in scope" in run("--served", "--text", "--personal")


def test_in_a_file_of_our_own_the_table_needs_no_prefix(project):
    (project / "iso23053.toml").write_text('[models.m]\nsource = "a.b:c()"\n')
    assert "\n[threats]\n" in run()
    assert "ML06" not in proposed()  # code of one's own


def test_in_a_file_of_our_own_that_heads_its_tables_as_pyproject_does_the_proposal_is_headed_alike(project):
    said = '[tool.iso23053.models.m]\nsource = "a.b:c()"\n'
    (project / "iso23053.toml").write_text(said)
    proposal = run()
    assert "\n[tool.iso23053.threats]\n" in proposal
    (project / "iso23053.toml").write_text(said + proposal)
    assert "In scope already" in run()


def test_in_the_numbers_of_another_catalogue(project):
    (project / "iso23053.toml").write_text('catalogue = "iso23053-2022"\n[datasets.train]\nsource = "x.csv"\n')
    assert proposed()["AML.T0020"] == ["8.2", "8.3", "8.3>8.4"]


def test_mistakes_are_told(project):
    (project / "iso23053.toml").write_text('[threats]\n"AML.T0115" = ["7.4"]\n')
    assert "AML.T0015" in run(status=1)
    (project / "iso23053.toml").write_text("threat = 1\n")
    assert 'did you mean "threats"' in run(status=1)


def test_a_model_behind_an_address_is_served_and_one_of_a_registry_comes_from_elsewhere(tmp_path):
    table = {
        "models": {"web": {"source": "https://x.example/predict"}, "reg": {"source": "models:/credit/1"}},
        "attacker": {"epsilon": {"edits": 2}},
        "datasets": {"test": {"source": ["x.npy", "y.npy"], "id": "customer"}},
    }
    found = signs(table, tmp_path)
    assert found["served"] == "models.web answers at https:"
    assert found["third-party"] == "models.web comes from https:"
    assert found["text"] == "the attacker changes characters (attacker.epsilon.edits)"
    assert found["personal"] == "datasets.test.id names customer"
    assert "trained" not in found
    assert "pickle" not in found


def test_every_proposal_can_be_resolved():
    resolver = Resolver(load_catalogue("lifecycle"))
    for _, threat, places in PROPOSALS:
        assert resolver.threat(threat) == threat
        assert [str(found) for place in places for found in resolver.expression(place)] == list(places)
    assert len({threat for _, threat, _ in PROPOSALS}) == len(PROPOSALS)
