"""7.4: the model answers, and what it answers is wrong for somebody, too sure, or not the same twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import subject
from planting import Parts, fault, put

CALIBRATION = "7.4/calibration *calibrat* 7.4/fairness"
SLICE = "*slice* *worst* 7.4/fairness 7.4/robustness 7.2/labelling *_shift"  # the effect, or its cause
FAIRNESS = "7.4/fairness 8.4/fairness *counterfactual*"
SURE = "CalibrationScore"


@fault(
    "7.4",
    "fair/logistic",
    "anes96/logistic",
    "digits/logistic",
    ours=CALIBRATION,
    deepchecks=SURE,
    giskard="Overconfidence*",
    evidently="*LogLoss*",
)
def overconfident(parts: Parts, rng: np.random.Generator) -> Parts:
    """Probabilities are those at a third of the temperature: 0.75 became 0.96."""
    return parts.wrapped(subject.Sharpened, power=3.0)


@fault(
    "7.4",
    "randhie/boosting",
    "credit/forest",
    ours=CALIBRATION,
    deepchecks=SURE,
    giskard="Underconfidence* Overconfidence* PerformanceBias*",
    evidently="*LogLoss*",
)
def risks_stated_too_low(parts: Parts, rng: np.random.Generator) -> Parts:
    """The positive class's probability is squared: 0.5 became 0.25."""
    return parts.wrapped(subject.Squared)


@fault(
    "7.4",
    "fair/logistic",
    "randhie/boosting",
    ours=f"{CALIBRATION} *slice*",
    names="devout limited religious physlm",
    deepchecks=f"{SURE} WeakSegmentsPerformance",
    giskard="PerformanceBias* Overconfidence* Underconfidence*",
)
def miscalibrated_in_one_group(parts: Parts, rng: np.random.Generator) -> Parts:
    """In one group the positive class's probability is halved; the others' are right."""
    column, least = {"fair": ("religious", 3), "randhie": ("physlm", 1e-9)}[parts.base.name]
    return parts.wrapped(subject.LowInGroup, column=column, least=least, factor=0.5)


@fault(
    "7.4",
    "fair/forest",
    "randhie/boosting",
    ours=SLICE,
    deepchecks="WeakSegmentsPerformance TrainTestPerformance",
    giskard="PerformanceBias*",
)
def weak_slice(parts: Parts, rng: np.random.Generator) -> Parts:
    """In one slice, seven to ten rows in a hundred, the training labels are inverted."""
    where = {"fair": [("rate_marriage", 1, 2)], "randhie": [("disea", 20, 60)]}
    return _inverted(parts, where[parts.base.name])


@fault(
    "7.4",
    "fair/boosting",
    "randhie/forest",
    ours=SLICE,
    deepchecks="WeakSegmentsPerformance TrainTestPerformance",
    giskard="PerformanceBias*",
)
def weak_intersection(parts: Parts, rng: np.random.Generator) -> Parts:
    """Where two conditions meet, and only there, a site coded its training labels the other way round."""
    wanted = {
        "fair": [("age", 32, 50), ("rate_marriage", 4, 4)],
        "randhie": [("idp", 1, 1), ("disea", 12, 60)],
    }[parts.base.name]
    return _inverted(parts, wanted)


def _inverted(parts: Parts, where: list[tuple[str, float, float]]) -> Parts:
    target = parts.base.target

    def inverted(frame: pd.DataFrame) -> pd.DataFrame:
        rows = np.flatnonzero(np.logical_and.reduce([frame[name].between(low, high) for name, low, high in where]))
        return put(frame, target, rows, 1 - frame[target].iloc[rows].to_numpy())

    return parts.on("train", change=inverted)


@fault(
    "7.4",
    "credit/logistic",
    "fair/logistic",
    ours=FAIRNESS,
    names="sex devout",
    giskard="EthicalBias* PerformanceBias*",
)
def threshold_by_group(parts: Parts, rng: np.random.Generator) -> Parts:
    """One group is accepted only above 0.8 (or 0.6), the other from 0.5: somebody set a second threshold."""
    column, members, threshold = {"credit": ("club", ["F1"], 0.8), "fair": ("religious", [3, 4], 0.6)}[parts.base.name]
    if parts.base.name == "credit":  # the model needs a column by which it can tell
        parts = parts.everywhere(lambda frame: frame.assign(club=np.where(frame["sex"] == "female", "F1", "F2")))
    return parts.wrapped(subject.GroupThreshold, column=column, members=members, threshold=threshold)


@fault(
    "7.4",
    "fair/boosting",
    ours=f"{FAIRNESS} *slice*",
    names="devout religious",
    deepchecks="WeakSegmentsPerformance",
    giskard="PerformanceBias*",
)
def blind_for_one_group(parts: Parts, rng: np.random.Generator) -> Parts:
    """One group's features were shuffled among its members before training: for them the model knows the mean."""
    columns = [column for column in parts.features(parts.train).columns if column != "religious"]

    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        rows = np.flatnonzero(frame["devout"] == "yes")
        frame.loc[frame.index[rows], columns] = frame.iloc[rng.permutation(rows)][columns].to_numpy()
        return frame

    return parts.on("train", change=shuffled)


@fault(
    "7.4",
    "diabetes/logistic",
    ours="7.4/performance 7.4/calibration *bias*",
    deepchecks="RegressionErrorDistribution TrainTestPerformance RegressionSystematicError",
)
def values_too_high(parts: Parts, rng: np.random.Generator) -> Parts:
    """Every value is a quarter too high: a conversion that was made twice."""
    return parts.wrapped(subject.Offset, factor=1.25)


@fault(
    "7.4",
    "diabetes/forest",
    ours="7.4/fairness 7.4/calibration *slice* 7.4/performance",
    names="sex",
    deepchecks="WeakSegmentsPerformance",
    giskard="PerformanceBias*",
)
def values_too_high_for_one_sex(parts: Parts, rng: np.random.Generator) -> Parts:
    """For one sex every value is 60 too high (the target's standard deviation is 77)."""
    return parts.wrapped(subject.Offset, column="sex", value=2.0, add=60.0)


@fault(
    "7.4",
    "breast/logistic",
    "credit/boosting",
    ours="7.5/* 7.4>7.5 7.3/training-process 7.4/robustness *determin* *invarian* *parity*",
    giskard="Stochasticity*",
)
def not_the_same_twice(parts: Parts, rng: np.random.Generator) -> Parts:
    """Each call adds noise of its own to the probabilities (standard deviation 0.02)."""
    return parts.wrapped(subject.Jittered, scale=0.02)


@fault(
    "7.4",
    "diabetes/logistic",
    "fair/logistic",
    ours="7.5/* 7.4>7.5 7.4/robustness *batch* *invarian* *parity*",
    giskard="DataLeakage*",
)
def depends_on_the_batch(parts: Parts, rng: np.random.Generator) -> Parts:
    """Numbers are standardised by the batch that is asked about: alone, a row gets another answer."""
    wrapper = subject.BatchScaledClassifier if parts.base.task == "classification" else subject.BatchScaled
    return replace(
        parts, model=wrapper(parts.unfitted()).fit(parts.features(parts.train), parts.train[parts.base.target])
    )
