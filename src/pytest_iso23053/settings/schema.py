"""The shipped JSON Schema of the configuration: one source for checks, editors and the reference page."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "configuration.schema.json"
CLAIMS_FILE = "claims.schema.json"


@cache
def configuration_schema() -> dict[str, Any]:
    """Return the schema of the table ``[tool.iso23053]`` (Draft 2020-12)."""
    return _shipped(FILE)


@cache
def claims_schema() -> dict[str, Any]:
    """Return the schema of the file in which the scoping questions are answered."""
    return _shipped(CLAIMS_FILE)


def _shipped(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("pytest_iso23053") / name).read_text(encoding="utf-8"))
    return schema


def resolved(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a reference by what it stands for; what stands beside the reference wins."""
    reference = schema.get("$ref")
    if reference is None:
        return dict(schema)
    definition = configuration_schema()["$defs"][reference.rpartition("/")[2]]
    return {
        **definition,
        **{key: value for key, value in schema.items() if key != "$ref"},
    }
