"""Keras: a model's configuration is a recipe in JSON that names modules to import, and may carry code."""

from __future__ import annotations

import builtins
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
_CODE = {"Lambda", "__lambda__", "TFOpLambda", "SlicingOpLambda", "TorchModuleWrapper"}
_LOADING = {"TFSMLayer": "filepath", "StringLookup": "vocabulary", "IntegerLookup": "vocabulary"}
_LOADING |= {"TextVectorization": "vocabulary"}
_ARITHMETIC = {"abs", "all", "any", "max", "min", "pow", "round", "sum"}  # Keras has functions of these names
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
    _opened(job, name.rsplit(">", 1)[-1], node["config"])
    if module == "builtins" and name == "function":
        _function(job, node["config"])
    if module is None or (module == "builtins" and name == "function"):
        registered = node.get("registered_name")
        if isinstance(registered, str) and ">" in registered and not _admitted(job, registered, name):
            job.unreadable(f"a layer of somebody's own, {registered}")
        return
    if not isinstance(module, str):
        job.unsafe("a module that is no name")
    elif not _MODULES.fullmatch(module) and not _admitted(job, module, name):
        job.unsafe(f"imports {module}.{name}", name=f"{module}.{name}")


def _opened(job: Job, name: str, config: Any) -> None:
    """Note a path that a layer would open when it is made."""
    path = config.get(_LOADING.get(name, "")) if isinstance(config, dict) else None
    if isinstance(path, str):
        job.unsafe(f"a {name} layer, which opens {path}", name=f"keras.{name}")


def _function(job: Job, name: Any) -> None:
    """A function of Keras's by its name; where Keras has none of this name, some versions take the language's."""
    if not isinstance(name, str) or (hasattr(builtins, name) and name not in _ARITHMETIC):
        job.unsafe(f"takes the function builtins.{name}", name=f"builtins.{name}")


def _admitted(job: Job, module: str, name: str) -> bool:
    return job.admits(module.split(">", maxsplit=1)[0], name)
