"""The tools, their pins and their drivers."""

from __future__ import annotations

from pathlib import Path

from .base import Tool

REPOSITORY = Path(__file__).resolve().parents[3]

TOOLS = {
    tool.name: tool
    for tool in (
        Tool("ours", (f"{REPOSITORY}[columnar]", "statsmodels"), "drive_ours.py"),
        Tool(
            "deepchecks",
            ("deepchecks==0.19.1", "numpy<2", "pandas<3", "scikit-learn<1.8", "setuptools<81", "pyarrow<21"),
            "drive_deepchecks.py",
            environment={"DEEPCHECKS_ALLOW_USAGE_STATS": "0", "DISABLE_DEEPCHECKS_LATEST_VERSION_CHECK": "1"},
        ),
        Tool(
            "giskard", ("giskard==2.19.2", "pyarrow<21"), "drive_giskard.py", environment={"GSK_DISABLE_ANALYTICS": "1"}
        ),
        Tool("evidently", ("evidently==0.7.23", "pandas<3.1", "pyarrow"), "drive_evidently.py"),
    )
}
