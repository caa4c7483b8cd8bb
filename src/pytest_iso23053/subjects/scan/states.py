"""States that do more than fill an instance: classes whose ``__setstate__`` must not get just anything."""

from __future__ import annotations

import re
from typing import Any

from pytest_iso23053.subjects.scan import names
from pytest_iso23053.subjects.scan.symbols import Global, Items, Made

_KEY = "_parse_arg_template"
_NAMES = r"[\w\s,]*"
# What scipy writes there, and runs with exec when a distribution gets its state (_distn_infrastructure.py).
_TEMPLATE = re.compile(
    rf"\s*def _parse_args\(self, (?P<shapes>{_NAMES}) loc=[\d.]+(, scale=[\d.]+)?\):\n"
    rf"    return \({_NAMES}\), {_NAMES}[\d.]*\n\s*"
    rf"def _parse_args_rvs\(self, {_NAMES} loc=[\d.]+(, scale=[\d.]+)?, size=None\):\n"
    rf"    return self\._argcheck_rvs\({_NAMES}[\d.]*, size=size\)\n\s*"
    rf"def _parse_args_stats\(self, {_NAMES} loc=[\d.]+(, scale=[\d.]+)?, moments='mv'\):\n"
    rf"    return \({_NAMES}\), {_NAMES}[\d.]*, moments\n\s*"
)


def objection(cls: Global, target: Made, state: Any) -> str | None:
    """Say what is wrong with a state; None where nothing is."""
    if cls.module.startswith("scipy.stats."):
        return _of_distribution(state)
    if str(cls) == "functools.partial":
        return _of_partial(state)
    if str(cls) == "numpy.vectorize":
        return _of_vectorize(state)
    if str(cls) == "builtins.getattr":
        return "attributes that its function would share with the whole process"
    if str(cls) == "numpy.dtype":
        return None if _is_copy(target.args) else "a state that the whole process would share"
    return _of_slots(state)


def _of_distribution(state: Any) -> str | None:
    """The text under one key is run. Whatever could hide that key hides it from us as well, and is refused."""
    entries = state.entries() if isinstance(state, Items) else None
    if entries is None:
        return "a state that is not plain to see, and of which a part would be run"
    template = entries.get(_KEY, "")
    if isinstance(template, str) and (not template or _TEMPLATE.fullmatch(template)):
        return None
    return "a text to run (its __setstate__ calls exec)"


def _of_partial(state: Any) -> str | None:
    known = {names.REFERENCE, names.OWN, names.REFUSED}
    if isinstance(state, tuple) and len(state) == 4 and isinstance(state[0], Global) and state[0].kind in known:
        return None
    return "something else than a known function"


def _of_vectorize(state: Any) -> str | None:
    """What it calls for each number when it is used: here a method that is known, and nothing else."""
    entries = state.entries() if isinstance(state, Items) else None
    function = entries.get("pyfunc") if entries is not None else None
    if isinstance(function, Made) and str(function.callee) == "builtins.getattr":
        return None
    return "something else than a known method to call"


def _is_copy(args: tuple[Any, ...]) -> bool:
    return len(args) == 3 and args[2] in (1, True)


def _of_slots(state: Any) -> str | None:
    """A pair of states sets attributes one by one, through the class's own setters; none may be the language's."""
    plain = state.content[::2] if isinstance(state, Items) and state.kind == "dict" else []
    if any(isinstance(key, str) and key.startswith("__") and key.endswith("__") for key in plain):
        return "attributes that belong to the language"
    if isinstance(state, tuple) and len(state) == 2 and isinstance(state[1], Items):
        keys = state[1].content[::2] if state[1].kind == "dict" else []
        if any(not isinstance(key, str) or key.startswith("__") for key in keys) or state[1].count > len(
            state[1].content
        ):
            return "attributes that belong to the language"
    return None
