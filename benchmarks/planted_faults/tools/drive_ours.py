"""pytest-iso23053, run as its users run it: ``pytest --iso23053`` in the project's folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

OUTCOMES = {"failed": "alarm", "error": "alarm", "inconclusive": "undecided", "passed": "quiet", "observed": "quiet"}


def main() -> None:
    folder, output = Path(sys.argv[2]), Path(sys.argv[4])
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--iso23053", "--iso23053-report", "json:report.json"]
    done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False)
    (folder / "output.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    if not report.exists():
        sys.exit(done.stdout[-300:] + done.stderr[-300:])
    tests = json.loads(report.read_text(encoding="utf-8"))["tests"]
    output.write_text(json.dumps({"signals": [_signal(test) for test in tests]}), encoding="utf-8")


def _signal(test: dict[str, Any]) -> dict[str, Any]:
    measured = test["measurements"]
    name = test["nodeid"].rpartition("::")[2].partition("[")[0].removeprefix("test_")
    details = [
        {key: one.get(key) for key in ("value", "low", "high", "n", "limit", "params", "subjects")} for one in measured
    ]
    return {
        "check": "/".join([name, *dict.fromkeys(one["measure"] for one in measured)]),
        "outcome": OUTCOMES.get(test["outcome"], "quiet"),
        "says": f"{test['outcome']}: {test['reason']} {json.dumps(details, ensure_ascii=False)}"[:4000],
        "about": [*test["clauses"], *map(_boundary, test["boundaries"])],
    }


def _boundary(found: Any) -> str:
    return ">".join(found) if isinstance(found, list) else str(found)


if __name__ == "__main__":
    main()
