"""Changes that are no faults: controls beyond the plain data sets, on which nothing may be said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import subject
from planting import Parts, fault, put, some
from sklearn.ensemble import RandomForestClassifier

from .data import PREPARE
from .training import audited


@fault("control", "breast/forest", "credit/logistic", "diabetes/boosting", ours="")
def missing_at_random(parts: Parts, rng: np.random.Generator) -> Parts:
    """Five per cent of one column are missing in all parts alike, completely at random."""
    column = {"breast": "mean_smoothness", "credit": "duration", "diabetes": "bp"}[parts.base.name]
    return parts.everywhere(lambda frame: put(frame, column, some(frame, 0.05, rng), None))


@fault("control", "fair/logistic", "credit/boosting", ours="")
def unrelated_feature(parts: Parts, rng: np.random.Generator) -> Parts:
    """Two features that have nothing to do with anything: a number and a code."""

    def with_noise(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(reading=rng.normal(20, 4, len(frame)), shift=rng.choice(["A", "B", "C"], len(frame)))

    return parts.everywhere(with_noise)


@fault("control", "fertility/boosting", "breast/logistic", ours="")
def honest_preparation(parts: Parts, rng: np.random.Generator) -> Parts:
    """A preparation that changes nothing."""
    files = {"prepare.py": PREPARE.format(expression="frame.copy()")}
    return replace(parts, files=files, configuration={"preprocess": "prepare:prepared"})


@fault("control", "wine/boosting", ours="")
def signed_and_audited(parts: Parts, rng: np.random.Generator) -> Parts:
    """The origin of every file is stated and its digest holds, and the audit of the packages found nothing."""
    return replace(audited(parts, []), signed=True)


@fault("control", "breast/forest", ours="")
def array_model(parts: Parts, rng: np.random.Generator) -> Parts:
    """The model takes a bare array, and the columns stand in the same order everywhere."""
    fitted = subject.ByPosition(RandomForestClassifier(min_samples_leaf=3, random_state=0))
    fitted.fit(parts.features(parts.train), parts.train[parts.base.target])
    return replace(parts, model=fitted)


@fault("control", "breast/forest", "fair/logistic", ours="")
def other_rows(parts: Parts, rng: np.random.Generator) -> Parts:
    """The same data divided by another seed."""
    rows = pd.concat([parts.train, parts.test, parts.production], ignore_index=True)
    rows = rows.iloc[rng.permutation(len(rows))].reset_index(drop=True)
    first, second = len(parts.train), len(parts.train) + len(parts.test)
    pieces = (rows.iloc[:first], rows.iloc[first:second], rows.iloc[second:])
    return replace(
        parts,
        **{
            role: piece.reset_index(drop=True)
            for role, piece in zip(("train", "test", "production"), pieces, strict=True)
        },
    )
