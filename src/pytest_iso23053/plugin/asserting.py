"""Whether a test's body asserts anything, read from its source and cached by function."""

from __future__ import annotations

import inspect
import linecache
import sys
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.asserting import asserts

if TYPE_CHECKING:
    import pytest


def asserts_something(item: pytest.Item) -> bool:
    """Return False only where the body provably asserts nothing; what has no Python body gets the benefit."""
    function = getattr(item, "function", None) or getattr(item, "obj", None)
    if inspect.iscoroutinefunction(function) and _drops_coroutines(getattr(item, "cls", None)):
        return False
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    return True if code is None else _body_asserts(code)


def _drops_coroutines(cls: Any) -> bool:
    """Whether unittest calls an ``async def`` test without awaiting it, so that not a line of its body runs."""
    unittest = sys.modules.get("unittest")
    if unittest is None or not isinstance(cls, type) or not issubclass(cls, unittest.TestCase):
        return False
    # Whoever awaits coroutines (IsolatedAsyncioTestCase, trial, tornado, asynctest) replaces one of these two.
    return all(getattr(cls, name) is getattr(unittest.TestCase, name) for name in ("run", "_callTestMethod"))


@cache
def _body_asserts(code: Any) -> bool:
    try:
        source = _source(code)
    except (OSError, TypeError):
        return True
    return asserts(textwrap.dedent(source))


def _source(code: Any) -> str:
    """Read from the file by its name: inspect looks through every loaded module first, a tenth of a second's work."""
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    return "".join(inspect.getblock(lines)) if lines else inspect.getsource(code)
