"""From what TOML knows to what JSON knows: the form in which a configuration is checked, and its digest taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_DEEPEST = 32


class TooDeepError(ValueError):
    """A table that no configuration needs: dotted keys nest without end, and tomllib reads them in a loop."""


def plain(value: Any, depth: int = 0) -> Any:
    """Return the value in text, numbers, truth values, lists and tables; dates and times become text."""
    if depth > _DEEPEST:
        raise TooDeepError("is nested too deeply to be read; write it flatter")
    if isinstance(value, Mapping):
        return {str(key): plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, depth + 1) for inner in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def digest_of(table: Mapping[str, Any]) -> str:
    """Return the SHA-256 digest of what a table says, however it is laid out in the file."""
    return hashlib.sha256(json.dumps(table, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
