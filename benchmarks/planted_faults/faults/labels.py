"""7.2 labelling: labels that are wrong, at random, in one class, in one group, or against each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from planting import Parts, fault, put, some

LABELS = "7.2/labelling 7.2/poisoning *label* *noise* *_shift"
PEER_LABELS = "ConflictingLabels LabelDrift TrainTestPerformance WeakSegmentsPerformance SimpleModelComparison"


def _other(labels: pd.Series, classes: np.ndarray, rng: np.random.Generator) -> list:
    """Another class for each label, all others equally likely."""
    return [rng.choice(classes[classes != label]) for label in labels]


@fault(
    "7.2",
    "digits/forest",
    "breast/logistic",
    "anes96/boosting",
    ours=LABELS,
    deepchecks=PEER_LABELS,
    giskard="",
    evidently="",
)
def label_flips(parts: Parts, rng: np.random.Generator) -> Parts:
    """A tenth of the labels in train and test are another class, at random, as tired annotators leave them."""
    target = parts.base.target
    classes = np.unique(parts.train[target])

    def flipped(frame: pd.DataFrame) -> pd.DataFrame:
        rows = some(frame, 0.10, rng)
        return put(frame, target, rows, _other(frame[target].iloc[rows], classes, rng))

    return parts.on("train", "test", change=flipped)


@fault(
    "7.2",
    "digits/boosting",
    "fair/logistic",
    "breast/forest",
    ours=f"{LABELS} 7.2/representativeness",
    deepchecks=PEER_LABELS,
    giskard="PerformanceBias*",
    evidently="ValueDrift*target*",
)
def label_flips_in_one_class(parts: Parts, rng: np.random.Generator) -> Parts:
    """A fifth of one class is labelled as another in train: somebody never learned to tell 4 from 9."""
    target = parts.base.target
    wrong, given = (4, 9) if parts.base.name == "digits" else (1, 0)
    return parts.on(
        "train",
        change=lambda frame: put(frame, target, some(frame, 0.20, rng, frame[target] == wrong), given),
    )


@fault(
    "7.2",
    "breast/boosting",
    "randhie/boosting",
    ours=f"{LABELS} *slice* 7.4/fairness",
    deepchecks=PEER_LABELS,
    giskard="PerformanceBias*",
)
def label_flips_in_one_group(parts: Parts, rng: np.random.Generator) -> Parts:
    """Every third label of one group of rows is flipped in train: one site coded carelessly."""
    column = {"breast": "mean_texture", "randhie": "limited"}[parts.base.name]
    target = parts.base.target

    def flipped(frame: pd.DataFrame) -> pd.DataFrame:
        group = frame[column] >= frame[column].quantile(0.85 if column == "mean_texture" else 1.0)
        rows = some(frame, 0.33, rng, group)
        return put(frame, target, rows, 1 - frame[target].iloc[rows].to_numpy())

    return parts.on("train", change=flipped)


@fault("7.2", "breast/forest", "wine/logistic", ours="*conflict* 7.2/labelling", deepchecks="ConflictingLabels")
def conflicting_labels(parts: Parts, rng: np.random.Generator) -> Parts:
    """Three per cent of the training rows stand there twice, the second time with another label."""
    target = parts.base.target
    classes = np.unique(parts.train[target])

    def doubled(frame: pd.DataFrame) -> pd.DataFrame:
        again = frame.iloc[some(frame, 0.03, rng)].copy()
        again[target] = _other(again[target], classes, rng)
        return pd.concat([frame, again], ignore_index=True).sample(frac=1, random_state=1).reset_index(drop=True)

    return parts.on("train", change=doubled)
