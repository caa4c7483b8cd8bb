"""What a project put in the place of this plugin's own code: numbers of such code are no evidence of the plugin's.

A function is known by the file that its code was written in, which survives decorators and wrappers. Whoever forges
that too lies, and is for a reviewer to find.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import CodeType, FunctionType, ModuleType, NoneType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PACKAGE = "pytest_iso23053"
HOME = str(Path(__file__).parents[1]) + os.sep
_JUDGES = ("assurance.measurement", "assurance.context", "measures", "measures.registry", "subjects.model",
           "subjects.dataset", "suite.judging")  # fmt: skip
# Most of what a module holds, and asked after no method: our package of measures would look for one of that name.
_NO_CODE = frozenset({ModuleType, NoneType, bool, int, float, str, tuple, list, dict, set, frozenset})
_INSTALLED = tuple(os.path.realpath(folder) + os.sep for folder in (sys.prefix, sys.base_prefix))


def replaced(rootdir: Path, *, everything: bool) -> list[str]:
    """Say which of our functions and classes are the project's now.

    While a test runs only what every measurement passes through is looked at; at the end ``everything`` there is.
    """
    names = [name for name in sys.modules if name.partition(".")[0] == PACKAGE] if everything else _names()
    return [
        f"{name} is {where}"
        for name, value in _attributes(names)
        for where in (_foreign(value, rootdir),)
        if where is not None
    ]


def _names() -> list[str]:
    return [PACKAGE, *(f"{PACKAGE}.{name}" for name in _JUDGES)]


def _attributes(names: Iterable[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        module = sys.modules.get(name)
        for attribute, value in list(vars(module).items()) if module is not None else ():
            yield f"{name}.{attribute}", value
            if isinstance(value, type) and value.__module__ == name:
                yield from ((f"{name}.{attribute}.{key}", inner) for key, inner in list(vars(value).items()))
    registry = sys.modules.get(f"{PACKAGE}.measures.registry")
    for each in getattr(registry, "_measures", {}).values():
        if each.origin == "shipped":
            yield f"measure {each.id}", each.function


def _foreign(value: Any, rootdir: Path) -> str | None:
    """Say where a value comes from, where that is a file of the project's, or a mock."""
    kind = type(value)
    if kind in _NO_CODE or (kind is FunctionType and value.__code__.co_filename.startswith(HOME)):
        return None
    if kind.__module__ == "unittest.mock":
        return "a mock"
    value = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
    if isinstance(value, FunctionType):
        code: CodeType = value.__code__
        file, line = code.co_filename, f":{code.co_firstlineno}"
    elif isinstance(value, type):
        module = sys.modules.get(value.__module__)
        file, line = str(getattr(module, "__file__", None) or ""), ""
    else:
        return None
    return f"{os.path.relpath(file, rootdir)}{line}" if is_the_projects(file, rootdir) else None


def is_the_projects(file: str, rootdir: Path) -> bool:
    """Tell whether a file belongs to the project under test, and neither to us nor to what is installed."""
    below = str(rootdir) + os.sep
    return file.startswith(below) and not file.startswith((HOME, *_INSTALLED))
