"""Write the subject of the comparison into a folder: 30,000 rows of 14 features, and a random forest on them.

    python subject.py FOLDER [ROWS]

Run by the interpreter of each tool, as a pickled forest only loads where it was written; the seeds are the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

LEVELS = (2, 5, 7, 9, 15, 40)


def table(rows: int) -> pd.DataFrame:
    """Made up: eight numbers and six categories, some of them missing, with an answer that can be learned in part."""
    random = np.random.default_rng(7)
    frame = pd.DataFrame({f"number_{place}": random.normal(size=rows) for place in range(5)})
    frame["amount"] = np.round(np.exp(random.normal(7, 1, rows)), 2)
    frame["age"] = random.integers(18, 90, rows)
    frame["months"] = random.integers(0, 120, rows)
    for levels in LEVELS:
        chosen = random.choice(levels, rows, p=random.dirichlet(np.full(levels, 3.0)))
        frame[f"kind_{levels}"] = np.array([f"k{level}" for level in range(levels)])[chosen]
    signal = (
        frame["number_0"] - 0.6 * frame["number_1"] * frame["number_2"] + 0.02 * (frame["age"] - 50)
        + 0.4 * (frame["kind_5"] == "k1") - 0.5 * (frame["kind_7"] == "k2") + 0.3 * np.log(frame["amount"] / 1100)
    )  # fmt: skip
    frame.loc[random.random(rows) < 0.03, "months"] = np.nan
    frame["answer"] = (random.random(rows) < 1 / (1 + np.exp(-1.3 * signal))).astype(int)
    return frame


def main(folder: Path, rows: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    frame = table(rows)
    train, test = frame.iloc[: int(rows * 0.7)], frame.iloc[int(rows * 0.7) :]
    kinds = [name for name in frame if name.startswith("kind_")]
    model = make_pipeline(
        make_column_transformer((OrdinalEncoder(), kinds), remainder="passthrough"),
        RandomForestClassifier(100, min_samples_leaf=5, random_state=0),
    )
    model.fit(train.drop(columns="answer"), train["answer"])
    joblib.dump(model, folder / "model.joblib")
    train.to_parquet(folder / "train.parquet")
    test.to_parquet(folder / "test.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 30_000)
