"""7.6: what arrives in production is no longer what the model was made for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from planting import Parts, fault, put, some

DRIFT = "7.6/drift *in_production"
SCHEMA = "*in_production 7.6/drift 7.6/usage 7.2/quality 7.5/integration 7.6/performance"
PEER = "FeatureDrift MultivariateDrift"
EVIDENTLY = "ValueDrift* DriftedColumnsCount*"


@fault(
    "7.6",
    "fair/boosting",
    "breast/logistic",
    "randhie/forest",
    ours=DRIFT,
    names="yrs_married mean_texture disea",
    deepchecks=PEER,
    evidently=EVIDENTLY,
)
def one_column_drifts(parts: Parts, rng: np.random.Generator) -> Parts:
    """One column of production moved by half a standard deviation."""
    column = {"fair": "yrs_married", "breast": "mean_texture", "randhie": "disea"}[parts.base.name]
    moved = 0.5 * parts.train[column].std()
    return parts.on("production", change=lambda frame: frame.assign(**{column: frame[column] + moved}))


@fault("7.6", "randhie/boosting", "breast/forest", ours=DRIFT, deepchecks=PEER, evidently=EVIDENTLY)
def many_columns_drift(parts: Parts, rng: np.random.Generator) -> Parts:
    """Every number of production moved by a fifth of its standard deviation."""
    numbers = parts.features(parts.train).select_dtypes("float").columns
    moved = 0.2 * parts.train[numbers].std()
    return parts.on("production", change=lambda frame: frame.assign(**(frame[numbers] + moved)))


@fault("7.6", "fair/logistic", ours=DRIFT, names="occupation", deepchecks=PEER, evidently=EVIDENTLY)
def rare_category_grows(parts: Parts, rng: np.random.Generator) -> Parts:
    """A category that two per cent of the training rows have has grown to a tenth."""
    return parts.on("production", change=lambda frame: put(frame, "occupation", some(frame, 0.08, rng), 6.0))


@fault(
    "7.6",
    "credit/forest",
    ours=SCHEMA,
    names="purpose",
    deepchecks="NewCategoryTrainTest FeatureDrift",
    evidently=EVIDENTLY,
)
def new_category(parts: Parts, rng: np.random.Generator) -> Parts:
    """Six per cent of the applications state a purpose that training never saw."""
    return parts.on("production", change=lambda frame: put(frame, "purpose", some(frame, 0.06, rng), "A411"))


@fault(
    "7.6",
    "fair/logistic",
    "anes96/boosting",
    ours=DRIFT,
    deepchecks="PredictionDrift MultivariateDrift FeatureDrift LabelDrift",
    evidently="ValueDrift*",
)
def predictions_drift(parts: Parts, rng: np.random.Generator) -> Parts:
    """Who asks has changed: rows that the model scores high come three times as often."""
    parts = parts.fitted()
    scores = parts.model.predict_proba(parts.features(parts.production))[:, 1]
    weights = np.where(scores > np.median(scores), 3.0, 1.0)
    rows = rng.choice(len(scores), len(scores), p=weights / weights.sum())
    return parts.on("production", change=lambda frame: frame.iloc[rows].reset_index(drop=True))


@fault(
    "7.6",
    "fair/forest",
    "credit/boosting",
    ours="7.6/* *in_production",
    deepchecks="LabelDrift PredictionDrift",
    evidently="ValueDrift*",
)
def class_mix_drifts(parts: Parts, rng: np.random.Generator) -> Parts:
    """The rarer class has become half of production."""
    target = parts.base.target
    counts = parts.production[target].value_counts()

    def balanced(frame: pd.DataFrame) -> pd.DataFrame:
        common = frame[target] == counts.index[0]
        drop = some(frame, 1 - counts.iloc[-1] / counts.iloc[0], rng, common)
        return frame.drop(index=drop).reset_index(drop=True)

    return parts.on("production", change=balanced)


@fault(
    "7.6",
    "fair/boosting",
    "breast/forest",
    ours="7.6/* *in_production",
    deepchecks="TrainTestPerformance LabelDrift",
    evidently="*Accuracy* *F1*",
)
def concept_drifts(parts: Parts, rng: np.random.Generator) -> Parts:
    """What the features mean has changed: half of the labels of production are another row's."""
    target = parts.base.target

    def changed(frame: pd.DataFrame) -> pd.DataFrame:
        rows = some(frame, 0.5, rng)
        return put(frame, target, rows, rng.permutation(frame[target].iloc[rows]))

    return parts.on("production", change=changed)


@fault(
    "7.6",
    "breast/forest",
    "credit/logistic",
    ours=SCHEMA,
    names="mean_concavity amount",
    deepchecks=f"IsSingleValue {PEER}",
    evidently=f"{EVIDENTLY} ConstantColumnsCount* AlmostConstant*",
)
def column_constant(parts: Parts, rng: np.random.Generator) -> Parts:
    """A sensor hangs: one column of production always has the training median."""
    column = {"breast": "mean_concavity", "credit": "amount"}[parts.base.name]
    value = parts.train[column].median()
    return parts.on("production", change=lambda frame: frame.assign(**{column: value}))


@fault("7.6", "credit/logistic", ours=SCHEMA, names="savings")
def column_missing(parts: Parts, rng: np.random.Generator) -> Parts:
    """A column is no longer delivered."""
    return parts.on("production", change=lambda frame: frame.drop(columns="savings"))


@fault(
    "7.6",
    "diabetes/forest",
    ours=SCHEMA,
    names="bmi",
    deepchecks="MixedDataTypes FeatureDrift NewCategoryTrainTest",
    evidently=EVIDENTLY,
)
def numbers_as_text(parts: Parts, rng: np.random.Generator) -> Parts:
    """One column arrives as text with a decimal comma."""

    def spelled(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(bmi=[f"{value:.1f}".replace(".", ",") for value in frame["bmi"]])

    return parts.on("production", change=spelled)


@fault(
    "7.6",
    "co2/boosting",
    "randhie/boosting",
    ours=SCHEMA,
    names="change_1 hlthg lpi",
    deepchecks=f"PercentOfNulls {PEER}",
    evidently=f"MissingValue* DatasetMissing* {EVIDENTLY}",
)
def missing_in_production(parts: Parts, rng: np.random.Generator) -> Parts:
    """Fifteen per cent of one column are missing in production, next to none before."""
    column = {"co2": "change_1", "randhie": "lpi"}[parts.base.name]
    return parts.on("production", change=lambda frame: put(frame, column, some(frame, 0.15, rng), None))
