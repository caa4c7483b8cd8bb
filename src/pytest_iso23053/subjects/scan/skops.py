"""skops: the types of what a schema builds, held against the same allow-list."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan import names
from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.json_text import parsed

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job

_MOST_NODES = 5_000_000
# Their types are skops's own description of a value, and not what would be imported.
_PLAIN = {"list", "dict", "tuple", "set", "frozenset", "slice", "type", "object", "range", "ellipsis", "NoneType"}
_PLAIN |= {"str", "int", "float", "bool", "complex", "bytes", "bytearray"}


def scan_schema(job: Job, handle: IO[bytes]) -> None:
    """Look at each type that a schema names."""
    document = parsed(job, handle)
    if not isinstance(document, dict) or "__class__" not in document:
        raise Unreadable("skops: a schema that names no class")
    if not job.types_decide:
        return
    waiting, seen = [document], 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > _MOST_NODES:
            raise Unreadable("skops: beyond the limit of nodes")
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            if "__class__" in node and "__module__" in node:
                _type(job, node)


def _type(job: Job, node: dict[str, Any]) -> None:
    module, name, content = node["__module__"], node["__class__"], node.get("content")
    loader = node.get("__loader__")
    if loader == "JsonNode":
        return
    if loader == "MethodNode":
        function = content.get("func") if isinstance(content, dict) else None
        _named(job, module, f"{name}.{function}")
    if loader == "FunctionNode" and isinstance(content, dict):  # as older ones wrote it
        _named(job, content.get("module_path"), content.get("function"))
        if name in {"function", "ufunc"}:
            return
    _named(job, module, name)


def _named(job: Job, module: Any, name: Any) -> None:
    if not isinstance(module, str) or not isinstance(name, str):
        job.unsafe("a type that is no name")
        return
    if module == "builtins" and name in _PLAIN:
        return
    if names.kind_of(module, name) == names.REFUSED and not job.admits(module, name) and not _public(module, name):
        job.unsafe(f"imports {module}.{name}", name=f"{module}.{name}")


def _public(module: str, name: str) -> bool:
    """Skops writes numpy's and scipy's names as their public modules have them."""
    return any(names.kind_of(home, name) != names.REFUSED for home in (module.replace("numpy.", "numpy._core."),))
