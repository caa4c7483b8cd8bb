"""The shape of the configuration: what the schema finds wrong, in plain sentences with the way out."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pytest_iso23053.settings.mistakes import (
    Findings,
    KeyPath,
    did_you_mean,
    key_text,
    shown,
    toml_text,
)
from pytest_iso23053.settings.schema import configuration_schema, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_Failure = Any  # jsonschema's ValidationError; every attribute of it is typed as possibly unset

_EMPTY = {"minLength", "minItems", "minProperties"}
_NOT_BLANK = r"\S"
_SYNONYMS = {
    "delimiter": "sep",
    "expiry": "expires",
    "file": "source",
    "label": "target",
    "path": "source",
    "protected": "sensitive",
    "target_column": "target",
    "threshold": "limit",
    "until": "expires",
}
_KINDS = {
    str: "the text ",
    dict: "the table ",
    list: "the list ",
    int: "the number ",
    float: "the number ",
    bool: "",
}


def check_shape(
    table: Mapping[str, Any], findings: Findings, schema: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Hold a table against a schema (that of the configuration), and return it without what has the wrong shape.

    What is left can be read further, so that one mistake does not hide the next. Missing keys stay missing.
    """
    from jsonschema import Draft202012Validator

    remaining = copy.deepcopy(dict(table))
    for error in Draft202012Validator(schema or configuration_schema()).iter_errors(table):
        for path, message in _mistakes(error):
            findings.add(path, message)
            _take_out(remaining, path)
    return remaining


def _mistakes(error: _Failure) -> Iterator[tuple[KeyPath, str]]:
    path: KeyPath = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in error.instance:
            if key not in known:
                yield (*path, key), _unknown_key(key, known)
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield (
                    (*path, key),
                    f"is missing{_example(key, resolved(error.schema['properties'][key]))}",
                )
    elif error.validator == "anyOf" and (inner := _chosen_branch(error)):
        for cause in inner:
            yield from _mistakes(cause)
    else:
        yield path, _sentence(error, path)


def _chosen_branch(error: _Failure) -> list[_Failure]:
    """Return the errors of the alternative that was meant: the one whose type the value has."""
    branches: dict[Any, list[_Failure]] = {}
    for cause in error.context or ():
        branches.setdefault(cause.schema_path[0], []).append(cause)
    for causes in branches.values():
        if not any(cause.validator in {"type", "const"} and not cause.path for cause in causes):
            return causes
    return []


def _unknown_key(key: str, known: Mapping[str, Any]) -> str:
    meant = _SYNONYMS.get(key.casefold())
    nearest = f'; did you mean "{meant}"?' if meant in known else did_you_mean(key, known)
    return f"unknown key{nearest or '; known here: ' + ', '.join(known)}"


def _sentence(error: _Failure, path: KeyPath) -> str:
    value, schema = error.instance, error.schema
    key = path[-1] if path else ""
    if (error.validator in _EMPTY and not value) or error.validator_value == _NOT_BLANK:
        return f"is empty{_example(key, schema)}"
    if error.validator == "enum":
        choices = ", ".join(shown(choice) for choice in schema["enum"])
        nearest = did_you_mean(value, schema["enum"]) if isinstance(value, str) else ""
        return f"must be one of {choices}, not {_described(value)}{nearest}{_quote_hint(key, value)}"
    title = resolved(schema)["title"]
    return f"must be {title}, not {_described(value)}{_example(key, schema)}{_quote_hint(key, value)}"


def _described(value: Any) -> str:
    return _KINDS.get(type(value), "") + shown(value)


def _example(key: str | int, schema: Mapping[str, Any]) -> str:
    """Show how it would be right, from the examples of the schema."""
    examples = schema.get("examples")
    if not examples:
        return ""
    # A date is the one value that stands in TOML without quotes although it is text in JSON.
    text = str(examples[0]) if schema.get("format") == "date" else toml_text(examples[0])
    return f"; write for example {text}" if isinstance(key, int) else f"; write for example {key_text((key,))} = {text}"


def _quote_hint(key: str | int, value: Any) -> str:
    """``7.4 = "demonstrated"`` without quotes is a table named 7 in TOML."""
    if isinstance(key, str) and key.isdigit() and isinstance(value, dict) and value:
        return f'; a key with a dot needs quotes: "{key}.{next(iter(value))}"'
    return ""


def _take_out(table: dict[str, Any], path: KeyPath) -> None:
    *parents, last = path or ("",)
    holder: Any = table
    for part in parents:
        try:
            holder = holder[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        holder[last] = None  # the positions of the others are part of their key paths
