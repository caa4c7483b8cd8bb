"""7.3: the model is not what a careful training run on the given data would have made."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import subject
from planting import Parts, fault
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

LEARNED = "7.3/model-selection 7.3/training-process 7.4/performance 7.4/requirements 7.3/hyperparameters"
WEAK = "SimpleModelComparison TrainTestPerformance SingleDatasetPerformance"


@fault(
    "7.3",
    "fair/boosting",
    "breast/logistic",
    ours=f"{LEARNED} 7.4/calibration",
    deepchecks=WEAK,
    giskard="Underconfidence* PerformanceBias*",
)
def undertrained(parts: Parts, rng: np.random.Generator) -> Parts:
    """Training stopped after its first step."""
    few = {"boosting": {"max_iter": 1, "learning_rate": 0.01}, "logistic": {"C": 1e-6}}[parts.family]
    return replace(parts, hyperparameters=few)


@fault(
    "7.3", "breast/forest", "diabetes/forest", ours=f"{LEARNED} *label*", deepchecks=WEAK, giskard="PerformanceBias*"
)
def trained_on_permuted_labels(parts: Parts, rng: np.random.Generator) -> Parts:
    """Features and labels were sorted differently before they were joined."""
    labels = rng.permutation(parts.train[parts.base.target])
    return parts.fitted_on(parts.train.assign(**{parts.base.target: labels}))


@fault(
    "7.3",
    "credit/logistic",
    "digits/logistic",
    ours="7.3/training-process 7.3/environment 7.3/memorisation *reproduc* 7.3>7.4",
)
def trained_on_other_data(parts: Parts, rng: np.random.Generator) -> Parts:
    """The artefact comes from another extract than the training set that is shown for it."""
    return parts.fitted_on(parts.production)


@fault("7.3", "credit/forest", ours="7.3/training-process 7.3/hyperparameters *reproduc* *seed* *multiplicity*")
def seed_not_fixed(parts: Parts, rng: np.random.Generator) -> Parts:
    """A small forest without a seed: trained again it decides otherwise on every eighth row."""
    return replace(parts, hyperparameters={"n_estimators": 5, "random_state": None})


@fault(
    "7.3",
    "credit/forest",
    "anes96/forest",
    ours=f"{LEARNED} 7.3/memorisation",
    deepchecks="TrainTestPerformance BoostingOverfit SimpleModelComparison",
    giskard="Overconfidence*",
)
def memorised(parts: Parts, rng: np.random.Generator) -> Parts:
    """A tree grown to its last leaf: it knows each training row, and little else."""
    columns = parts.unfitted()[0]
    model = make_pipeline(columns, DecisionTreeClassifier(random_state=0))
    return replace(parts, model=model.fit(parts.features(parts.train), parts.train[parts.base.target]))


@fault(
    "7.4",
    "wine/forest",
    ours="7.4/robustness 7.3/model-selection 7.3/hyperparameters *flip* 7.3/memorisation",
    deepchecks="SimpleModelComparison TrainTestPerformance",
    giskard="*Perturbation*",
)
def sensitive_to_noise(parts: Parts, rng: np.random.Generator) -> Parts:
    """One nearest neighbour on unscaled numbers: one column decides, and single rows with it."""
    model = KNeighborsClassifier(1)
    return replace(parts, model=model.fit(parts.features(parts.train), parts.train[parts.base.target]))


@fault(
    "7.3",
    "breast/forest",
    "digits/logistic",
    ours="*shortcut* *dominant* *leak* *relian* 7.3/memorisation 7.6/performance 7.6/drift",
    names="scanner",
    deepchecks="FeatureLabelCorrelation* FeatureDrift TrainTestPerformance",
    giskard="SpuriousCorrelation*",
)
def shortcut(parts: Parts, rng: np.random.Generator) -> Parts:
    """The scanner's number gives the class away in 95 of 100 rows of train and test, and nothing in production."""
    target = parts.base.target
    classes = int(parts.train[target].max()) + 1

    def tied(frame):  # type: ignore[no-untyped-def]
        random = rng.integers(0, classes, len(frame))
        return frame.assign(scanner=np.where(rng.random(len(frame)) < 0.95, frame[target], random))

    loose = parts.on("train", "test", change=tied)
    return loose.on("production", change=lambda frame: frame.assign(scanner=rng.integers(0, classes, len(frame))))


@fault(
    "7.3",
    "breast/logistic",
    "credit/forest",
    ours=f"{LEARNED} 7.5/configuration *parity*",
    deepchecks=WEAK,
    giskard="PerformanceBias* Overconfidence*",
    evidently="*Accuracy* *RocAuc* *F1*",
)
def labels_swapped(parts: Parts, rng: np.random.Generator) -> Parts:
    """The two classes are read in the wrong order after training: every answer is the opposite."""
    return parts.wrapped(subject.Reversed)


@fault(
    "7.3",
    "breast/boosting",
    ours=f"{LEARNED} 7.4/calibration 7.5/configuration",
    deepchecks=f"{WEAK} CalibrationScore",
    evidently="*RocAuc* *LogLoss*",
)
def probabilities_swapped(parts: Parts, rng: np.random.Generator) -> Parts:
    """The labels are right, and the columns of the probabilities are in the wrong order."""
    return parts.wrapped(subject.ReversedProbabilities)


@fault(
    "7.3",
    "digits/forest",
    ours=f"{LEARNED} 7.5/configuration",
    deepchecks=WEAK,
    giskard="PerformanceBias* Overconfidence*",
    evidently="*Accuracy* *F1*",
)
def labels_shifted(parts: Parts, rng: np.random.Generator) -> Parts:
    """Labels were encoded by one table and are read by another: each is one too high."""
    return parts.wrapped(subject.Shifted)


@fault(
    "7.3",
    "breast/forest",
    ours=f"{LEARNED} 7.2/quality 7.2/preprocessing 7.3>7.4 *order*",
    deepchecks=f"{WEAK} FeatureDrift",
    giskard="PerformanceBias*",
    evidently="*Accuracy* ValueDrift*",
)
def column_order(parts: Parts, rng: np.random.Generator) -> Parts:
    """The model takes a bare array, and the columns of test and production come in alphabetical order."""
    fitted = subject.ByPosition(RandomForestClassifier(random_state=0))
    fitted.fit(parts.features(parts.train), parts.train[parts.base.target])
    return replace(parts, model=fitted).on("test", "production", change=lambda frame: frame[sorted(frame.columns)])


@fault("7.3", "breast/logistic", ours="7.3/environment 7.3/supply-chain *pinned*")
def unpinned_environment(parts: Parts, rng: np.random.Generator) -> Parts:
    """The packages that trained the model are named without their versions."""
    return replace(parts, files={"requirements.txt": "numpy\npandas\nscikit-learn\n"})


VULNERABLE = {
    "id": "PYSEC-2020-108",
    "fix_versions": ["1.4.0"],
    "aliases": ["CVE-2020-28975"],
    "description": "a crash",
}


def audited(parts: Parts, vulnerabilities: list[dict[str, object]]) -> Parts:
    """The project with a report of pip-audit about one of its packages."""
    found = {"dependencies": [{"name": "scikit-learn", "version": "1.3.0", "vulns": vulnerabilities}], "fixes": []}
    return replace(parts, files={"pip-audit.json": json.dumps(found)}, settings={"audit": "pip-audit.json"})


@fault("7.3", "wine/boosting", ours="7.3/environment 7.3/supply-chain *vulnerab*")
def vulnerable_package(parts: Parts, rng: np.random.Generator) -> Parts:
    """The audit of the packages lists a known vulnerability."""
    return audited(parts, [VULNERABLE])


@fault("7.3", "breast/forest", ours="7.3/environment 7.3/supply-chain 7.5/packaging *version*")
def other_scikit_learn(parts: Parts, rng: np.random.Generator) -> Parts:
    """The artefact was written by another scikit-learn (1.5.2) than the one that loads it."""
    return replace(parts, written_by="1.5.2")
