"""The opcodes that import, call and build: where unpickling becomes running a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan import arrays, calls, growth, names, states
from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.symbols import OUTSIDE, Global, Items, Made, callee_in

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.machine import Machine

_HOLDERS = {"list": names.SEQUENCE, "dict": names.MAPPING, "set": ""}
_STORAGE = "storage"


def import_by_lines(machine: Machine) -> None:
    """GLOBAL: module and name on two lines."""
    module, name = machine.reader.line(), machine.reader.line()
    if module is None or name is None:
        raise Unreadable("a name longer than any", machine.opcode_at)
    machine.push(_imported(machine, module.decode("utf-8"), name.decode("utf-8")))


def import_from_stack(machine: Machine) -> None:
    """STACK_GLOBAL: module and name from the stack, however they came there."""
    name, module = machine.stack.pop(), machine.stack.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        machine.unsafe("imports by a name that only running it would tell")
        machine.push(Global("?", "?", names.REFUSED))
        return
    machine.push(_imported(machine, module, name))


def _imported(machine: Machine, module: str, name: str) -> Global:
    if machine.protocol < 3:
        module, name = _python_3(module, name)
    kind = names.kind_of(module, name)
    if kind == names.REFUSED and machine.job.admits(module, name):
        kind = names.OWN
    found = Global(module, name, kind)
    if kind == names.REFUSED:
        machine.unsafe(f"imports {found}{_why(module, name)}", str(found))
    return found


def _python_3(module: str, name: str) -> tuple[str, str]:
    """What Python 2 called by another name, as ``pickle`` itself translates it."""
    from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

    if (module, name) in NAME_MAPPING:
        return NAME_MAPPING[module, name]
    return IMPORT_MAPPING.get(module, module), name


def _why(module: str, name: str) -> str:
    if "." in name:
        return ", which leads through other objects"
    return ", which runs code that nobody can judge from here" if module.startswith("cloudpickle") else ""


def refuse_passing_on(machine: Machine, values: tuple[Any, ...]) -> None:
    """A function that unpickling may call must not reach another that would call it, unlooked at."""
    found = callee_in(values)
    if found is not None and not calls.may_be_passed(found):
        machine.unsafe(f"hands {found} on, which is to be called by unpickling alone", str(found))


def reduce(machine: Machine) -> None:
    """REDUCE: call what stands below with the arguments on top."""
    args, callee = machine.stack.pop(), machine.stack.pop()
    if not isinstance(args, tuple):
        raise Unreadable("a call whose arguments are no tuple", machine.opcode_at)
    machine.push(_called(machine, callee, args))


def _called(machine: Machine, callee: Any, args: tuple[Any, ...]) -> Made:
    made = Made(callee, args)
    if not isinstance(callee, Global):
        machine.unsafe("calls what is no class or function by name")
        return made
    if callee.kind in {names.REFUSED, names.OWN}:
        return made
    if callee.kind not in names.CALLABLE:
        machine.unsafe(f"calls {callee}, which a genuine artefact only holds", str(callee))
        return made
    if (passed := callee_in(args)) is not None and not calls.takes(callee, passed):
        machine.unsafe(f"hands {passed} to {callee}", str(passed))
    if (reason := calls.objection(callee, args)) is not None:
        machine.unsafe(f"calls {callee} {reason}", str(callee))
    growth.of_call(machine, callee, args)
    made.cls = calls.class_made(callee, args)
    return made


def new_object(machine: Machine) -> None:
    """NEWOBJ: an instance without its ``__init__``."""
    args, cls = machine.stack.pop(), machine.stack.pop()
    _new(machine, cls, args)


def new_object_with_keywords(machine: Machine) -> None:
    """NEWOBJ_EX: likewise, with keywords."""
    keywords, args, cls = machine.stack.pop(), machine.stack.pop(), machine.stack.pop()
    if not (isinstance(keywords, Items) and keywords.kind == "dict"):
        raise Unreadable("an instance whose keywords are no dict", machine.opcode_at)
    if keywords.count and isinstance(cls, Global) and cls.kind not in {names.OWN, names.REFUSED}:
        machine.unsafe(f"makes a {cls} with keywords", str(cls))
    _new(machine, cls, args)


def _new(machine: Machine, cls: Any, args: Any) -> None:
    if not isinstance(args, tuple):
        raise Unreadable("an instance whose arguments are no tuple", machine.opcode_at)
    made = Made(cls, args, cls)
    if not isinstance(cls, Global):
        machine.unsafe("makes an instance of what is no class by name")
    elif cls.kind not in names.NEWABLE or (args and cls.kind == names.CLASS):
        machine.unsafe(f"makes a {cls}{' with arguments' if args else ''}, which a genuine artefact does not", str(cls))
    else:
        growth.of_call(machine, cls, args)
    machine.push(made)


def instance_by_lines(machine: Machine) -> None:
    """INST: a class by name, called with what lies above the mark."""
    module, name = machine.reader.line(), machine.reader.line()
    if module is None or name is None:
        raise Unreadable("a name longer than any", machine.opcode_at)
    cls = _imported(machine, module.decode("ascii"), name.decode("ascii"))
    _instantiate(machine, cls, tuple(machine.to_mark()))


def instance(machine: Machine) -> None:
    """OBJ: a class from the stack, called with what lies above it."""
    cls, *args = machine.to_mark()
    _instantiate(machine, cls, tuple(args))


def _instantiate(machine: Machine, cls: Any, args: tuple[Any, ...]) -> None:
    refuse_passing_on(machine, args)
    if args or not (isinstance(cls, Global) and cls.kind in names.NEWABLE):
        machine.push(_called(machine, cls, args))
    else:
        _new(machine, cls, ())


def build(machine: Machine) -> None:
    """BUILD: give an instance its state, through ``__setstate__``, its ``__dict__`` or its setters."""
    state, target = machine.stack.pop(), machine.stack[-1]
    refuse_passing_on(machine, (state,))
    if not isinstance(target, Made):
        # The module of a function can be reached through its __globals__: https://github.com/protectai/modelscan/issues/330
        what = f"changes {target}" if isinstance(target, Global) else "gives a state to what is no instance"
        machine.unsafe(what, str(target) if isinstance(target, Global) else "")
        return
    cls = target.cls or target.callee
    is_known = isinstance(cls, Global) and cls.kind not in {names.OWN, names.REFUSED}
    if is_known and (reason := states.objection(cls, target, state)) is not None:
        machine.unsafe(f"gives a {cls} {reason}", str(cls))
    growth.of_array(machine, target, state)
    built_before, target.state = target.state is not None, state
    if isinstance(cls, Global) and str(cls) == arrays.WRAPPER:
        if built_before:
            raise Unreadable("an array that is read twice", machine.opcode_at)
        arrays.pass_over(machine, target)


def fill(machine: Machine, target: Any, operation: str, items: list[Any]) -> None:
    """APPEND, SETITEM, ADDITEMS on what is not a plain container: a method of it is called."""
    cls = (target.cls or target.callee) if isinstance(target, Made) else None
    if isinstance(cls, Global) and cls.kind in {_HOLDERS[operation], names.OWN, names.REFUSED}:
        return
    if not items:
        return
    machine.unsafe(f"fills {cls if isinstance(cls, Global) else 'what is no container'} as if it were a {operation}")


def persistent(machine: Machine, key: Any) -> None:
    """PERSID: what the reader answers; PyTorch's, with the storage of a tensor."""
    if not machine.persistent:
        raise Unreadable("asks its reader for an object by a persistent id", machine.opcode_at)
    if not (isinstance(key, tuple) and len(key) >= 4 and key[0] == _STORAGE):
        raise Unreadable("a persistent id that is no storage of PyTorch's", machine.opcode_at)
    machine.push(OUTSIDE)
