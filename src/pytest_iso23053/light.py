"""Data classes that cost little to define: an assurance run defines some sixty of them before its first test.

The standard library writes and compiles six methods for each of them, which together took a third of all that our
modules need to be imported. Here they share one set of methods. Fields, defaults, ``replace`` and ``fields`` are the
standard library's own, and type checkers see its ``dataclass``.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False) -> type | Callable[[type], type]:
        """Make a class with annotated fields a data class, as the standard library's decorator does.

        What else that one offers (slots, ``__post_init__``, fields that are not compared or not given) is not offered
        here.

        Examples
        --------
        >>> @dataclass(frozen=True)
        ... class Point:
        ...     x: int
        ...     y: int = 0
        >>> Point(1)
        Point(x=1, y=0)
        """
        methods = _FROZEN if frozen else _OPEN
        return partial(_light, methods) if cls is None else _light(methods, cls)


_NOT_GIVEN: Any = object()


def _light(methods: Mapping[str, Any], cls: Any) -> Any:
    fields = dataclasses.fields(dataclasses.dataclass(init=False, repr=False, eq=False)(cls))
    cls._names = tuple(each.name for each in fields)
    cls._defaults = {
        each.name: each.default if each.default is not dataclasses.MISSING else _NOT_GIVEN for each in fields
    }
    cls._factories = {
        each.name: each.default_factory for each in fields if each.default_factory is not dataclasses.MISSING
    }
    for name, method in methods.items():
        if name not in vars(cls):
            setattr(cls, name, method)
    return cls


def _init(self: Any, *given: Any, **named: Any) -> None:
    vars(self).update(_values(self, given, named))


def _init_open(self: Any, *given: Any, **named: Any) -> None:
    for name, value in _values(self, given, named).items():
        setattr(self, name, value)  # which may be a property of a class below


def _values(self: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(self._defaults)  # in the order of the fields, which is that of their keys in JSON
    values.update(zip(self._names, given, strict=False))
    values.update(named)
    known = len(self._names)
    twice = set(named).intersection(self._names[: len(given)]) if given else ()
    if len(given) > known or len(values) > known or twice:
        raise TypeError(f"{type(self).__name__} takes {', '.join(self._names)}, each once; got {given} and {named}")
    for name, value in values.items():
        if value is _NOT_GIVEN:
            values[name] = _made(self, name)
    return values


def _made(self: Any, name: str) -> Any:
    if name not in self._factories:
        raise TypeError(f"{type(self).__name__} needs {name!r}")
    return self._factories[name]()


def _content(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self._names)


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._names)})"


def _eq(self: Any, other: object) -> bool:
    return _content(self) == _content(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_content(self))


def _refuse(self: Any, name: str, *_: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot change {name!r} of {type(self).__name__}")


_SHARED = {"__repr__": _repr, "__eq__": _eq}
_FROZEN = _SHARED | {"__init__": _init, "__hash__": _hash, "__setattr__": _refuse, "__delattr__": _refuse}
_OPEN = _SHARED | {"__init__": _init_open, "__hash__": None}
