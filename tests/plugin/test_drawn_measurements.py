"""What lies behind a measurement reaches the report from wherever the test ran, redacted, and stays valid."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

SUITE = """
    import math
    import os
    import numpy as np
    import pandas as pd
    import pytest
    from pytest_iso23053 import Dataset, Measurement, measures

    @pytest.mark.clause("7.4/fairness")
    def test_groups():
        rows = pd.DataFrame({"x": range(300), "sex": ["f", "m", os.environ["API_TOKEN"]] * 100, "y": [0, 1] * 150})
        rates = measures.selection_rate(
            lambda frame: (frame["x"] > 100).astype(int), Dataset(rows, target="y", sensitive=["sex"]), by="sex"
        )
        assert rates.difference() <= 0.5

    @pytest.mark.clause("7.4/calibration")
    @pytest.mark.parametrize("number", range(3))
    def test_drawn(iso_evidence, number):
        points = [[np.int64(50), np.float64(0.5), math.nan, -math.inf, 1e308]]
        iso_evidence.record(
            Measurement("mine", 0.5, n=50, series={"kind": "reliability", "of": "<script>", "rows": points})
        )
"""
TOKEN = "tok-9f2c77aa51ad0f3d"


def drawn(run):
    return {
        nodeid.rpartition("::")[2]: [each["series"] for each in test["measurements"]]
        for nodeid, test in run.tests.items()
    }


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_a_series_survives_the_way_to_the_report(pytester, run_iso, monkeypatch, arguments):
    monkeypatch.setenv("API_TOKEN", TOKEN)
    pytester.makepyfile(SUITE)
    run = run_iso(*arguments, "--iso23053-report", "html:page.html")
    found = drawn(run)
    (bars,) = found["test_groups"]
    assert [row[0] for row in bars["rows"][:2]] == ["f", "m"]
    assert [row[1] for row in bars["rows"]] == [100, 100, 100]
    (points,) = found["test_drawn[1]"]
    assert points == {"version": 1, "kind": "reliability", "of": "<script>", "rows": [[50, 0.5, None, None, 1e308]]}
    schema = json.loads(files("pytest_iso23053").joinpath("report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(run.report)
    page = (pytester.path / "page.html").read_text(encoding="utf-8")
    assert page.count('class="drawing"') == 1  # a point without a rate is none
    assert TOKEN not in page
    assert TOKEN not in json.dumps(run.report)
