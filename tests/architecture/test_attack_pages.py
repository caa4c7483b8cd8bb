"""The pages on attacks: their examples run, they say the same of each, and the clauses are those of the measures."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

from pytest_iso23053.measures import registry

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(page for page in (DOCS / "attacks").glob("*.md") if page.stem != "index")
PARTS = ["What it shows", "What it does not show", "What it costs", "What to do about it", "Source"]


def named(page):
    return pytest.mark.parametrize("page", page, ids=lambda one: one.stem)


@named(PAGES)
def test_its_example_runs(page, capsys):
    code = re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert len(code) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code[0], page.name, "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()


@named(PAGES)
def test_it_has_all_parts(page):
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == PARTS
    assert all(part.strip() for part in re.split(r"^## .*$", text, flags=re.MULTILINE))


@named(PAGES)
def test_it_names_the_clauses_of_its_measures(page):
    text = page.read_text(encoding="utf-8")
    lead = text.split("```python", maxsplit=1)[0]
    measures = [registry.get(name) for name in re.findall(r"`(\w+)`", lead) if name in registry.names()]
    assert measures
    spoken = {f"{one.clause}/{one.aspect}" for one in measures if one.aspect}
    spoken |= {">".join(one.boundary) for one in measures if one.boundary}
    assert set(re.findall(r"\*\*([\d.]+[/>][\w.-]+)\*\*", lead)) == spoken
    source = text.rpartition("## Source")[2]
    assert re.search(r"\b(19|20)\d\d\b|ATLAS", source)


def test_every_page_is_in_the_navigation_and_in_the_overview():
    navigation = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
    overview = (DOCS / "attacks" / "index.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert f"attacks/{page.name}\n" in navigation
        assert f"]({page.name})" in overview
