"""Every attack of the suite: one seed, the same numbers in every process, and no row of data in a report.

Which items attack is taken from the suite's own declarations, so that none can be forgotten here.
"""

from __future__ import annotations

import importlib
import json
import re

import pytest

from pytest_iso23053.measures import registry
from pytest_iso23053.suite.contents import FILES

# Every number in the data is one of a kind, and so would be seen wherever it stood; and so would each text.
PACKAGE = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pytest_iso23053 import Dataset, Model

COLUMNS = ["income", "debt", "age", "sex", "branch"]

def frame(seed, rows=120, planted=0):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, 3))
    y = (x[:, 0] - x[:, 1] + 0.5 * generator.normal(size=rows) > 0).astype(int)
    made = pd.DataFrame(7_310_000 + 1_000 * x, columns=COLUMNS[:3])
    made = made.assign(sex=(generator.random(rows) < 0.5).astype(int), branch=generator.integers(1, 5, rows), y=y)
    made.loc[: planted - 1, ["branch", "y"]] = 9, 1
    return made

def train():
    return frame(0, planted=12)

def test():
    return frame(1)

def production():
    return frame(2)

def model():
    data = train()
    return make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss", random_state=0)).fit(data[COLUMNS], data["y"])

def ingest(data):
    return data[~data.duplicated()]

def pictures(seed):
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 2, 60)
    dots = 7_310_000 + 1_000 * (generator.normal(size=(60, 16)) + y[:, None] * np.linspace(-2, 2, 16))
    return Dataset(pd.DataFrame(dots, columns=[f"dot{n}" for n in range(16)]), y, name=f"pictures{seed}")

def reader():
    data = pictures(0)
    return Model(make_pipeline(StandardScaler(), LogisticRegression()).fit(data.X, data.y), name="reader")

def letters():
    words = ["grant the loan", "refuse the loan", "rather grant it", "surely refuse it"]
    texts = [f"{words[n % 4]} qzx{n:03}" for n in range(40)]
    return Dataset(pd.DataFrame({"letter": texts}), [n % 2 for n in range(40)], name="letters")

def clerk():
    return Model(lambda X: X["letter"].str.contains("refuse").astype(int).to_numpy(), name="clerk")
"""
CONFIGURATION = """
suite = "full"
ingest = "subjectpackage:ingest"
[models.credit]
source = "subjectpackage:model()"
task = "classification"
[datasets.train]
source = "subjectpackage:train()"
target = "y"
sensitive = ["sex"]
[datasets.test]
source = "subjectpackage:test()"
[datasets.production]
source = "subjectpackage:production()"
"""
# Attacks on other subjects than a table of numbers, and those that no item of the suite makes.
FURTHER = """
import pytest
from subjectpackage import clerk, letters, pictures, reader
from pytest_iso23053 import measures

@pytest.mark.clause("7.5/extraction")
def test_pictures(iso_seed):
    assert measures.class_inversion_advantage(reader(), pictures(0), pictures(1)) >= 1e9

@pytest.mark.clause("7.4/robustness")
def test_words(iso_seed):
    assert measures.evasion_rate(clerk(), letters(), norm="edits", queries=60, rows=20, seed=iso_seed) >= 1e9

@pytest.mark.clause("7.4/robustness")
def test_simba(iso_model, iso_test_data, iso_seed):
    found = measures.minimal_perturbation(
        iso_model, iso_test_data, attack="simba", queries=60, rows=30, seed=iso_seed
    )
    assert found >= 1e9
"""
# What a threat is named for, and nothing is attacked: files are looked at, and what somebody wrote down is compared.
LOOKED_AT = {
    "hidden_text_count",
    "known_vulnerabilities",
    "provenance_completeness",
    "training_record_mismatches",
    "unsafe_artefacts",
}
# The subject of the suite's own item allows none; the test beside it makes the same attack on one that does.
ELSEWHERE = {"test_evasion_by_misspelt_words": "test_words", "test_answers_draw_no_training_rows": "test_pictures"}


def attacks():
    """Return the measure of each ready-made item that is declared to answer a threat."""
    found = {}
    for clause, name in FILES.items():
        for item, function in vars(importlib.import_module(f"pytest_iso23053.suite.{name}")).items():
            declared = getattr(function, "iso23053_item", None)
            if declared is not None and declared.measure not in {"", *LOOKED_AT} and declared.threats:
                found[f"iso23053/{clause}::{item}"] = declared.measure
    return found


@pytest.fixture
def project(pytester):
    pytester.makepyfile(subjectpackage=PACKAGE, test_further=FURTHER)
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\npythonpath = ["."]\n')
    # Half of the limits are hardly ever met: a failure says more than a pass, and must not say too much.
    best = {name: registry.get(name).range[1] for name in sorted(set(attacks().values()))[::2]}
    limits = "".join(f'{name} = ">= {999 if most is None else most}"\n' for name, most in best.items())
    pytester.makefile(".toml", iso23053=f"{CONFIGURATION}[requirements]\n{limits}")
    return pytester


def numbers(run):
    return {name: test["measurements"] for name, test in run.tests.items() if test["measurements"]}


def test_the_same_serially_and_on_two_workers_and_no_row_of_data_in_either(project, run_iso):
    arguments = (*attacks(), "test_further.py")
    serial, spread = run_iso(*arguments), run_iso(*arguments, "-n2")
    made = {name.rpartition("::")[2].partition("[")[0] for name in numbers(serial)}
    assert made >= set(ELSEWHERE.values()) | {"test_simba"}, serial.out
    missing = {item.rpartition("::")[2] for item in attacks()} - made
    assert missing == set(ELSEWHERE), {name: test["reason"] for name, test in serial.tests.items()}
    assert numbers(spread) == numbers(serial)
    assert {"failed"} < {test["outcome"] for test in serial.tests.values()}
    for run in (serial, spread):
        assert not re.findall(r"7[23]\d{5}\.\d|qzx\d", json.dumps(run.report) + run.out)
        assert "examples" not in json.dumps(numbers(run))


def test_rows_stand_there_where_examples_are_asked_for(project, run_iso):
    project.makefile(".toml", iso23053=CONFIGURATION.replace("[models", "[report]\nexamples = 1\n[models"))
    run = run_iso("test_further.py", "-k", "simba")
    (found,) = numbers(run).values()
    assert len(found[0]["params"]["examples"]) == 1
