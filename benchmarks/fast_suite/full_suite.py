"""What a user of deepchecks writes: the full suite on the folder's data and model."""

from __future__ import annotations

import sys
from pathlib import Path

import joblib
import pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.suites import full_suite

folder = Path(sys.argv[1])
frames = {role: pd.read_parquet(folder / f"{role}.parquet") for role in ("train", "test")}
kinds = [name for name in frames["train"] if name.startswith("kind_")]
train, test = (Dataset(frame, label="answer", cat_features=kinds) for frame in frames.values())
result = full_suite(n_samples=None).run(train, test, joblib.load(folder / "model.joblib"))
print(len(result.results), "checks")
