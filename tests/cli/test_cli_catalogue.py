"""The command shows what the catalogues hold, with every doubt, and finds every mistake in one's own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pytest_iso23053 import __version__, cli
from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.cli import group as group_module
from pytest_iso23053.cli.group import group

OWN = """
id = "process"
title = "Our process"
edition = "3"
verified = true
[[phases]]
id = "release"
title = "Release"
[[phases.clauses]]
id = "R.1"
slug = "release-tests"
title = "Release tests"
counterparts = ["lifecycle:7.4"]
aspects = [{ id = "size", title = "Size", crosswalk = { internal = ["X-7"] }, note = "In lines." }]
"""


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(group, arguments, prog_name="pytest-iso23053")
    assert result.exit_code == status, result.output
    return result.output


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_list_names_each_with_its_edition_and_doubt():
    text = run("catalogue", "list")
    assert "lifecycle: ML life cycle after ISO/IEC 23053, edition 1 (the default)" in text
    assert "6 phases, 9 clauses, 28 required aspects, 5 boundaries; profiles: red-team" in text
    assert "edition 2022, not verified against its source" in text


class TestShow:
    def test_the_default_shows_every_aspect_and_the_assumptions(self):
        text = run("catalogue", "show")
        catalogue = load_catalogue("lifecycle")
        assert catalogue.sha256 in text
        for clause in catalogue.clauses():
            assert f"{clause.id}  {clause.slug}  {clause.title}" in text
            assert all(aspect.id in text for aspect in clause.aspects)
        assert text.count("doubt: assumed, not verified, certainty 30%, our split of the range 8.2 to 8.5") == 4
        assert "threats-covered (computed), waivers-owned (computed)" in text
        assert "Data Acquisition & Preparation (also Data Collection)" in text
        assert "7.6>7.2  From operation back to data" in text
        assert "requires too: 7.2/poisoning" in text

    def test_the_published_standard_with_its_doubts(self):
        text = unwrapped(run("catalogue", "show", "iso23053-2022"))
        assert "6.4 ml-data Data descriptive: requires nothing doubt: assumed, not verified, certainty 75%" in text
        assert "data may be 6.5" in text

    def test_a_clause_in_detail(self):
        text = unwrapped(run("catalogue", "show", "--clause", "vv"))
        assert "also called: V&V, verification, validation" in text
        assert "in iso23053-2022: 8.5 Verification and validation" in text
        assert "finding: failure in the Verification & Validation process to detect adversarial evasion" in text
        assert "judged: after the run, by the rule requirements; no test names it" in text
        assert "tests support too: 8.4/fairness" in text
        assert "MITRE ATLAS (5.6.1): AML.T0031 Erode AI Model Integrity, AML.T0015 Evade AI Model" in text
        assert "AML.T0043.000 White-Box Optimization (doubtful)" in text

    def test_one_aspect_and_a_boundary(self):
        text = unwrapped(run("catalogue", "show", "--clause", "7.3/memorisation,7.2>7.3"))
        assert "7.3/memorisation Memorisation (further)" in text
        assert "7.3/environment" not in text
        assert (
            "failure at the boundary between Data Acquisition & Preparation and Model Building & Training "
            "to reject poisoned records"
        ) in text

    def test_clauses_that_answer_two_or_none(self):
        assert "in iso23053-2022: 8.2 Data acquisition, 8.3 Data preparation" in run(
            "catalogue", "show", "--clause", "7.2"
        )
        assert "in iso23053-2022: no counterpart" in run("catalogue", "show", "--clause", "8.4")
        assert "in lifecycle: 7.2 Data Acquisition" in run("catalogue", "show", "iso23053-2022", "--clause", "8.3")

    def test_ids_that_stand_for_all_and_mitigations(self):
        assert "MITRE ATLAS (5.6.1): all that this table maps" in run("catalogue", "show", "--clause", "risk")
        assert "AML.M0024 AI Telemetry Logging" in run("catalogue", "show", "--clause", "7.6/incident-response")

    def test_an_unknown_clause(self):
        text = run("catalogue", "show", "--clause", "7.4/robustnes", status=2)
        assert 'did you mean "7.4/robustness"?' in text

    def test_an_unknown_catalogue(self):
        assert 'did you mean "lifecycle"?' in run("catalogue", "show", "lifecycl", status=1)

    def test_one_s_own(self, tmp_path):
        path = tmp_path / "own.toml"
        path.write_text(OWN, encoding="utf-8")
        assert "No boundaries" in run("catalogue", "show", str(path))
        text = unwrapped(run("catalogue", "show", str(path), "--clause", "R.1"))
        assert "in lifecycle: 7.4 Verification & Validation in iso23053-2022: 8.5 Verification and validation" in text
        assert "failure in the Release tests process to demonstrate Size note: In lines. internal: X-7" in text


class TestCrosswalk:
    def test_every_clause_framework_and_doubt(self):
        text = run("catalogue", "crosswalk")
        assert text.startswith("No official mapping was found: what follows is our own inference.")
        for clause in load_catalogue("lifecycle").clauses():
            assert f"\n{clause.id}  {clause.slug}  " in text
        assert "in iso23053-2022: 8.2, 8.3; see also 6.4" in text
        assert text.count("in iso23053-2022: no counterpart") == 4
        assert "behaviour of language models" in text
        assert "OWASP Top 10 for LLM Applications (2025): LLM01 Prompt Injection" in text
        assert "EU AI Act: Regulation (EU) 2024/1689; not verified" in text
        assert "MITRE ATLAS: 5.6.1; verified" in text

    def test_some_of_it(self):
        text = run("catalogue", "crosswalk", "--clause", "7.4/robustness,7.2>7.3")
        assert "robustness, natural" in text
        assert "robustness, adversarial" in text
        assert "backdoor" not in text
        assert "\n7.2  " not in text
        assert "behaviour of language models" in run("catalogue", "crosswalk", "--clause", "7.4")


class TestLint:
    def test_no_mistakes(self, tmp_path, monkeypatch):
        (tmp_path / "own").write_text(OWN, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        text = run("catalogue", "lint", "own")
        assert text.startswith("own: no mistakes\n")
        assert "process: Our process, edition 3" in text
        assert "1 phase, 1 clause, 1 required aspect, 0 boundaries" in text

    def test_all_mistakes_at_once(self, tmp_path):
        path = tmp_path / "own.toml"
        path.write_text(OWN.replace("id = ", "idd = ").replace('"3"', "3"), encoding="utf-8")
        text = run("catalogue", "lint", str(path), status=1)
        assert "mistakes\n" in text
        assert text.count(f"{path}: ") == int(text.removeprefix("Error: ").split()[0])
        assert 'edition: expected text in quotes, not empty, found 3: write edition = "3"' in text
        assert 'did you mean "id"?' in text

    def test_no_file_and_no_catalogue_s_name(self, tmp_path):
        assert "cannot be read" in run("catalogue", "lint", str(tmp_path / "none.toml"), status=1)
        assert "./lifecycle: cannot be read" in run("catalogue", "lint", "lifecycle", status=1)


class TestGroup:
    def test_an_unknown_command(self):
        assert 'did you mean "catalogue"?' in run("catalog", status=2)
        assert "Commands are catalogue, demo, diff, explain" in run("xyzzy", status=2)

    def test_version_and_help(self, monkeypatch):
        assert run("--version").strip() == f"pytest-iso23053, version {__version__}"
        monkeypatch.setattr(group_module, "COMMANDS", ("catalogue", "demo"))
        text = run("-h")
        assert "Show the clauses that tests are traced to" in text
        assert "demo" in text

    def test_all_commands(self, monkeypatch):
        monkeypatch.setattr(cli, "COMMANDS", ("catalogue", "init"))
        assert {name: command.name for name, command in cli.commands().items()} == {
            "catalogue": "catalogue",
            "init": "init",
        }

    def test_the_entry_point(self, monkeypatch, capsys):
        monkeypatch.setattr(sys, "argv", ["pytest-iso23053", "catalogue", "list"])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert stop.value.code == 0
        assert "lifecycle" in capsys.readouterr().out

    def test_a_command_loads_itself_alone(self):
        program = (
            "import sys; from pytest_iso23053.cli import main; assert 'click' not in sys.modules\n"
            "sys.argv = ['pytest-iso23053', 'catalogue', 'list']\n"
            "try: main()\nexcept SystemExit as stop: assert stop.code == 0\n"
            "loaded = {'pytest', 'numpy', 'pandas', 'jinja2', 'pytest_iso23053.cli.demo', 'pytest_iso23053.cli.init'}\n"
            "assert not loaded & set(sys.modules), loaded & set(sys.modules)"
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        result = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
