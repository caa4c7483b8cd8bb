"""The opcodes that write a text, bytes or a number: short ones are kept, since names are made of them."""

from __future__ import annotations

import codecs
import struct
from typing import TYPE_CHECKING

from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.symbols import OUTSIDE, Opaque

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.machine import Machine

KEPT_TEXT = 1024  # characters; the longest text that is judged has about 700
KEPT_BYTES = 64
_DOUBLE = struct.Struct(">d")


def text(machine: Machine, size: int, encoding: str, errors: str = "strict") -> None:
    """A text of known size."""
    if size > KEPT_TEXT:
        machine.reader.skip(size)
        machine.stack.append(Opaque("str", size))
        return
    machine.job.spent.text += size + 60
    if machine.job.spent.text > machine.job.limits.text:
        raise Unreadable("beyond the limit of text", machine.opcode_at)
    machine.stack.append(machine.reader.take(size).decode(encoding, errors))


def bytes_(machine: Machine, size: int) -> None:
    """Bytes of known size."""
    if size > KEPT_BYTES:
        machine.reader.skip(size)
        machine.stack.append(Opaque("bytes", size))
    else:
        machine.stack.append(machine.reader.take(size))


def string_line(machine: Machine) -> None:
    """STRING: a text in quotes up to the end of the line."""
    begun = machine.reader.offset
    line = machine.reader.line()
    if line is None or len(line) > KEPT_TEXT:
        machine.stack.append(Opaque("str", machine.reader.offset - begun))
        return
    if len(line) < 2 or line[:1] not in (b"'", b'"') or line[-1:] != line[:1]:
        raise Unreadable("no pickle: a text without quotes", machine.opcode_at)
    machine.stack.append(codecs.escape_decode(line[1:-1])[0].decode("latin-1"))


def unicode_line(machine: Machine) -> None:
    """UNICODE: a text up to the end of the line."""
    begun = machine.reader.offset
    line = machine.reader.line()
    if line is None or len(line) > KEPT_TEXT:
        machine.stack.append(Opaque("str", machine.reader.offset - begun))
    else:
        machine.stack.append(line.decode("raw-unicode-escape"))


def number_line(machine: Machine, longest: int = 4300) -> str:
    """Return the digits up to the end of the line."""
    line = machine.reader.line()
    if line is None or len(line) > longest:
        raise Unreadable("a number of more digits than Python reads", machine.opcode_at)
    return line.decode("ascii")


def int_line(machine: Machine) -> None:
    """INT: also the two truth values."""
    digits = number_line(machine)
    machine.stack.append({"00": False, "01": True}.get(digits) if digits in {"00", "01"} else int(digits, 0))


def long_line(machine: Machine) -> None:
    """LONG."""
    machine.stack.append(int(number_line(machine).removesuffix("L"), 0))


def float_line(machine: Machine) -> None:
    """FLOAT."""
    machine.stack.append(float(number_line(machine)))


def double(machine: Machine) -> None:
    """BINFLOAT."""
    machine.stack.append(_DOUBLE.unpack(machine.reader.take(8))[0])


def long(machine: Machine, size: int) -> None:
    """A whole number of so many bytes."""
    if size < 0:
        raise Unreadable("no pickle: a negative size", machine.opcode_at)
    if size > KEPT_TEXT:
        machine.reader.skip(size)
        machine.stack.append(OUTSIDE)
    else:
        machine.stack.append(int.from_bytes(machine.reader.take(size), "little", signed=True))
