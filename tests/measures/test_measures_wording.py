"""Edits that no reader minds, against a word that is lost."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.measures.data.cells import free_text
from pytest_iso23053.measures.validation.wording import MARGIN
from pytest_iso23053.stats.counts import paired_difference

GOOD = ["excellent", "wonderful", "friendly", "reliable", "lovely", "brilliant"]
BAD = ["terrible", "broken", "unfriendly", "useless", "awful", "boring"]
PLAIN = [
    "the",
    "delivery",
    "product",
    "service",
    "yesterday",
    "morning",
    "package",
    "number",
    "customer",
    "really",
    "arrived",
    "support",
    "team",
]


def reviews(n=400, seed=0):
    random = np.random.default_rng(seed)
    label = random.random(n) < 0.5
    texts = []
    for positive in label:
        words = [*random.choice(PLAIN, 7), *random.choice(GOOD if positive else BAD, 2), random.choice(GOOD + BAD)]
        texts.append(" ".join(random.permutation(words).tolist()) + random.choice([".", "", "!"]))
    return Dataset(pd.DataFrame({"review": texts, "stars": random.integers(1, 5, n)}), label.astype(int), name="test")


def fitted(vectoriser, learner):
    data = reviews(600, seed=99)
    return make_pipeline(make_column_transformer((vectoriser, "review")), learner).fit(data.X, data.y)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "vectoriser",
    [TfidfVectorizer(), CountVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))],
    ids=["words", "pairs", "letters"],
)
def test_usual_models_of_text_do_not_alarm(vectoriser, seed):
    measured = measures.rewording_excess(fitted(vectoriser, LogisticRegression()), reviews(seed=seed), seed=seed)
    assert measured.low <= MARGIN
    assert measured.n == 400


def test_a_model_that_reads_capitals_otherwise_is_found():
    model = fitted(HashingVectorizer(lowercase=False, alternate_sign=False, n_features=2**12), MultinomialNB())
    measured = measures.rewording_excess(model, reviews(), seed=0)
    assert measured.low > MARGIN
    assert measured.params["edit"] == "capitals"
    assert "capitals change" in str(measured <= MARGIN)


@pytest.mark.parametrize(
    ("model", "edit"),
    [
        (lambda frame: frame["review"].str.contains("  "), "blanks"),
        (lambda frame: frame["review"].str.endswith("."), "full stop"),
        # reacts to everything, to lost words as well
        (lambda frame: frame["review"].map(lambda text: zlib.crc32(text.encode()) % 2 == 0), None),
    ],
    ids=["blanks", "stop", "everything"],
)
def test_edits_are_told_apart(model, edit):
    measured = measures.rewording_excess(model, reviews(), seed=1)
    assert (measured.low > MARGIN) == (edit is not None)
    assert edit in (None, measured.params["edit"])


def test_codes_and_few_words_are_no_free_text():
    frame = pd.DataFrame(
        {
            "code": [f"A{n}" for n in range(50)],
            "status": ["still waiting for an answer"] * 50,
            "text": [f"the parcel number {n} came" for n in range(50)],
            "n": range(50),
        }
    )
    assert free_text(Dataset(frame)) == ["text"]
    with pytest.raises(ValueError, match="no column of free text"):
        measures.rewording_excess(lambda rows: rows["n"] > 3, frame.drop(columns="text"))


def test_missing_and_odd_texts_give_a_result():
    texts = [f"the parcel number {n} came" for n in range(30)]
    frame = pd.DataFrame({"t": [*texts, None, "", "x", "ÄÖÜ ßßßßßß ¿? 🙂 …", "A" * 300]})
    assert measures.rewording_excess(lambda rows: rows["t"].notna(), frame, seed=0).value == 0


@pytest.mark.parametrize("shares", [(0.05, 0.05), (0.1, 0.02), (0.3, 0.2)])
def test_the_interval_of_a_paired_difference_covers(shares):
    random = np.random.default_rng(5)
    first, second = shares
    for n in (50, 500):
        drawn = random.multinomial(n, [first, second, 1 - first - second], 2_000)
        bounds = [paired_difference(b, c, n) for b, c, _ in drawn.tolist()]
        covered = np.mean([low <= first - second <= high for low, high in bounds])
        assert covered >= 0.94
    assert all(np.isnan(paired_difference(0, 0, 0)))
