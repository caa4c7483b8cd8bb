from __future__ import annotations

import re
import tomllib

from pytest_iso23053.settings.mistakes import Findings
from pytest_iso23053.settings.reference import configuration_reference
from pytest_iso23053.settings.schema import configuration_schema
from pytest_iso23053.settings.shape import check_shape
from pytest_iso23053.subjects import csv_files


def test_every_key_and_table_is_on_the_page():
    page = configuration_reference()
    schema = configuration_schema()
    for name, inner in schema["properties"].items():
        assert f"`{name}`" in page or f"[tool.iso23053.{name}" in page
        assert schema["$defs"].get(name, inner).get("description", "") in page
    for name in ("model", "dataset", "read", "system", "waiver", "not_applicable"):
        for key in schema["$defs"][name]["properties"]:
            assert f"| `{key}` |" in page
    assert "### `[tool.iso23053.datasets.NAME.read]`" in page
    assert "## `[[tool.iso23053.waivers]]`" in page


def test_the_samples_on_the_page_are_right():
    samples = re.findall(r"```toml\n(.*?)```", configuration_reference(), re.DOTALL)
    assert len(samples) >= 4
    for sample in samples:
        findings = Findings()
        check_shape(tomllib.loads(sample)["tool"]["iso23053"], findings)
        assert [key for key, _ in findings.found if key[-1] != "source"] == []


def test_tables_are_not_broken_by_a_bar_or_line():
    for line in configuration_reference().splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4


def test_reading_options_are_those_that_are_understood():
    read = configuration_schema()["$defs"]["read"]["properties"]
    assert read.keys() - {"columns", "orient", "x", "y"} <= csv_files.OPTIONS
