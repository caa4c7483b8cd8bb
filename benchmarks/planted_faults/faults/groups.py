"""7.2 representativeness and bias in data: groups that are missing, judged differently, or visible through a proxy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from planting import Parts, fault, put, some

BIAS = "7.2/representativeness 8.4/bias 7.2/labelling"


@fault(
    "7.2",
    "credit/forest",
    "fair/logistic",
    ours=BIAS,
    names="sex devout",
    deepchecks="FeatureDrift MultivariateDrift",
    evidently="ValueDrift*",
)
def group_under_represented(parts: Parts, rng: np.random.Generator) -> Parts:
    """Five of six rows of one group are missing in train, and none in test: a branch that never sent its files."""
    column, members = {"credit": ("sex", "female"), "fair": ("devout", "yes")}[parts.base.name]
    return parts.on(
        "train",
        change=lambda frame: frame.drop(index=some(frame, 0.83, rng, frame[column] == members)).reset_index(drop=True),
    )


@fault(
    "7.2",
    "credit/logistic",
    "fair/boosting",
    ours=f"{BIAS} 7.4/fairness",
    names="sex devout",
    giskard="PerformanceBias* EthicalBias*",
)
def group_judged_harder(parts: Parts, rng: np.random.Generator) -> Parts:
    """A third of one group's good outcomes is recorded as bad, in train and test: the labels were decisions."""
    column, group, good, bad = {"credit": ("sex", "female", "good", "bad"), "fair": ("devout", "yes", 1, 0)}[
        parts.base.name
    ]
    target = parts.base.target

    def harder(frame: pd.DataFrame) -> pd.DataFrame:
        rows = some(frame, 0.33, rng, (frame[column] == group) & (frame[target] == good))
        return put(frame, target, rows, bad)

    return parts.on("train", "test", change=harder)


@fault("7.2", "credit/forest", "fair/forest", ours="7.2/representativeness 8.4/bias 7.4/fairness *prox*", names="club")
def proxy(parts: Parts, rng: np.random.Generator) -> Parts:
    """A feature says in 95 of 100 rows which group somebody is in, which is withheld from the model: a club."""
    column, group = {"credit": ("sex", "female"), "fair": ("devout", "yes")}[parts.base.name]

    def with_club(frame: pd.DataFrame) -> pd.DataFrame:
        wrong = np.isin(np.arange(len(frame)), some(frame, 0.05, rng))
        return frame.assign(club=np.where((frame[column] == group).to_numpy() ^ wrong, "F1", "F2"))

    return parts.everywhere(with_club)
