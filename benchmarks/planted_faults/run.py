"""Plant faults in real projects and ask four tools what is wrong with them.

    python benchmarks/planted_faults/run.py                                  # everything; hours, environments included
    python benchmarks/planted_faults/run.py --tools ours --faults "leak*"    # some of it; other results are kept
    python benchmarks/planted_faults/run.py --places first                   # each fault in one data set only

Each tool gets an environment of its own with pinned versions; ``--python TOOL=PATH`` uses one that is there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import venv
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).resolve().parent


def environment(tool: str, packages: Iterable[str], root: Path) -> Path:
    """Make, or reuse, a tool's environment and return its interpreter."""
    folder = root / tool
    python = folder / "bin" / "python"
    stamp, wanted = folder / "installed.txt", "\n".join(packages)
    if stamp.exists() and stamp.read_text() == wanted and tool != "ours":  # a checkout changes under one version
        return python
    print(f"{tool}: installing {' '.join(packages)}", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *packages], check=True)
    stamp.write_text(wanted)
    return python


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--tools", default="ours,deepchecks,giskard,evidently", help="a list; the others' results are kept"
    )
    parser.add_argument(
        "--faults", default="*", metavar="GLOB", help="the faults, or controls, to run (name or whole case id)"
    )
    parser.add_argument(
        "--places", choices=("first", "all"), default="all", help="one data set a fault, or all of them"
    )
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    parser.add_argument("--resume", action="store_true", help="leave out what has a result already")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "pytest-iso23053" / "planted_faults")
    parser.add_argument(
        "--python", action="append", default=[], metavar="TOOL=PATH", help="an interpreter to use for a tool"
    )
    parser.add_argument("--output", type=Path, default=HERE, help="where RESULTS.md and results.json are written")
    return parser.parse_args()


def main() -> int:
    said = arguments()
    from tools.registry import TOOLS

    given = dict(one.split("=", 1) for one in said.python)
    names = said.tools.split(",")
    pythons = {
        name: Path(given[name])
        if name in given
        else environment(name, TOOLS[name].packages, said.work / "environments")
        for name in dict.fromkeys(["ours", *names])
    }
    if Path(sys.executable).parent != pythons["ours"].parent:  # cases are written with the packages that ours runs with
        command = [str(pythons["ours"]), str(HERE / "run.py"), *sys.argv[1:]]
        return subprocess.run(
            [*command, *(f"--python={name}={path}" for name, path in pythons.items())], check=False
        ).returncode
    examine_all(said, names, pythons)
    return 0


def examine_all(said: argparse.Namespace, names: list[str], pythons: dict[str, Path]) -> None:
    from cases import Case, control_cases, planted_cases, write
    from table import report
    from tools.registry import TOOLS

    planted = (
        planted_cases()
        if said.places == "all"
        else list({case.fault: case for case in reversed(planted_cases())}.values())
    )
    wanted = [case for case in planted if any(fnmatch(text, said.faults) for text in (case.fault, case.id))]
    needed = {case.control for case in wanted}
    plain = [case for case in control_cases() if case in needed]
    benign = [
        case
        for case in control_cases()
        if case.fault != "clean" and any(fnmatch(text, said.faults) for text in (case.fault, case.id))
    ]
    cache, results = said.work / "bases", said.work / "results"
    writing = threading.Lock()

    def examine(case: Case) -> None:
        folder = said.work / "cases" / case.id
        open_tools = [name for name in names if not (said.resume and (results / name / f"{case.id}.json").exists())]
        with writing:  # the cases share what they are cut from, and imports deadlock between threads
            if open_tools:
                write(case, folder, cache)
        for name in open_tools:
            found = TOOLS[name].examine(pythons[name], case.id, folder, cache)
            file = results / name / f"{case.id}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(found.as_json(), indent=1, ensure_ascii=False), encoding="utf-8")
            print(f"{name} {case.id} {found.cpu:.1f} s {found.problem}", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(said.jobs) as pool:
        list(pool.map(examine, [*plain, *benign, *wanted]))
    report(results, said.output)


if __name__ == "__main__":
    sys.exit(main())
