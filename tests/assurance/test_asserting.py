"""Generous: only a body that plainly asserts nothing is said to."""

from __future__ import annotations

import textwrap

import pytest

from pytest_iso23053.assurance.asserting import asserts

ASSERTS = {
    "an empty tuple": "assert ()",
    "assert": "assert x",
    "assert in a loop": "for x in y:\n    assert x",
    "raises": "with pytest.raises(ValueError):\n    f()",
    "async with": "async with x:\n    pass",
    "raise": "raise ValueError",
    "helper": "check(x)",
    "method": "self.assertEqual(1, 1)",
    "method of a fixture": "model.fit(X)",
    "await": "await check()",
    "yield": "yield check()",
    "helper in print": "print(check(x))",
    "helper in an assignment": "x = check(y)",
    "helper as a decorator's target": "@check\ndef inner():\n    pass",
    "nested function": "def inner():\n    assert x\ninner()",
    "builtin that can fail an expectation": "int(x)",
    "next": "next(x)",
    "import, which may be the point": "import package",
    "attribute, which may be the point": "model.coef_",
    "subscript, which may be the point": "frame['x']",
    "attribute in an assignment": "y = model.coef_",
    "iteration": "for row in frame:\n    pass",
    "try": "try:\n    x = 1\nexcept ValueError:\n    pass",
    "delete": "del x['y']",
    "walrus": "(x := check())",
    "lambda": "x = lambda: 1",
    "comprehension": "x = [a for a in b]",
}
ASSERTS_NOTHING = {
    "a tuple, which is always true": 'assert (1 == 2, "message")',
    "pass": "pass",
    "docstring": '"""It works."""',
    "ellipsis": "...",
    "constant": "1",
    "assignment": "x = 1",
    "annotated assignment": "x: int = 1",
    "augmented assignment": "x = 1\nx += 1",
    "containers": "x = [1, (2,), {3}, {4: 5}, *y]",
    "print": "print('looks fine')",
    "print with attributes": "print(model.score, frame['x'][1:2], f'{m.value:.2f}', sep='')",
    "print of a comprehension": "print([a for a in b], *[c.d for c in e], all(f > 0 for f in g))",
    "harmless builtins": "len(x)\nlist(range(3))\nrepr(x)\nisinstance(x, int)",
    "comparison that nobody asserts": "result == 5",
    "logic that nobody asserts": "x > 1 and not y or -z + 1",
    "condition": "if x:\n    y = 1 if z else 2\nelse:\n    pass",
    "return": "return",
    "return of a constant": "return None",
    "global": "global x\nx = 1",
    "nonlocal": "nonlocal x\nx = 1",
}


def function(body: str) -> str:
    return "def test_it(x):\n" + textwrap.indent(body, "    ")


@pytest.mark.parametrize("body", ASSERTS.values(), ids=ASSERTS.keys())
def test_counts_as_asserting(body):
    assert asserts(function(body))


@pytest.mark.parametrize("body", ASSERTS_NOTHING.values(), ids=ASSERTS_NOTHING.keys())
def test_plainly_asserts_nothing(body):
    assert not asserts(function(body))


@pytest.mark.parametrize(
    "source",
    [
        "def test_it(:",
        "",
        "x = 1",
        "lambda: None",
        "class A:\n    pass",
        "def f():\n    x = '\0'",
    ],
    ids=["syntax error", "empty", "no function", "lambda", "class", "null byte"],
)
def test_what_cannot_be_read_gets_the_benefit(source):
    assert asserts(source)


def test_decorators_and_defaults_are_not_the_body():
    assert not asserts(
        "@pytest.mark.clause('7.4')\n@pytest.mark.parametrize('x', make())\ndef test_it(x=make()):\n    pass"
    )


def test_methods_and_coroutines_are_read_too():
    assert not asserts("    def test_it(self):\n        pass\n")
    assert not asserts("async def test_it():\n    pass\n")
    assert asserts("    async def test_it(self):\n        await self.check()\n")


def test_any_harmless_statement_beside_an_assert_changes_nothing():
    assert asserts(function("x = 1\nprint(x)\nassert x == 1"))
