"""What the pages show can be pasted: Python compiles, configuration fits its schema, catalogues load."""

from __future__ import annotations

import ast
import json
import re
import textwrap
import tomllib
from pathlib import Path

import jsonschema
import pytest

from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.settings.schema import configuration_schema

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = (REPOSITORY / "README.md", REPOSITORY / "example_project" / "README.md", *(REPOSITORY / "docs").rglob("*.md"))


def blocks(language):
    found = []
    for page in PAGES:
        fences = re.findall(
            rf"^( *)```{language}\n(.*?)^\1```$", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        )
        found += [
            pytest.param(textwrap.dedent(body), id=f"{page.parent.name}/{page.stem}-{number}")
            for number, (_, body) in enumerate(fences, start=1)
        ]
    return found


@pytest.mark.parametrize("source", blocks("python"))
def test_python_compiles(source):
    ast.parse(source)


@pytest.mark.parametrize("source", blocks("toml"))
def test_toml_is_what_the_project_reads(source, tmp_path):
    table = tomllib.loads(source)
    configuration = table.get("tool", {}).get("iso23053")
    if configuration is not None:
        plain = json.loads(json.dumps(configuration, default=str))  # TOML has dates, JSON Schema knows them as text
        jsonschema.Draft202012Validator(configuration_schema()).validate(plain)
    elif "phases" in table:
        (tmp_path / "catalogue.toml").write_text(source, encoding="utf-8")
        assert load_catalogue("catalogue.toml", rootdir=tmp_path).id == table["id"]


def test_the_readme_has_two_commands_of_one_line():
    """``.ci/run`` reads them from there."""
    commands = re.findall(r"^```sh\n(.*?)^```$", PAGES[0].read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert [command.count("\n") for command in commands] == [1, 1]
    example, tests = commands
    assert "pytest --iso23053" in example
    assert "--group test" in tests
