"""7.2 quality, privacy, preprocessing: values that are wrong, missing, repeated or not meant to be there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from planting import Parts, fault, put, some

QUALITY = "7.2/quality 7.2/preprocessing 7.2>7.3 7.3>7.4"
DRIFT = "FeatureDrift MultivariateDrift"


@fault(
    "7.2",
    "breast/logistic",
    "digits/boosting",
    "diabetes/forest",
    ours="*duplicate*",
    deepchecks="DataDuplicates",
    evidently="DuplicatedRowCount*",
)
def exact_duplicates(parts: Parts, rng: np.random.Generator) -> Parts:
    """Five per cent of the training rows stand there twice: a file was loaded again."""
    return parts.on(
        "train", change=lambda frame: pd.concat([frame, frame.iloc[some(frame, 0.05, rng)]], ignore_index=True)
    )


@fault(
    "7.2",
    "breast/forest",
    "credit/logistic",
    ours=f"{QUALITY} 7.2/representativeness",
    names="mean_area amount",
    deepchecks="MixedNulls OutlierSampleDetection",
)
def sentinel(parts: Parts, rng: np.random.Generator) -> Parts:
    """Four per cent of a number are -999 in all parts: «not measured», as an old system writes it."""
    column = {"breast": "mean_area", "credit": "amount"}[parts.base.name]
    return parts.everywhere(lambda frame: put(frame, column, some(frame, 0.04, rng), -999))


@fault(
    "7.2", "credit/boosting", ours=QUALITY, names="employment", deepchecks="MixedNulls SpecialCharacters StringMismatch"
)
def question_marks(parts: Parts, rng: np.random.Generator) -> Parts:
    """Four per cent of a coded column are «?» in all parts: missing, and nobody sees it."""
    return parts.everywhere(lambda frame: put(frame, "employment", some(frame, 0.04, rng), "?"))


@fault(
    "7.2",
    "breast/boosting",
    "diabetes/logistic",
    "fair/forest",
    ours=f"{QUALITY} *missing* *drift*",
    names="mean_smoothness bmi educ",
    deepchecks=f"PercentOfNulls {DRIFT}",
    evidently="MissingValueCount* ValueDrift* DriftedColumnsCount* DatasetMissingValueCount*",
)
def missing_in_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """A fifth of one column is missing in test, and none in train: a join that lost its key."""
    column = {"breast": "mean_smoothness", "diabetes": "bmi", "fair": "educ"}[parts.base.name]
    return parts.on("test", change=lambda frame: put(frame, column, some(frame, 0.20, rng), None))


@fault(
    "7.2",
    "credit/logistic",
    "breast/logistic",
    "diabetes/boosting",
    ours=f"{QUALITY} *drift* *range*",
    names="age mean_area bp",
    deepchecks=DRIFT,
    evidently="ValueDrift* DriftedColumnsCount* MinValue* MaxValue* MeanValue*",
)
def unit_change_in_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """One column of test is in another unit: months for years, cm² for mm², kPa for mmHg."""
    column, factor = {"credit": ("age", 12), "breast": ("mean_area", 0.01), "diabetes": ("bp", 0.133)}[parts.base.name]
    return parts.on("test", change=lambda frame: frame.assign(**{column: frame[column] * factor}))


@fault(
    "7.2",
    "diabetes/forest",
    "wine/boosting",
    ours=QUALITY,
    names="bp magnesium",
    deepchecks="OutlierSampleDetection FeatureDrift",
)
def unit_change_in_part_of_train(parts: Parts, rng: np.random.Generator) -> Parts:
    """Eight per cent of the training rows have one column in another unit: one laboratory of twelve."""
    column, factor = {"diabetes": ("bp", 0.133), "wine": ("magnesium", 0.001)}[parts.base.name]

    def mixed(frame: pd.DataFrame) -> pd.DataFrame:
        rows = some(frame, 0.08, rng)
        return put(frame, column, rows, frame[column].iloc[rows].to_numpy() * factor)

    return parts.on("train", change=mixed)


@fault("7.2", "breast/forest", ours=QUALITY, names="mean_radius", deepchecks="OutlierSampleDetection")
def decimal_slips(parts: Parts, rng: np.random.Generator) -> Parts:
    """One per cent of a column is ten times too large in train: a decimal point that slipped."""

    def slipped(frame: pd.DataFrame) -> pd.DataFrame:
        rows = some(frame, 0.01, rng)
        return put(frame, "mean_radius", rows, frame["mean_radius"].iloc[rows].to_numpy() * 10)

    return parts.on("train", change=slipped)


@fault(
    "7.2",
    "breast/logistic",
    "diabetes/forest",
    "co2/boosting",
    ours=f"{QUALITY} *drift*",
    names="mean_radius mean_texture s1 s2 change_0 change_5",
    deepchecks=DRIFT,
    giskard="PerformanceBias*",
    evidently="ValueDrift* DriftedColumnsCount*",
)
def swapped_columns_in_test(parts: Parts, rng: np.random.Generator) -> Parts:
    """Two columns of test have each other's values: a header that was typed by hand."""
    one, other = {
        "breast": ("mean_radius", "mean_texture"),
        "diabetes": ("s1", "s2"),
        "co2": ("change_0", "change_5"),
    }[parts.base.name]
    return parts.on("test", change=lambda frame: frame.assign(**{one: frame[other], other: frame[one]}))


@fault(
    "7.2", "credit/forest", ours="7.2/privacy", deepchecks="SpecialCharacters StringLengthOutOfBounds StringMismatch"
)
def e_mail_addresses(parts: Parts, rng: np.random.Generator) -> Parts:
    """One per cent of a coded column holds e-mail addresses: the wrong field of a form."""

    def typed(frame: pd.DataFrame) -> pd.DataFrame:
        rows = some(frame, 0.01, rng)
        return put(frame, "purpose", rows, [f"hans.meier{row}@mail.example.org" for row in rows])

    return parts.everywhere(typed)


@fault(
    "7.2", "credit/logistic", ours="7.2/privacy", deepchecks="SpecialCharacters StringLengthOutOfBounds StringMismatch"
)
def card_numbers(parts: Parts, rng: np.random.Generator) -> Parts:
    """Two per cent of a coded column holds numbers of payment cards (test numbers that pass Luhn's check)."""
    numbers = ["4111 1111 1111 1111", "5500 0000 0000 0004", "3400 0000 0000 009"]
    return parts.everywhere(
        lambda frame: put(frame, "telephone", rows := some(frame, 0.02, rng), rng.choice(numbers, len(rows)).tolist())
    )


@fault(
    "7.2",
    "credit/boosting",
    ours="7.2/privacy 7.2/poisoning 7.2/quality *hidden*",
    names="job",
    deepchecks="StringMismatch SpecialCharacters",
)
def hidden_text(parts: Parts, rng: np.random.Generator) -> Parts:
    """Two per cent of the codes of one column in train carry a zero-width space: they look alike and are not."""

    def marked(frame: pd.DataFrame) -> pd.DataFrame:
        rows = some(frame, 0.02, rng)
        return put(frame, "job", rows, (frame["job"].iloc[rows] + "\u200b").tolist())

    return parts.on("train", change=marked)


@fault("7.2", "wine/logistic", ours="7.2/provenance *provenance* *origin*")
def changed_after_signing(parts: Parts, rng: np.random.Generator) -> Parts:
    """One value of the training file was changed after the file's origin and digest had been written down."""
    row = int(rng.integers(len(parts.train)))
    return replace(parts, signed=True, after_signing=lambda frame: put(frame, "alcohol", np.array([row]), 13.5))


PREPARE = """\"\"\"Preparation of the tables, as the project's own code does it.\"\"\"

import numpy as np


def prepared(frame):
    return {expression}
"""


def _prepared(parts: Parts, expression: str) -> Parts:
    files = {"prepare.py": PREPARE.format(expression=expression)}
    return replace(parts.fitted(), files=files, configuration={"preprocess": "prepare:prepared"})


@fault("7.2", "fertility/boosting", ours="7.2/preprocessing")
def preprocessing_loses_rows(parts: Parts, rng: np.random.Generator) -> Parts:
    """The preparation drops rows with a missing value, a third of all, and says nothing."""
    return _prepared(parts, "frame.dropna()")


@fault("7.2", "breast/logistic", ours="7.2/preprocessing")
def preprocessing_is_random(parts: Parts, rng: np.random.Generator) -> Parts:
    """The preparation jitters every number by a tenth of a per cent, another way on each call."""
    return _prepared(
        parts, "frame.assign(mean_area=frame['mean_area'] * np.random.default_rng().normal(1, 0.001, len(frame)))"
    )
