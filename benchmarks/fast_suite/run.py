"""What the fast suite costs on 30,000 rows of 14 features with a random forest of 100 trees, beside deepchecks.

    python benchmarks/fast_suite/run.py                              # ours alone
    python benchmarks/fast_suite/run.py --deepchecks ENV/bin/python  # and its full_suite, in its own environment

User and system time of the whole child process, as the kernel counted it: start, imports, loading and measuring; the
data and the forest are made before. Ours is measured twice, with and without the attacks on the model, after a start
that is not counted and leaves the bytecode behind, as the first one of an installation does; without the plugin of
hypothesis, which our own tests alone need. One thread, unless `--threads` says otherwise (0: as many as the libraries
take by themselves). deepchecks 0.19.1 needs `numpy<2 pandas<3 scikit-learn<1.8 setuptools<81 pyarrow`. Without
`n_samples=None` it would look at 10,000 rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTEST = [sys.executable, "-m", "pytest", "--iso23053", "-q", "-p", "no:hypothesispytest"]
ATTACKS = ("evasion", "members_cannot_be_told", "give_the_model_away")  # of the fast suite
CONFIGURATION = """\
[models.forest]
source = "model.joblib"
sha256 = "{digest}"
[datasets.train]
source = "train.parquet"
target = "answer"
sensitive = ["kind_2"]
[datasets.test]
source = "test.parquet"
"""


def cpu(command: list[str], folder: Path) -> float:
    """Seconds of user and system time that a command took."""
    output = (folder / "output.txt").open("w")
    with output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit((folder / "output.txt").read_text()[-3000:])
    return usage.ru_utime + usage.ru_stime


def ours(folder: Path, *, attacks: bool) -> float:
    command = [*PYTEST, "--iso23053-report=json:report.json"]
    if not attacks:
        command += ["-k", " and ".join(f"not {name}" for name in ATTACKS)]
    spent = cpu(command, folder)
    tests = json.loads((folder / "report.json").read_text())["tests"]
    print(f"{'with' if attacks else 'without'} attacks:")
    for test in sorted(tests, key=lambda test: -test["duration"])[:12]:
        print(f"  {test['duration']:6.2f} s  {test['outcome']:12} {test['nodeid']}")
    print(f"  {sum(test['duration'] for test in tests):6.2f} s  in all {len(tests)} items, by the clock")
    return spent


def configured(folder: Path) -> Path:
    digest = hashlib.sha256((folder / "model.joblib").read_bytes()).hexdigest()
    (folder / "iso23053.toml").write_text(CONFIGURATION.format(digest=digest))
    cpu(PYTEST, folder)
    return folder


def prepared(interpreter: str, folder: Path, rows: int) -> Path:
    subprocess.run([interpreter, HERE / "subject.py", folder, str(rows)], check=True)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--deepchecks", metavar="PYTHON", help="an interpreter that has deepchecks")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.pop(name, None)
        if options.threads:
            os.environ[name] = str(options.threads)
    with tempfile.TemporaryDirectory() as temporary:
        folder = configured(prepared(sys.executable, Path(temporary, "ours"), options.rows))
        without, mine = (ours(folder, attacks=attacks) for attacks in (False, True))
        print(f"pytest --iso23053, no attacks  {without:8.1f} s of CPU")
        print(f"pytest --iso23053, fast suite  {mine:8.1f} s of CPU")
        if options.deepchecks:
            folder = prepared(options.deepchecks, Path(temporary, "deepchecks"), options.rows)
            theirs = cpu([options.deepchecks, str(HERE / "full_suite.py"), str(folder)], folder)
            times = f"{theirs / without:.1f} times as much as without attacks, {theirs / mine:.1f} times as with them"
            print(f"deepchecks, full_suite         {theirs:8.1f} s of CPU, {times}")


if __name__ == "__main__":
    main()
