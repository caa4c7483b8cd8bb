"""A data set scanned once, for all measures of data that need no more than its columns' summaries."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.measures.cases import role_of
from pytest_iso23053.measures.column_profile import ColumnProfile, profile_column
from pytest_iso23053.subjects.dataset import Dataset, as_dataset
from pytest_iso23053.subjects.wording import brief, listing, unknown

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import pandas as pd

BATCH_ROWS = 65_536
# By itself pyarrow fetches the whole file ahead, and of a row group every column; this way it holds a page of each.
STREAMED = {"pre_buffer": False, "buffer_size": 1 << 20}
_held: weakref.WeakKeyDictionary[Dataset, Profile]


@dataclass(frozen=True, eq=False)
class Profile:
    """The summaries of a data set's columns; those of two parts of it are added.

    Made by `profile` of a data set, by `profile_parquet` of a file, or by adding: ``profile(first) + profile(second)``
    is the profile of both together. Measures that take two data sets column by column take profiles in their place.

    Parameters
    ----------
    name, role : str
        Those of the data set, for the report.
    rows : int
        Its rows.
    columns : Mapping
        Feature → ColumnProfile.
    target : ColumnProfile, optional
        The labels, where there are any.
    """

    name: str
    role: str
    rows: int
    columns: Mapping[Any, ColumnProfile] = field(default_factory=dict)
    target: ColumnProfile | None = None

    @property
    def where(self) -> str:
        """What error messages call it."""
        return f"data set {self.name!r}"

    def __add__(self, other: Any) -> Profile:
        if not isinstance(other, Profile):
            return NotImplemented
        if set(self.columns) != set(other.columns):
            differing = set(self.columns) ^ set(other.columns)
            raise ValueError(f"{self.where} and {other.where} differ in {listing(sorted(map(str, differing)))}")
        columns = {name: column + other.columns[name] for name, column in self.columns.items()}
        both = self.target is not None and other.target is not None
        target = self.target + other.target if both else None  # type: ignore[operator]
        return Profile(self.name, self.role, self.rows + other.rows, columns, target)


_held = weakref.WeakKeyDictionary()


def profile(data: Any) -> Profile:
    """Scan a data set once; asked again, the same profile, as long as the data set lives.

    Each column is sorted or counted by itself and forgotten but for its summary, so that the pass needs little memory
    beside the data.

    Parameters
    ----------
    data : Dataset, frame or Profile
        What to scan; a profile is returned as it is.

    Examples
    --------
    >>> from pytest_iso23053.measures.profile import profile
    >>> scanned = profile([[1, None], [2, 3.5], [2, 4.5]])
    >>> scanned.rows, scanned.columns["x1"].missing, scanned.columns["x0"].distinct
    (3, 1, 2)
    """
    if isinstance(data, Profile):
        return data
    dataset = as_dataset(data)
    if dataset not in _held:
        frame = dataset.X
        columns = {name: profile_column(frame[name]) for name in frame.columns}
        target = None if dataset.labelled is None else profile_column(dataset.column(dataset.target))
        _held[dataset] = Profile(dataset.name, role_of(dataset), dataset.n, columns, target)
    return _held[dataset]


def profile_parquet(
    path: str | os.PathLike[str],
    *,
    target: str | None = None,
    drop: Iterable[str] = (),
    name: str | None = None,
    role: str = "",
    batch_rows: int = BATCH_ROWS,
) -> Profile:
    """Scan a parquet file, or a folder of them, batch by batch: memory does not grow with the rows.

    Measures that compare two data sets column by column take the profile in the place of a data set.

    Parameters
    ----------
    path : path
        A file, or a folder whose parquet files, at any depth, are read in the order of their names.
    target : str, optional
        The column of labels.
    drop : iterable of str
        Columns to leave out.
    name, role : str
        For the report; by default the name is the path's own.
    batch_rows : int
        Rows held at a time.

    Raises
    ------
    SubjectError
        There is no such file, it is not parquet, a column is missing, or pyarrow is not installed.
    """
    files = _parquet_files(Path(path))
    labels = [] if target is None else [target]
    whole: Profile | None = None
    for frame in _batches(files, {*drop}, labels, batch_rows):
        columns = {column: profile_column(frame[column]) for column in frame.columns if column not in labels}
        labelled = profile_column(frame[target]) if target is not None else None
        part = Profile(name or Path(path).stem, role or name or Path(path).stem, len(frame), columns, labelled)
        whole = part if whole is None else whole + part
    if whole is None:
        raise SubjectError(f"{path} holds no rows")
    return whole


def _parquet_files(path: Path) -> list[Path]:
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise SubjectError(f"{path}: there is no parquet file")
    return files


def _batches(files: list[Path], drop: set[str], needed: list[str], batch_rows: int) -> Iterable[pd.DataFrame]:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise SubjectError("parquet files are read with pyarrow: pip install 'pytest-iso23053[columnar]'") from error
    for file in files:
        try:
            with parquet.ParquetFile(file, **STREAMED) as opened:
                names = opened.schema_arrow.names
                for column in (*sorted(drop), *needed):
                    if column not in names:
                        raise SubjectError(f"{file}: there is no column {column!r}{unknown(column, names)}")
                kept = [column for column in names if column not in drop]
                for batch in opened.iter_batches(batch_size=batch_rows, columns=kept):
                    yield batch.to_pandas()
        except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
            raise SubjectError(f"{file} cannot be read: {brief(error)}") from error
