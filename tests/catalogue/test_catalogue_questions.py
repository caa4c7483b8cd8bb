"""The scoping questions are data; everything that they name must exist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.catalogue.questions import about_in, shipped_questions
from pytest_iso23053.catalogue.resolver import Resolver


def test_each_has_an_id_of_its_own_and_asks_for_a_yes():
    questions = shipped_questions()
    assert len({question.id for question in questions}) == len(questions) >= 30
    assert all(question.question.endswith("?") and question.probe.endswith("?") for question in questions)
    assert all(
        question.question.split()[0] in {"Is", "Are", "Does", "Do", "Can", "Was", "Would"} for question in questions
    )


def test_everything_they_are_about_is_in_the_catalogue():
    resolver = Resolver(load_catalogue("lifecycle"))
    for question in shipped_questions():
        assert about_in(resolver, question) == question.about
        assert [resolver.threat(threat) for threat in question.threats] == list(question.threats)


def test_every_clause_and_boundary_is_asked_about():
    asked = {text.partition("/")[0] for question in shipped_questions() for text in question.about}
    catalogue = load_catalogue("lifecycle")
    assert {clause.id for clause in catalogue.clauses()} <= asked
    assert set(map(str, catalogue.boundaries)) <= asked


@pytest.mark.parametrize(
    ("identifier", "about"),
    [
        ("data-origin", ("8.2/provenance",)),
        ("bad-records-rejected", ("8.3>8.4",)),
        ("risks-accepted", ()),  # the published standard has no counterpart
    ],
)
def test_in_the_numbers_of_another_catalogue(identifier, about):
    resolver = Resolver(load_catalogue("iso23053-2022"))
    question = next(each for each in shipped_questions() if each.id == identifier)
    assert about_in(resolver, question) == about


def test_what_comes_twice_is_told_once():
    question = replace(shipped_questions()[4], about=("7.2/quality", "7.2/quality"))
    assert about_in(Resolver(load_catalogue("lifecycle")), question) == ("7.2/quality",)
