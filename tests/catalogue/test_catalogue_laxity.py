"""A catalogue that asks less than the one it extends says so."""

from __future__ import annotations

import pytest

from pytest_iso23053.catalogue.laxity import laxer_than_shipped
from pytest_iso23053.catalogue.load import load_catalogue, shipped_catalogues

HEAD = 'id = "ours"\ntitle = "Ours"\nedition = "3"\n'
PHASE = '[[phases]]\nid = "{phase}"\ntitle = "P"\n[[phases.clauses]]\nid = "{clause}"\nslug = "{slug}"\ntitle = "T"\n'
NAMED = "the catalogue ours 3 "


@pytest.fixture
def laxer(tmp_path):
    def said(text, *, extends="lifecycle"):
        head = HEAD + (f'extends = "{extends}"\n' if extends else "")
        (tmp_path / "ours.toml").write_text(head + text, encoding="utf-8")
        return laxer_than_shipped(load_catalogue("ours.toml", rootdir=tmp_path))

    return said


def aspect(clause, name, line):
    lifecycle = load_catalogue("lifecycle")
    phase = next(each for each in lifecycle.phases for found in each.clauses if found.id == clause)
    slug = lifecycle.clause(clause).slug
    begun = PHASE.format(phase=phase.id, clause=clause, slug=slug)
    return f'{begun}[[phases.clauses.aspects]]\nid = "{name}"\ntitle = "A"\n{line}\n'


@pytest.mark.parametrize("name", shipped_catalogues())
def test_what_is_shipped_is_the_yardstick(name):
    assert laxer_than_shipped(load_catalogue(name)) == ()


def test_one_that_only_adds_gives_nothing_up(laxer):
    assert laxer(aspect("7.4", "latency", "required = true")) == ()


def test_what_is_not_required_any_more_is_named(laxer):
    assert laxer(aspect("7.4", "fairness", "required = false")) == (
        NAMED + "does not require 7.4/fairness, as lifecycle does",
    )


def test_several_are_named_in_order(laxer):
    more = "".join(
        f'[[phases.clauses.aspects]]\nid = "{name}"\ntitle = "A"\nrequired = false\n'
        for name in ("robustness", "performance")
    )
    (said,) = laxer(aspect("7.4", "fairness", "required = false") + more)
    assert said == NAMED + "does not require 7.4/performance, 7.4/robustness, 7.4/fairness, as lifecycle does"


def test_what_is_worked_out_otherwise_and_links_between_clauses(laxer):
    assert laxer(aspect("7.4", "requirements", "computed = 'waivers-owned'")) == (
        NAMED + "has 7.4/requirements worked out otherwise than lifecycle",
    )
    assert laxer(aspect("7.4", "fairness", "also = []")) == (
        NAMED + "does not count tests of 7.4/fairness for other clauses, as lifecycle does",
    )


def test_a_profile_that_asks_less(laxer):
    said = laxer('[[profiles]]\nid = "red-team"\ntitle = "R"\nrequire = ["7.2/poisoning"]\n')
    assert len(said) == 1
    assert said[0].startswith(NAMED + "requires less by its profile red-team than lifecycle: not ")
    assert "7.4/backdoor" in said[0]


def test_one_that_extends_nothing_has_nothing_to_be_held_against(laxer):
    assert laxer(PHASE.format(phase="a", clause="1", slug="one"), extends="") == (
        NAMED + "is the project's own and extends none that is shipped: what it requires, its author chose",
    )
