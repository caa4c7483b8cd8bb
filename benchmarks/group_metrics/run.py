"""Group metrics with intervals on a million rows, beside fairlearn without intervals and plain numpy counting.

    python benchmarks/group_metrics/run.py [ROWS]

Five rates (accuracy, selection rate, true and false positive rate, false negative rate) by one sensitive column of
strings, then by two crossed; CPU time, the best of three (of fairlearn, one). The model's answers are there already
in all cases. Ours include the 95 % interval of every group, and of the difference, the ratio and the worst group.
"""

from __future__ import annotations

import gc
import platform
import sys
import time
from collections.abc import Callable
from typing import Any

import fairlearn
import numpy as np
import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score

from pytest_iso23053 import Dataset, Model, measures

RATES = ("accuracy", "selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate")
PEERS = (accuracy_score, selection_rate, true_positive_rate, false_positive_rate, false_negative_rate)


def people(rows: int, *, text: bool) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows with two sensitive columns and a label, and a model's answers; labels are text or 0 and 1."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "income": random.normal(size=rows),
            "sex": random.choice(["female", "male"], rows),
            "region": random.choice(["north", "east", "south", "west", "abroad"], rows),
            "granted": random.integers(0, 2, rows),
        }
    )
    answers = np.where(random.random(rows) < 0.8, frame["granted"], 1 - frame["granted"])
    if text:
        names = np.array(["no", "yes"])
        return frame.assign(granted=names[frame["granted"]]), names[answers]
    return frame, answers


def ours(data: Dataset, model: Model, by: list[str]) -> dict[str, Any]:
    """Every rate of every group, and their summaries, each with its interval."""
    found = {}
    for rate in RATES:
        groups = getattr(measures, rate)(model, data, by=by)
        found[rate] = {group: each.value for group, each in groups.items()}
        _ = groups.difference(), groups.ratio(), groups.worst()
    return found


def theirs(frame: pd.DataFrame, answers: np.ndarray, by: list[str]) -> dict[str, Any]:
    """The same of fairlearn, without an interval."""
    positive = {} if frame["granted"].dtype.kind == "i" else {"pos_label": "yes"}
    metrics = dict(zip(RATES, PEERS, strict=True))
    held = MetricFrame(
        metrics=metrics,
        y_true=frame["granted"],
        y_pred=answers,
        sensitive_features=frame[by],
        sample_params={name: dict(positive) for name in RATES[1:]} if not positive else None,
    )
    _ = held.difference(), held.ratio()
    return {rate: held.by_group[rate].to_dict() for rate in RATES}


def counted(frame: pd.DataFrame, answers: np.ndarray, by: list[str]) -> dict[str, Any]:
    """The least that anybody has to do: code the columns and count the cells of group, label and answer."""
    codes, groups = np.zeros(len(frame), dtype=np.int64), [()]
    for column in by:
        own, values = pd.factorize(frame[column])
        codes = codes * len(values) + own
        groups = [(*group, value) for group in groups for value in values]
    yes = 1 if frame["granted"].dtype.kind == "i" else "yes"
    truth, answer = (np.asarray(each == yes) for each in (frame["granted"], answers))
    cells = np.bincount(codes * 4 + truth * 2 + answer, minlength=4 * len(groups)).reshape(-1, 2, 2)
    rows, right = cells.sum((1, 2)), cells[:, 0, 0] + cells[:, 1, 1]
    parts = {
        "accuracy": right / rows,
        "selection_rate": cells[:, :, 1].sum(1) / rows,
        "true_positive_rate": cells[:, 1, 1] / cells[:, 1].sum(1),
        "false_positive_rate": cells[:, 0, 1] / cells[:, 0].sum(1),
        "false_negative_rate": cells[:, 1, 0] / cells[:, 1].sum(1),
    }
    names = [group[0] if len(by) == 1 else group for group in groups]
    return {rate: dict(zip(names, part.tolist(), strict=True)) for rate, part in parts.items()}


def timed(
    prepare: Callable[[], tuple[Any, ...]], function: Callable[..., Any], repetitions: int = 3
) -> tuple[float, Any]:
    """CPU seconds, the best of some, each on data that nothing has been computed for."""
    best, result = np.inf, None
    for _ in range(repetitions):
        arguments = prepare()
        gc.collect()
        start = time.process_time()
        result = function(*arguments)
        best = min(best, time.process_time() - start)
    return best, result


def compare(rows: int, by: list[str], *, text: bool) -> None:
    frame, answers = people(rows, text=text)

    def fresh() -> tuple[Any, ...]:
        data = Dataset(frame.copy(), target="granted", sensitive=["sex", "region"])
        model = Model(lambda _: answers, classes=["no", "yes"] if text else [0, 1])
        model.predict(data)
        return data, model, by

    own, found = timed(fresh, ours)
    peer, wanted = timed(lambda: (frame, answers, by), theirs, 1) if not text else (np.nan, None)
    floor, least = timed(lambda: (frame, answers, by), counted)
    for rate in RATES:
        for group, value in found[rate].items():
            assert abs(value - least[rate][group]) < 1e-12
            assert wanted is None or abs(value - wanted[rate][group]) < 1e-12
    kind = "text" if text else "0 and 1"
    print(
        f"{kind:>8} {' × '.join(by):>14} {own:8.3f} {peer:10.3f} {floor:8.3f} {peer / own:11.0f}× {own / floor:8.2f}×"
    )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(
        f"{rows:,} rows; CPU seconds; fairlearn {fairlearn.__version__}, pandas {pd.__version__}, "
        f"Python {platform.python_version()}"
    )
    print(
        f"{'labels':>8} {'by':>14} {'ours':>8} {'fairlearn':>10} {'numpy':>8} {'fairlearn/ours':>12} {'ours/numpy':>9}"
    )
    compare(rows, ["sex"], text=False)
    compare(rows, ["sex", "region"], text=False)
    compare(rows, ["sex", "region"], text=True)


if __name__ == "__main__":
    main()
