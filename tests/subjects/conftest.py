"""Small models and data of several kinds, made once: they are only read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053.settings.model import DatasetSpec, ModelSpec


@pytest.fixture(scope="session")
def credit() -> pd.DataFrame:
    """Numbers, text, missing values, a category and a boolean; ``default`` depends on them."""
    rng = np.random.default_rng(7)
    n = 240
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n).astype(float),
            "amount": rng.gamma(2.0, 1500.0, n).round(2),
            "purpose": rng.choice(["car", "house", "other"], n),
            "sex": rng.choice(["f", "m"], n),
            "employed": rng.random(n) < 0.7,
        }
    )
    risk = 0.0004 * frame["amount"] - 0.03 * (frame["age"] - 40) - 1.0 * frame["employed"] + rng.normal(0, 0.5, n)
    frame["default"] = np.where(risk > 0, "Yes", "No")
    frame.loc[::17, "age"] = np.nan
    return frame


@pytest.fixture(scope="session")
def pipeline(credit):
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "amount"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), ["purpose", "sex"]),
        ],
        remainder="passthrough",
    )
    return make_pipeline(columns, LogisticRegression()).fit(credit.drop(columns="default"), credit["default"])


@pytest.fixture(scope="session")
def trusted(credit):
    """Of classes that skops trusts by itself, which an encoder's dtype is not."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression()).fit(credit[["amount"]], credit["default"])


@pytest.fixture(scope="session")
def forest(credit):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(12, random_state=0).fit(credit[["amount"]], credit["default"])


@pytest.fixture
def model_spec():
    def make(source: str, **said) -> ModelSpec:
        return ModelSpec("credit", source, **said)

    return make


@pytest.fixture
def data_spec():
    def make(source, role: str = "test", **said) -> DatasetSpec:
        return DatasetSpec(role, role, source, **said)

    return make


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module of the user's own, importable as pytest's ``pythonpath`` would make it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    count = iter(range(100))

    def write(text: str) -> str:
        name = f"users_own_{next(count)}_{tmp_path.name.replace('-', '_')}"
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def digest():
    return sha256
