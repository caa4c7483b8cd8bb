"""`pytest_iso23053.light` against the standard library, which it stands in for."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.light import dataclass as light


@light(frozen=True)
class Light:
    a: int
    b: str = "b"
    c: list[int] = dataclasses.field(default_factory=list)

    @cached_property
    def twice(self) -> int:
        return 2 * self.a


@dataclasses.dataclass(frozen=True)
class Heavy:
    a: int
    b: str = "b"
    c: list[int] = dataclasses.field(default_factory=list)


VALUES = st.integers(0, 2)
CALLS = st.tuples(st.lists(VALUES, max_size=4), st.dictionaries(st.sampled_from("abcd"), VALUES))


def called(kind: Any, arguments: list[int], named: dict[str, int]) -> Any:
    try:
        return dataclasses.astuple(kind(*arguments, **named))
    except TypeError:
        return TypeError


@given(CALLS)
def test_takes_and_refuses_the_same_arguments(call):
    assert called(Light, *call) == called(Heavy, *call)


@given(CALLS, CALLS)
def test_equal_where_the_standard_library_finds_them_equal(one, other):
    if TypeError in (called(Heavy, *one), called(Heavy, *other)):
        return
    equal = Heavy(*one[0], **one[1]) == Heavy(*other[0], **other[1])
    assert (Light(*one[0], **one[1]) == Light(*other[0], **other[1])) is equal


def test_another_class_is_never_equal():
    assert Light(1) != Heavy(1)
    assert Light(1) != (1, "b", [])


def test_is_shown_as_the_standard_library_would():
    assert repr(Light(1, c=[2])) == repr(Heavy(1, c=[2])).replace("Heavy", "Light")


def test_each_has_a_list_of_its_own():
    assert Light(1).c is not Light(1).c


def test_keeps_the_order_of_its_fields_whatever_order_they_are_given_in():
    assert list(vars(Light(c=[], a=1))) == ["a", "b", "c"]


def test_cannot_be_changed():
    one = Light(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="'a' of Light"):
        one.a = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="'a' of Light"):
        del one.a
    assert one.a == 1


def test_what_was_computed_once_is_no_part_of_it():
    one = Light(1)
    assert one.twice == 2
    assert one == Light(1)
    assert dataclasses.replace(one, a=2).twice == 4


def test_hashes_by_its_content():
    assert hash(Light(1, c=())) == hash(Light(1, c=())) != hash(Light(2, c=()))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unhashable"):
        hash(Light(1))


def test_travels():
    one = Light(1, c=[3])
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one


def test_keeps_a_method_of_the_class():
    @light(frozen=True)
    class Own:
        a: int

        def __repr__(self) -> str:
            return "own"

    assert repr(Own(1)) == "own"


def test_one_that_is_not_frozen_can_be_changed_and_has_no_hash():
    @light
    class Open:
        a: int
        b: int = 2

    one = Open(1)
    one.a = 3
    assert one == Open(3, 2) != Open(3, 4)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_a_class_below_may_make_a_property_of_a_field():
    @light
    class Open:
        seed: int = 1

    class Below(Open):
        @property
        def seed(self) -> int:
            return self.base + 1

        @seed.setter
        def seed(self, value: int) -> None:
            self.base = value

    assert Below(seed=5).seed == 6
