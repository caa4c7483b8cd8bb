"""Functions that genuine artefacts call, and what they must not be called with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan import names
from pytest_iso23053.subjects.scan.symbols import OUTSIDE, Global, Items, Made, Opaque

if TYPE_CHECKING:
    from collections.abc import Callable

_BIT_GENERATOR = "numpy.random._pickle.__bit_generator_ctor"
_TAKE_IT = {"numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__generator_ctor"}
_BIT_GENERATORS = {"MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"}
_MOST_NUMBERS = 1_000_000  # of a range: whoever takes it as a list has them all
_INDEX = re.compile(r"pandas\.(core\.indexes\.|(\w*Index)\Z)")
_BASES = {"builtins.object", "builtins.dict", "builtins.list", "builtins.set", "builtins.tuple"}
_ARRAYS = re.compile(r"numpy\.(ndarray|matrix|memmap|recarray|ma\.(core\.)?MaskedArray|matrixlib\.defmatrix\.matrix)")
_DISTRIBUTIONS = {"scipy.stats._discrete_distns", "scipy.stats._distn_infrastructure"}
_DTYPE = re.compile(r"[|<>=]?([?bhilqpBHILQPefdgFDGSUVOMm]\d*|[biufcSUVOMm]\d+)|[a-z]+\d*")


def may_be_passed(function: Global) -> bool:
    """Whether a function may stand among the arguments of another."""
    return str(function) == _BIT_GENERATOR


def takes(callee: Global, passed: Global) -> bool:
    """Whether that other function is this one."""
    return str(callee) in _TAKE_IT and may_be_passed(passed)


def class_made(callee: Global, args: tuple[Any, ...]) -> Any:
    """Return the class of what a function makes, where an argument names it; else what was called."""
    named = args[0] if args else None
    if callee.kind in names.CALLEES and isinstance(named, Global) and named.kind in names.TYPES:
        return callee if callee.name in {"dtype", "getattr"} else named
    return callee


def objection(callee: Global, args: tuple[Any, ...]) -> str | None:
    """Say what is wrong with a call; None where nothing is."""
    if callee.kind == names.FUNCTION and callee.name.startswith(("__pyx_unpickle_", "newObj")):
        return None if _is_type(args, 0) else "with what is no class"
    if callee.kind != names.CHECKED:
        return None
    return _CHECKS[callee.name](args)


def _is_type(args: tuple[Any, ...], place: int) -> bool:
    return len(args) > place and isinstance(args[place], Global) and args[place].kind in names.TYPES


def _text(args: tuple[Any, ...], place: int) -> bool:
    return len(args) > place and (
        isinstance(args[place], str | bytes)
        or (isinstance(args[place], Opaque) and args[place].kind in {"str", "bytes"})
    )


def _reconstruct(args: tuple[Any, ...]) -> str | None:
    """An empty array of a class of numpy's; a shape of any size would be allocated at once."""
    if len(args) == 3 and _is_array(args[0]) and args[1] == (0,):
        return None
    return "with something else than an empty array of numpy's"


def _is_array(cls: Any) -> bool:
    return isinstance(cls, Global) and (cls.kind == names.OWN or _ARRAYS.fullmatch(str(cls)) is not None)


def _masked(args: tuple[Any, ...]) -> str | None:
    good = len(args) == 4 and _is_array(args[0]) and _is_array(args[1]) and args[2] == (0,)
    return None if good else "with something else than an empty masked array"


def _frombuffer(args: tuple[Any, ...]) -> str | None:
    return None if len(args) == 4 and not isinstance(args[0], Global) else "with something else than a buffer"


def _scalar(args: tuple[Any, ...]) -> str | None:
    """Without a value numpy allocates whatever size the dtype claims."""
    return None if len(args) == 2 and isinstance(args[0], Made) else "without a dtype and a value"


def _dtype(args: tuple[Any, ...]) -> str | None:
    """As numpy pickles it: a code, not aligned, a copy; the shared dtypes of the process must not get a state."""
    if not 1 <= len(args) <= 3 or not all(type(each) in (bool, int) and each in (0, 1) for each in args[1:]):
        return "with arguments that numpy does not write"
    what = args[0]
    if isinstance(what, str) and _DTYPE.fullmatch(what):
        return None
    return None if isinstance(what, Global) and what.module == "numpy" else "with what is no code of a type"


def _ufunc(args: tuple[Any, ...]) -> str | None:
    """It imports the module that its argument names."""
    if len(args) == 2 and all(isinstance(each, str) for each in args):
        module, name = args
        known = re.fullmatch(r"numpy(\._?core\._?(multiarray_)?umath)?|scipy\.special\._ufuncs", module)
        home = "scipy.special" if module.startswith("scipy") else "numpy"
        if known and names.kind_of(home, name) == names.REFERENCE:
            return None
    return "to import something else than a function of numpy's"


def _partial(args: tuple[Any, ...]) -> str | None:
    if args and isinstance(args[0], Global) and args[0].kind in {names.REFERENCE, names.OWN, names.REFUSED}:
        return None
    return "around something else than a known function"


def _rebuilt(args: tuple[Any, ...]) -> str | None:
    """copyreg._reconstructor: ``base.__new__(cls, state)``, and ``base.__init__`` where base is not object."""
    good = len(args) == 3 and _newable(args[0]) and isinstance(args[1], Global) and str(args[1]) in _BASES
    return None if good and not isinstance(args[2], Global) else "for what is no class by name"


def _newable(cls: Any) -> bool:
    return isinstance(cls, Global) and cls.kind in names.NEWABLE


def _newobj(args: tuple[Any, ...]) -> str | None:
    good = args and _newable(args[0]) and (len(args) == 1 or args[0].kind != names.CLASS)
    return None if good else "for what is no class by name"


def _newobj_ex(args: tuple[Any, ...]) -> str | None:
    good = len(args) == 3 and _newable(args[0]) and args[1] == () and isinstance(args[2], Items) and not args[2].count
    return None if good or (args and isinstance(args[0], Global) and args[0].kind == names.OWN) else "with keywords"


def _encode(args: tuple[Any, ...]) -> str | None:
    """An encoding is imported by its name."""
    return (
        None if len(args) == 2 and _text(args, 0) and args[1] in ("latin1", "latin-1") else "in an encoding of its own"
    )


def _bytes(args: tuple[Any, ...]) -> str | None:
    """``bytearray(10**12)`` would be so long."""
    is_text = _text(args, 0) or (bool(args) and isinstance(args[0], Made) and str(args[0].callee) == "_codecs.encode")
    good = not args or (is_text and args[1:] in ((), ("latin-1",), ("latin1",)))
    return None if good or (len(args) == 1 and isinstance(args[0], Items)) else "with something else than bytes"


def _type(args: tuple[Any, ...]) -> str | None:
    return None if args == (None,) else "to make a class"


def _range(args: tuple[Any, ...]) -> str | None:
    good = args and all(type(each) is int and abs(each) <= _MOST_NUMBERS for each in args)
    return None if good else f"over more than {_MOST_NUMBERS:,} numbers"


def _slice(args: tuple[Any, ...]) -> str | None:
    return "with a function" if any(isinstance(each, Global) for each in args) else None


def _random(args: tuple[Any, ...]) -> str | None:
    """They call their second argument with the first."""
    if args and isinstance(args[0], str) and args[0] not in _BIT_GENERATORS:
        return "for an unknown generator"
    if args and isinstance(args[0], Global) and not args[0].module.startswith("numpy.random."):
        return "for a class that is no generator"
    good = len(args) < 2 or (len(args) == 2 and isinstance(args[1], Global) and str(args[1]) == _BIT_GENERATOR)
    return None if good else "with a function of its own"


def _new_index(args: tuple[Any, ...]) -> str | None:
    good = len(args) == 2 and isinstance(args[0], Global) and _INDEX.match(str(args[0]))
    return None if good else "for what is no index of pandas'"


def _getattr(args: tuple[Any, ...]) -> str | None:
    """A method by its exact name: the entropy of a discrete distribution of scipy's, an interpolation's own step.

    What comes of it is held and not called: a call needs a class or function by its name.
    """
    if len(args) == 2 and isinstance(args[0], Made) and isinstance(args[0].cls, Global) and args[1] == "_entropy":
        cls = args[0].cls
        if cls.kind == names.CLASS and cls.module in _DISTRIBUTIONS:
            return None
    of_class = len(args) == 2 and isinstance(args[0], Global) and isinstance(args[1], str)
    if of_class and names.kind_of(args[0].module, f"{args[0].name}.{args[1]}") == names.REFERENCE:
        return None
    return "for something else than a known method"


def _block(args: tuple[Any, ...]) -> str | None:
    return "with a function" if any(isinstance(each, Global) for each in args) else None


def _pattern(args: tuple[Any, ...]) -> str | None:
    good = len(args) == 2 and isinstance(args[0], str | bytes) and type(args[1]) is int
    return None if good else "with what is no pattern"


def _tensor(args: tuple[Any, ...]) -> str | None:
    good = args and (args[0] is OUTSIDE or isinstance(args[0], Made))
    return None if good and not any(isinstance(each, Global) for each in args) else "with something else than a tensor"


_CHECKS: dict[str, Callable[[tuple[Any, ...]], str | None]] = {
    "_reconstruct": _reconstruct,
    "_mareconstruct": _masked,
    "_frombuffer": _frombuffer,
    "scalar": _scalar,
    "dtype": _dtype,
    "_ufunc_reconstruct": _ufunc,
    "partial": _partial,
    "_reconstructor": _rebuilt,
    "__newobj__": _newobj,
    "__newobj_ex__": _newobj_ex,
    "encode": _encode,
    "bytearray": _bytes,
    "bytes": _bytes,
    "type": _type,
    "range": _range,
    "slice": _slice,
    "__randomstate_ctor": _random,
    "__generator_ctor": _random,
    "__bit_generator_ctor": _random,
    "_new_Index": _new_index,
    "_new_DatetimeIndex": _new_index,
    "_new_PeriodIndex": _new_index,
    "getattr": _getattr,
    "_unpickle_block": _block,
    "_compile": _pattern,
    "_rebuild_tensor": _tensor,
    "_rebuild_tensor_v2": _tensor,
    "_rebuild_parameter": _tensor,
    "_rebuild_parameter_with_state": _tensor,
}
