"""The raw arrays that joblib writes between opcodes: passed over exactly as joblib reads them.

To ``pickle`` the same bytes would be opcodes. joblib's padding keeps the two apart, because its first byte is none;
files from before joblib 1.2 have no padding, and are read the other way as well.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.symbols import Global, Items, Made

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.machine import Machine

WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
_ALIGNMENT = 16
_MOST_NESTED = 20
_PEEKED = 1 << 16
_CODE = re.compile(r"([?biufcSUVOMm])(\d*)")
_HAS_OBJECTS = 1  # of numpy's flags
_MOST_FIELDS = 1000


def pass_over(machine: Machine, wrapper: Made) -> None:
    """Move the reader behind the array that a wrapper stands for.

    Raises
    ------
    Unreadable
        The wrapper is not as joblib writes it, or the array is not there.
    """
    state = wrapper.state.entries() if isinstance(wrapper.state, Items) else None
    needed = {"subclass", "shape", "order", "dtype", "allow_mmap"}
    if state is None or not needed <= set(state) <= {*needed, "numpy_array_alignment_bytes"}:
        raise Unreadable("an array that joblib did not write", machine.opcode_at)
    if not machine.arrays:
        return
    size, has_objects = layout(state["dtype"])
    count = _count(state["shape"])
    if machine.reader.offset < machine.frame_end:
        raise Unreadable("an array in the middle of a frame, where joblib looks for it behind", machine.opcode_at)
    if has_objects:
        _nested(machine)
        return
    alignment = state.get("numpy_array_alignment_bytes")
    if alignment == _ALIGNMENT:
        padding = machine.reader.take(1)[0]
        if padding > _ALIGNMENT:
            raise Unreadable(f"{padding} bytes of padding, where joblib writes at most {_ALIGNMENT}", machine.opcode_at)
        machine.reader.skip(padding)
    elif alignment is None:
        _refuse_opcodes(machine)
    else:
        raise Unreadable("an alignment that joblib does not use", machine.opcode_at)
    machine.reader.skip(count * size)


def _nested(machine: Machine) -> None:
    """An array of objects is a pickle of its own, with a memo of its own."""
    if machine.nesting >= _MOST_NESTED:
        raise Unreadable("pickles within pickles without an end", machine.opcode_at)
    inner = type(machine)(machine.job, machine.reader)
    inner.nesting = machine.nesting + 1
    inner.run()


def _refuse_opcodes(machine: Machine) -> None:
    """Read on as ``pickle`` would, which knows no raw arrays: soon it comes to a byte that is no opcode."""
    from pytest_iso23053.subjects.scan.reader import Reader

    ahead = machine.reader.peek(_PEEKED)
    trial = machine.job.trial()
    other = type(machine)(trial, Reader(io.BytesIO(ahead)), arrays=False)
    other.protocol, other.stack, other.memo = machine.protocol, list(machine.stack), list(machine.memo)
    other.marks = [list(each) for each in machine.marks]
    try:
        other.run()
    except Unreadable:
        if not trial.found_unsafe and other.reader.left:
            return
        if not trial.found_unsafe and len(ahead) < _PEEKED:
            return
    machine.unsafe("an array whose bytes are opcodes to pickle, though not to joblib")


def _count(shape: Any) -> int:
    count = 1
    if not isinstance(shape, tuple) or not all(type(each) is int and 0 <= each < 1 << 48 for each in shape):
        raise Unreadable("an array whose shape is no tuple of sizes")
    for each in shape:
        count *= each
    return count


def layout(dtype: Any, depth: int = 0) -> tuple[int, bool]:
    """Return the bytes of one element, and whether there are Python objects in it.

    Raises
    ------
    Unreadable
        The dtype is not as numpy pickles it; its flags decide how joblib reads the array, so nothing is guessed.
    """
    if not (isinstance(dtype, Made) and isinstance(dtype.callee, Global) and str(dtype.callee) == "numpy.dtype"):
        raise Unreadable("an array whose dtype numpy did not write")
    what = dtype.args[0] if dtype.args else None
    if isinstance(what, Global):
        what = "V0"
    code = _CODE.fullmatch(what) if isinstance(what, str) else None
    if code is None or depth > 10:
        raise Unreadable("an array of a dtype that is not known")
    kind, size = code[1], int(code[2] or 1)
    size *= 4 if kind == "U" else 1
    if dtype.state is None:
        return size, kind == "O"
    return _by_state(dtype.state, kind, size, depth)


def _by_state(state: Any, kind: str, size: int, depth: int) -> tuple[int, bool]:
    if not (isinstance(state, tuple) and len(state) in (8, 9) and type(state[5]) is int and type(state[7]) is int):
        raise Unreadable("an array of a dtype whose state numpy did not write")
    _, _, base, field_names, fields, stated, _, flags = state[:8]
    if kind in "SUV" and stated >= 0:
        size = stated
    has_objects = kind == "O"
    if kind == "V" and fields is not None:
        has_objects = _objects_in(fields, field_names, depth)
    elif kind == "V" and base is not None:
        if not (isinstance(base, tuple) and len(base) == 2):
            raise Unreadable("an array of a dtype whose state numpy did not write")
        has_objects = layout(base[0], depth + 1)[1]
    elif fields is not None or base is not None:
        raise Unreadable("an array of a dtype with fields that its code does not have")
    if bool(flags & _HAS_OBJECTS) != has_objects:
        raise Unreadable("an array whose dtype says something else than its flags")
    return size, has_objects


def _objects_in(fields: Any, field_names: Any, depth: int) -> bool:
    entries = fields.entries() if isinstance(fields, Items) else None
    if entries is None or not isinstance(field_names, tuple) or len(entries) > _MOST_FIELDS:
        raise Unreadable("an array of a dtype whose fields are not plain to see")
    if not all(isinstance(each, tuple) and len(each) in (2, 3) for each in entries.values()):
        raise Unreadable("an array of a dtype whose fields are not plain to see")
    # all of them: each may be one to refuse
    found = [layout(each[0], depth + 1)[1] for each in entries.values()]
    return any(found)
