"""The example as its users meet it: unpacked, run, and attacked."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2] / "example_project"
DEMO = "from pytest_iso23053.cli.demo import command; command()"


# What is about data and boundaries: beside the attack the rest of the example would be run a second time for nothing.
ABOUT_BOUNDARIES = (
    "boundaries or test_7_2 or artefact_parity or (test_7_3 and not (decides_alone or Hyperparameters or scorecard))"
)


def started(command, folder, **more):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | more
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=300
    )


def demonstrate(folder, *arguments, **environment):
    """Run the command in a process of its own, and return what it printed, its JSON report, and where it ran."""
    run = started([sys.executable, "-c", DEMO, str(folder), *arguments], folder.parent, **environment)
    report = folder / "iso23053-report.json"
    assert report.is_file(), run.stdout + run.stderr
    return run, json.loads(report.read_text(encoding="utf-8")), folder


def aspects(report):
    return {
        f"{clause['id']}/{aspect['id']}": aspect
        for phase in report["phases"]
        for clause in phase["clauses"]
        for aspect in clause["aspects"]
    }


def boundaries(report):
    return {f"{boundary['from']}>{boundary['to']}": boundary for boundary in report["boundaries"]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return demonstrate(tmp_path_factory.mktemp("demo") / "demo")


@pytest.fixture(scope="module")
def attack(tmp_path_factory):
    return demonstrate(
        tmp_path_factory.mktemp("attack") / "demo", "--attack", PYTEST_ADDOPTS=f"-k '{ABOUT_BOUNDARIES}'"
    )


def test_data_is_the_signed_off_file():
    digest = hashlib.sha256((CHECKOUT / "data" / "german.data").read_bytes()).hexdigest()
    assert digest == "b21f3d81db8071257d5ff1deaeba1fd4303b62712e6fcc9715c7a86202cb5871"
    attribution = (CHECKOUT / "data" / "LICENSE.md").read_text(encoding="utf-8")
    for stated in (digest, "CC BY 4.0", "10.24432/C5NC77", "Hofmann", "Grömping"):
        assert stated in attribution


class TestAsItIs:
    def test_gate_passes(self, demo):
        run, report, _ = demo
        assert run.returncode == 0, run.stdout
        assert report["gate"]["status"] == "passed", report["gate"]["reasons"]

    def test_nothing_errs_is_skipped_or_stays_out(self, demo):
        _, report, _ = demo
        ran = {outcome for outcome, count in report["summary"]["tests"].items() if count}
        assert ran <= {"passed", "observed", "inconclusive"}

    @pytest.mark.parametrize("phase", range(6))
    def test_every_phase_has_an_aspect_that_rests_on_a_shipped_measure(self, demo, phase):
        _, report, _ = demo
        judged = {
            test["nodeid"]
            for test in report["tests"]
            if test["supports"]
            and any(found["origin"] == "shipped" and found["judgement"] == "met" for found in test["measurements"])
        }
        assert any(
            aspect["verdict"] == "demonstrated" and judged & set(aspect["tests"])
            for clause in report["phases"][phase]["clauses"]
            for aspect in clause["aspects"]
        )

    def test_requirements_are_demonstrated_on_all_rows(self, demo):
        _, report, _ = demo
        assert aspects(report)["7.4/requirements"]["verdict"] == "demonstrated"
        judged = [
            found
            for test in report["tests"]
            for found in test["measurements"]
            if found["subjects"] == ["credit_out_of_fold", "reference"] and found["limit_basis"] == "requirement"
        ]
        assert {found["measure"] for found in judged} == {"roc_auc", "cost_over_best_constant_policy"}
        assert {found["n"] for found in judged} == {1000}

    def test_deployed_model_is_judged_on_no_row_it_has_learnt_from(self, demo):
        _, report, _ = demo
        performance = {"accuracy", "balanced_accuracy", "roc_auc", "brier_score", "log_loss"}
        judged = [
            found["subjects"]
            for test in report["tests"]
            for found in test["measurements"]
            if found["measure"].partition(".")[0] in performance and "credit" in found["subjects"]
        ]
        assert judged
        assert not [subjects for subjects in judged if {"train", "reference"} & set(subjects)]

    def test_what_is_waived_is_named_owned_and_dated(self, demo):
        run, report, _ = demo
        found = aspects(report)
        waived = {reference for reference, aspect in found.items() if aspect["verdict"] == "waived"}
        assert waived == {"7.4/fairness", "8.4/fairness"}
        for waiver in report["waivers"]:
            assert (waiver["state"], waiver["expires"]) == ("used", "2027-12-31")
            assert waiver["owner"] in run.stdout

    def test_only_what_is_waived_fails(self, demo):
        _, report, _ = demo
        broken = [test for test in report["tests"] if test["outcome"] in ("failed", "inconclusive")]
        assert broken
        assert all(test["waiver"] for test in broken)

    def test_what_is_not_shown_is_said(self, demo):
        _, report, _ = demo
        found = aspects(report)
        assert found["7.6/incident-response"]["verdict"] == "untested"
        assert found["7.6/feedback"]["verdict"] == "not-applicable"

    def test_every_boundary_is_probed(self, demo):
        _, report, _ = demo
        assert {boundary["verdict"] for boundary in report["boundaries"]} == {"demonstrated"}

    def test_report_page_lies_where_the_command_says(self, demo):
        run, _, _ = demo
        (uri,) = re.findall(r"^Open +file://(\S+)$", run.stdout, flags=re.MULTILINE)
        assert Path(uri).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


class TestAttacked:
    def test_boundary_goes_red_and_the_gate_with_it(self, attack):
        run, report, _ = attack
        assert run.returncode == 1
        assert report["gate"]["status"] == "failed"
        assert boundaries(report)["7.2>7.3"]["verdict"] == "failed"

    def test_other_boundaries_stand(self, attack):
        _, report, _ = attack
        left_out = {test["nodeid"] for test in report["tests"] if test["outcome"] == "not-run"}
        assert not [boundary for boundary in boundaries(report).values() if left_out & set(boundary["tests"])]
        verdicts = {key: boundary["verdict"] for key, boundary in boundaries(report).items()}
        assert {key for key, verdict in verdicts.items() if verdict != "demonstrated"} == {"7.2>7.3"}

    def test_finding_speaks_the_words_of_the_standard(self, attack):
        run, report, _ = attack
        (finding,) = [
            found
            for found in report["findings"]
            if found["clause"] == "7.2>7.3" and found["measure"] == "unsourced_rate"
        ]
        assert finding["grade"] == "failure"
        assert finding["sentence"].startswith(
            "failure at the boundary between Data Acquisition & Preparation and Model Building & Training "
            "to reject poisoned records"
        )
        for fact in (
            "unsourced_rate 0.10 (95 % interval 0.08 to 0.13)",
            "limit <= 0.01",
            "n = 489",
            "on reference, train",
        ):
            assert fact in finding["sentence"]
        assert "test_boundaries.py" in finding["reproduce"]
        shown = " ".join(run.stdout.split())
        assert finding["sentence"] in shown
        assert finding["reproduce"] in shown

    def test_the_command_in_the_finding_reproduces_it(self, attack):
        _, report, folder = attack
        (finding,) = [
            found
            for found in report["findings"]
            if found["clause"] == "7.2>7.3" and found["measure"] == "unsourced_rate"
        ]
        program, *arguments = shlex.split(finding["reproduce"])
        assert program == "pytest"
        again = started([sys.executable, "-m", "pytest", *arguments], folder)
        assert again.returncode == 1
        assert finding["sentence"] in " ".join(again.stdout.split())
