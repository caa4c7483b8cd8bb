"""What lies in a repository, by the names of its files: models, data sets and tests. Nothing is loaded or run."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLES = ("train", "test", "reference", "production")

_MOST_FILES = 50_000
_SKIPPED = {
    "__pycache__", "node_modules", "site-packages", "venv", "env", "virtualenv", "build", "dist", "htmlcov", "mlruns",
    "wandb", "lightning_logs",
}  # fmt: skip
_MODEL = re.compile(r"\.(skops|joblib|pkl|pickle|onnx)(\.(gz|bz2|xz|lzma|z))?$", re.IGNORECASE)
_DATA = re.compile(r"\.(csv|tsv|parquet|feather|npz|npy|jsonl)(\.gz)?$", re.IGNORECASE)
_TEST = re.compile(r"(test_.*|.*_test)\.py")
_NO_MODEL = {
    "scaler", "encoder", "vectorizer", "vectoriser", "preprocessor", "preprocessing", "transformer", "tokenizer",
    "tokeniser", "columns", "features", "labels", "data", "dataset", "x", "y", "train", "test", "results", "cache",
}  # fmt: skip
_NO_DATA = {"submission", "prediction", "predictions", "result", "results", "metrics", "history", "log", "logs"}
_ROLE_WORDS = {
    "train": "train", "training": "train", "trainset": "train",
    "test": "test", "testing": "test", "testset": "test", "holdout": "test", "heldout": "test", "eval": "test",
    "evaluation": "test",
    "reference": "reference", "baseline": "reference",
    "production": "production", "prod": "production", "live": "production", "current": "production",
}  # fmt: skip
_FEATURE_WORDS, _TARGET_WORDS = {"x", "features"}, {"y", "labels", "label", "target", "targets"}


@dataclass(frozen=True)
class Repository:
    """The files that matter here, as paths from the root with forward slashes, each list in a stable order."""

    root: Path
    files: int
    complete: bool  # False: there were more files than are looked at
    models: tuple[str, ...] = ()
    other_artefacts: tuple[str, ...] = ()  # by their names rather a scaler or saved data than a model
    datasets: dict[str, str | tuple[str, str]] = field(default_factory=dict)  # role → source
    other_data: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


def look_at(root: Path) -> Repository:
    """Walk through the files of a repository; virtual environments, caches and version control aside."""
    names: list[str] = []
    complete = True
    for name in _files(root):
        if len(names) == _MOST_FILES:
            complete = False
            break
        names.append(name)
    artefacts = [name for name in names if _MODEL.search(_without_pointer(name))]
    models = sorted({_without_pointer(name) for name in artefacts if not _words(name) & _NO_MODEL}, key=_nearness)
    data = sorted({_without_pointer(name) for name in names if _DATA.search(_without_pointer(name))}, key=_nearness)
    datasets = _by_role(data, root)
    used = {part for source in datasets.values() for part in ([source] if isinstance(source, str) else source)}
    return Repository(
        root=root,
        files=len(names),
        complete=complete,
        models=tuple(models),
        other_artefacts=tuple(sorted({_without_pointer(name) for name in artefacts} - set(models), key=_nearness)),
        datasets=datasets,
        other_data=tuple(name for name in data if name not in used),
        tests=tuple(sorted(name for name in names if _TEST.fullmatch(name.rpartition("/")[2]))),
    )


def role_of(name: str) -> str | None:
    """Guess what a data file is for, from its name, and where that says nothing from its folder's."""
    for words in (_words(name), _words(name.rpartition("/")[0].rpartition("/")[2])):
        roles = {_ROLE_WORDS[word] for word in words if word in _ROLE_WORDS}
        if len(roles) == 1:
            return roles.pop()
    return None


def _files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not _is_skipped(Path(folder, name)))
        for name in sorted(names):
            yield Path(folder, name).relative_to(root).as_posix()


def _is_skipped(folder: Path) -> bool:
    name = folder.name
    return name in _SKIPPED or name.startswith(".") or name.endswith(".egg-info") or (folder / "pyvenv.cfg").is_file()


def _without_pointer(name: str) -> str:
    """A DVC pointer stands for its data."""
    return name.removesuffix(".dvc")


def _words(name: str) -> set[str]:
    stem = name.rpartition("/")[2].partition(".")[0]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", stem)
    return {word.casefold() for word in re.split(r"[\W_]+|(?<=\D)(?=\d)", spaced) if word}


def _nearness(name: str) -> tuple[bool, int, int, str]:
    """What lies near the root and has a short name is rather meant than what lies among the tests."""
    parts = name.split("/")
    return bool({"tests", "test", "testing"} & set(parts[:-1])), len(parts), len(name), name


def _by_role(data: list[str], root: Path) -> dict[str, str | tuple[str, str]]:
    found: dict[str, str | tuple[str, str]] = {}
    for name in data:
        role = role_of(name)
        if role is None or role in found or _words(name) & _NO_DATA:
            continue
        if _words(name) & _TARGET_WORDS and _partner(name, data, _FEATURE_WORDS):
            continue  # the labels of a pair; its features bring them along
        labels = _partner(name, data, _TARGET_WORDS) if _words(name) & _FEATURE_WORDS else None
        found[role] = (name, labels) if labels else _folder_of_parts(name, data)
    return {role: found[role] for role in ROLES if role in found} or _from_archive(data, root)


def _partner(name: str, data: list[str], words: set[str]) -> str | None:
    """Find ``y_train.npy`` for ``X_train.npy``."""
    own = _words(name) - _FEATURE_WORDS - _TARGET_WORDS
    folder, suffix = name.rpartition("/")[0], name.rpartition("/")[2].partition(".")[2]
    for other in data:
        same_place = other.rpartition("/")[0] == folder and other.rpartition("/")[2].partition(".")[2] == suffix
        if same_place and _words(other) & words and _words(other) - _FEATURE_WORDS - _TARGET_WORDS == own:
            return other
    return None


def _folder_of_parts(name: str, data: list[str]) -> str:
    """Several parquet files in one folder are the parts of one table."""
    folder = name.rpartition("/")[0]
    parts = [other for other in data if other.rpartition("/")[0] == folder and other.endswith(".parquet")]
    whole = name.endswith(".parquet") and len(parts) > 1 and not role_of(name.rpartition("/")[2])
    return f"{folder}/*.parquet" if whole else name


def _from_archive(data: list[str], root: Path) -> dict[str, str | tuple[str, str]]:
    """Find one npz file that holds the arrays of several roles."""
    from pytest_iso23053.settings.sources import members_of_archive

    for name in data:
        if name.endswith(".npz"):
            members = members_of_archive(root / name)
            roles = [role for role in ROLES if {f"X_{role}.npy", f"x_{role}.npy"} & members]
            if roles:
                return dict.fromkeys(roles, name)
    return {}
