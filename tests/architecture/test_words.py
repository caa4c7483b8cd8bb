"""ISO/IEC 23053 describes, it does not certify: no output and no page calls a system what no test can show it to be."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import pytest_iso23053

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = Path(pytest_iso23053.__file__).parent
WORDS = re.compile(r"\b(compliant|certified|secure|robust)\b", re.IGNORECASE)
PAGES = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
        *(REPOSITORY / "example_project").rglob("*.md"),
        *PACKAGE.rglob("*.toml"),
        *PACKAGE.rglob("*.html"),
        *PACKAGE.rglob("*.schema.json"),
    ]
)
# Where it is said that these words are not used, or that somebody else's document uses them.
ALLOWED = (
    "is *compliant*, *certified*, *secure* or *robust*",
    "nobody can be certified",
)
GUESSED_FROM = "cli/clause_guesses.py"  # words that users' own file names hold; never printed


def offending(text):
    for allowed in ALLOWED:
        text = re.sub(re.escape(allowed).replace(r"\ ", r"\s+"), "", text)
    return [match[0] for match in WORDS.finditer(text)]


def test_pages_are_found():
    assert len(PAGES) > 15


@pytest.mark.parametrize("page", PAGES, ids=lambda page: "/".join(page.parts[-3:]))
def test_no_page_claims_more_than_evidence(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if not (page.suffix == ".toml" and line.startswith("#"))]
    assert offending("\n".join(said)) == []


def test_no_string_in_the_code_claims_more_than_evidence():
    found = []
    for path in set(PACKAGE.rglob("*.py")) - {PACKAGE / GUESSED_FROM}:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # A bare word is a key to search for; a sentence is said to somebody.
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                found += [f"{path.relative_to(PACKAGE)}:{node.lineno}: {word}" for word in offending(node.value)]
    assert found == []
