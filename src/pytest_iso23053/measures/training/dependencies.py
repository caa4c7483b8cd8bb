"""Which packages a project asks for, and whether it says exactly which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCKS = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pixi.lock",
    "conda-lock.yml",
    "pylock*.toml",
    "requirements*.lock",
)
_ASIDE = re.compile(r"dev|test|doc|lint|ci\b|build", re.IGNORECASE)  # what no model is trained with
_COMMIT = re.compile(r"@[0-9a-f]{40}\b")
_DIGEST = re.compile(r"#(?:.*&)?sha(?:256|384|512)=[0-9a-f]{64,}")
_EXACT = re.compile(r"^[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?\s*={2,3}\s*[^\s*,;]+\s*(?:;.*)?$")


def lock_files(root: Path) -> list[str]:
    """Lock files in the folder, else in the nearest one above it that belongs to the same repository."""
    for folder in (root, *root.parents):
        found = sorted({path.name for pattern in LOCKS for path in folder.glob(pattern)})
        if found or (folder / ".git").exists():
            return found
    return []


def requirements(root: Path) -> tuple[str, list[str]]:
    """The files that say what the project runs with, and each requirement in them as it is written."""
    files = sorted([*root.glob("requirements*.txt"), *root.glob("requirements/*.txt")])
    files = [path for path in files if not _ASIDE.search(path.stem)]
    listed = [line for path in files for line in _lines(path.read_text(encoding="utf-8-sig", errors="replace"))]
    return ", ".join(path.relative_to(root).as_posix() for path in files), listed


def _lines(text: str) -> Iterator[str]:
    """The requirements of a file in pip's format, without options, comments and continuations."""
    for line in text.replace("\\\n", " ").splitlines():
        bare = re.sub(r"(^|\s)#.*$", "", line).split(" --")[0].strip()
        if (bare and not bare.startswith("-")) or bare.startswith(("-e ", "--editable")):
            yield bare


def is_pinned(requirement: str) -> bool:
    """Whether a requirement names one version: ``==``, a commit, or a digest of the file."""
    return bool(_EXACT.match(requirement) or _COMMIT.search(requirement) or _DIGEST.search(requirement))
