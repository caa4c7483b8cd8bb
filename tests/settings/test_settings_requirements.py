from __future__ import annotations

import pytest

from pytest_iso23053.assurance.policy import Requirement

NAMES = ("accuracy", "f1", "mean_absolute_error", "psi", "selection_rate")
RANGES = {
    "accuracy": (0.0, 1.0),
    "selection_rate": (0.0, 1.0),
    "mean_absolute_error": (0.0, None),
    "r2": (None, 1.0),
}


def test_requirements_in_both_forms(project):
    settings = project.settings(
        """
        [requirements]
        accuracy = ">= 0.75"
        [requirements."selection_rate.ratio(sex)"]
        limit = ">= 0.8"
        id = "R1"
        owner = "o"
        rationale = "r"
        basis = "b"
        model = "m"
        dataset = "d"
        params = { eps = 0.1 }
        [models.m]
        source = "fixture:m"
        [datasets.d]
        source = "fixture:d"
        role = "test"
        """
    )
    assert settings.requirements == (
        Requirement("accuracy", "accuracy", ">=", 0.75),
        Requirement(
            "selection_rate.ratio(sex)", "selection_rate", ">=", 0.8, "ratio", ("sex",), {"eps": 0.1},
            model="m", dataset="d", id="R1", owner="o", rationale="r", basis="b",
        ),
    )  # fmt: skip


def test_measures_are_asked_for_only_where_there_are_requirements(project):
    def never():
        raise AssertionError("this would load every measure")

    assert project.settings("seed = 1\n[requirements]\n", measure_names=never).requirements == ()


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        (
            'acuracy = ">= 0.7"',
            "acuracy",
            'unknown measure "acuracy"; did you mean "accuracy"?',
        ),
        ('zzz = ">= 0.7"', "zzz", "`pytest-iso23053 measures`"),
        ('accuracy = "0.7"', "accuracy", 'write ">= 0.7" or "<= 0.7"'),
        ("accuracy = 0.7", "accuracy", 'accuracy = ">= 0.75"'),
        ('accuracy = ">= nan"', "accuracy", "finite"),
        ("accuracy = { limit = '=> 0.7' }", "accuracy.limit", 'did you mean ">= 0.7"'),
        (
            "accuracy = { limit = '>= 0.7', model = 'x' }",
            "accuracy.model",
            'there is no model "x"',
        ),
        (
            "accuracy = { limit = '>= 0.7', dataset = 'tset' }",
            "accuracy.dataset",
            'did you mean "test"?',
        ),
        ('"selection_rate(sex)" = ">= 0.7"', '"selection_rate(sex)"', "which summary"),
        (
            'accuracy = ">= 1.5"',
            "accuracy",
            "no value can meet >= 1.5: accuracy lies between 0 and 1",
        ),
        ('accuracy = "> 1"', "accuracy", "no value can meet > 1"),
        (
            'mean_absolute_error = "< 0"',
            "mean_absolute_error",
            "lies between 0 and inf",
        ),
        (
            '"selection_rate.ratio(a)" = ">= 1.2"',
            '"selection_rate.ratio(a)"',
            "ratio of selection_rate lies between",
        ),
        (
            '"selection_rate.difference(a)" = "<= -0.1"',
            '"selection_rate.difference(a)"',
            "between 0 and 1",
        ),
        (
            '"selection_rate.worst(a)" = ">= 2"',
            '"selection_rate.worst(a)"',
            "between 0 and 1",
        ),
    ],
)
def test_requirements_that_cannot_be_meant(project, line, key, words):
    found = project.mistakes(
        f"[datasets.test]\nsource = 'fixture:a'\n[requirements]\n{line}\n",
        measure_names=lambda: NAMES,
        measure_range=RANGES.get,
    )
    assert words in found[f"requirements.{key}"]
    assert project.lines[f"requirements.{key}"] == 4
    assert len(found) == 1


@pytest.mark.parametrize(
    "line",
    [
        'accuracy = ">= 1"',
        'accuracy = "<= 0"',
        'mean_absolute_error = "<= 1e6"',
        '"selection_rate.difference(a)" = "<= 0"',
        'psi = "<= -1"',
    ],
)
def test_limits_at_the_edge_are_possible(project, line):
    project.settings(
        f"[requirements]\n{line}\n",
        measure_names=lambda: NAMES,
        measure_range=RANGES.get,
    )


NEEDS = {"accuracy": ("model", "test"), "psi": ("train", "production"), "own_measure": ()}


@pytest.mark.parametrize(("measure", "told"), [("psi", True), ("accuracy", False), ("own_measure", False)])
def test_a_model_is_no_subject_of_a_measure_of_data(project, measure, told):
    """Nothing would ever judge it: the suite asks for it once for each model, and the measure takes none."""
    text = f"""
        [models.a]
        source = "fixture:a"
        [requirements]
        {measure} = {{ limit = ">= 0.1", model = "a" }}
    """
    known = {"measure_names": lambda: NEEDS, "measure_needs": NEEDS.get}
    if told:
        found = project.mistakes(text, **known)
        assert "is about data, not about a model" in found[f"requirements.{measure}.model"]
    else:
        assert project.settings(text, **known).requirements[0].model == "a"


def test_a_bad_key_and_a_bad_limit_are_told_together(project):
    found = project.mistakes(
        "[requirements]\nacuracy = { limit = 'good', model = 'x' }\n",
        measure_names=lambda: NAMES,
    )
    assert set(found) == {
        "requirements.acuracy",
        "requirements.acuracy.limit",
        "requirements.acuracy.model",
    }
