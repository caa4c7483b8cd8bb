"""Peak memory of a pass over the data, beside the data's own size; and of one that streams parquet batch by batch.

    python benchmarks/memory/run.py [--rows 1000000] [--streamed 1000000 4000000]

Each case runs in a process of its own, on 50 columns of numbers and 10 of text from the same seed. What is counted is
the highest resident memory while the pass runs (Linux: VmHWM, set back before), the memory of the data itself included
where they are held: 1.00 would be a pass that needs nothing beside them. The data's own size is what pandas says of
them, `memory_usage(deep=True)`. The streamed files are written batch by batch, as a frame of them is never made.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

NUMERIC, CATEGORICAL = 50, 10
BATCH = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--streamed", type=int, nargs="*", default=[1_000_000, 4_000_000])
    parser.add_argument("--case", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.case:
        print(json.dumps(CASES[chosen.case[0]](chosen.case[1])))
        return
    print(f"{NUMERIC} columns of numbers and {CATEGORICAL} of text")
    print(f"{'':46}{'rows':>10}{'data MB':>9}{'peak MB':>9}{'peak / data':>13}")
    for name in ("profile", "feature_drift", "duplicate_rate"):
        shown(TITLES[name], chosen.rows, asked(name, str(chosen.rows)), held=True)
    with tempfile.TemporaryDirectory() as folder:
        for rows in chosen.streamed:
            for group in (BATCH, 1 << 20):
                path = Path(folder, f"{rows}-{group}.parquet")
                written(path, rows, group)
                title = f"{TITLES['stream']}, row groups of {group:,}"
                shown(title, rows, asked("stream", str(path)), held=False)
                path.unlink()


def asked(name: str, argument: str) -> dict[str, int]:
    command = [sys.executable, __file__, "--case", name, argument]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(ended.stdout.splitlines()[-1])
    return found


def shown(title: str, rows: int, found: dict[str, int], *, held: bool) -> None:
    peak = found["peak"] + (found["size"] if held else 0)
    ratio = f"{peak / found['size']:.2f}" if found["size"] else "-"
    print(f"{title:46}{rows:10,}{found['size'] / 1e6:9.0f}{peak / 1e6:9.0f}{ratio:>13}", flush=True)


def frame(rows: int, seed: int):
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(seed)
    values = np.array([f"value {number}" for number in range(20)], dtype=object)
    columns = {f"x{place}": random.normal(size=rows) for place in range(NUMERIC)}
    columns |= {f"c{place}": pd.Series(values[random.integers(0, 20, rows)]) for place in range(CATEGORICAL)}
    return pd.DataFrame(columns)


def written(path: Path, rows: int, group: int) -> None:
    """In a process of its own, as pyarrow keeps what it has allocated."""
    lines = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import run; run.write(*sys.argv[1:])"
    subprocess.run([sys.executable, "-c", lines, str(path), str(rows), str(group)], check=True)


def write(path: str, rows: str, group: str) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    step, whole = int(group), int(rows)
    schema = pa.Schema.from_pandas(frame(10, 0), preserve_index=False)
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, whole, step):
            part = frame(min(step, whole - start), start)
            writer.write_table(pa.Table.from_pandas(part, schema=schema, preserve_index=False), row_group_size=step)


def profiled(rows: str) -> dict[str, int]:
    from pytest_iso23053 import Dataset
    from pytest_iso23053.measures.profile import profile

    profile(Dataset(frame(100, 1)))  # what is imported once is no part of a pass
    return beside(lambda data: profile(Dataset(data)), int(rows))


def duplicates(rows: str) -> dict[str, int]:
    from pytest_iso23053 import Dataset, measures

    measures.duplicate_rate(Dataset(frame(100, 1)))
    return beside(lambda data: measures.duplicate_rate(Dataset(data)), int(rows))


def drift(rows: str) -> dict[str, int]:
    """Of two data sets, half as many rows each: the ratio is to both."""
    from pytest_iso23053 import Dataset, measures

    measures.feature_drift(Dataset(frame(100, 1)), Dataset(frame(100, 2)))
    data = frame(int(rows), 0)
    half = len(data) // 2
    old, new = data.iloc[:half].copy(), data.iloc[half:].copy()
    del data
    size = sum(int(part.memory_usage(deep=True).sum()) for part in (old, new))
    before = forget_peak_memory()
    measures.feature_drift(Dataset(old), Dataset(new))
    return {"peak": memory("VmHWM") - before, "size": size}


def beside(run, rows: int) -> dict[str, int]:
    data = frame(rows, 0)
    size = int(data.memory_usage(deep=True).sum())
    before = forget_peak_memory()
    run(data)
    return {"peak": memory("VmHWM") - before, "size": size}


def streamed(path: str) -> dict[str, int]:
    """The data's own size is that of the values read: eight bytes a number, the text as Arrow holds it."""
    from pyarrow import parquet

    from pytest_iso23053.measures.profile import profile_parquet

    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.parquet")
        frame(1_000, 0).to_parquet(small)
        profile_parquet(small)
    opened = parquet.ParquetFile(path)
    size = opened.metadata.num_rows * (8 * NUMERIC + 12 * CATEGORICAL)
    opened.close()
    before = forget_peak_memory()
    profile_parquet(path)
    return {"peak": memory("VmHWM") - before, "size": size}


def forget_peak_memory() -> int:
    """Set the high-water mark to what is in use now; Linux only."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return memory("VmRSS")


def memory(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) * 1024


CASES = {"profile": profiled, "feature_drift": drift, "duplicate_rate": duplicates, "stream": streamed}
TITLES = {
    "profile": "profile, the pass that measures share",
    "feature_drift": "feature_drift of two halves",
    "duplicate_rate": "duplicate_rate, a hash of each row",
    "stream": "profile_parquet",
}

if __name__ == "__main__":
    main()
