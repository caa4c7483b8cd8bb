"""How fast and how near evasion finds another answer, beside foolbox's and ART's HopSkipJump, from the same starts.

    python benchmarks/evasion/run.py                         # environments for the peers are made on first use
    python benchmarks/evasion/run.py --environments FOLDER --rounds 3 --repetitions 3 --only foolbox

Breast cancer and digits, four models each, 100 rows that the model answers correctly. Seconds are processor time of
one thread in each tool's own process, without imports; one machine, one seed. The tools take turns on each subject,
round by round, and the least of all rounds counts for each: what else the machine does meets them alike. The peers
run 10 iterations with 10 directions in the first, which asks about 400 times for a row; ours has the 400 queries a row
that are its default.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from subjects import DATA, learners

HERE = Path(__file__).resolve().parent
COMMON = ("numpy==2.4.6", "scikit-learn==1.9.1")
PEERS = {
    "foolbox": ("foolbox==3.3.4",),
    "art": ("adversarial-robustness-toolbox==1.20.1", "packaging"),  # which it imports and does not require
}


def interpreter(tool: str, root: Path) -> str:
    """The interpreter of the tool's environment, which is made where it is missing."""
    if tool == "ours":
        return sys.executable
    python = root / tool / "bin" / "python"
    if not python.exists():
        venv.create(root / tool, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", *COMMON, *PEERS[tool]]
        subprocess.run(list(map(str, command)), check=True)
    return str(python)


def measured(tool: str, root: Path, repetitions: int, only: str) -> dict[str, float]:
    """What one process of a tool found on one subject."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [interpreter(tool, root), "attacks.py", tool, str(root / f"{tool}-subjects"), str(repetitions), only]
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{tool}: {done.stderr[-2000:]}")
    (found,) = json.loads(done.stdout.splitlines()[-1])
    return found


def in_turns(tools: list[str], names: list[str], said: argparse.Namespace) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {tool: [] for tool in tools}
    for name in names:
        turns = [
            {tool: measured(tool, said.environments, said.repetitions, name) for tool in tools}
            for _ in range(said.rounds)
        ]
        for tool in tools:
            found[tool].append(min((turn[tool] for turn in turns), key=lambda one: one["seconds"]))
    return found


def table(found: dict[str, list[dict[str, float]]]) -> list[str]:
    lines = [
        "| subject | tool | turned | median l2 | queries a row | calls | ms a row | times ours |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for place, own in enumerate(found["ours"]):
        for tool, results in found.items():
            one = results[place]
            lines.append(
                f"| {one['subject']} | {tool} | {one['turned']:.0%} | {one['median']:.3f} | {one['queries']:.0f} "
                f"| {one['calls']} | {1_000 * one['seconds']:.2f} | {one['seconds'] / own['seconds']:.1f} |"
            )
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--environments", type=Path, default=Path.home() / ".cache" / "iso23053-evasion")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--repetitions", type=int, default=3, help="in each process")
    options.add_argument("--subjects", default="", help="those whose name contains this")
    options.add_argument("--only", choices=("ours", *PEERS), action="append")
    said = options.parse_args()
    tools = said.only or ["ours", *PEERS]
    names = [f"{data}, {learner}" for data in DATA for learner in learners()]
    chosen = [name for name in names if said.subjects in name]
    found = in_turns(list(dict.fromkeys(["ours", *tools])), chosen, said)
    print("\n".join(table(found)))
    for tool in tools:
        if tool != "ours":
            pairs = list(zip(found[tool], found["ours"], strict=True))
            # ART attacks the first rows alone: of ours the same ones count.
            own = "median_of_first" if tool == "art" else "median"
            ratios = sorted(theirs["seconds"] / ours["seconds"] for theirs, ours in pairs)
            nearer = sum(ours[own] <= theirs["median"] for theirs, ours in pairs)
            print(
                f"\n{tool}: {ratios[0]:.1f} to {ratios[-1]:.1f} times the time of ours, {nearer} of {len(pairs)} at "
                "an equal or greater median distance"
            )


if __name__ == "__main__":
    main()
