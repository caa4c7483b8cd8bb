"""A pickle machine that imports and calls nothing: it follows every opcode with symbols in the place of objects.

What pickletools lists is not what a pickle does: names are computed on the stack, fetched from the memo, and joblib
writes raw bytes between opcodes. So the stack and the memo are kept as ``pickle`` keeps them. Where its two
implementations, in C and in Python, would read a stream differently, it is refused.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan import acts, holders, literals
from pytest_iso23053.subjects.scan.job import Job, Unreadable
from pytest_iso23053.subjects.scan.symbols import Items

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.subjects.scan.reader import Reader

_GAP = 2  # Python 2 counted the memo from one
_STOP = 0x2E
_NOW_AND_THEN = 1023
_UINT16, _INT32, _UINT32, _UINT64 = (struct.Struct(code) for code in ("<H", "<i", "<I", "<Q"))


class Machine:
    """One unpickler: its stack, its marks and its memo.

    Parameters
    ----------
    job : Job
        Where findings go, and what may be spent.
    reader : Reader
        At the first opcode.
    persistent : bool
        Whether persistent ids are answered, as PyTorch does for the storages of tensors.
    arrays : bool
        Whether raw arrays are passed over, as joblib's unpickler does.
    """

    def __init__(self, job: Job, reader: Reader, *, persistent: bool = False, arrays: bool = True) -> None:
        self.job = job
        self.reader = reader
        self.persistent = persistent
        self.arrays = arrays
        self.nesting = 0
        self.protocol = 0
        self.frame_end = 0
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: list[Any] = []
        self.skipped = False  # whether a place in the memo was left out
        self.copied = 0  # bytes that loading would copy
        self.opcode_at = 0

    def run(self) -> Any:
        """Follow one pickle to its end, and return what it would build.

        Raises
        ------
        Unreadable
            It is damaged, cut short, or beyond a limit.
        """
        try:
            self._loop()
            result = self.stack.pop()
            acts.refuse_passing_on(self, (result,))
            return result
        except IndexError:
            raise Unreadable("no pickle that could be loaded: its stack runs empty", self.opcode_at) from None
        except (ValueError, UnicodeError, struct.error) as error:
            raise Unreadable(f"no pickle that could be loaded: {type(error).__name__}", self.opcode_at) from error

    def _loop(self) -> None:
        reader, spent, limits, handlers = self.reader, self.job.spent, self.job.limits, _HANDLERS
        begun = left = limits.opcodes - spent.opcodes
        try:
            while True:
                if reader.at >= reader.end:
                    reader.fill()
                code = reader.buffer[reader.at]
                self.opcode_at = reader.base + reader.at
                reader.at += 1
                if code == _STOP:
                    return
                handler = handlers[code]
                if handler is None:
                    raise Unreadable(f"no pickle: byte 0x{code:02x} is no opcode", self.opcode_at)
                handler(self)
                left -= 1
                if not left & _NOW_AND_THEN and (left <= 0 or len(self.stack) > limits.stack or self.job.full):
                    raise Unreadable("longer than any genuine artefact: beyond the limit of opcodes", self.opcode_at)
        finally:
            spent.opcodes += begun - left

    def unsafe(self, reason: str, name: str = "") -> None:
        """Note what this opcode would do."""
        self.job.unsafe(reason, self.opcode_at, name)

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self.stack.append(value)

    def to_mark(self) -> list[Any]:
        """Take what lies above the last mark."""
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def _mark(self) -> None:
        if len(self.marks) > 100_000:
            raise Unreadable("beyond the limit of marks", self.opcode_at)
        self.marks.append(self.stack)
        self.stack = []

    def _pop(self) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.to_mark()

    def size(self, form: struct.Struct) -> int:
        """Return a number of fixed width."""
        value: int = form.unpack(self.reader.take(form.size))[0]
        if value < 0:
            raise Unreadable("no pickle: a negative size", self.opcode_at)
        return value

    def _memoize(self) -> None:
        if self.skipped:
            raise Unreadable("a memo that is numbered in two ways", self.opcode_at)
        self._store(len(self.memo))

    def _store(self, index: int) -> None:
        value, memo = self.stack[-1], self.memo
        if index < 0 or index > len(memo) + _GAP or index > self.job.limits.memo:
            raise Unreadable(f"place {index:,} of a memo of {len(memo):,}: no pickler writes that", self.opcode_at)
        if index < len(memo):
            memo[index] = value
            return
        while len(memo) < index:
            memo.append(None)
            self.skipped = True
        memo.append(value)

    def _fetch(self, index: int) -> None:
        if index < 0:
            raise Unreadable("no pickle: a negative place in the memo", self.opcode_at)
        self.stack.append(self.memo[index])

    def _proto(self) -> None:
        protocol = self.reader.take(1)[0]
        if protocol > 5:
            raise Unreadable(f"pickle protocol {protocol}, which does not exist", self.opcode_at)
        self.protocol = protocol

    def _frame(self) -> None:
        length = self.size(_UINT64)
        if self.reader.offset - 9 < self.frame_end:
            raise Unreadable("a frame within a frame, which only one of Python's two unpicklers reads", self.opcode_at)
        if length > self.reader.left:
            raise Unreadable(f"a frame of {length:,} bytes, of which {self.reader.left:,} are there", self.opcode_at)
        self.frame_end = self.reader.offset + length

    def _out_of_band(self) -> None:
        raise Unreadable("its buffers lie outside of it", self.opcode_at)

    def _extension(self) -> None:
        self.unsafe("imports by a number of copyreg's extension registry, which only the process knows")
        raise Unreadable("what follows an extension code", self.opcode_at)


def _handlers() -> list[Callable[[Machine], None] | None]:
    """One function for each opcode; the letters are those of pickletools."""
    m = Machine
    table: dict[str, Callable[[Machine], Any]] = {
        "(": m._mark,
        "0": m._pop,
        "1": lambda self: self.to_mark() and None,
        "2": lambda self: self.stack.append(self.stack[-1]),
        "F": literals.float_line,
        "I": literals.int_line,
        "J": lambda self: self.stack.append(_INT32.unpack(self.reader.take(4))[0]),
        "K": lambda self: self.stack.append(self.reader.take(1)[0]),
        "L": literals.long_line,
        "M": lambda self: self.stack.append(_UINT16.unpack(self.reader.take(2))[0]),
        "N": lambda self: self.stack.append(None),
        "P": lambda self: acts.persistent(self, literals.number_line(self, 1024)),
        "Q": lambda self: acts.persistent(self, self.stack.pop()),
        "R": acts.reduce,
        "S": literals.string_line,
        "T": lambda self: literals.text(self, self.size(_INT32), "latin-1"),
        "U": lambda self: literals.text(self, self.reader.take(1)[0], "latin-1"),
        "V": literals.unicode_line,
        "X": lambda self: literals.text(self, self.size(_UINT32), "utf-8", "surrogatepass"),
        "a": lambda self: holders.fill_last(self, "list", 1),
        "b": acts.build,
        "c": acts.import_by_lines,
        "d": lambda self: holders.holder_to_mark(self, "dict"),
        "e": lambda self: holders.fill(self, "list", self.to_mark()),
        "g": lambda self: self._fetch(int(literals.number_line(self, 20))),
        "h": lambda self: self.stack.append(self.memo[self.reader.take(1)[0]]),
        "i": acts.instance_by_lines,
        "j": lambda self: self._fetch(self.size(_UINT32)),
        "l": lambda self: holders.holder_to_mark(self, "list"),
        "o": acts.instance,
        "p": lambda self: self._store(int(literals.number_line(self, 20))),
        "q": lambda self: self._store(self.reader.take(1)[0]),
        "r": lambda self: self._store(self.size(_UINT32)),
        "s": lambda self: holders.fill_last(self, "dict", 2),
        "t": holders.tuple_to_mark,
        "u": lambda self: holders.fill(self, "dict", self.to_mark()),
        "]": lambda self: self.stack.append(Items("list")),
        "}": lambda self: self.stack.append(Items("dict")),
        ")": lambda self: self.stack.append(()),
        "G": literals.double,
        "B": lambda self: literals.bytes_(self, self.size(_UINT32)),
        "C": lambda self: literals.bytes_(self, self.reader.take(1)[0]),
        "\x80": m._proto,
        "\x81": acts.new_object,
        "\x82": m._extension,
        "\x83": m._extension,
        "\x84": m._extension,
        "\x85": lambda self: holders.tuple_of(self, 1),
        "\x86": lambda self: holders.tuple_of(self, 2),
        "\x87": lambda self: holders.tuple_of(self, 3),
        "\x88": lambda self: self.stack.append(True),
        "\x89": lambda self: self.stack.append(False),
        "\x8a": lambda self: literals.long(self, self.reader.take(1)[0]),
        "\x8b": lambda self: literals.long(self, self.size(_INT32)),
        "\x8c": lambda self: literals.text(self, self.reader.take(1)[0], "utf-8", "surrogatepass"),
        "\x8d": lambda self: literals.text(self, self.size(_UINT64), "utf-8", "surrogatepass"),
        "\x8e": lambda self: literals.bytes_(self, self.size(_UINT64)),
        "\x8f": lambda self: self.stack.append(Items("set")),
        "\x90": lambda self: holders.fill(self, "set", self.to_mark()),
        "\x91": lambda self: holders.holder_to_mark(self, "frozenset"),
        "\x92": acts.new_object_with_keywords,
        "\x93": acts.import_from_stack,
        "\x94": m._memoize,
        "\x95": m._frame,
        "\x96": lambda self: literals.bytes_(self, self.size(_UINT64)),
        "\x97": m._out_of_band,
        "\x98": lambda _: None,
    }
    return [table.get(chr(code)) for code in range(256)]


_HANDLERS = _handlers()
