"""giskard 2: its scan of the model on the test set."""

from __future__ import annotations

from typing import Any

from driving import Subject, drive, signal

DETECTORS = (
    "DataLeakageDetector",
    "EthicalBiasDetector",
    "NumericalPerturbationDetector",
    "OverconfidenceDetector",
    "PerformanceBiasDetector",
    "SpuriousCorrelationDetector",
    "StochasticityDetector",
    "TextPerturbationDetector",
    "UnderconfidenceDetector",
)


def examine(subject: Subject) -> list[dict[str, Any]]:
    import giskard

    columns = list(subject.features("test").columns)
    frame = subject.tables["test"].drop(
        columns=[name for name in (subject.columns["id"], subject.columns["time"]) if name]
    )
    dataset = giskard.Dataset(frame, target=subject.target, cat_columns=subject.texts("test"))
    labels = list(subject.model.classes_) if subject.classifies else None
    answers = subject.model.predict_proba if subject.classifies else subject.model.predict
    model = giskard.Model(
        lambda rows: answers(rows[columns]),
        model_type="classification" if subject.classifies else "regression",
        classification_labels=labels,
        feature_names=columns,
    )
    report = giskard.scan(model, dataset, verbose=False, raise_exceptions=False)
    issues = [
        signal(issue.detector_name or issue.group.name, "alarm", f"{issue.level}: {issue.description}")
        for issue in report.issues
    ]
    raised = {issue["check"] for issue in issues}
    return issues + [signal(name, "quiet") for name in DETECTORS if name not in raised]


if __name__ == "__main__":
    drive(examine)
