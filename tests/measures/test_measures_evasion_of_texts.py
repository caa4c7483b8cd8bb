"""Attacks on texts: the words that decide are found, no more characters are changed than told, and budgets hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Model, measures
from pytest_iso23053.assurance.context import Context, activate
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.policy import Attacker
from pytest_iso23053.measures.validation.evasion.edits import EDITS, ZERO_WIDTH, lookalike

FILL = ["the", "film", "was", "shown", "yesterday", "in", "our", "town", "and", "everybody", "went", "there", "after"]


def reviews(rows=60, decisive=1, seed=0):
    random = np.random.default_rng(seed)
    texts = []
    for place in range(rows):
        words = [*random.choice(FILL, 8), *["wonderful" if place % 2 else "quiet"] * decisive]
        texts.append(" ".join(random.permutation(words)))
    return pd.DataFrame({"text": texts, "stars": np.arange(rows) % 5})


class Counting:
    """Positive where a word occurs in its right spelling."""

    classes_ = np.array([0, 1])

    def _found(self, X):
        return X["text"].str.count(r"\bwonderful\b").to_numpy()

    def predict(self, X):
        return (self._found(X) > 0).astype(int)

    def predict_proba(self, X):
        score = 1 - 0.8 ** (self._found(X) * 4)
        return np.column_stack([1 - score, score])


@pytest.mark.parametrize("knowledge", ["black-box", "probabilities"])
@pytest.mark.parametrize("decisive", [1, 3])
def test_the_words_that_decide_are_misspelt_and_no_other(knowledge, decisive):
    frame = reviews(decisive=decisive)
    found = measures.minimal_perturbation(
        Model(Counting()), frame, norm="edits", knowledge=knowledge, queries=400, seed=1
    ).details
    praised = np.arange(len(frame)) % 2 == 1
    assert (found.distances[praised] == decisive).all()
    assert np.isinf(found.distances[~praised]).all()  # no misspelling makes the word
    assert not found.without_start.any()
    changed = (found.adversarial["text"] != frame["text"]).to_numpy()
    assert changed[praised].all()
    kept = [sorted(set(text.split()) & set(FILL)) for text in found.adversarial["text"][praised]]
    assert kept == [sorted(set(text.split()) & set(FILL)) for text in frame["text"][praised]]
    assert found.adversarial["stars"].equals(frame["stars"])


def test_the_share_turned_within_some_characters():
    frame = reviews(decisive=2)
    rate = measures.evasion_rate(Model(Counting()), frame, norm="edits", epsilon=2, seed=1)
    assert rate.value == 0.5
    assert rate.params["attack"] == "characters"
    assert rate.params["attacker"] == "sees labels, 400 queries a row, within 2 characters"
    assert measures.evasion_rate(Model(Counting()), frame, norm="edits", epsilon=1, seed=1).value == 0
    with activate(Context(attacker=Attacker(epsilon={"edits": 2}))):
        assert measures.evasion_rate(Model(Counting()), frame, seed=1).value == 0.5


@pytest.mark.parametrize("queries", [1, 2, 7, 40])
@pytest.mark.parametrize("knowledge", ["black-box", "probabilities"])
def test_the_budget_is_kept(queries, knowledge):
    details = measures.evasion_rate(
        Model(Counting()), reviews(), norm="edits", epsilon=3, queries=queries, knowledge=knowledge, seed=1
    ).details
    assert details.queries.max() <= queries


def test_a_seed_reproduces_the_attack():
    first, again = (
        measures.minimal_perturbation(Model(Counting()), reviews(decisive=2), norm="edits", seed=4).details
        for _ in range(2)
    )
    assert np.array_equal(first.distances, again.distances)
    assert first.adversarial.equals(again.adversarial)


def test_a_constant_model_withstands_as_every_word_was_tried():
    found = measures.evasion_rate(
        Model(lambda frame: np.zeros(len(frame), dtype=int)), reviews(), norm="edits", epsilon=3, seed=1
    )
    assert (found.value, found.params["without_start"]) == (0.0, 0)


def test_tables_without_texts_and_texts_that_may_not_change():
    with pytest.raises(NotMeasurableError, match="no feature with texts"):
        measures.evasion_rate(lambda frame: frame["x0"] > 0, np.zeros((5, 1)), norm="edits", epsilon=2)
    with pytest.raises(NotMeasurableError, match="no feature with texts"):
        measures.evasion_rate(Model(Counting()), reviews(), norm="edits", epsilon=2, immutable=["text"])


@pytest.mark.parametrize("name", list(EDITS))
def test_an_edit_changes_a_long_word_and_leaves_an_empty_one(name):
    random = np.random.default_rng(0)
    assert EDITS[name]("accountable", random) != "accountable"
    assert EDITS[name]("", random) == ""


def test_what_looks_the_same_is_another_letter():
    random = np.random.default_rng(0)
    assert lookalike("a", random) == "а"  # Cyrillic
    assert lookalike("z", random) == "z"
    assert len(lookalike("peace", random)) == 5
    assert EDITS["invisible"]("no", random) == f"n{ZERO_WIDTH}o"
