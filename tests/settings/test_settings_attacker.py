"""The table of the attacker: read as it is said, held against itself, with every mistake named."""

from __future__ import annotations

import pytest

from pytest_iso23053.assurance.policy import Attacker


def test_without_the_table_the_attacker_sees_labels_and_may_change_anything(project):
    settings = project.settings("")
    assert settings.attacker == Attacker()
    assert (settings.attacker.knowledge, settings.attacker.queries, settings.attacker.infer) == (
        "black-box",
        400,
        False,
    )
    assert settings.examples == 0


def test_what_is_said_is_read(project):
    attacker = project.settings("""
[attacker]
knowledge = "probabilities"
queries = 250
epsilon = { l2 = 0.5, linf = 1 }
immutable = ["age"]
increase_only = ["months"]
decrease_only = ["amount"]
integer = ["months", "children"]
one_hot = [["sex_f", "sex_m"]]
ranges = { amount = [0, 20000] }
costs = { amount = 0.001 }
infer = true
""").attacker
    assert attacker == Attacker(
        "probabilities",
        250,
        {"l2": 0.5, "linf": 1.0},
        ("age",),
        ("months",),
        ("amount",),
        ("months", "children"),
        (("sex_f", "sex_m"),),
        {"amount": (0.0, 20000.0)},
        {"amount": 0.001},
        True,
    )


def test_how_many_rows_a_report_may_show(project):
    assert project.settings("[report]\nexamples = 3\n").examples == 3
    assert "whole number from 0" in project.mistakes("[report]\nexamples = -1\n")["report.examples"]


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ('knowledge = "blackbox"', "attacker.knowledge", 'did you mean "black-box"'),
        ("queries = 0", "attacker.queries", "whole number from 1 up"),
        ("querys = 5", "attacker.querys", 'did you mean "queries"'),
        ("epsilon = { linfinity = 0.5 }", "attacker.epsilon.linfinity", 'did you mean "linf"'),
        ("epsilon = { l2 = 0 }", "attacker.epsilon.l2", "a number above 0"),
        ("epsilon = { l2 = nan }", "attacker.epsilon.l2", "a number above 0"),
        ("costs = { a = inf }", "attacker.costs.a", "a number above 0"),
        ("ranges = { a = [2, 1] }", "attacker.ranges.a", "the lower bound first"),
        ("ranges = { a = [nan, 1] }", "attacker.ranges.a", "holds no value"),
        ("ranges = { a = [2] }", "attacker.ranges.a", "pair of numbers"),
        ('ranges = { a = [0, "b"] }', "attacker.ranges.a[1]", "must be a number"),
        ('one_hot = [["a"]]', "attacker.one_hot[0]", "two at least"),
        ('one_hot = [["a", "b"], ["b", "c"]]', "attacker.one_hot", '"b" stands there 2 times'),
        ('increase_only = ["a"]\ndecrease_only = ["a"]', "attacker.decrease_only", "take it out of one of them"),
        ('immutable = ["a"]\nranges = { a = [0, 1] }', "attacker.ranges", "stands in immutable as well"),
        ('immutable = [1]\none_hot = [["a", "b"], "c"]', "attacker.immutable[0]", "must be a column"),
    ],
)
def test_mistakes_are_named(project, text, key, message):
    assert message in project.mistakes(f"[attacker]\n{text}\n")[key]
