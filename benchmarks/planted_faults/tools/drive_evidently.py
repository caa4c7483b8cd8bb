"""evidently: its presets for drift, summary and performance with their own tests, on test and on production."""

from __future__ import annotations

from typing import Any

from driving import Subject, drive, signal


def examine(subject: Subject) -> list[dict[str, Any]]:
    from evidently import Report
    from evidently.presets import ClassificationPreset, DataDriftPreset, DataSummaryPreset, RegressionPreset

    performance = ClassificationPreset if subject.classifies else RegressionPreset
    reference = _dataset(subject, "train")
    found = []
    for role in ("test", "production"):
        try:
            current = _dataset(subject, role)
            report = Report([DataDriftPreset(), DataSummaryPreset(), performance()], include_tests=True)
            tests = report.run(current, reference).dict()["tests"]
        except Exception as error:
            found.append(signal(f"Report[{role}]", "broken", f"{type(error).__name__}: {error}"))
            continue
        found += [_signal(test, role) for test in tests]
    return found


def _signal(test: dict[str, Any], role: str) -> dict[str, Any]:
    metric = test.get("metric_config", {}).get("params", {})
    name = str(metric.get("type", "")).rpartition(":")[2] or test["name"]
    outcome = {"SUCCESS": "quiet", "FAIL": "alarm", "WARNING": "alarm"}.get(
        str(test["status"]).rpartition(".")[2].upper(), "broken"
    )
    return signal(f"{name}({metric.get('column', '')})", outcome, f"{test['name']}: {test['description']}", (role,))


def _dataset(subject: Subject, role: str) -> Any:
    from evidently import BinaryClassification, DataDefinition, Dataset, MulticlassClassification, Regression

    inputs = subject.features(role)
    frame = inputs.assign(**{subject.target: subject.tables[role][subject.target]})
    texts = subject.texts(role)
    numbers = [column for column in inputs.columns if column not in texts]
    frame["prediction"] = subject.model.predict(inputs)
    more: dict[str, Any] = {}
    if not subject.classifies:
        more["regression"] = [Regression(target=subject.target, prediction="prediction")]
        numbers += [subject.target, "prediction"]
    elif len(subject.model.classes_) == 2:
        positive = subject.model.classes_[1]
        frame["score"] = subject.model.predict_proba(inputs)[:, 1]
        more["classification"] = [
            BinaryClassification(
                target=subject.target, prediction_labels="prediction", prediction_probas="score", pos_label=positive
            )
        ]
        texts = [*texts, subject.target, "prediction"]
        numbers.append("score")
    else:
        more["classification"] = [MulticlassClassification(target=subject.target, prediction_labels="prediction")]
        texts = [*texts, subject.target, "prediction"]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=texts, **more)
    return Dataset.from_pandas(frame, data_definition=definition)


if __name__ == "__main__":
    drive(examine)
