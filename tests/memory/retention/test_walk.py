from __future__ import annotations

import array
import math
from collections import OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tensorlab.memory.retention.walk import attributes, inside, is_holder, walk

Point = namedtuple("Point", ["x", "y"])  # noqa: PYI024 - what is tested


@dataclass
class Open:
    left: object
    right: object


@dataclass(slots=True)
class Slotted:
    left: object
    missing: object = None


def names(thing: object, **options: Any) -> list[str]:
    return [entry.name for entry in walk(thing, **options).entries]


def bites(*_: object) -> object:
    raise SystemExit("code of the object ran")


class Hostile:
    __getattr__ = __iter__ = __len__ = __eq__ = __hash__ = __bool__ = __repr__ = bites  # type: ignore[assignment]  # it bites

    def __init__(self) -> None:
        self.__dict__["inner"] = b"x"

    @property
    def value(self) -> object:
        return bites()


class HostileDict(dict[str, object]):
    __getattr__ = __iter__ = __len__ = items = keys = values = __getitem__ = bites  # type: ignore[assignment]  # it bites


class HostileList(list[object]):
    __getattr__ = __iter__ = __len__ = __getitem__ = bites  # type: ignore[assignment]  # it bites


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (b"x", [""]),
        ({"v": b"x"}, ["v"]),
        ({"a": {"b": [b"x", (b"y",)]}}, ["a.b[0]", "a.b[1][0]"]),
        (
            {"layers.0.weight": b"x", "a b": b"y", 3: b"z", (1, 2): b"q"},
            ["layers.0.weight", "['a b']", "[3]", "[key 3: tuple]"],
        ),
        (Point(b"x", b"y"), ["x", "y"]),
        (Open(b"x", [b"y"]), ["left", "right[0]"]),
        (Slotted(b"x"), ["left"]),
        ({b"x"}, ["[0]"]),
        (frozenset({b"x"}), ["[0]"]),
        (deque([b"x"]), ["[0]"]),
        (OrderedDict(a=b"x"), ["a"]),
        (defaultdict(list, a=[b"x"]), ["a[0]"]),
        ([array.array("d", [1.0]), bytearray(2), memoryview(b"abc"), np.zeros(2)], ["[0]", "[1]", "[2]", "[3]"]),
        ([3, None, "text", 1.5, len, math, int, np.float32(1), np.dtype("f4"), range(3)], []),
        ([], []),
    ],
)
def test_what_is_found_and_its_name(thing: object, expected: list[str]) -> None:
    assert names(thing) == expected


def test_no_code_of_an_object_runs() -> None:
    assert names(Hostile()) == ["inner"]
    assert names({"h": Hostile(), "d": HostileDict(a=b"x"), "l": HostileList([b"y"])}) == ["h.inner", "d.a", "l[0]"]


def test_order_is_the_containers_own() -> None:
    moved = OrderedDict(a=b"1", b=b"2")
    moved.move_to_end("a")
    assert names(moved) == ["b", "a"]


def test_keys_that_hold_bytes_are_found() -> None:
    assert names({(b"x",): 1}) == ["[key 0][0]"]


def test_each_container_is_entered_once_and_each_name_is_told() -> None:
    data = b"xy"
    shared = [data]
    assert names({"a": shared, "b": shared, "c": data}) == ["a[0]", "c"]
    ring: dict[str, object] = {"t": data}
    ring["self"] = ring
    assert names(ring) == ["t"]


def test_depth_does_not_matter() -> None:
    outer: list[Any] = []
    inner = outer
    for _ in range(100_000):
        inner.append([])
        inner = inner[0]
    inner.append(b"deep")
    (name,) = names(outer)
    assert name == "…" + "[0]" * 24
    while type(outer) is list:  # freed from the outside, since the interpreter frees no chain without end
        outer = outer.pop()


def test_what_is_passed_by_is_counted_and_its_type_known() -> None:
    found = walk([1, "two", None, b"x", {"a": 1.5}])
    assert found.skipped == 4
    assert {int, str, type(None), bytes, dict, float, list} == found.types


def test_attributes_of_unknown_classes_may_be_left_alone() -> None:
    assert names([Hostile(), Open(b"x", 1)], into_objects=False) == ["[1].left"]


def test_an_integer_too_long_to_be_printed() -> None:
    assert names({10**5000: b"x"}) == ["[a long integer]"]


def test_attributes_need_no_help_of_the_class() -> None:
    class Two(Slotted):
        """Slots and a dictionary."""

    both = Two(1)
    both.extra = 2  # type: ignore[attr-defined]  # the subclass has a dictionary
    assert sorted(dict(attributes(both) or ())) == [".extra", ".left", ".missing"]
    assert attributes(object()) is None
    empty = Slotted.__new__(Slotted)
    assert list(attributes(empty) or ()) == []


def test_holders() -> None:
    assert is_holder(math)
    assert inside(math) is vars(math)
    assert is_holder(Open(1, 2))
    assert not any(map(is_holder, (3, None, "x", len, int, [], (), object())))


def test_objects_in_arrays_slots_and_factories_are_found() -> None:
    class Slotted:
        __slots__ = iter(("__hidden",))

        def __init__(self, thing: object) -> None:
            self.__hidden = thing

    class Made:
        def __init__(self, thing: object) -> None:
            self.thing = thing

        def __call__(self) -> int:
            return 0

    tensor = np.ones(3)
    held = np.array([tensor, None], dtype=object)
    found = walk({"a": held, "b": Slotted(tensor[:1]), "c": defaultdict(Made(tensor[:2])), "d": slice(tensor[1:], 2)})
    names = [entry.name for entry in found.entries]
    assert names[:2] == ["a", "a[0]"]
    assert "b._Slotted__hidden" in names
    assert "c.default_factory.thing" in names
    assert len(names) == 5
