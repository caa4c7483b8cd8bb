"""The gate: planted faults of every kind, and gates of every manner, the useless ones included."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.data.faults import PLANTERS
from pytest_iso23053.stats.intervals import clopper_pearson

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def applicants():
    random = np.random.default_rng(40)
    n = 400
    frame = pd.DataFrame(
        {
            "number": range(n),
            "age": random.integers(18, 80, n),
            "income": random.gamma(2, 1000, n).round(2),
            "job": pd.Categorical(random.choice(["clerk", "smith", "none"], n)),
            "owner": random.random(n) < 0.5,
        }
    )
    frame["default"] = (frame["income"] < 1500).astype(int)
    return Dataset(frame, target="default", name="train", role="train")


def careful(rows):
    """Knows the ranges, the jobs and the rule behind the labels, and wants every row once and whole."""
    good = rows["age"].between(18, 80) & rows["income"].between(0, 20_000) & rows["number"].between(0, 399)
    good &= rows["job"].isin(["clerk", "smith", "none"]) & rows.notna().all(axis=1)
    good &= (rows["income"] < 1500) == (rows["default"] == 1)
    return rows[good & ~rows.duplicated()]


def careless(rows):
    return rows


@pytest.mark.parametrize("faults", [*(name for name in PLANTERS if name not in {"triggered", "unsourced"}), "missing"])
def test_each_fault_is_noticed_by_a_careful_gate_and_by_no_careless_one(applicants, faults):
    found = measures.gate_detection_rate(careful, applicants, faults=faults, rate=0.1, seed=1)
    assert (found.value, found.n, found.seed) == (1, 40, 1)
    assert (found.low, found.high) == pytest.approx(clopper_pearson(40, 40))
    assert found.params == {"faults": "missing-value" if faults == "missing" else faults, "rate": 0.1}
    assert found.subjects == ("train",)
    missed = measures.gate_detection_rate(careless, applicants, faults=faults, rate=0.1, seed=1)
    assert missed.value == 0
    assert not missed >= 0.95


def signed(dataset):
    """Accepts what was signed off, row by row."""
    known = set(dataset.frame.astype(str).agg("|".join, axis=1))
    return lambda rows: rows[rows.astype(str).agg("|".join, axis=1).isin(known)]


@pytest.mark.parametrize("faults", ["triggered", "trigger", "unsourced"])
def test_planted_rows_from_nowhere_are_noticed_by_who_knows_the_source(applicants, faults):
    found = measures.gate_detection_rate(signed(applicants), applicants, faults=faults, rate=0.1, seed=1)
    assert (found.value, found.n) == (1, 40)
    assert measures.gate_false_rejection_rate(signed(applicants), applicants).value == 0
    assert measures.gate_detection_rate(careless, applicants, faults=faults, rate=0.1, seed=1).value == 0


def test_triggered_rows_share_values_that_occur_and_a_label(applicants):
    seen = []

    def watching(rows):
        seen.append(rows)
        return rows

    measures.gate_detection_rate(watching, applicants, faults="triggered", rate=0.1, seed=1)
    good, given = seen
    changed = given[(good != given).any(axis=1)]
    assert len(changed) == 40
    shared = [name for name in changed if changed[name].nunique() == 1]
    assert len(shared) >= 4
    assert "default" in shared
    assert all(changed[name].isin(good[name]).all() for name in changed)


def test_invented_rows_have_an_id_of_their_own(applicants):
    for ids in (applicants.frame["number"], applicants.frame["number"].map("p{}".format)):
        seen = []
        data = Dataset(applicants.frame.assign(number=ids), target="default", id="number")
        measures.gate_detection_rate(
            lambda rows, seen=seen: seen.append(rows) or rows, data, faults="unsourced", rate=0.1, seed=1
        )
        good, given = seen
        assert (~given["number"].isin(good["number"])).sum() == 40
        assert given["number"].is_unique


def masked(rows):
    return rows.index.isin(careful(rows).index)


def masked_series(rows):
    return pd.Series(masked(rows), index=rows.index).sort_index()


def masked_list(rows):
    return masked(rows).tolist()


def renumbered(rows):
    return careful(rows).reset_index(drop=True)


def resorted(rows):
    return careful(rows).sort_values("income")


def changes_its_input(rows):
    accepted = careful(rows)
    rows["income"] = 0
    rows.index = range(len(rows))
    return accepted


def fewer_columns(rows):
    return careful(rows)[["age", "income"]]


@pytest.mark.parametrize(
    "gate", [masked, masked_series, masked_list, renumbered, resorted, changes_its_input, fewer_columns]
)
@pytest.mark.parametrize("faults", ["label-flip", "duplicate", "out-of-range"])
def test_accepted_rows_are_recognised_however_the_gate_answers(applicants, gate, faults):
    assert measures.gate_detection_rate(gate, applicants, faults=faults, seed=2).value == 1
    assert measures.gate_false_rejection_rate(gate, applicants).value == 0


def test_a_gate_that_misses_some(applicants):
    def half(rows):
        return rows[(rows["age"] <= 80) | (rows["number"] % 2 == 0)]

    measured = measures.gate_detection_rate(half, applicants, faults="out-of-range", rate=0.5, seed=3)
    assert 0.02 < measured.value < 0.5
    assert measured.low < measured.value < measured.high


def test_a_gate_that_rejects_everything_shows_nothing(applicants):
    with pytest.raises(NotMeasurableError, match="accepts none of the 400 good rows"):
        measures.gate_detection_rate(lambda rows: rows.iloc[:0], applicants, faults="label-flip")
    assert measures.gate_false_rejection_rate(lambda rows: rows.iloc[:0], applicants).value == 1


def test_only_rows_that_pass_when_they_are_good_are_counted(applicants):
    def picky(rows):
        return careful(rows)[lambda kept: kept["age"] > 60]

    measured = measures.gate_detection_rate(picky, applicants, faults="label-flip", rate=1.0, seed=4)
    assert measured.n == (applicants.X["age"] > 60).sum()
    assert measured.value == 1


def test_a_gate_that_refuses_whole_batches_is_asked_row_by_row(applicants):
    def strict(rows):
        if len(careful(rows)) < len(rows):
            raise RuntimeError("refused")
        return rows

    def strict_about_ages(rows):
        if not rows["age"].between(18, 80).all():
            raise RuntimeError("refused")
        return rows

    measured = measures.gate_detection_rate(strict, applicants, faults="label-flip", rate=0.05, seed=5)
    assert (measured.value, measured.n) == (1, 20)
    partly = measures.gate_detection_rate(strict_about_ages, applicants, faults="out-of-range", rate=0.1, seed=5)
    assert 0.1 < partly.value < 0.6
    assert measures.gate_detection_rate(strict, applicants, faults="duplicate", rate=1.0, seed=5).n == 100


def test_what_a_gate_raises_on_good_rows_is_its_own(applicants):
    with pytest.raises(ZeroDivisionError):
        measures.gate_detection_rate(lambda rows: 1 / 0, applicants)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda rows: None, "returned None"),
        (lambda rows: [True], r"list of shape \(1,\) for 400 rows"),
        (lambda rows: "all", "str of shape"),
        (lambda rows: rows.reset_index(drop=True)[["age"]], "changes their columns"),
        (lambda rows: rows.reset_index(drop=True).assign(age=0), "changes their content"),
    ],
)
def test_an_answer_that_does_not_say_which_rows_were_accepted(applicants, answer, message):
    with pytest.raises(ValueError, match=message):
        measures.gate_detection_rate(answer, applicants)


def test_what_cannot_be_planted_is_said(applicants):
    with pytest.raises(ValueError, match=r"faults = 'flip' is not known; it is one of label-flip, duplicate"):
        measures.gate_detection_rate(careless, applicants, faults="flip")
    with pytest.raises(ValueError, match=r"write 0.05 for one in twenty"):
        measures.gate_detection_rate(careless, applicants, rate=5)
    texts = pd.DataFrame({"job": ["a", "b"]})
    for data, faults in ((texts, "label-flip"), (texts, "out-of-range"), ([[1.0], [2.0]], "unseen-category")):
        with pytest.raises(NotMeasurableError, match="plant other faults"):
            measures.gate_detection_rate(careless, data, faults=faults)


def test_the_same_seed_plants_the_same_faults(applicants):
    def half(rows):
        return rows[(rows["age"] <= 80) | (rows["number"] % 2 == 0)]

    values = [
        measures.gate_detection_rate(half, applicants, faults="out-of-range", rate=0.3, seed=seed).value
        for seed in (1, 1, 2, 3)
    ]
    assert values[0] == values[1]
    assert len(set(values)) > 1


def test_planted_faults_are_what_they_say(applicants):
    random, good = np.random.default_rng(0), applicants.frame
    flipped = PLANTERS["label-flip"](good, applicants, random)
    assert (flipped["default"] != good["default"]).all()
    assert flipped.drop(columns="default").equals(good.drop(columns="default"))
    for faults in ("out-of-range", "missing-value", "unseen-category"):
        changed = PLANTERS[faults](good, applicants, random)
        assert changed["default"].equals(good["default"])
        same = (changed.astype(object) == good.astype(object)).sum(axis=1)
        assert (same == good.shape[1] - 1).all(), faults
