"""deepchecks: its full suite on train and test, and its suite for two data sets on train and production."""

from __future__ import annotations

from typing import Any

from driving import Subject, drive, signal


def examine(subject: Subject) -> list[dict[str, Any]]:
    from deepchecks.tabular import Dataset, Suite
    from deepchecks.tabular.checks import PredictionDrift, TrainTestPerformance
    from deepchecks.tabular.suites import full_suite, train_test_validation

    columns = subject.columns
    datasets = {
        role: Dataset(
            frame,
            label=columns["target"],
            cat_features=[text for text in subject.texts(role) if text in frame],
            index_name=columns["id"],
            datetime_name=columns["time"],
            label_type=None if not subject.classifies else _kind(subject),
        )
        for role, frame in subject.tables.items()
    }
    answers = Suite(
        "answers",
        PredictionDrift().add_condition_drift_score_less_than(),
        TrainTestPerformance().add_condition_train_test_relative_degradation_less_than(),
    )
    train, test, production = (datasets[role] for role in ("train", "test", "production"))
    runs = (
        ("test", full_suite().run(train, test, subject.model, with_display=False)),
        ("production", train_test_validation().run(train, production, with_display=False)),
        ("production", answers.run(train, production, subject.model, with_display=False)),
    )
    return [found for name, run in runs for found in _signals(run, name)]


def _kind(subject: Subject) -> str:
    return "binary" if subject.tables["train"][subject.target].nunique() == 2 else "multiclass"


def _signals(run: Any, where: str) -> list[dict[str, Any]]:
    found = []
    for result in run.results:
        check = type(result.check).__name__
        conditions = getattr(result, "conditions_results", None)
        if conditions is None:
            found.append(signal(check, "broken", str(getattr(result, "exception", "")), (where,)))
            continue
        failed = [f"{one.name}: {one.details}" for one in conditions if not one.is_pass()]
        found.append(signal(check, "alarm" if failed else "quiet", "; ".join(failed), (where,)))
    return found


if __name__ == "__main__":
    drive(examine)
