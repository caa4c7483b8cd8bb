"""Commands on the report of 10,000 tests end within two seconds, and ask nobody over the network."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from datetime import date

import pytest

from pytest_iso23053.assurance.build import RunInputs, build_report
from pytest_iso23053.assurance.evidence import Entry, Event
from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.render.json_report import render_json

MOST_SECONDS = 10.0  # two on a machine that does nothing else
MEASURED = {
    "measure": "accuracy", "origin": "shipped", "value": 0.9, "low": 0.8, "high": 0.95, "confidence": 0.95, "n": 100,
    "unit": "share", "operator": ">=", "limit": 0.75, "limit_basis": "stated", "judgement": "met", "required_n": None,
    "seed": 7, "params": {}, "subjects": ["credit", "test"],
}  # fmt: skip
COMMANDS = {
    "gate": ("gate", "r.json", "--gate", "7.4"),
    "explain": ("explain", "7.4", "--report", "r.json"),
    "render": ("render", "r.json"),
    "html": ("render", "r.json", "--format", "html:page.html"),
    "diff": ("diff", "r.json", "r.json"),
    "scope": ("scope",),
    "threats": ("threats",),
}
OFFLINE = """
import socket, sys
def refuse(*arguments, **more): raise SystemExit("asked the network")
socket.socket.connect = socket.getaddrinfo = refuse
from pytest_iso23053.cli import main
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    catalogue = load_catalogue("lifecycle", rootdir=folder)
    aspects = [
        f"{clause.id}/{each.id}" for clause in catalogue.clauses() for each in clause.aspects if not each.computed
    ]
    entries, events = {}, []
    for number in range(10_000):
        nodeid = f"tests/test_{number % 200:03}.py::test_case[{number:05}]"
        entries[nodeid] = Entry(nodeid, (aspects[number % len(aspects)],) if number % 3 == 0 else ())
        told = {"measurements": (MEASURED,)} if number % 50 == 0 else {}
        if number % 100 == 7:
            told = {"outcome": "failed", "failure": "assertion", "reason": f"assert {number} == 2"}
        events += [Event(nodeid, "setup"), Event(nodeid, "call", **told), Event(nodeid, "teardown")]
    report = build_report(RunInputs(catalogue, entries, events, date(2026, 11, 23)))
    (folder / "r.json").write_text(render_json(report), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_ends_within_two_seconds_and_asks_nobody(folder, name):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [sys.executable, "-c", OFFLINE, *COMMANDS[name]]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert "asked the network" not in done.stderr
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < MOST_SECONDS
