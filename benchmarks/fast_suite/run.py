"""What the fast suite costs on 30,000 rows of 14 features with a random forest of 100 trees, beside deepchecks.

    python benchmarks/fast_suite/run.py                              # ours alone
    python benchmarks/fast_suite/run.py --deepchecks ENV/bin/python  # and its full_suite, in its own environment

User and system time of the whole child process, as the kernel counted it: start, imports, loading and measuring; the
data and the forest are made before. deepchecks 0.19.1 needs `numpy<2 pandas<3 scikit-learn<1.8 setuptools<81 pyarrow`.
Without `n_samples=None` it would look at 10,000 rows.
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


def ours(folder: Path) -> float:
    digest = hashlib.sha256((folder / "model.joblib").read_bytes()).hexdigest()
    (folder / "iso23053.toml").write_text(CONFIGURATION.format(digest=digest))
    spent = cpu([sys.executable, "-m", "pytest", "--iso23053", "--iso23053-report=json:report.json", "-q"], folder)
    tests = json.loads((folder / "report.json").read_text())["tests"]
    for test in sorted(tests, key=lambda test: -test["duration"])[:12]:
        print(f"  {test['duration']:6.2f} s  {test['outcome']:12} {test['nodeid']}")
    print(f"  {sum(test['duration'] for test in tests):6.2f} s  in all {len(tests)} items, by the clock")
    return spent


def prepared(interpreter: str, folder: Path, rows: int) -> Path:
    subprocess.run([interpreter, HERE / "subject.py", folder, str(rows)], check=True)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--deepchecks", metavar="PYTHON", help="an interpreter that has deepchecks")
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    with tempfile.TemporaryDirectory() as temporary:
        mine = ours(prepared(sys.executable, Path(temporary, "ours"), options.rows))
        print(f"pytest --iso23053, fast suite  {mine:8.1f} s of CPU")
        if options.deepchecks:
            folder = prepared(options.deepchecks, Path(temporary, "deepchecks"), options.rows)
            theirs = cpu([options.deepchecks, str(HERE / "full_suite.py"), str(folder)], folder)
            print(f"deepchecks, full_suite         {theirs:8.1f} s of CPU, {theirs / mine:.1f} times as much")


if __name__ == "__main__":
    main()
