"""Run the example and its attacked variant, and keep their JSON reports, of which the documentation makes its samples.

    python docs/samples.py

The reports are rendered whenever the documentation is built; the runs are saved, since they take a while. Run this
after a change to the example, the catalogue or the JSON report, and look at the difference.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

DATA = Path(__file__).parent / "data"
SAMPLES = {"example": [], "attacked": ["--attack"]}
REPORT = "iso23053-report.json"
RUN = "from pytest_iso23053.cli import main; main()"


def main() -> None:
    for name, options in SAMPLES.items():
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "demo"
            command = [sys.executable, "-c", RUN, "demo", str(folder), *options]
            subprocess.run(command, check=False)  # noqa: S603 - the attacked one is to fail
            keep(name, folder / REPORT)


def keep(name: str, report: Path) -> None:
    """Save a report on as few bytes as it can have."""
    held = json.loads(report.read_text(encoding="utf-8"))
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (DATA / f"sample-{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
