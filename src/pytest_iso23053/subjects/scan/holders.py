"""The opcodes that make and fill tuples, lists, dicts and sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan import acts, growth
from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.symbols import Items, callee_in

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.machine import Machine


def tuple_of(machine: Machine, count: int) -> None:
    """TUPLE1 to TUPLE3."""
    if len(machine.stack) < count:
        raise IndexError
    taken = tuple(machine.stack[-count:])
    acts.refuse_passing_on(machine, taken)
    machine.stack[-count:] = [taken]


def tuple_to_mark(machine: Machine) -> None:
    """TUPLE."""
    taken = tuple(machine.to_mark())
    acts.refuse_passing_on(machine, taken)
    machine.stack.append(taken)


def holder_to_mark(machine: Machine, kind: str) -> None:
    """LIST, DICT, FROZENSET: of what lies above the mark."""
    items = machine.to_mark()
    if kind == "dict" and len(items) % 2:
        raise Unreadable("no pickle: a key without a value", machine.opcode_at)
    _hashed(machine, kind, items)
    machine.stack.append(Items(kind, _checked(machine, items)))


def fill(machine: Machine, operation: str, items: list[Any]) -> None:
    """APPENDS, SETITEMS, ADDITEMS: what lies below gets the items."""
    if operation == "dict" and len(items) % 2:
        raise Unreadable("no pickle: a key without a value", machine.opcode_at)
    _checked(machine, items)
    _hashed(machine, operation, items)
    target = machine.stack[-1]
    if type(target) is Items and target.kind == operation:
        target.add(items)
    else:
        acts.fill(machine, target, operation, items)


def fill_last(machine: Machine, operation: str, count: int) -> None:
    """APPEND, SETITEM."""
    if len(machine.stack) <= count:
        raise IndexError
    items = machine.stack[-count:]
    del machine.stack[-count:]
    fill(machine, operation, items)


def _hashed(machine: Machine, kind: str, items: list[Any]) -> None:
    if kind != "list":
        growth.of_keys(machine, items[::2] if kind == "dict" else items)


def _checked(machine: Machine, values: list[Any]) -> list[Any]:
    if (found := callee_in(values)) is not None:
        machine.unsafe(f"hands {found} on, which is to be called by unpickling alone", str(found))
    return values
