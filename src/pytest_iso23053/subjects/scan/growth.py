"""What loading would cost beyond what the file holds: few bytes that become endless to hash, or more than memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.symbols import Global, Items, Made, Opaque

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_iso23053.subjects.scan.machine import Machine

_MOST_IN_KEY = 10_000
_MOST_COPIES = 10  # of copies
_MOST_BYTES = 64 << 20  # that are copied, beyond twice what has been read: once as a text, once into an array
_HASHING = {"set", "frozenset", "dict", "OrderedDict", "Counter", "defaultdict"}
_COPYING = {*_HASHING, "list", "tuple", "deque", "bytes", "bytearray"}
_REBUILT = "copyreg._reconstructor"
_EMPTY_ARRAYS = {"_reconstruct", "_mareconstruct"}


def of_keys(machine: Machine, values: Iterable[Any]) -> None:
    """Refuse keys that take without end to hash: a tuple of the same tuple twice doubles with each of a few bytes."""
    for key in _tuples(machine, values):
        waiting, parts = [key], 0
        while waiting:
            node = waiting.pop()
            parts += len(node) + 1
            if parts > _MOST_IN_KEY or machine.job.spent.hashed + parts > machine.job.limits.opcodes:
                raise Unreadable("keys of tuples within tuples, which take without end to hash", machine.opcode_at)
            waiting += _tuples(machine, node)
        machine.job.spent.hashed += parts


def _tuples(machine: Machine, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    found = []
    for each in values:
        if type(each) is tuple:
            found.append(each)
        elif type(each) is Made and str(each.cls or each.callee) == "builtins.tuple":
            raise Unreadable("a key that is a tuple made by a call, which no pickler writes", machine.opcode_at)
    return found


def of_call(machine: Machine, callee: Global, args: tuple[Any, ...]) -> None:
    """Refuse calls that copy what the file holds once again and again, or hash what cannot be."""
    _of_bytes(machine, args)
    name = callee.name
    if str(callee) == _REBUILT:
        args = args[2:]
    elif callee.module not in {"builtins", "collections"} or name not in _COPYING:
        return
    machine.job.spent.copied += sum(_length(machine, each) for each in args)
    if machine.job.spent.copied > machine.job.limits.copied:
        raise Unreadable("copies of its content that would fill the memory", machine.opcode_at)
    if name in _HASHING or str(callee) == _REBUILT:
        for each in args:
            if isinstance(each, Items) and each.hidden:
                raise Unreadable("keys that are not plain to see", machine.opcode_at)
            of_keys(machine, each.content if isinstance(each, Items) else each if isinstance(each, tuple) else ())


def _of_bytes(machine: Machine, values: Iterable[Any]) -> None:
    """Count what copies of long texts and bytes take; picklers write each of them once and hand it on once."""
    for value in values:
        made = type(value) is Made and value.args
        each = value.args[0] if made else value  # a text that _codecs.encode makes bytes of
        if type(each) is Opaque and each.size:
            machine.copied += each.size
            if machine.copied > 2 * machine.reader.offset + _MOST_BYTES:
                raise Unreadable("bytes that loading copies again and again", machine.opcode_at)


def _length(machine: Machine, value: Any) -> int:
    for _ in range(_MOST_COPIES):
        if not isinstance(value, Made):
            return value.count if isinstance(value, Items) else len(value) if isinstance(value, tuple) else 0
        if not isinstance(value.callee, Global) or not value.args:
            return 0
        if str(value.callee) == "builtins.range":
            return len(range(*value.args)) if all(type(each) is int for each in value.args) else 0
        if value.callee.name not in _COPYING:
            return 0
        value = value.args[-1]
    raise Unreadable("copies of copies without an end", machine.opcode_at)


def of_array(machine: Machine, target: Made, state: Any) -> None:
    """Refuse an array of objects whose shape claims more of them than its list holds: numpy makes room first."""
    if not isinstance(target.callee, Global) or target.callee.name not in _EMPTY_ARRAYS:
        return
    if not isinstance(state, tuple) or len(state) < 4:
        raise Unreadable("an array whose state numpy did not write", machine.opcode_at)
    _of_bytes(machine, state)
    shape, content = (state[0], state[3]) if len(state) == 4 else (state[1], state[4])
    if isinstance(content, Made) and str(content.cls or content.callee) == "builtins.list":
        raise Unreadable("an array whose content is a list made by a call", machine.opcode_at)
    if not isinstance(content, Items):
        return
    claimed = 1
    for each in shape if isinstance(shape, tuple) else (shape,):
        claimed *= each if type(each) is int else -1
    if claimed != content.count:
        raise Unreadable(f"an array of {claimed:,} objects, of which {content.count:,} are there", machine.opcode_at)
