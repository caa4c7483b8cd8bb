"""The command asks, writes the file of claims, and never touches an answer."""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib

import pytest
from click.testing import CliRunner

from pytest_iso23053.catalogue.questions import shipped_questions
from pytest_iso23053.cli.group import group
from pytest_iso23053.measures import registry
from pytest_iso23053.settings.load import load_settings

FILE = "assurance-claims.toml"
HEAVY = {"numpy", "pandas", "scipy", "sklearn", "joblib", "skops", "pytest"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(group, ["scope", *arguments], prog_name="pytest-iso23053")
    assert result.exit_code == status, result.output
    return result.output


def test_it_asks_by_phase_and_writes_a_file_that_a_run_reads(project):
    said = run()
    questions = shipped_questions()
    assert all(phase in said.splitlines() for phase in {question.phase for question in questions})
    assert f"Wrote {FILE}: {len(questions)} questions" in said
    assert max(map(len, said.splitlines())) <= 120
    text = (project / FILE).read_text(encoding="utf-8")
    assert list(tomllib.loads(text)["claims"]) == [question.id for question in questions]
    assert all(len(line) <= 120 for line in text.splitlines())
    settings, _, _ = load_settings(project)
    assert len(settings.claims) == len(questions)


def test_answers_are_kept_to_the_byte_and_only_new_questions_are_added(project):
    before = '# ours\r\n[claims.data-origin]\r\nanswer="yes"   # by hand\r\n[claims.own]\r\nquestion = "?"'
    (project / FILE).write_bytes(before.encode())
    said = run()
    after = (project / FILE).read_bytes().decode()
    assert after.startswith(before + "\n\n")
    assert "[yes]" in said
    assert "what stood there (2) was left as it is" in said
    assert after.count("[claims.data-origin]") == 1
    assert tomllib.loads(after.replace("\r\n", "\n"))["claims"]["data-origin"] == {"answer": "yes"}
    assert "holds every question already" in run()
    assert (project / FILE).read_bytes().decode() == after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[claims.data-orgin]\nanswer = "yes"\n', 'did you mean "data-origin"'),
        ("[claims", "not valid TOML"),
        ('claims = { owners = { answer = "yes" } }\n', "write each claim as a table of its own"),
    ],
)
def test_what_cannot_be_read_is_left_alone(project, text, said):
    (project / FILE).write_text(text)
    assert said in run(status=1)
    assert (project / FILE).read_text() == text


def test_nothing_is_written_where_it_is_only_asked_for(project):
    assert "Is the origin of every record proven" in run("--stdout")
    assert list(project.iterdir()) == []


def test_the_configuration_says_where_and_in_which_numbers_and_no_file_of_it_need_exist(project):
    (project / "iso23053.toml").write_text(
        'claims = "docs/said.toml"\ncatalogue = "iso23053-2022"\n[models.x]\nsource = "models/none.skops"\n'
    )
    said = run()
    assert "data-origin: 8.2/provenance" in said
    assert (project / "docs/said.toml").is_file()
    run("--output", "elsewhere.toml")
    assert (project / "elsewhere.toml").is_file()


def test_mistakes_in_the_configuration_are_told(project):
    (project / "iso23053.toml").write_text("claim = 3\n")
    assert 'did you mean "claims"' in run(status=1)
    (project / "iso23053.toml").write_text('catalogue = "none"\n')
    assert "catalogue" in run(status=1)
    assert "no such file" in run("--config", "other.toml", status=1)
    (project / "iso23053.toml").write_text("a." * 60 + "b = 1\n")
    assert "nested too deeply" in run(status=1)


def test_what_cannot_be_written_is_told(project):
    (project / "file").write_text("")
    assert "could not be written" in run("--output", "file/x.toml", status=1)


def test_the_measures_that_questions_name_exist():
    named = {measure for question in shipped_questions() for measure in question.measures}
    assert named <= set(registry.names())


@pytest.mark.parametrize("command", ["scope", "threats"])
def test_it_is_quick_and_needs_no_numeric_stack(project, command):
    program = (
        "import sys; from pytest_iso23053.cli.group import group\n"
        f"group(['{command}'], standalone_mode=False); print(*sys.modules, file=sys.stderr)"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True)
    assert time.perf_counter() - started < 10  # two seconds on a machine that does nothing else
    assert not {name.partition(".")[0] for name in done.stderr.split()} & HEAVY
