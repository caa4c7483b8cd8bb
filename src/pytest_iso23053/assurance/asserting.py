"""Whether the body of a test provably asserts nothing.

Generous: an assert, a ``raises``, a call into a helper, anything that could fail an expectation counts. Only a body
that plainly asserts nothing (a docstring, ``pass``, constants, ``print``, ``assert (condition, "message")``) does not.
"""

from __future__ import annotations

import ast
import textwrap

# fmt: off
_CANNOT_FAIL_AN_EXPECTATION = frozenset({
    "abs", "all", "any", "ascii", "bool", "callable", "dict", "dir", "enumerate", "format", "frozenset", "globals",
    "hasattr", "hash", "id", "isinstance", "issubclass", "len", "list", "locals", "max", "min", "object", "print",
    "range", "repr", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "type", "vars", "zip",
})
# fmt: on
_EMPTY_STATEMENTS = (ast.Pass, ast.Global, ast.Nonlocal)
_HOLDERS = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.If)
_VALUES = (
    ast.Constant,
    ast.Name,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.Starred,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
)
# Looked at on their own they may be the point of the test; as what is printed they are not.
_PRINTED = (ast.Attribute, ast.Subscript, ast.Slice, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
_GRAMMAR = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.keyword, ast.comprehension)


def asserts(source: str) -> bool:
    """Return False only where the first function in ``source`` provably asserts nothing."""
    try:
        statements = ast.parse(textwrap.dedent(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    if not statements or not isinstance(statements[0], ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    return any(_may_assert(statement) for statement in statements[0].body)


def _always_true(test: ast.expr) -> bool:
    """Tell ``assert (condition, "message")``, which no condition can fail."""
    return isinstance(test, ast.Tuple) and bool(test.elts)


def _may_assert(node: ast.AST, *, printed: bool = False) -> bool:
    if isinstance(node, _EMPTY_STATEMENTS) or (isinstance(node, ast.Assert) and _always_true(node.test)):
        return False
    if isinstance(node, ast.Call):
        plain = isinstance(node.func, ast.Name) and node.func.id in _CANNOT_FAIL_AN_EXPECTATION
        return not plain or any(_may_assert(child, printed=True) for child in (*node.args, *node.keywords))
    known = _HOLDERS + _VALUES + _GRAMMAR + (_PRINTED if printed else ())
    return not isinstance(node, known) or any(
        _may_assert(child, printed=printed) for child in ast.iter_child_nodes(node)
    )
