"""Keras: a model's configuration is a recipe in JSON that names modules to import, and may carry code."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan.json_text import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_iso23053.subjects.scan.job import Job

DOCUMENTS = ("config.json", "metadata.json")
# Modules of classes that a layer may name. Others of Keras's own download and unpack files: CVE-2025-8747.
_MODULES = re.compile(
    r"(keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras)(\.src|\.api|\.engine)?"
    r"(\.(layers|models|initializers|optimizers|losses|metrics|regularizers|constraints|activations"
    r"|dtype_policies|random|quantizers|engine)(\.[\w.]+)?)?"
)
_CODE = {"Lambda", "__lambda__", "TFOpLambda", "SlicingOpLambda"}
_MOST_NODES = 2_000_000


def is_archive(names: Iterable[str]) -> bool:
    """Whether a zip archive is Keras's."""
    found = set(names)
    return "config.json" in found and bool(found & {"metadata.json", "model.weights.h5", "model.weights.npz"})


def scan_document(job: Job, handle: IO[bytes]) -> None:
    """Read a configuration."""
    scan_configuration(job, parsed(job, handle))


def scan_configuration(job: Job, document: Any) -> bool:
    """Note what a configuration would import or run; returns whether it is one of Keras's."""
    waiting, seen, found = [document], 0, False
    while waiting and seen < _MOST_NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            if isinstance(node.get("class_name"), str) and "config" in node:
                found = True
                _object(job, node)
    return found


def _object(job: Job, node: dict[str, Any]) -> None:
    name, module = node["class_name"], node.get("module")
    if name.rsplit(">", 1)[-1] in _CODE:
        job.unsafe(f"a {name} layer, which runs code that it carries", name=f"keras.{name}")
    if module is None or (module == "builtins" and name == "function"):
        registered = node.get("registered_name")
        if isinstance(registered, str) and ">" in registered and not _admitted(job, registered, name):
            job.unreadable(f"a layer of somebody's own, {registered}")
        return
    if not isinstance(module, str):
        job.unsafe("a module that is no name")
    elif not _MODULES.fullmatch(module) and not _admitted(job, module, name):
        job.unsafe(f"imports {module}.{name}", name=f"{module}.{name}")


def _admitted(job: Job, module: str, name: str) -> bool:
    return job.admits(module.split(">", maxsplit=1)[0], name)
