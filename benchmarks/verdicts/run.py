"""One suite, ten tools, ten answers: run the cases under each tool and compare what they say.

    python benchmarks/verdicts/run.py                    # every tool; environments are made on first use
    python benchmarks/verdicts/run.py --only allure-pytest --only pytest-iso23053

Each tool gets an environment of its own with pinned versions. What cannot be installed or run is reported as such.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from cases import CASES, CLAUSES, Case, source
from table import render
from tools import TOOLS, Execution, RefusedError, Tool, UnreadableError

COMMON = ("pytest==9.2.0", "pytest-xdist==3.8.0", "pytest-rerunfailures==16.7", "numpy==2.4.6")
DATA = Path(__file__).resolve().parents[2] / "docs" / "data" / "verdicts.json"
DISTRIBUTED = ["-n2"]
PARALLEL_ONLY = {"numpy", "killed"}


def environment(tool: Tool, root: Path) -> Path:
    """Make, or reuse, the tool's environment and return its bin folder."""
    folder = root / tool.name
    bin_folder = folder / "bin"
    wanted = "\n".join([*tool.packages, *tool.without_dependencies, *COMMON])
    stamp = folder / "installed.txt"
    ours = tool.name == "pytest-iso23053"  # a checkout changes under one version number
    if not ours and stamp.exists() and stamp.read_text() == wanted:
        return bin_folder
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    pip = [bin_folder / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    install([*pip, *tool.packages, *COMMON])
    if tool.without_dependencies:
        install([*pip, "--no-deps", *tool.without_dependencies])
    stamp.write_text(wanted)
    return bin_folder


def install(command: list[Any]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise UnreadableError(f"not installable: {errors[-1] if errors else done.stderr.strip()[-120:]}")


def execute(tool: Tool, bin_folder: Path, name: str, options: Iterable[str] = (), strict: bool = False) -> Execution:
    """Run one of the suites in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"{tool.name}-{name}-"))
    (folder / "test_suite.py").write_text(source(name, tool.imports, tool.marker))
    tool.prepare(folder, list(CLAUSES[name]))
    tool.before(folder, bin_folder)
    temporary = folder / "tmp"
    temporary.mkdir()
    command = [
        bin_folder / "python",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:warnings",
        "--color=no",
        "-rA",
    ]
    done = subprocess.run(
        [str(part) for part in [*command, *tool.options(), *(tool.strict() if strict else []), *options]],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary), "COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    gate_status = tool.afterwards(folder, bin_folder, strict)
    return Execution(folder, done.returncode, done.stdout + done.stderr, gate_status)


def words_of(tool: Tool, execution: Execution, cases: Iterable[Case]) -> dict[str, tuple[str, str]]:
    """Case id to the tool's word and what it amounts to; a run that left no report has no words."""
    cases = list(cases)
    try:
        words = tool.words(execution, [case.clause for case in cases])
    except RefusedError as reason:
        return {case.id: (str(reason), "refused") for case in cases}
    except UnreadableError as reason:
        return {case.id: (str(reason), "absent") for case in cases}
    finally:
        shutil.rmtree(execution.folder, ignore_errors=True)
    return {case.id: (words[case.clause], tool.amounts_to(words[case.clause])) for case in cases}


def cell(case: Case, serial: tuple[str, str] | None, parallel: list[tuple[str, str]]) -> dict[str, Any]:
    """What the table shows of one case under one tool, and what is wrong with it."""
    answers = ([serial] if serial else []) + parallel
    wrong = sorted({case.refuted_by[amount] for _, amount in answers if amount in case.refuted_by})
    several = len({word for word, amount in answers if amount != "refused"}) > 1
    return {
        "serial": serial[0] if serial else None,
        "parallel": sorted({word for word, _ in parallel}),
        "wrong": wrong,
        "varies": several,
    }


def compare(tool: Tool, bin_folder: Path, repetitions: int) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name in ("suite", "unknown", "numpy", "killed"):
        cases = [case for case in CASES if case.run == name]
        serial = {} if name in PARALLEL_ONLY else words_of(tool, execute(tool, bin_folder, name), cases)
        times = repetitions if name == "suite" else 1
        parallel = [words_of(tool, execute(tool, bin_folder, name, DISTRIBUTED), cases) for _ in range(times)]
        for case in cases:
            if case.needs_list and not tool.lists_requirements:
                continue
            cells[case.id] = cell(case, serial.get(case.id), [words[case.id] for words in parallel])
    return {"cells": cells, "gate": gate(tool, bin_folder)}


def gate(tool: Tool, bin_folder: Path) -> dict[str, int]:
    """Exit statuses on a suite that pytest calls green and that demonstrates one requirement of three."""
    statuses = {}
    for label, options in (("serial", []), ("parallel", DISTRIBUTED)):
        execution = execute(tool, bin_folder, "green", options, strict=True)
        statuses[label] = execution.exit_status
        shutil.rmtree(execution.folder, ignore_errors=True)
    return statuses


def versions(bin_folder: Path) -> dict[str, str]:
    listed = subprocess.run(
        [bin_folder / "python", "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {row["name"]: row["version"] for row in json.loads(listed.stdout)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="TOOL", help="run this tool alone; repeatable")
    parser.add_argument("--environments", type=Path, default=Path.home() / ".cache" / "pytest-iso23053" / "verdicts")
    parser.add_argument("--repetitions", type=int, default=5, help="how often the suite is run under -n2 (default 5)")
    parser.add_argument(
        "--output", type=Path, default=DATA, help=f"JSON (default {DATA}); results of other tools are kept"
    )
    arguments = parser.parse_args()
    earlier = json.loads(arguments.output.read_text()) if arguments.output.exists() else {"tools": {}}
    known = {tool.name for tool in TOOLS}
    results = {name: result for name, result in earlier["tools"].items() if name in known}
    for tool in TOOLS:
        if arguments.only and tool.name not in arguments.only:
            continue
        print(f"{tool.name} {tool.version} …", file=sys.stderr, flush=True)
        result: dict[str, Any] = {"version": tool.version, "note": tool.note, "measured": date.today().isoformat()}
        try:
            bin_folder = environment(tool, arguments.environments)
            result |= compare(tool, bin_folder, arguments.repetitions)
            if not re.match(r"\d", tool.version):
                result["version"] = versions(bin_folder)[tool.name]
        except UnreadableError as reason:
            result["not_run"] = str(reason)
        results[tool.name] = result
    data = {
        "python": platform.python_version(),
        "packages": list(COMMON),
        "repetitions": arguments.repetitions,
        "cases": [{"id": case.id, "title": case.title, "run": case.run} for case in CASES],
        "tools": {tool.name: results[tool.name] for tool in TOOLS if tool.name in results},
    }
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(render(data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
