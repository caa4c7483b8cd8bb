"""The items on preparation, origin and text, from the configuration to the report."""

from __future__ import annotations

import pytest

PREPARED = "import numpy as np\n\ndef prepared(frame):\n    return {}\n"
CONFIGURATION = """
[datasets.train]
source = "train.csv"
target = "y"
"""
ITEMS = [f"iso23053/7.2::test_preparation_{name}" for name in ("gives_the_same_twice", "loses_no_rows")]
ORIGIN = "iso23053/7.2::test_origin_of_every_data_file"


@pytest.fixture
def project(pytester):
    rows = [f"{n / 7:.4f},{n % 5 or ''},note {n},{n % 2}" for n in range(60)]
    (pytester.path / "train.csv").write_text("\n".join(["a,b,c,y", *rows]), encoding="utf-8")
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\npythonpath = ["."]\n')
    pytester.makepyfile(test_own="def test_own():\n    assert 1 + 1 == 2\n")
    return pytester


def test_without_preparation_or_manifest_they_are_gaps(project, run_iso):
    project.makefile(".toml", iso23053=CONFIGURATION)
    run = run_iso("iso23053/7.2")
    needs = {gap["item"]: gap["needs"] for gap in run.report["gaps"]}
    assert all("preprocess = " in needs[item] for item in ITEMS)
    assert "croissant.json" in needs[ORIGIN]
    assert run.tests["iso23053/7.2::test_no_personal_data"]["outcome"] == "passed"
    assert run.tests["iso23053/7.2::test_no_hidden_text"]["outcome"] == "passed"


@pytest.mark.parametrize(
    ("expression", "failing"),
    [("frame.copy()", []), ("frame.dropna()", ITEMS[1:]), ("frame.assign(a=np.random.rand(len(frame)))", ITEMS[:1])],
    ids=["honest", "loses", "random"],
)
def test_a_preparation_is_judged(project, run_iso, expression, failing):
    project.makefile(".toml", iso23053=f'{CONFIGURATION}preprocess = "preparation_of_{len(expression)}:prepared"\n')
    project.makepyfile(**{f"preparation_of_{len(expression)}": PREPARED.format(expression)})
    run = run_iso("iso23053/7.2")
    assert [item for item in ITEMS if run.tests[item]["outcome"] == "failed"] == failing, run.out
    assert all(run.tests[item]["clauses"] == ["7.2/preprocessing"] for item in ITEMS)


def test_an_origin_that_lacks_something_fails_and_names_it(project, run_iso):
    record = '[[provenance]]\nfile = "train.csv"\nsource = "made here"\ndate = 2026-01-31\n'
    project.makefile(".toml", iso23053=CONFIGURATION + record)
    run = run_iso(ORIGIN)
    assert run.tests[ORIGIN]["outcome"] == "failed"
    assert "train.csv lacks licence, digest" in run.out
    assert run.tests[ORIGIN]["clauses"] == ["7.2/provenance"]


def test_a_dvc_file_beside_the_data_is_enough_to_be_asked(project, run_iso):
    project.makefile(".toml", iso23053=CONFIGURATION)
    (project.path / "train.csv.dvc").write_text("outs:\n- md5: 00\n  path: train.csv\n", encoding="utf-8")
    run = run_iso(ORIGIN)
    assert run.tests[ORIGIN]["outcome"] == "failed"
    assert "a digest that matches" in run.out


def test_personal_data_fail_and_are_never_shown(project, run_iso):
    project.makefile(".toml", iso23053=CONFIGURATION)
    path = project.path / "train.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("note 7", "hans.meier@mail.example.org"), encoding="utf-8")
    item = "iso23053/7.2::test_no_personal_data"
    run = run_iso(item)
    assert run.tests[item]["outcome"] == "failed"
    assert "c: 1 of e-mail address" in run.out
    assert "hans" not in run.out + run.path.read_text(encoding="utf-8")
