"""What `joblib.parallel_config` gains where a measure trains the model again: time by the clock, same result.

    python benchmarks/retraining/run.py [--rows 4000] [--jobs 2]

Each measure runs serially and with two processes (joblib's loky), which are started, and have loaded their libraries,
before. The results have to be the same bit for bit. On a machine whose cores are busy with something else the gain is
smaller, or none.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, Measurement, measures
from pytest_iso23053.subjects.model import Model

WAIT = 0.5  # seconds


class Elsewhere(DecisionTreeClassifier):  # type: ignore[misc]
    """Is trained where this machine only waits for it: what is gained shows on busy cores, too."""

    def fit(self, X: Any, y: Any) -> Elsewhere:
        time.sleep(WAIT)
        super().fit(X, y)
        return self


def subject(learner: Any, rows: int) -> tuple[Model, Dataset, Dataset]:
    random = np.random.default_rng(0)
    X = random.normal(size=(2 * rows, 12))
    y = (X[:, 0] * X[:, 1] + X[:, 2] + random.normal(size=2 * rows) > 0).astype(int)
    return Model(clone(learner).fit(X[:rows], y[:rows])), Dataset(X[:rows], y[:rows]), Dataset(X[rows:], y[rows:])


def ready(number: int) -> int:
    """The workers are there, and have loaded what they need."""
    model, train, test = subject(DecisionTreeClassifier(), 50 + number)
    measures.membership_inference_auc(model, train, test, attack="lira", shadows=4, seed=0)
    return number


def timed(measure: Callable[..., Measurement], jobs: int, given: tuple[Any, int], settings: Any) -> tuple[float, Any]:
    model, train, test = subject(*given)  # anew: what was trained once is kept
    with joblib.parallel_config(n_jobs=jobs):
        joblib.Parallel(batch_size=1)(joblib.delayed(ready)(number) for number in range(4 * jobs))
        started = time.perf_counter()
        found = measure(model, train, test, seed=1, **settings)
        return time.perf_counter() - started, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=4_000)
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    print(f"{chosen.rows} rows, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print(f"| model | measure | serial | {chosen.jobs} processes | gain | result |\n|---|---|---|---|---|---|")
    learners = {
        "forest of 60 trees": RandomForestClassifier(60, min_samples_leaf=3, random_state=0),
        f"tree, trained elsewhere in {WAIT} s": Elsewhere(min_samples_leaf=3, random_state=0),
    }
    cases: tuple[tuple[str, Callable[..., Measurement], dict[str, Any]], ...] = (
        ("`membership_inference_auc`, LiRA", measures.membership_inference_auc, {"attack": "lira", "shadows": 16}),
        ("`label_flip_sensitivity`", measures.label_flip_sensitivity, {}),
        ("`permuted_label_skill`", measures.permuted_label_skill, {}),
    )
    for kind, learner in learners.items():
        for name, measure, settings in cases:
            both = [timed(measure, jobs, (learner, chosen.rows), settings) for jobs in (1, chosen.jobs)]
            (alone, once), (shared, again) = both
            same = (once.value, once.low, once.high, once.params) == (again.value, again.low, again.high, again.params)
            times = f"{alone:.1f} s | {shared:.1f} s | {alone / shared:.2f}"
            print(f"| {kind} | {name} | {times} | {'the same' if same else 'OTHER'} |", flush=True)
            if not same:
                raise SystemExit(f"{name}: {once!r} against {again!r}")


if __name__ == "__main__":
    main()
