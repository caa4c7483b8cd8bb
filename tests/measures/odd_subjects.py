"""Subjects of every odd kind, and what each measure is called with on them."""

from __future__ import annotations

import inspect
import linecache
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier

import pytest_iso23053
from pytest_iso23053 import Dataset, Measurement, Model
from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.measures import registry
from pytest_iso23053.measures.groups import GroupMeasurements

HOME = str(Path(pytest_iso23053.__file__).parent)
ROWS = {"train": 150, "test": 90}
OF_FILES = {  # what they read is no table
    "artefact_version_mismatch", "evaluated_models", "hyperparameter_mismatches", "known_vulnerabilities",
    "provenance_completeness", "training_record_mismatches", "unpinned_dependencies", "unsafe_artefacts",
}  # fmt: skip


class Anything(ClassifierMixin, BaseEstimator):
    """A tree of depth 3 that takes whatever a cell holds, by its text."""

    def __init__(self, random_state: int | None = None, max_depth: int = 3) -> None:
        self.random_state = random_state
        self.max_depth = max_depth

    def fit(self, X: pd.DataFrame, y: Any) -> Anything:
        self.tree_ = DecisionTreeClassifier(max_depth=self.max_depth, random_state=self.random_state)
        self.tree_.fit(_numbers(X), np.asarray(y))
        self.classes_ = self.tree_.classes_
        return self

    def predict(self, X: pd.DataFrame) -> Any:
        return self.tree_.predict(_numbers(X))

    def predict_proba(self, X: pd.DataFrame) -> Any:
        return self.tree_.predict_proba(_numbers(X))


def _numbers(X: pd.DataFrame) -> Any:
    columns = []
    for place in range(X.shape[1]):
        column = X.iloc[:, place]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column):
            values = column.to_numpy(dtype=float, na_value=np.nan)
            columns.append(np.nan_to_num(np.clip(values, -1e9, 1e9)))
        else:
            columns.append(_of_texts(column))
    return np.column_stack(columns) if columns and len(X) else np.zeros((len(X), X.shape[1]))


def _of_texts(column: pd.Series) -> Any:
    if column.dtype == object:  # 1 and True are one value to pandas, and two texts
        return np.array([_of_text(str(cell)) for cell in column], dtype=float)
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return np.array([_of_text(str(value)) for value in values], dtype=float)[codes]


def _of_text(text: str) -> int:
    return len(text) + sum(map(ord, text[:9]))


class AnySchema:
    """What pandera's schemas do with data they have nothing against."""

    def validate(self, frame: pd.DataFrame, lazy: bool = False) -> pd.DataFrame:
        return frame


def plain(role: str) -> pd.DataFrame:
    random, n = np.random.default_rng(len(role)), ROWS[role]
    frame = pd.DataFrame(
        {
            "amount": random.normal(50, 20, n).round(2),
            "count": random.integers(0, 9, n),
            "city": random.choice(["Bonn", "Ulm", "Kiel"], n),
            "group": random.choice(["a", "b"], n),
            "who": np.arange(n) + (1000 if role == "test" else 0),
            "when": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n) + (900 if role == "test" else 0), "h"),
        }
    )
    frame["y"] = ((frame["amount"] > 50) ^ (random.random(n) < 0.1)).astype(int)
    return frame


def _with(**columns: Any) -> Any:
    return lambda role: plain(role).assign(
        **{name: make(plain(role)) if callable(make) else make for name, make in columns.items()}
    )


def _every(step: int, value: Any) -> Any:
    """Every so many cells replaced, by column, whatever its type was."""

    def changed(role: str) -> pd.DataFrame:
        frame = plain(role)
        for name in ("amount", "count", "city", "group"):
            column = frame[name].astype(float if name in {"amount", "count"} else object)
            column.iloc[::step] = value if name in {"amount", "count"} else None
            frame[name] = column
        return frame

    return changed


def _typed(**types: str) -> Any:
    return lambda role: plain(role).astype(types)


def _nullable(role: str) -> pd.DataFrame:
    frame = plain(role).astype({"amount": "Float64", "count": "Int64", "city": "string", "group": "category"})
    frame["flag"] = pd.array([None if row % 7 == 0 else row % 3 == 0 for row in range(len(frame))], dtype="boolean")
    for name in ("amount", "count", "city"):
        frame.loc[::5, name] = pd.NA
    frame["y"] = frame["y"].astype("Int64")
    return frame


def _moments(role: str) -> pd.DataFrame:
    frame = plain(role)
    frame["zoned"] = frame["when"].dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    frame["lasted"] = pd.to_timedelta(frame["amount"], unit="min")
    frame["since"] = frame["when"].where(frame["count"] > 2)
    frame["month"] = frame["when"].dt.to_period("M")
    return frame


def _unseen(role: str) -> pd.DataFrame:
    frame = plain(role)
    if role == "test":
        frame.loc[::4, "city"] = "Jena"
        frame.loc[::6, "group"] = "c"
        frame.loc[::9, "y"] = 2
    return frame


def _objects(role: str) -> pd.DataFrame:
    frame = plain(role)
    frame["list"] = pd.Series([[row % 3, "x"] for row in range(len(frame))], dtype=object)
    frame["mixed"] = pd.Series([(1, "x", None, 2.5, True)[row % 5] for row in range(len(frame))], dtype=object)
    frame["bytes"] = pd.Series([b"ab" if row % 2 else b"c" for row in range(len(frame))], dtype=object)
    return frame


def _numbered(role: str) -> pd.DataFrame:
    frame = plain(role)
    return frame.rename(columns={"amount": 0, "count": 1, "city": ("two", 2)})


def _arrow(role: str) -> pd.DataFrame:
    return plain(role).convert_dtypes(dtype_backend="pyarrow")


def _polars(role: str) -> Any:
    import polars as pl

    frame = _every(5, None)(role)
    return pl.from_pandas(frame)


def _of_pyarrow(role: str) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(plain(role), preserve_index=False)


def _twice(role: str) -> pd.DataFrame:
    frame = plain(role)
    return pd.concat([frame, frame[["amount"]]], axis=1)


SUBJECTS: dict[str, Any] = {
    "ordinary": plain,
    "missing values": _every(4, np.nan),
    "nothing but missing values": _every(1, np.nan),
    "infinite values": _every(6, np.inf),
    "constant columns": _with(amount=1.5, count=3, city="Bonn", group="a"),
    "one class only": _with(y=1),
    "one class in test": lambda role: plain(role) if role == "train" else plain(role).assign(y=0),
    "no value in the target": _with(y=np.nan),
    "missing labels": _with(y=lambda frame: frame["y"].where(frame.index % 5 > 0)),
    "one row": lambda role: plain(role).iloc[:1],
    "one row in test": lambda role: plain(role) if role == "train" else plain(role).iloc[:1],
    "two rows": lambda role: plain(role).iloc[:2].assign(y=[0, 1]),
    "no row": lambda role: plain(role).iloc[:0],
    "one row over and over": lambda role: plain(role).iloc[[0] * 40].reset_index(drop=True),
    "unseen categories": _unseen,
    "truth values": _with(count=lambda frame: frame["count"] > 4, y=lambda frame: frame["y"] == 1),
    "categories": _typed(city="category", group="category", count="category", y="category"),
    "nullable types": _nullable,
    "moments": _moments,
    "objects": _objects,
    "arrow types": _arrow,
    "text labels": _with(y=lambda frame: frame["y"].map({0: "no", 1: "yes"})),
    "many classes": _with(y=lambda frame: np.arange(len(frame)) % 40),
    "quantities": _with(y=lambda frame: frame["amount"] * 1.5 + 0.25),
    "numbered columns": _numbered,
    "columns named twice": _twice,
    "polars": _polars,
    "pyarrow": _of_pyarrow,
    "huge numbers": _with(amount=lambda frame: frame["amount"] * 1e300, count=lambda frame: frame["count"] * 10**17),
}  # fmt: skip


def called(declared: registry.Measure, sets: dict[str, Dataset], model: Any) -> Any:
    """The measure's answer on these data sets, each argument by what it is for."""
    train, test = sets["train"], sets["test"]
    group = next((name for name in ("group", "city") if name in test.frame.columns), test.features[0])
    column = next((name for name in ("amount", 0) if name in test.features), test.features[0])
    given = {
        "model": model, "champion": model, "train": train, "reference": train, "test": test, "current": test,
        "calibration": train, "data": test if "test" in declared.needs else train,
        "preprocess": lambda frame: frame.copy(), "ingest": lambda frame: frame, "schema": AnySchema(),
        "annotators": [name for name in ("group", "city") if name in test.frame.columns] or [group],
        "attribute": group, "column": group if declared.id.startswith("counterfactual") else column,
    }  # fmt: skip
    quick = {"rounds": 2, "seeds": 2, "queries": 60, "rows": 12, "canaries": 4, "shadows": 4, "seed": 3}
    signature = inspect.signature(declared.function)
    arguments = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.default is parameter.empty:
            arguments[name] = given[name]
        elif name in quick:
            arguments[name] = quick[name]
    result = declared.function(**arguments)
    if "by" in arguments or "by" not in signature.parameters:
        return result
    groups = declared.function(**arguments, by=group)
    assert isinstance(groups, GroupMeasurements)
    return [result, *(groups[name] for name in groups), groups.difference(), groups.ratio(), groups.worst()]


def made(kind: str) -> tuple[dict[str, Dataset], Any]:
    """The data sets of a kind and a model of their training rows, that answers even where there is nothing to learn."""
    sets = {}
    for role in ("train", "test"):
        frame = SUBJECTS[kind](role)
        sets[role] = Dataset(frame, target="y", sensitive=["group"], id="who", time="when", name=role, role=role)
    known = plain("train") if sets["train"].n < 1 or sets["train"].labelled is None else None
    if known is not None:
        fallback = Dataset(known, target="y", sensitive=["group"], id="who", time="when")
        X, y = fallback.X, fallback.y
    else:
        labelled = sets["train"].labelled
        X, y = sets["train"].X.loc[labelled.index], labelled
    if kind == "quantities":
        mean = float(np.mean(y))
        return sets, Model(lambda frame: np.full(len(frame), mean), task="regression")
    return sets, Model(Anything(random_state=0).fit(X, y))


def complaint(declared: registry.Measure, sets: dict[str, Dataset], model: Any) -> str | None:
    """What is wrong with how a measure ended: None for a result, or an error that one of our own lines raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            results = called(declared, sets, model)
            for result in results if isinstance(results, list) else [results]:
                if not isinstance(result, Measurement | GroupMeasurements):
                    return f"returned {type(result).__name__}"
                if str(result) == "":
                    return "a result without a word"
        except (NotMeasurableError, SubjectError) as error:
            if not str(error):
                return "an error without a word"
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            ours = last.filename.startswith(HOME) and "raise" in linecache.getline(last.filename, last.lineno)
            if not ours or not isinstance(error, ValueError):
                where = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(HOME)][-1]
                return f"{type(error).__name__}: {str(error)[:150]} [{where.filename[len(HOME) + 1 :]}:{where.lineno}]"
    if caught:
        first = caught[0]
        return f"warned: {first.category.__name__}: {str(first.message)[:120]} [{first.filename[-50:]}:{first.lineno}]"
    return None
