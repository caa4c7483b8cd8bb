"""Golden files: what a renderer gave when somebody last looked at it.

After a change that is meant, write them anew and look at the difference before committing it:

    UPDATE_GOLDEN_FILES=1 python -m pytest tests/render
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    """Compare a rendered text with its golden file."""
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN_FILES"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.exists(), f"no golden file {name}: write it with UPDATE_GOLDEN_FILES=1, and look at it"
    assert text == path.read_text(encoding="utf-8"), f"{name} differs; if that is meant, set UPDATE_GOLDEN_FILES=1"
