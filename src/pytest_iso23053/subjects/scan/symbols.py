"""What stands on the stack instead of objects: enough of each to know what would be done with it."""

from __future__ import annotations

from typing import Any

from pytest_iso23053.subjects.scan.names import CALLEES

KEPT = 64  # items of a container that are kept; what is judged by its items has few


class Opaque:
    """A value whose content plays no part: a long text, many bytes, what came from outside."""

    __slots__ = ("kind", "size")

    def __init__(self, kind: str, size: int = 0) -> None:
        self.kind = kind
        self.size = size  # in bytes, as they stand in the file


OUTSIDE = Opaque("outside")


class Global:
    """What an import would give: a class or function by its name."""

    __slots__ = ("kind", "module", "name")

    def __init__(self, module: str, name: str, kind: str) -> None:
        self.module = module
        self.name = name
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


class Made:
    """What a call would return, or an instance of a class."""

    __slots__ = ("args", "callee", "cls", "state")

    def __init__(self, callee: Any, args: tuple[Any, ...], cls: Any = None) -> None:
        self.callee = callee
        self.args = args
        self.cls = cls  # the class of the instance where it is not what was called
        self.state: Any = None


class Items:
    """A list, dict, set or frozenset: its first items, keys and values in turn, and how many there are."""

    __slots__ = ("content", "count", "hidden", "kind")

    def __init__(self, kind: str, content: list[Any] | None = None) -> None:
        self.kind = kind
        self.content: list[Any] = []
        self.count = 0
        self.hidden = False  # whether something stands beyond the first that could be a key of many parts
        if content:
            self.add(content)

    def add(self, values: list[Any]) -> None:
        """Add values, of which the first are kept."""
        self.count += len(values)
        if len(self.content) < KEPT:
            room = KEPT - len(self.content)
            self.content += values[:room]
            values = values[room:]
        if not self.hidden and values:
            self.hidden = not _PARTS.isdisjoint(map(type, values)) and any(map(_has_parts, values))

    def entries(self) -> dict[str, Any] | None:
        """Return a dict by its keys; None unless all is known: every entry kept, each key plain text and there once."""
        if self.kind != "dict" or self.count != len(self.content):
            return None
        keys = self.content[::2]
        if len(set(map(id, keys))) > KEPT or not all(type(key) is str for key in keys) or len(set(keys)) != len(keys):
            return None
        return dict(zip(keys, self.content[1::2], strict=True))


_PARTS = {tuple, Made}


def _has_parts(value: Any) -> bool:
    """Whether a value is a tuple of more than plain values."""
    if type(value) is Made:
        return str(value.cls or value.callee) == "builtins.tuple"
    return type(value) is tuple and (len(value) > KEPT or not _PARTS.isdisjoint(map(type, value)))


def callee_in(values: Any) -> Global | None:
    """Return a function that may be called and be nothing else, where one stands among values."""
    if Global not in map(type, values):
        return None
    return next((each for each in values if type(each) is Global and each.kind in CALLEES), None)
