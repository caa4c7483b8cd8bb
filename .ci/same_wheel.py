"""Compare the installed distribution with a wheel, file by file: what was tested has to be what would be released."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest_iso23053


def hashes(record: str) -> dict[str, str]:
    """Digests by path, without those that an installer adds or that hold themselves."""
    rows = csv.reader(io.StringIO(record))
    return {path: digest for path, digest, _ in rows if digest and path.startswith("pytest_iso23053")}


def main() -> int:
    wheel = zipfile.ZipFile(sys.argv[1])
    [record] = [name for name in wheel.namelist() if name.endswith(".dist-info/RECORD")]
    built = hashes(wheel.read(record).decode())
    installed = hashes(distribution("pytest-iso23053").read_text("RECORD") or "")
    differing = sorted(path for path in built if built[path] != installed.get(path))
    source = Path(pytest_iso23053.__file__)
    print(f"imported from {source.parent}; {len(built)} files in the wheel, {len(differing)} differ")
    if "site-packages" not in source.parts:
        print("the tests did not import the installed wheel", file=sys.stderr)
        return 1
    for path in differing:
        print(f"differs or is missing: {path}", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
