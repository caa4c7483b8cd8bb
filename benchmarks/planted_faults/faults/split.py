"""7.3 → 7.4: the test set is not what it is said to be: seen before, of another time, or of the same people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from planting import Parts, fault, put, some

FRESH = "7.3>7.4 *overlap* *duplicate* *contamination*"
MIX = "TrainTestSamplesMix DataDuplicates"


def _pooled(parts: Parts) -> pd.DataFrame:
    return pd.concat([parts.train, parts.test], ignore_index=True)


@fault("7.3>7.4", "breast/forest", "digits/logistic", "credit/forest", ours=FRESH, deepchecks=MIX)
def rows_of_train_in_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """One test row in twenty is a training row."""

    def mixed(frame: pd.DataFrame) -> pd.DataFrame:
        seen = parts.train.iloc[some(parts.train, 1.0, rng)[: max(1, round(0.05 * len(frame)))]]
        return (
            pd.concat([frame.iloc[len(seen) :], seen], ignore_index=True)
            .sample(frac=1, random_state=2)
            .reset_index(drop=True)
        )

    return parts.on("test", change=mixed)


@fault("7.3>7.4", "breast/boosting", "diabetes/forest", "wine/forest", ours=f"{FRESH} *near*", deepchecks=MIX)
def nearly_rows_of_train_in_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """One test row in ten is a training row whose numbers differ in the third digit: measured again, or augmented."""

    def mixed(frame: pd.DataFrame) -> pd.DataFrame:
        seen = parts.train.iloc[some(parts.train, 1.0, rng)[: max(3, round(0.10 * len(frame)))]].copy()
        for column in parts.features(seen).select_dtypes("float").columns:
            seen[column] = seen[column] + rng.normal(0, 0.003 * parts.train[column].std(), len(seen))
        return (
            pd.concat([frame.iloc[len(seen) :], seen], ignore_index=True)
            .sample(frac=1, random_state=2)
            .reset_index(drop=True)
        )

    return parts.on("test", change=mixed)


@fault("7.3>7.4", "credit/boosting", "anes96/forest", ours=FRESH, deepchecks=MIX)
def oversampled_before_the_split(parts: Parts, rng: np.random.Generator) -> Parts:
    """The rarer class was doubled before the rows were divided, so that twins stand on both sides."""
    pooled = _pooled(parts)
    counts = pooled[parts.base.target].value_counts()
    rare = pooled[pooled[parts.base.target] == counts.index[-1]]
    wanted = min(counts.iloc[0] - counts.iloc[-1], len(rare))
    mixed = pd.concat([pooled, rare.iloc[some(rare, 1.0, rng)[:wanted]]], ignore_index=True).sample(
        frac=1, random_state=3
    )
    cut = round(0.7 * len(mixed))
    return replace(parts, train=mixed.iloc[:cut].reset_index(drop=True), test=mixed.iloc[cut:].reset_index(drop=True))


@fault(
    "7.3>7.4", "fertility/forest", ours=f"{FRESH} *entit* *split* *identif*", deepchecks=f"{MIX} IndexTrainTestLeakage"
)
def entities_in_both(parts: Parts, rng: np.random.Generator) -> Parts:
    """Rows were divided at random though several belong to one country: no country in test is new."""
    rows = _pooled(parts).sample(frac=1, random_state=4)
    cut = len(parts.train)
    return replace(parts, train=rows.iloc[:cut].reset_index(drop=True), test=rows.iloc[cut:].reset_index(drop=True))


@fault(
    "7.3>7.4",
    "co2/forest",
    "co2/logistic",
    ours=f"{FRESH} *time* *tempor*",
    deepchecks=f"{MIX} DateTrainTestLeakageOverlap DateTrainTestLeakageDuplicates",
)
def time_travel(parts: Parts, rng: np.random.Generator) -> Parts:
    """A series was divided at random: the model has seen the week after most weeks that it is tested on."""
    rows = _pooled(parts).sample(frac=1, random_state=5)
    cut = len(parts.train)
    return replace(parts, train=rows.iloc[:cut].reset_index(drop=True), test=rows.iloc[cut:].reset_index(drop=True))


@fault(
    "7.3>7.4", "diabetes/logistic", "breast/logistic", ours="*fitted* *transformer* 7.2>7.3 7.3>7.4 7.2/preprocessing"
)
def scaler_fitted_on_everything(parts: Parts, rng: np.random.Generator) -> Parts:
    """Means and spreads were taken over train and test together, and the estimator fitted on train."""
    return _columns_fitted_on(parts, _pooled(parts))


@fault("7.3>7.4", "co2/logistic", "fertility/logistic", ours="*fitted* *transformer* 7.2>7.3 7.3>7.4 7.2/preprocessing")
def imputer_fitted_on_everything(parts: Parts, rng: np.random.Generator) -> Parts:
    """Missing values are filled with medians over train, test and production together."""
    return _columns_fitted_on(parts, pd.concat([_pooled(parts), parts.production], ignore_index=True))


def _columns_fitted_on(parts: Parts, frame: pd.DataFrame) -> Parts:
    model = parts.unfitted()
    columns = model[0].fit(parts.features(frame))
    model[-1].fit(columns.transform(parts.features(parts.train)), parts.train[parts.base.target])
    return replace(parts, model=model)


@fault(
    "7.3>7.4",
    "credit/forest",
    "diabetes/forest",
    ours="7.3>7.4 7.3/memorisation 7.3/training-process *contamination*",
    deepchecks="TrainTestPerformance",
)
def trained_on_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """The last fit before the release used train and test: the test set measures memory."""
    return parts.fitted_on(_pooled(parts))


@fault(
    "7.3>7.4",
    "digits/forest",
    "fair/forest",
    ours="7.3>7.4 7.2/representativeness *drift* *shift* 7.2>7.3",
    deepchecks="LabelDrift NewLabelTrainTest MultivariateDrift FeatureDrift",
    evidently="ValueDrift*target* ValueDrift*",
)
def other_class_mix_in_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """Four of five rows of one class are missing in test: its folder was copied in part."""
    wanted = {"digits": 8, "fair": 1}[parts.base.name]
    return parts.on(
        "test",
        change=lambda frame: frame.drop(index=some(frame, 0.8, rng, frame[parts.base.target] == wanted)).reset_index(
            drop=True
        ),
    )


@fault(
    "7.3>7.4",
    "credit/forest",
    ours="7.2/quality 7.3>7.4 *categor* *schema*",
    names="purpose",
    deepchecks="NewCategoryTrainTest FeatureDrift",
)
def unseen_categories_in_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """One code of a column is spelled another way in test: A43 became a43."""

    def respelled(frame: pd.DataFrame) -> pd.DataFrame:
        return put(frame, "purpose", np.flatnonzero(frame["purpose"] == "A43"), "a43")

    return parts.on("test", change=respelled)
