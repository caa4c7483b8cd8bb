"""Where the data comes from, and how it is divided. ``python -m credit_risk.data`` writes parts and manifest."""

from __future__ import annotations

import hashlib
import json
from numbers import Real
from pathlib import Path

import pandas as pd

from credit_risk.schema import BAD, CODES, COLUMNS, GOOD, TARGET

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
MANIFEST = DATA / "MANIFEST.json"

SOURCE = {
    "title": "Statlog (German Credit Data)",
    "creator": "Hans Hofmann",
    "published": 1994,
    "doi": "10.24432/C5NC77",
    "licence": "CC BY 4.0",
    "file": "german.data",
    "rows": 1000,
    "sha256": "b21f3d81db8071257d5ff1deaeba1fd4303b62712e6fcc9715c7a86202cb5871",
}

# Which part a row belongs to is decided by a digest of the application: the same applicant can never stand on both
# sides, whatever the order of the file, and no one has to remember a seed.
PARTS = {"train": range(5), "test": range(5, 8), "production": range(8, 10)}


class UnknownSourceError(ValueError):
    """The file is not the one that was signed off."""


def source_of_record() -> pd.DataFrame:
    """Return all 1,000 rows as they were signed off; another file under the same name is refused."""
    path = DATA / str(SOURCE["file"])
    digest = file_digest(path)
    if digest != SOURCE["sha256"]:
        raise UnknownSourceError(f"{path} is not the signed-off file: sha256 {digest}, expected {SOURCE['sha256']}")
    rows = pd.read_csv(path, sep=" ", header=None, names=[*COLUMNS, TARGET])
    return with_sex(rows.assign(**{TARGET: rows[TARGET].map({1: GOOD, 2: BAD})}))


def read_part(name: str) -> pd.DataFrame:
    return with_sex(pd.read_csv(DATA / f"{name}.csv"))


def with_sex(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the sex, which the source hides in the personal status: for judging the model, never for the model."""
    status = rows["personal_status_sex"].map(CODES["personal_status_sex"])
    return rows.assign(sex=status.str.split(",").str[0].map({"man": "male", "woman": "female"}))


def row_digests(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Return one digest a row of the named columns, the same for 6, 6.0 and "6"."""
    texts = ("|".join(map(_canonical, row)) for row in rows[list(columns)].itertuples(index=False, name=None))
    return pd.Series([hashlib.sha256(text.encode()).hexdigest() for text in texts], index=rows.index, dtype=object)


def bucket(digests: pd.Series, buckets: int = 10) -> pd.Series:
    return digests.map(lambda digest: int(digest, 16) % buckets)


def split(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    buckets = bucket(row_digests(rows, COLUMNS))
    return {name: rows[buckets.isin(members)] for name, members in PARTS.items()}


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parts = {}
    for name, rows in split(source_of_record()).items():
        path = DATA / f"{name}.csv"
        rows.loc[:, [*COLUMNS, TARGET]].to_csv(path, index=False, lineterminator="\n")
        parts[name] = {"file": path.name, "rows": len(rows), "sha256": file_digest(path)}
        print(f"{path.name}: {len(rows)} rows")
    rule = "sha256 of the application's values, last decimal digit: " + "; ".join(
        f"{name} {members.start} to {members.stop - 1}" for name, members in PARTS.items()
    )
    manifest = {"source": SOURCE, "rule": rule, "parts": parts}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8", newline="\n")


def _canonical(value: object) -> str:
    return repr(float(value)) if isinstance(value, Real) else str(value)


if __name__ == "__main__":
    main()
