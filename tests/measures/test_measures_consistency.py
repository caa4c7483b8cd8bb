"""Within one data set: missing values in disguise, mixed kinds, spellings and units, each planted and each clean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.measures.registry import get

pytestmark = pytest.mark.filterwarnings("error")

ALL = ("disguised_missing_rate", "mixed_type_rate", "spelling_variant_rate", "mixed_unit_rate")


def rows(n=1_000):
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "age": random.integers(18, 90, n),
            "income": np.exp(random.normal(8, 0.5, n)).round(2),
            "height": random.normal(1.7, 0.1, n),
            "heavy": random.pareto(0.5, n),
            "cauchy": random.standard_cauchy(n),
            "gain": np.where(random.random(n) < 0.95, 0, random.pareto(1.0, n) * 100).round(),
            "children": random.poisson(0.5, n),
            "job": random.choice(["clerk", "Cook", "none", "other"], n),
            "code": random.choice(["1", "2", "3", "A", "a4"], n),
            "since": pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 3_000, n), unit="D"),
        }
    )


def planted(column, value, share=0.01):
    frame = rows()
    cells = frame[column].astype(object if isinstance(value, str) else frame[column].dtype)
    cells.iloc[: int(share * len(frame))] = value
    return frame.assign(**{column: cells})


@pytest.mark.parametrize("name", ALL)
def test_clean_data_pass(name):
    loads = ("breast_cancer", "wine", "iris", "diabetes", "digits")
    for frame in (rows(), *(getattr(datasets, f"load_{load}")(as_frame=True).frame for load in loads)):
        assert getattr(measures, name)(frame).value == 0
    assert get(name).limit == "<= 0"


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("age", -999, "-999"),
        ("age", 999, "999"),
        ("income", -99.0, "-99"),
        ("income", 99999999.0, "99999999"),
        ("income", -1.0, None),
        ("height", -1.0, "-1"),
        ("children", 99, "99"),
        ("job", "?", "?"),
        ("job", "N/A", "N/A"),
        ("job", "  ", "  "),
        ("code", "#REF!", "#REF!"),
        ("since", pd.Timestamp("1900-01-01"), "1900-01-01"),
        ("since", pd.Timestamp("2099-12-31"), "2099-12-31"),
    ],
)
def test_stand_ins_for_missing_values(column, value, told):
    measured = measures.disguised_missing_rate(planted(column, value))
    assert measured.value == (0 if told is None else 0.01)
    if told is not None:
        assert measured.params["stand_ins"] == {column: [told]}
        assert measured.exact


def test_unknown_is_a_proper_code_unless_there_is_another():
    frame = rows().replace({"job": {"other": "unknown"}})
    measured = measures.disguised_missing_rate(frame)
    assert (measured.value, measured.params["explicit"]) == (0, ["job"])
    frame.loc[:4, "job"] = None
    assert measures.disguised_missing_rate(frame).params["stand_ins"] == {"job": ["unknown"]}
    numbers = pd.DataFrame({"charge": [*map(str, range(30)), "unknown"]})
    assert measures.disguised_missing_rate(numbers).params["stand_ins"] == {"charge": ["unknown"]}


def test_mixed_kinds():
    frame = rows(40)
    frame["age"] = frame["age"].astype(object)
    frame.loc[:3, "age"] = "forty"
    measured = measures.mixed_type_rate(frame)
    assert (measured.value, measured.params["column"], measured.params["odd"]) == (0.1, "age", {"age": ["text"]})
    written = pd.DataFrame({"charge": [f"{k}.5" for k in range(90)] + [f"1,{k}50" for k in range(10, 19)]})
    assert measures.mixed_type_rate(written).params["rows"] == {"charge": 9}
    assert measures.mixed_type_rate(pd.DataFrame({"a": pd.Series([True, 1, 0.5, None], dtype=object)})).value == 0


def test_spellings():
    frame = rows()
    frame.loc[:9, "job"] = [" clerk", "Clerk", "CLERK", "cook", "cook "] * 2
    measured = measures.spelling_variant_rate(frame)
    assert measured.params["rows"] == {"job": 10}
    meant = pd.DataFrame({"code": ["a", "A"] * 50})
    assert measures.spelling_variant_rate(meant).value == 0


@pytest.mark.parametrize(
    ("column", "factor"), [("income", 1000), ("income", 0.001), ("height", 100), ("age", 1000), ("age", 0.01)]
)
@pytest.mark.parametrize("share", [0.01, 0.1])
def test_mixed_units(column, factor, share):
    frame = rows()
    cells = frame[column].astype(float)
    cells.iloc[: int(share * len(cells))] *= factor
    measured = measures.mixed_unit_rate(frame.assign(**{column: cells}))
    assert measured.value == pytest.approx(share)
    assert measured.params["column"] == column


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("n", [0, 1, 2, 6])
def test_odd_columns_give_a_result(name, n):
    frame = pd.DataFrame(
        {
            "constant": [1] * 6,
            "gone": [np.nan] * 6,
            "boolean": pd.array([True, None] * 3, dtype="boolean"),
            "category": pd.Categorical(["a", "b"] * 3),
            "infinite": [np.inf, -np.inf, 1.0, 2.0, 3.0, np.nan],
            "mixed": pd.Series([1, "x", None, [3], 2, "y"], dtype=object),
            "y": [0, 1] * 3,
        }
    )
    measured = getattr(measures, name)(Dataset(frame[:n], target="y"))
    assert 0 <= measured.value <= 1


class Schema:
    """What pandera does: all violations at once, in the error's failure cases."""

    def __init__(self, error=None):
        self.error = error

    def validate(self, frame, lazy):
        assert lazy
        if self.error is not None:
            raise self.error
        return frame


def test_a_schema_of_the_users_own():
    frame = rows(20)
    assert measures.schema_violations(Dataset(frame, target="code"), Schema()).value == 0
    error = ValueError("schema errors")
    error.failure_cases = pd.DataFrame(
        {"column": ["age", "age", None], "check": ["greater_than(20)", "greater_than(20)", "column_in_schema"]}
    )
    measured = measures.schema_violations(frame, Schema(error))
    assert (measured.value, measured.n, measured.exact) == (3, 20, True)
    assert measured.params["checks"]["age: greater_than(20)"] == 2
    error.failure_cases = ["column missing"]
    assert measures.schema_violations(frame, Schema(error)).params == {"checks": {"schema": 1}}
    with pytest.raises(KeyError):
        measures.schema_violations(frame, Schema(KeyError("a mistake in the schema")))
    with pytest.raises(TypeError, match="no schema"):
        measures.schema_violations(frame, {"age": int})
