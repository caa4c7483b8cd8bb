"""Objects of the user's own code: ``package.module:attribute`` and ``package.module:factory()``."""

from __future__ import annotations

import importlib
from typing import Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.wording import brief, did_you_mean

FIXTURE = "fixture:"


def resolve(source: str, where: str) -> Any:
    """The object that a source names, called where it ends in ``()``.

    Raises
    ------
    SubjectError
        The module cannot be imported, lacks the attribute, or the call fails.
    """
    name, _, path = source.partition(":")
    called = path.endswith("()")
    found = _imported(name, where)
    for part in path.removesuffix("()").split("."):
        if not hasattr(found, part):
            options = [option for option in dir(found) if not option.startswith("_")]
            raise SubjectError(f"{where}: {source!r}: there is no {part!r} in {name}{did_you_mean(part, options)}")
        found = getattr(found, part)
    return call(found, source, where) if called else found


def call(function: Any, source: str, where: str, *arguments: Any) -> Any:
    """The result of a function of the user's own; what it raises is a SubjectError."""
    if not callable(function):
        raise SubjectError(f"{where}: {source!r} is a {type(function).__name__} and cannot be called; leave out the ()")
    try:
        return function(*arguments)
    except SubjectError:
        raise
    except Exception as error:
        raise SubjectError(f"{where}: {source!r} failed: {brief(error)}") from error


def _imported(name: str, where: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise SubjectError(
                f"{where}: there is no module {error.name!r}. Install the package, or name its folder in pytest's own "
                'configuration: [tool.pytest] pythonpath = ["src"]'
            ) from error
        raise SubjectError(f"{where}: importing {name} failed: {brief(error)}") from error
    except (Exception, SystemExit) as error:  # a script that ends in sys.exit() is no reason to end pytest
        raise SubjectError(f"{where}: importing {name} failed: {brief(error)}") from error
