"""Distances between data sets: columns of every type, the worst column, and the null."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.measures.operation.bins import binned

pytestmark = pytest.mark.filterwarnings("error")

ALL = ("psi", "jensen_shannon", "ks", "wasserstein")


@pytest.fixture(scope="module")
def pair():
    random = np.random.default_rng(50)

    def rows(n, shift):
        return pd.DataFrame(
            {
                "still": random.normal(size=n),
                "moved": random.normal(shift, 2, size=n),
                "plan": random.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]),
                "flag": random.random(n) < 0.4,
                "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(random.integers(0, 90, n), unit="D"),
            }
        )

    return Dataset(rows(1_500, 0), name="reference"), Dataset(rows(800, 1), name="production", role="production")


def test_values_agree_with_scipy(pair):
    x, y = (dataset.X["moved"].to_numpy() for dataset in pair)
    assert measures.ks(*pair, column="moved").value == pytest.approx(stats.ks_2samp(x, y).statistic)
    assert measures.wasserstein(*pair, column="moved", standardised=False).value == pytest.approx(
        stats.wasserstein_distance(x, y)
    )
    assert measures.wasserstein(*pair, column="moved").value == pytest.approx(
        stats.wasserstein_distance(x, y) / x.std()
    )
    p, q = ([frame.X["plan"].value_counts()[plan] for plan in "abc"] for frame in pair)
    assert measures.jensen_shannon(*pair, column="plan").value == pytest.approx(jensenshannon(p, q, base=2))


def test_psi_by_hand(pair):
    x, y = (dataset.X["moved"].to_numpy() for dataset in pair)
    edges = [-np.inf, *np.quantile(x, np.arange(1, 10) / 10), np.inf]
    p, q = (np.histogram(values, edges)[0] / len(values) for values in (x, y))
    measured = measures.psi(*pair, column="moved")
    assert measured.value == pytest.approx(np.sum((q - p) * np.log(q / p)), rel=1e-3)
    assert measured.params == {"bins": 10, "column": "moved"}
    assert (measured.n, measured.subjects) == (800, ("reference", "production"))


@pytest.mark.parametrize("name", ALL)
def test_the_worst_column_is_named_and_its_interval_allows_for_the_search(pair, name):
    worst, alone = getattr(measures, name)(*pair), getattr(measures, name)(*pair, column="moved")
    assert worst.value == alone.value
    assert worst.params["column"] == "moved"
    assert worst.params["columns"] == (5 if name in {"psi", "jensen_shannon"} else 3)
    assert worst.low < alone.low < alone.value < alone.high < worst.high
    assert "column moved" in repr(worst)


@pytest.mark.parametrize("name", ALL)
def test_equal_data_are_rarely_said_to_differ(name):
    """The null, with the worst of four columns picked: the lower bound lies above 0 once in twenty times at most."""
    random = np.random.default_rng(51)
    found = []
    for _ in range(120):
        before, after = random.normal(size=(300, 4)), random.normal(size=(200, 4))
        found.append(getattr(measures, name)(before, after).low > 0)
    assert np.mean(found) <= 0.08


@pytest.mark.parametrize("name", ALL)
def test_identical_data_do_not_differ(pair, name):
    measured = getattr(measures, name)(pair[0], pair[0])
    assert measured.value == 0
    assert measured.low == 0
    assert not measured > 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([1, 1, 1, 1], [1, 1, 2, 2]),  # constant, then not
        ([0, 1, 0, 1], [1, 1, 1, 1]),
        ([True, False] * 2, [True] * 4),
        (["a", "b"] * 2, ["a", "c"] * 2),  # a category that was never seen
        (pd.Categorical(["a", "b"] * 2), pd.Categorical(["b"] * 4)),
        ([1.0, None, 2.0, 3.0], [1.0, 1.0, 2.0, 3.0]),
        (["a", None] * 2, [None] * 4),
        (pd.to_datetime(["2026-01-01"] * 4), pd.to_datetime(["2026-06-01"] * 4)),
        ([[1], [2]] * 2, [[1]] * 4),
        ([1, 2, 3, 4], ["1", "2", "3", "4"]),  # a column that became text
        (pd.array([1, 2, None, 4], dtype="Int64"), pd.array([1, 1, 1, None], dtype="Int64")),
    ],
    ids=range(11),
)
def test_columns_of_every_type_move(before, after):
    frames = [pd.DataFrame({"x": pd.Series(values).repeat(100)}) for values in (before, after)]
    assert measures.psi(*frames) > 0
    assert measures.jensen_shannon(*frames) > 0
    same = measures.psi(frames[0], frames[0])
    assert same.value == 0


def test_zero_and_one_have_a_bin_each():
    before, after = pd.Series([0] * 95 + [1] * 5), pd.Series([0] * 50 + [1] * 50)
    assert [list(counts[counts > 0]) for counts in binned(before, after)] == [[95, 5], [50, 50]]


def test_missing_values_have_a_bin_and_are_left_out_of_distances():
    before, after = (
        pd.DataFrame({"x": np.arange(200.0)}),
        pd.DataFrame({"x": [*np.arange(0.0, 200.0, 2), *[None] * 100]}),
    )
    assert measures.psi(before, after) > 0.25
    assert measures.ks(before, after).value < 0.01


def test_a_column_without_values_may_have_moved_anywhere():
    before = pd.DataFrame({"x": np.arange(200.0), "y": np.arange(200.0)})
    after = before.assign(y=np.nan)
    assert measures.ks(before, after, column="x").value == 0
    assert np.isnan(measures.ks(before, after, column="y").value)
    assert (measures.ks(before, after) <= 0.5).verdict == "inconclusive"


@pytest.mark.parametrize("name", ["ks", "wasserstein"])
def test_moments_are_numbers_and_text_is_not(pair, name):
    assert getattr(measures, name)(*pair, column="day").value < 0.2
    for column in ("plan", "flag"):
        with pytest.raises(ValueError, match=r"holds no numbers.* use psi or jensen_shannon"):
            getattr(measures, name)(*pair, column=column)
    with pytest.raises(ValueError, match="has no numeric feature"):
        getattr(measures, name)(pd.DataFrame({"x": ["a"]}), pd.DataFrame({"x": ["b"]}))


@pytest.mark.parametrize("name", ALL)
def test_columns_that_are_not_there(pair, name):
    with pytest.raises(SubjectError, match="did you mean 'moved'"):
        getattr(measures, name)(*pair, column="mowed")
    with pytest.raises(ValueError, match="lacks 'moved'"):
        getattr(measures, name)(pair[0], pair[1].X.drop(columns="moved"))


def test_the_target_can_be_compared_too():
    before, after = (
        Dataset(pd.DataFrame({"x": range(100), "y": values}), target="y") for values in ([0, 1] * 50, [1] * 100)
    )
    assert measures.psi(before, after, column="y") > 0.25
    assert measures.psi(before, after).params["column"] == "x"


def test_units():
    before, after = [[1.0], [2.0], [3.0]] * 30, [[2.0], [3.0], [4.0]] * 30
    assert measures.wasserstein(before, after).unit == "standard deviations"
    own = measures.wasserstein(before, after, column="x0", standardised=False)
    assert (own.value, own.unit) == (pytest.approx(1.0), "column unit")
    with pytest.raises(ValueError, match="name the column"):
        measures.wasserstein(before, after, standardised=False)
    with pytest.raises(ValueError, match="infinite values"):
        measures.wasserstein(before, [[np.inf]])
    assert measures.ks(before, [[np.inf]]).value == 1


def test_a_constant_reference_has_no_deviation_of_its_own():
    measured = measures.wasserstein([[1.0]] * 50, [[1.0]] * 25 + [[3.0]] * 25)
    assert measured.value == pytest.approx(1.0 / np.std([1.0] * 75 + [3.0] * 25))


def test_bins_are_at_least_two(pair):
    with pytest.raises(ValueError, match="at least two"):
        measures.psi(*pair, bins=1)
    assert measures.psi(*pair, column="moved", bins=4).params["bins"] == 4


def test_columns_in_which_nothing_can_be_seen_do_not_hide_the_others():
    """A constant column, free text and an identifier: with them the worst column is still the one that moved."""
    random = np.random.default_rng(52)

    def rows(shift):
        return pd.DataFrame(
            {
                "constant": 1.0,
                "name": [f"{random.integers(1e9)}" for _ in range(400)],
                "x": random.normal(shift, 1, 400),
            }
        )

    for name in ALL:
        still, moved = (getattr(measures, name)(rows(0), rows(shift)) for shift in (0, 2))
        assert moved.params["column"] == "x"
        assert moved > 0.1
        assert still <= 0.5


def test_free_text_by_itself_is_undecided():
    text = [pd.DataFrame({"name": [f"{side}{place}" for place in range(300)]}) for side in "ab"]
    assert (measures.psi(*text) <= 0.25).verdict == "inconclusive"
    assert (measures.jensen_shannon(*text, column="name") <= 0.25).verdict == "inconclusive"


def test_a_constant_column_shows_equality_only_with_rows_enough():
    few, many = ([pd.DataFrame({"x": ["a"] * n})] * 2 for n in (10, 2_000))
    for name in ("psi", "jensen_shannon"):
        assert (getattr(measures, name)(*few) <= 0.1).verdict == "inconclusive"
        assert getattr(measures, name)(*many) <= 0.1
