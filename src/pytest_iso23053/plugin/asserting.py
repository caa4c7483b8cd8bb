"""Whether a test's body asserts anything, read from its source and cached by function."""

from __future__ import annotations

import inspect
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.asserting import asserts

if TYPE_CHECKING:
    import pytest


def asserts_something(item: pytest.Item) -> bool:
    """Return False only where the body provably asserts nothing; what has no Python body gets the benefit."""
    function = getattr(item, "function", None) or getattr(item, "obj", None)
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    return True if code is None else _body_asserts(code)


@cache
def _body_asserts(code: Any) -> bool:
    try:
        source = inspect.getsource(code)
    except (OSError, TypeError):
        return True
    return asserts(textwrap.dedent(source))
