"""Texts that nearly are another: planted ones are found, templates and chance are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import measures
from pytest_iso23053.measures.data.duplicates import MARGIN as WITHIN
from pytest_iso23053.measures.data.overlap import MARGIN as ACROSS
from pytest_iso23053.measures.data.sentences import ALIKE, alike

WORDS = np.array([f"word{n}" for n in range(400)])


def notes(n, seed, length=14):
    random = np.random.default_rng(seed)
    often = random.integers(0, len(WORDS), (n, length))
    return pd.DataFrame({"note": [" ".join(WORDS[row]) for row in often], "amount": random.lognormal(size=n)})


def reworded(frame, random):
    """One word in each text is another, and capitals and stops are set otherwise."""
    texts = []
    for text in frame["note"]:
        words = text.split()
        words[int(random.integers(len(words)))] = "another"
        texts.append(" ".join(words).capitalize() + ".")
    return frame.assign(note=texts, amount=random.lognormal(size=len(frame)))


def test_the_words_in_common_are_what_counts():
    one = pd.Series(["a b c d e f g h i j", "k l m n o p q r s t"])
    exchanged = pd.Series(["A, b c d e f g h i z!", "the same six words and no others here"])  # nine of eleven
    assert ALIKE < 9 / 11
    assert alike(exchanged, one, np.random.default_rng(0)) == (1, 0)
    half = pd.Series(["a b c d e f g h y z"])  # eight of twelve
    assert alike(half, one, np.random.default_rng(0)) == (0, 1)
    assert alike(one, one, np.random.default_rng(0)) == (0, 0)  # the same words do not count


@pytest.mark.parametrize("seed", range(3))
def test_reworded_copies_are_found_within_and_across(seed):
    random = np.random.default_rng(seed)
    train, test = notes(1_500, seed), notes(500, seed + 50)
    within = measures.near_duplicate_rate(pd.concat([train, reworded(train.iloc[:60], random)]), seed=seed)
    assert within.low > WITHIN
    assert within.params["kind"] == "a text reworded a little"
    across = measures.near_overlap_rate(train, pd.concat([test[20:], reworded(train.iloc[:20], random)]), seed=seed)
    assert across.low > ACROSS
    assert across.params["column"] == "note"


@pytest.mark.parametrize("seed", range(3))
def test_honest_texts_and_templates_do_not_alarm(seed):
    random = np.random.default_rng(seed)
    template = "payment of {} euro to account {} of {} for the month of {} was booked on {}"
    filled = [template.format(*random.integers(0, 10**6, 5)) for _ in range(1_500)]
    for frame in (notes(1_500, seed), pd.DataFrame({"note": filled, "amount": random.lognormal(size=1_500)})):
        assert measures.near_duplicate_rate(frame, seed=seed).low <= WITHIN
        assert measures.near_overlap_rate(frame[:1_000], frame[1_000:], seed=seed).low <= ACROSS


def test_a_single_column_of_text_is_measured():
    frame = notes(300, 4)[["note"]]
    assert measures.near_duplicate_rate(frame, seed=0).low <= WITHIN
    odd = pd.DataFrame({"note": [*frame["note"], None, "", "too short"]})
    assert measures.near_overlap_rate(odd, odd.iloc[-3:], seed=0).value <= 0
