from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_iso23053.settings.locate import line_of, locate

SAMPLE = '''\
# a comment with [brackets] and "quotes"
[tool.iso23053]
seed = 5 # = [not.a.table]
"quoted key" = "a = 'b'"

[tool.iso23053.models.credit]
source = "models/credit.skops"
allow = [
    "one", # first
    "two",
]

[tool.iso23053.requirements]
"selection_rate.ratio(sex)" = { limit = ">= 0.80", id = "REQ-12" }
text = """
[tool.fake]
key = 1""\\"
"""
literal = \'\'\'
expires = 1
\'\'\'

[[tool.iso23053.waivers]]
clause = "7.4"
[[tool.iso23053.waivers]]
owner.name = "x"
[tool.iso23053.waivers.more]
a = 1979-05-27 07:32:00
'''


def test_every_key_path_is_found_with_its_line():
    lines = locate(SAMPLE)
    table = ("tool", "iso23053")
    assert lines[table] == 2
    assert lines[(*table, "seed")] == 3
    assert lines[(*table, "quoted key")] == 4
    assert lines[(*table, "models", "credit")] == 6
    assert lines[(*table, "models", "credit", "allow", 1)] == 10
    assert lines[(*table, "requirements", "selection_rate.ratio(sex)", "id")] == 14
    assert lines[(*table, "requirements", "literal")] == 19
    assert lines[(*table, "waivers", 0, "clause")] == 24
    assert lines[(*table, "waivers", 1)] == 25
    assert lines[(*table, "waivers", 1, "owner", "name")] == 26
    assert lines[(*table, "waivers", 1, "more", "a")] == 28


def test_windows_line_ends_count_once():
    assert locate(SAMPLE.replace("\n", "\r\n")) == locate(SAMPLE)


@pytest.mark.parametrize(
    "text",
    [
        'a = """x""""',
        "a = ''''x'''''",
        'a = "\\"[b]\\"" # "',
        "a = [[1, [2]], [], [ # c\n]]",
        "a = {}",
        "a = [{b = 1}, {b.c = [{}]}]",
        '"" = 1',
        "[a . 'b.c' . \"d\"]\n'e f' . g = 1",
        "a = -inf\nb = 0x1F\nc = 1e-5\nd = true",
        "[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]\nc = 1",
        "[a.b]\n[a]\nc = 1",
        '"tabs\\t\\u00e9" = 1',
        "",
        "# only a comment",
    ],
)
def test_it_knows_the_whole_grammar(text):
    def paths(value, path=()):
        if path:
            yield path
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in pairs:
            yield from paths(inner, (*path, key))

    assert locate(text).keys() == set(paths(tomllib.loads(text)))


@pytest.mark.parametrize("text", ["a = ", "[a", "a = 1\na = 2", "\x00"])
def test_what_is_no_toml_has_no_lines(text):
    assert locate(text) == {}


def test_a_missing_key_is_placed_at_the_table_around_it():
    lines = locate(SAMPLE)
    assert line_of(lines, ("tool", "iso23053", "waivers", 1, "expires")) == 25
    assert line_of(lines, ("elsewhere",)) is None


NAMES = st.integers(min_value=0, max_value=10**6).map(lambda number: f"k{number}")
PADDING = st.sampled_from(["", "\n", "# k1 = [x]\n", "\n\n"])
VALUES = st.sampled_from(
    [
        "1",
        '"v"',
        "'v # ['",
        '"""\nv = 1\n[v]\n"""',
        "[1,\n 2, # ]\n]",
        "{ }",
        "[]",
        "'''\n'v'\n'''",
        "1979-05-27",
        '"\\""',
    ]
)


@st.composite
def documents(draw):
    """Lines of TOML with keys that occur once, so that the only line a key can stand on is known."""
    text, where = "", {}
    used = draw(st.lists(NAMES, min_size=1, max_size=20, unique=True))
    for name in used:
        text += draw(PADDING)
        where[name] = text.count("\n") + 1
        kind = draw(st.sampled_from(["pair", "table", "tables", "inline", "dotted"]))
        if kind == "pair":
            text += f"{name} = {draw(VALUES)}\n"
        elif kind == "dotted":
            text += f'{name}."a b" . c = {draw(VALUES)}\n'
        elif kind == "inline":
            text += f"{name} = {{ a = [{{ b = 1 }}], 'c' = 2 }}\n"
        else:
            text += f"[{name}]\n" if kind == "table" else f"[[{name}.a]]\n"
    return text, where


@settings(deadline=None)
@given(documents())
def test_no_line_is_ever_wrong(document):
    text, where = document
    lines = locate(text)
    assert lines
    found = {}
    for path, line in lines.items():
        names = [part for part in path if isinstance(part, str) and part.startswith("k")]
        found.setdefault(names[-1], line)
        assert line >= where[names[-1]]
    assert found == where
