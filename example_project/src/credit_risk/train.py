"""Train on the signed-off training part. ``python -m credit_risk.train`` writes the artefact and its record."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from zipfile import ZIP_DEFLATED

import pandas as pd
import skops.io
from sklearn.model_selection import FixedThresholdClassifier

from credit_risk.data import DATA, ROOT, file_digest, read_part
from credit_risk.ingest import require_clean
from credit_risk.model import HYPERPARAMETERS, THRESHOLD, build_model
from credit_risk.schema import FEATURES, TARGET

MODELS = ROOT / "models"
ARTEFACT = MODELS / "credit.skops"
SIDECAR = MODELS / "credit.skops.sha256"
RECORD = MODELS / "TRAINING.json"
PACKAGES = ("scikit-learn", "numpy", "pandas", "skops")


def train(rows: pd.DataFrame) -> FixedThresholdClassifier:
    """Fit the model on rows that the data gate accepts, all of them or none."""
    return fit(require_clean(rows))


def fit(rows: pd.DataFrame, **hyperparameters: float) -> FixedThresholdClassifier:
    """Fit the model. There is no randomness in it: equal rows give equal models."""
    return build_model(**hyperparameters).fit(rows[list(FEATURES)], rows[TARGET])


def main() -> None:
    model = train(read_part("train"))
    MODELS.mkdir(exist_ok=True)
    skops.io.dump(model, ARTEFACT, compression=ZIP_DEFLATED)
    digest = file_digest(ARTEFACT)
    SIDECAR.write_text(f"{digest}  {ARTEFACT.name}\n", encoding="utf-8", newline="\n")
    record = {
        "artefact": {"file": ARTEFACT.name, "sha256": digest},
        "data": {"file": "train.csv", "sha256": file_digest(DATA / "train.csv")},
        "features": list(FEATURES),
        "hyperparameters": HYPERPARAMETERS,
        "threshold": THRESHOLD,
        "python": platform.python_version(),
        "packages": {package: version(package) for package in PACKAGES},
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8", newline="\n")
    print(f"{ARTEFACT.relative_to(ROOT)}: sha256 {digest}")


if __name__ == "__main__":
    main()
