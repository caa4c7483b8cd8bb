"""What it costs to scan 350 files, and what is found, beside picklescan and beside reading and hashing them.

    python benchmarks/scan/run.py                        # the environment of the peer is made on first use
    python benchmarks/scan/run.py --environments FOLDER --repetitions 5

The folder holds genuine artefacts of scikit-learn's estimators, and the harmless payloads of the tests in one container
each. CPU is user and system time of the child process, start of the interpreter included, the median of interleaved
repetitions. The floor is a process that reads and hashes the same files.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = 350
PEER = ("picklescan==1.0.5", "numpy==2.4.6")  # without numpy it ends at the first npy file
HASHING = """import hashlib, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob('*.*'):
    path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest()
"""
FOUND = re.compile(r"Infected files: (\d+)")


def write(folder: Path) -> tuple[int, int]:
    """Write genuine and crafted files, and return how many of each."""
    crafted, genuine = folder / "crafted", folder / "genuine"
    crafted.mkdir(parents=True)
    genuine.mkdir()
    planted = _payloads(crafted)
    written = 0
    while written < FILES - planted:
        for name, estimator in _estimators():
            for how in range(2 + written % 5):
                if written < FILES - planted:
                    _write(genuine / f"{name}-{written}", estimator, how)
                    written += 1
    return written, planted


def _payloads(folder: Path) -> int:
    sys.path.insert(0, str(ROOT / "tests" / "subjects"))
    import crafted

    containers = list(crafted.CONTAINERS.values())
    payloads = crafted.payloads(folder / "marker")
    for place, (name, content) in enumerate(payloads.items()):
        suffix, wrap = containers[place % len(containers)]
        (folder / f"{re.sub('[^a-z0-9]+', '-', name)}-{place}{suffix}").write_bytes(wrap(content))
    return len(payloads)


def _estimators():
    import numpy as np
    from sklearn.utils import all_estimators

    random = np.random.default_rng(3)
    X, y = random.random((40, 4)) + 0.1, np.tile([0, 1], 20)
    for name, cls in all_estimators():
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield name, cls().fit(X, y)


def _write(path: Path, estimator: object, how: int) -> None:
    import joblib

    if how == 0:
        joblib.dump(estimator, f"{path}.joblib")
    elif how == 1:
        joblib.dump(estimator, f"{path}.joblib.gz", compress=3)
    else:
        Path(f"{path}.pkl").write_bytes(pickle.dumps(estimator, (how * 2) % 6))


def cpu(command: list[str]) -> tuple[float, str]:
    """Seconds of CPU, and what was printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def peer(root: Path) -> str:
    python = root / "picklescan" / "bin" / "python"
    if not python.exists():
        venv.create(root / "picklescan", with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEER], check=True)
    return str(python.with_name("picklescan"))


def flagged(command: list[str], folder: Path) -> dict[str, int]:
    """How many files a tool does not let through, of each kind."""
    found = {}
    for kind in ("crafted", "genuine"):
        _, text = cpu([*command, str(folder / kind)])
        if text.startswith("{"):
            found[kind] = sum(each["verdict"] != "clean" for each in json.loads(text)["files"])
        else:
            found[kind] = int((FOUND.search(text) or ["", "0"])[1])
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--environments", type=Path, default=Path.home() / ".cache" / "iso23053-scan")
    options.add_argument("--repetitions", type=int, default=5)
    said = options.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    command = "from pytest_iso23053.cli import main; main()"
    tools = {
        "pytest-iso23053 scan": [sys.executable, "-c", command, "scan", "--json"],
        "picklescan 1.0.5": [peer(said.environments), "--path"],
        "hashing alone": [sys.executable, "-c", HASHING],
    }
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        genuine, crafted = write(folder)
        size = sum(path.stat().st_size for path in folder.rglob("*.*") if path.is_file())
        print(f"{genuine} genuine and {crafted} crafted files, {size / 1e6:.1f} MB\n")
        spent: dict[str, list[float]] = {name: [] for name in tools}
        for _ in range(said.repetitions):
            for name, start in tools.items():
                spent[name].append(cpu([*start, str(folder)])[0])
        own = statistics.median(spent["pytest-iso23053 scan"])
        print("| tool | s of CPU | times ours | crafted not cleared | genuine flagged |")
        print("| --- | --- | --- | --- | --- |")
        for name, start in tools.items():
            found = {"crafted": "", "genuine": ""} if name == "hashing alone" else flagged(start, folder)
            median = statistics.median(spent[name])
            print(f"| {name} | {median:.2f} | {median / own:.2f} | {found['crafted']} | {found['genuine']} |")


if __name__ == "__main__":
    main()
