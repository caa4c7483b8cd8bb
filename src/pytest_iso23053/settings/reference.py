"""The reference page of the configuration, written from the schema, so that the two cannot differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.settings.mistakes import key_text, toml_text
from pytest_iso23053.settings.schema import configuration_schema, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = "tool.iso23053"


def configuration_reference() -> str:
    """Return the page in Markdown: the keys of the top table, then a section for each table in it."""
    schema = configuration_schema()
    properties = {key: resolved(inner) for key, inner in schema["properties"].items()}
    tables = {key: inner for key, inner in properties.items() if _holds_tables(inner)}
    plain = {key: inner for key, inner in properties.items() if key not in tables}
    lines = [
        "# Configuration",
        "",
        schema["description"],
        "",
        f"## `[{ROOT}]`",
        "",
        *_key_table(plain, ()),
    ]
    for key, inner in tables.items():
        lines += ["", *_section(f"{ROOT}.{key}", inner)]
    return "\n".join(lines) + "\n"


def _holds_tables(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "object" or resolved(schema.get("items", {})).get("type") == "object"


def _section(name: str, schema: Mapping[str, Any], level: str = "##") -> Iterator[str]:
    """One table: ``system`` has keys of its own, ``models`` and ``waivers`` hold tables, ``gate`` holds values."""
    entry = resolved(schema.get("items") or schema.get("additionalProperties") or {})
    of_tables = "properties" in entry
    heading = f"[[{name}]]" if "items" in schema else f"[{name}{'.NAME' if of_tables else ''}]"
    yield from [f"{level} `{heading}`", "", schema["description"], ""]
    if not of_tables and schema.get("examples"):
        yield from ["```toml", f"[{name}]", *_pairs(schema["examples"][0]), "```", ""]
    if entry.get("enum"):
        choices = " or ".join(f"`{toml_text(choice)}`" for choice in entry["enum"])
        yield from [f"Each value is {choices}: {entry['description']}", ""]
    keyed = next((branch for branch in entry.get("anyOf", ()) if "properties" in branch), None)
    if keyed is not None:
        yield from [f"Each value is {entry['title']}, which may say more:", ""]
    holder = schema if "properties" in schema else keyed or entry
    properties = {key: resolved(inner) for key, inner in holder.get("properties", {}).items()}
    if properties:
        yield from _key_table(properties, holder.get("required", ()))
    for key, inner in properties.items():
        if "properties" in inner:
            yield ""
            yield from _section(f"{heading.strip('[]')}.{key}", inner, f"{level}#")


def _key_table(properties: Mapping[str, Mapping[str, Any]], required: Any) -> Iterator[str]:
    yield "| Key | Value | Meaning |"
    yield "| --- | --- | --- |"
    for key, schema in properties.items():
        description = schema["description"]
        if key in required:
            description += " **Required.**"
        elif schema.get("default") not in (None, [], {}):
            description += f" Default: `{toml_text(schema['default'])}`."
        yield f"| `{key}` | {_cell(_value(key, schema))} | {_cell(description)} |"


def _value(key: str, schema: Mapping[str, Any]) -> str:
    """What kind of value it is, and one that could stand there."""
    if "enum" in schema:
        return ", ".join(f"`{toml_text(choice)}`" for choice in schema["enum"])
    examples = schema.get("examples")
    if not examples:
        return str(schema["title"])
    shown = str(examples[0]) if schema.get("format") == "date" else toml_text(examples[0])
    return f"{schema['title']}: `{key} = {shown}`"


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{key_text((key,))} = {toml_text(value)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
