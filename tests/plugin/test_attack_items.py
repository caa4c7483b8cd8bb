"""Every attack as a test of a user's: one seed, the same numbers in every process, and no row of data in a report."""

from __future__ import annotations

import json
import re

import pytest

# Every number in the data is one of a kind, and so would be seen wherever it stood.
PACKAGE = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

COLUMNS = ["income", "debt", "age"]

def frame(seed, rows=160):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, 3))
    y = (x[:, 0] - x[:, 1] + 0.5 * generator.normal(size=rows) > 0).astype(int)
    made = pd.DataFrame(7_310_000 + 1_000 * x, columns=COLUMNS)
    return made.assign(sex=np.where(generator.random(rows) < 0.5, "f", "m"), y=y)

def train():
    return frame(0)

def test():
    return frame(1)

def model():
    data = train()
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(data[COLUMNS], data["y"])

def ingest(data):
    return data[~data.duplicated()]
"""
CONFIGURATION = """
[models.credit]
source = "subjectpackage:model()"
task = "classification"
[datasets.train]
source = "subjectpackage:train()"
target = "y"
drop = ["sex"]
[datasets.test]
source = "subjectpackage:test()"
[requirements]
"""
ATTACKS = {
    "evasion": "measures.evasion_rate(iso_model, iso_test_data, epsilon=300, norm='l2', queries=150, rows=60)",
    "perturbation": "measures.minimal_perturbation(iso_model, iso_test_data, queries=150, rows=60)",
    "simba": "measures.minimal_perturbation(iso_model, iso_test_data, attack='simba', queries=150, rows=60)",
    "excess": "measures.excess_evasion_rate(iso_model, iso_train_data, iso_test_data, rows=60)",
    "membership": "measures.membership_inference_auc(iso_model, iso_train_data, iso_test_data)",
    "shadows": "measures.membership_inference_auc(iso_model, iso_train_data, iso_test_data, attack='lira', shadows=4)",
    "extraction": "measures.extraction_fidelity(iso_model, iso_test_data, queries=200)",
    "canaries": "measures.canary_exposure(iso_model, iso_train_data, canaries=8)",
    "flips": "measures.label_flip_sensitivity(iso_model, iso_train_data, iso_test_data, rates=(0.1,), rounds=2)",
    "backdoor": "measures.backdoor_success_rate(iso_model, iso_train_data, iso_test_data, rate=0.05)",
    "patterns": "measures.poison_pattern_rate(iso_train_data, iso_test_data)",
    "gate": "measures.gate_detection_rate(subjectpackage.ingest, iso_train_data, faults='duplicate')",
}
TEST = """
@pytest.mark.clause("7.4/robustness")
def test_{name}(iso_model, iso_train_data, iso_test_data):
    assert {call} {limit}
"""


@pytest.fixture
def project(pytester):
    pytester.makepyfile(subjectpackage=PACKAGE)
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\npythonpath = ["."]\n')
    pytester.makefile(".toml", iso23053="suite = 'off'\n" + CONFIGURATION)
    # Half of the limits cannot be met: a failure says more than a pass, and must not say too much.
    tests = [
        TEST.format(name=name, call=call, limit=">= -9" if place % 2 else ">= 1e9")
        for place, (name, call) in enumerate(ATTACKS.items())
    ]
    pytester.makepyfile(
        test_attacks="import pytest\nimport subjectpackage\nfrom pytest_iso23053 import measures\n" + "".join(tests)
    )
    return pytester


def numbers(run):
    return {name: test["measurements"] for name, test in run.tests.items() if test["outcome"] in {"passed", "failed"}}


def test_the_same_serially_and_on_two_workers_and_no_row_of_data_in_either(project, run_iso):
    serial, spread = run_iso(subprocess=True), run_iso("-n2")
    assert [len(each) for each in numbers(serial).values()] == [1] * len(ATTACKS), serial.out
    assert numbers(spread) == numbers(serial)
    for run in (serial, spread):
        assert not re.findall(r"7[23]\d{5}\.\d", json.dumps(run.report) + run.out)
        assert "examples" not in json.dumps(numbers(run))


def test_rows_stand_there_where_examples_are_asked_for(project, run_iso):
    project.makefile(".toml", iso23053="suite = 'off'\n[report]\nexamples = 1\n" + CONFIGURATION)
    run = run_iso("-k", "perturbation")
    (found,) = numbers(run).values()
    assert len(found[0]["params"]["examples"]) == 1
