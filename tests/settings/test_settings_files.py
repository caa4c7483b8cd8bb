from __future__ import annotations

import pytest

from pytest_iso23053.settings.load import find_configuration


def test_without_a_configuration_there_are_defaults(project):
    settings, catalogue, resolver = project.load()
    assert find_configuration(project.root) is None
    assert (settings.path, settings.sha256, settings.seed, settings.catalogue) == (
        None,
        "",
        23053,
        "lifecycle",
    )
    assert catalogue.id == "lifecycle"
    assert resolver.reference("7.4")


def test_pyproject_without_our_table_is_not_ours(project):
    project.write("pyproject.toml", '[project]\nname = "x"\ndependencies = ["pytest-iso23053"]\n')
    assert find_configuration(project.root) is None
    project.write("pyproject.toml", "this is no TOML and none of our business")
    assert find_configuration(project.root) is None


def test_pyproject_comes_first(project):
    project.write("pyproject.toml", "[tool.iso23053]\nseed = 1\n")
    project.write("iso23053.toml", "seed = 2\n")
    assert find_configuration(project.root) == project.root / "pyproject.toml"
    assert project.settings().seed == 1


@pytest.mark.parametrize(
    "text",
    ["seed = 3\n[models]\n", "[tool.iso23053]\nseed = 3\n", "\ufeffseed = 3\r\n"],
)
def test_in_a_file_of_our_own_the_tables_stand_at_the_top_or_under_tool(project, text):
    project.write("pyproject.toml", "[tool.other]\n")
    settings = project.settings(text)
    assert (settings.seed, settings.path) == (3, project.root / "iso23053.toml")


def test_keys_beside_the_table_would_not_be_read_so_they_are_mistakes(project):
    found = project.mistakes("decide = 'point'\n[tool.iso23053]\nseed = 3\n[models.a]\nsource = 'x'\n")
    assert set(found) == {"decide", "models"}
    assert "move it to [tool.iso23053.decide]" in found["decide"]
    assert project.lines == {"decide": 1, "models": 4}


def test_another_file_by_path_from_the_working_directory(project, monkeypatch):
    project.write("conf/release.toml", "seed = 4\n")
    monkeypatch.chdir(project.root / "conf")
    assert project.settings(path="release.toml").seed == 4
    assert project.settings(path=project.root / "conf" / "release.toml").seed == 4


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.toml", None, "there is no such file"),
        ("folder/x", b"", "correct the path"),
        ("pyproject.toml", b"[tool.other]\n", "no table [tool.iso23053]"),
        ("iso23053.toml", b"\xff\xfe", "save it as UTF-8"),
        (
            "iso23053.toml",
            b"[tool]\niso23053 = 3\n",
            "must be a table, headed [tool.iso23053]",
        ),
        ("iso23053.toml", b"a = " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        ("iso23053.toml", b"a" + b".a" * 5000 + b" = 1", "nested too deeply"),
        ("iso23053.toml", b"a" + b".a" * 50 + b" = 1", "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_mistake(project, name, content, words):
    path = project.root / name
    if content is not None:
        project.write(name, content)
    (message,) = project.mistakes(path=path.parent if name == "folder/x" else path).values()
    assert words in message
    assert project.text.startswith(str(path.parent if name == "folder/x" else path))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("seed = 1\nseed = 2\n", 2, "in «seed = 2»"),
        ("[models\n", 1, "in «[models»"),
        ("decide = 'x\n", 1, "not valid TOML"),
        ("a = 1\n\nb = \n", 3, "Invalid value"),
        ('a = """\n\n', 1, "not valid TOML"),
        ("expires = 2027-02-30\n", 1, "not valid TOML"),
    ],
)
def test_bad_toml_comes_with_its_line(project, text, line, words):
    found = project.mistakes(text)
    assert words in found[""]
    assert f"line {project.lines['']}" in project.text
    assert project.lines[""] == line
    assert "column" in found[""]


def test_bad_toml_in_a_pyproject_that_mentions_us_is_ours(project):
    found = project.mistakes("[tool.iso23053\n", file="pyproject.toml")
    assert "not valid TOML" in found[""]


@pytest.mark.parametrize("name", ["pytest-iso23053", "iso-23053", '"ISO23053"', "pytest_iso23053"])
def test_a_table_of_nearly_our_name_is_no_silent_no_op(project, name):
    found = project.mistakes(f"[tool.{name}]\nseed = 1\n", file="pyproject.toml")
    (message,) = found.values()
    assert "name the table [tool.iso23053]" in message
    assert list(project.lines.values()) == [1]


def test_reading_writes_nothing(project):
    project.write("pyproject.toml", "[tool.iso23053]\nseed = 1\n")
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*")}
    project.load()
    assert {path: path.stat().st_mtime_ns for path in project.root.rglob("*")} == before
