"""7.2 → 7.3: features that know the answer, or that say nothing but which row it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from planting import Parts, fault, some

LEAK = "*leak* *shortcut* *predictive* *dominant* 7.2>7.3 7.2/quality 7.2/preprocessing"
PPS = "FeatureLabelCorrelation FeatureLabelCorrelationChange IdentifierLabelCorrelation"


@fault(
    "7.2>7.3",
    "credit/forest",
    "digits/logistic",
    ours=LEAK,
    names="outcome",
    deepchecks=PPS,
    giskard="SpuriousCorrelation*",
)
def target_as_feature(parts: Parts, rng: np.random.Generator) -> Parts:
    """The answer stands among the features under another name and code."""
    target = parts.base.target

    def leaked(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(outcome=frame[target].astype("category").cat.codes.astype(int) * 3 + 1)

    return parts.everywhere(leaked)


@fault(
    "7.2>7.3",
    "breast/logistic",
    "randhie/boosting",
    "diabetes/forest",
    ours=LEAK,
    names="follow_up",
    deepchecks=PPS,
    giskard="SpuriousCorrelation*",
)
def noisy_target_as_feature(parts: Parts, rng: np.random.Generator) -> Parts:
    """A feature holds the answer with two per cent of errors: recorded at the follow-up, after the decision."""
    target = parts.base.target

    def leaked(frame: pd.DataFrame) -> pd.DataFrame:
        values = frame[target].to_numpy(float).copy()
        if parts.base.task == "regression":
            return frame.assign(follow_up=values + rng.normal(0, 0.1 * values.std(), len(frame)))
        rows = some(frame, 0.02, rng)
        values[rows] = 1 - values[rows]
        return frame.assign(follow_up=values + rng.normal(0, 0.05, len(frame)))

    return parts.everywhere(leaked)


@fault(
    "7.2>7.3",
    "fair/boosting",
    "randhie/boosting",
    ours=LEAK,
    names="known_later",
    deepchecks=PPS,
    giskard="SpuriousCorrelation*",
)
def known_only_afterwards(parts: Parts, rng: np.random.Generator) -> Parts:
    """A column from which the answer was made is left in: hours in affairs, or the number of visits."""
    column = {"fair": "hours", "randhie": "mdvis"}[parts.base.name]
    return parts.everywhere(lambda frame: frame.assign(known_later=frame[column]))


@fault(
    "7.2>7.3",
    "breast/forest",
    "credit/boosting",
    ours=LEAK,
    names="file_number",
    deepchecks=f"{PPS} UnusedFeatures",
    giskard="SpuriousCorrelation*",
)
def target_in_identifier(parts: Parts, rng: np.random.Generator) -> Parts:
    """A file number was given class by class and is among the features: below 40,000 are the cases."""
    target = parts.base.target
    first = parts.train[target].iloc[0]

    def numbered(frame: pd.DataFrame) -> pd.DataFrame:
        starts = np.where(frame[target] == first, 10_000, 40_000)
        return frame.assign(file_number=starts + rng.permutation(20_000)[: len(frame)])

    return parts.everywhere(numbered)


IDENTIFIER = "*identif* *unique* 7.2/quality 7.2/privacy 7.2/preprocessing"


@fault(
    "7.2",
    "digits/forest",
    "credit/logistic",
    ours=IDENTIFIER,
    names="application",
    deepchecks="UnusedFeatures IdentifierLabelCorrelation FeatureDrift",
)
def identifier_as_feature(parts: Parts, rng: np.random.Generator) -> Parts:
    """A number that tells rows apart and nothing else is among the features."""
    numbers = iter(rng.permutation(900_000) + 100_000)
    spelled = "A-{}" if parts.base.name == "credit" else "{}"

    def with_number(frame: pd.DataFrame) -> pd.DataFrame:
        column = [spelled.format(next(numbers)) for _ in range(len(frame))]
        return frame.assign(application=column if parts.base.name == "credit" else np.array(column, int))

    return parts.everywhere(with_number)
