"""The scoring service: one application in, one decision with its reasons out, and a line in the log."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import skops.io
from sklearn.model_selection import FixedThresholdClassifier

from credit_risk.data import file_digest
from credit_risk.model import contributions
from credit_risk.schema import BAD, CODES, FEATURES, GOOD, problems
from credit_risk.train import ARTEFACT, SIDECAR

# What skops does not trust by itself and we have looked at: SimpleImputer keeps the type of the numbers it fitted.
REVIEWED_TYPES = ("numpy.dtype",)


class ArtefactRefusedError(RuntimeError):
    """The model file is not the one that was released."""


class InvalidApplicationError(ValueError):
    """The application is malformed; the message says what is wrong with it."""


@dataclass(frozen=True)
class Service:
    """A loaded model, known by the digest of its file. Every answer, refusals included, is logged."""

    model: FixedThresholdClassifier
    sha256: str
    log: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, artefact: Path = ARTEFACT, sidecar: Path = SIDECAR) -> Service:
        """Load the released artefact. The digest is compared before a byte of the file is interpreted."""
        expected, found = sidecar.read_text(encoding="utf-8").split()[0], file_digest(artefact)
        if found != expected:
            raise ArtefactRefusedError(
                f"{artefact} is not the released artefact: sha256 {found}, released was {expected}"
            )
        return cls(skops.io.load(artefact, trusted=list(REVIEWED_TYPES)), found)

    def score(self, application: Mapping[str, Any]) -> dict[str, Any]:
        """Decide on one application, as it comes out of JSON. What is no feature is ignored, and not logged."""
        found = list(problems(application, FEATURES))
        if found:
            self._record({"refused": found})
            raise InvalidApplicationError("; ".join(found))
        row = pd.DataFrame([{column: application[column] for column in FEATURES}])
        parts = contributions(self.model, row).iloc[0]
        probability = 1 / (1 + math.exp(-parts.sum()))
        answer = {
            "decision": GOOD if probability >= self.model.threshold else BAD,
            "probability_good": probability,
            "reasons": _reasons(application, parts.drop("base")),
            "model": self.sha256,
        }
        self._record({"application": row.iloc[0].to_dict(), **answer})
        return answer

    def _record(self, entry: dict[str, Any]) -> None:
        self.log.append(
            json.dumps({"time": datetime.now(UTC).isoformat(), "model": self.sha256, **entry}, default=float)
        )


def _reasons(application: Mapping[str, Any], parts: pd.Series, count: int = 3) -> list[str]:
    """Name what spoke most against the applicant: what can be contested, or changed."""
    against = parts[parts < 0].nsmallest(count).index
    return [_meaning(str(column), application[column]) for column in against]


def _meaning(column: str, value: object) -> str:
    return CODES[column][str(value)] if column in CODES else f"{column.replace('_', ' ')} of {value}"
