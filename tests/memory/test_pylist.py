from __future__ import annotations

import ctypes
import sys
from array import array
from typing import Any, NamedTuple
from unittest.mock import MagicMock

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.probe import run_python

from tensorlab.layout.dtype import POINTER
from tensorlab.layout.record import Layout
from tensorlab.memory.cpython import POINTER_BYTES
from tensorlab.memory.pylist import FIRST, MOST_AXES, claims, describe, entries, leaves, rectangle, tables

LEAVES = st.integers() | st.floats() | st.text(max_size=3) | st.none() | st.booleans()
NESTED = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=3).map(tuple))
LISTS = NESTED.filter(lambda thing: isinstance(thing, (list, tuple)))


class Point(NamedTuple):
    x: float
    y: float


def pointers(memory_address: int | None, count: int) -> list[int]:
    """The pointers that lie at an address, read with ctypes."""
    return list((ctypes.c_void_p * count).from_address(memory_address)) if memory_address and count else []


def rows_of(items: Any) -> dict[int, Any]:
    """Every list and tuple inside, itself too, by identity: the recursive definition."""
    found: dict[int, Any] = {}
    stack = [items]
    while stack:
        row = stack.pop()
        if id(row) not in found:
            found[id(row)] = row
            stack += [thing for thing in row if isinstance(thing, (list, tuple))]
    return found


def reference_shape(items: Any) -> tuple[int, ...]:
    """The shape that NumPy finds when it may stop at the first uneven axis."""
    shape = [len(items)]
    level = list(items)
    while level and all(isinstance(row, (list, tuple)) for row in level) and len({len(row) for row in level}) == 1:
        shape.append(len(level[0]))
        level = [thing for row in level for thing in row]
    return tuple(shape)


@given(LISTS)
def test_every_fact_of_any_nested_list(items: Any) -> None:
    memory = describe(items)
    assert memory.shape == reference_shape(items)
    assert memory.dtype == POINTER
    assert (memory.layout is None) == (len(memory.shape or ()) > 1)
    storage, boxes = memory.storage, memory.boxes
    assert storage is not None
    assert boxes is not None
    assert pointers(storage.address, len(items)) == [id(thing) for thing in items]
    rows = rows_of(items).values()
    unique = {id(thing): thing for row in rows for thing in row}
    assert boxes.count == sum(map(len, rows))
    assert boxes.unique == len(unique)
    assert boxes.nbytes == sum(map(sys.getsizeof, unique.values()))
    assert sum(count for _, count, _ in boxes.types) == boxes.unique
    assert sum(size for _, _, size in boxes.types) == boxes.nbytes
    assert list(boxes.addresses) == [id(x) for x in leaves(items, len(memory.shape or ()))][:FIRST]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_a_rectangle_is_the_shape_that_numpy_finds(shape: list[int]) -> None:
    items = np.zeros(shape).tolist()
    assert rectangle(items) == (np.array(items).shape, "")
    assert list(leaves(items, len(rectangle(items)[0]))) == np.zeros(shape).ravel().tolist()


def test_a_flat_list_has_the_layout_of_its_pointers() -> None:
    items: list[object] = [1.5, 2.5, 3.5]
    memory = describe(items)
    assert memory.layout == Layout((3,), (POINTER_BYTES,), 0, POINTER_BYTES)
    assert memory.boxes is not None
    assert (memory.boxes.nbytes, memory.boxes.interned) == (3 * sys.getsizeof(1.5), 0)
    assert memory.readable


def test_a_list_that_grew_holds_spare_pointers() -> None:
    items: list[object] = []
    spares = set()
    for n in range(100):
        items.append(n)
        memory = describe(items)
        assert memory.boxes is not None
        assert memory.storage is not None
        assert sys.getsizeof(items) == sys.getsizeof([]) + (memory.storage.nbytes or 0)
        assert memory.storage.nbytes == (n + 1) * POINTER_BYTES + memory.boxes.spare
        spares.add(memory.boxes.spare)
    assert len(spares) > 2
    exact = describe(list(range(100))).boxes
    assert exact is not None
    assert describe(tuple(range(100))).boxes.spare == 0  # type: ignore[union-attr]  # a tuple has boxes


def test_shared_objects_are_counted_once_and_interned_ones_told() -> None:
    x = 1234.5
    boxes = describe([x, x, x, True, None, 7, 7, -5, 256, 257, False]).boxes
    assert boxes is not None
    assert (boxes.count, boxes.unique, boxes.interned) == (11, 8, 7)
    assert {name: count for name, count, _ in boxes.types}["float"] == 1


def test_shared_rows_cost_two_rows_however_often_they_are_pointed_at() -> None:
    line = [0.5] * 1000
    cube: list[Any] = [[line] * 1000] * 1000
    memory = describe(cube)
    assert memory.shape == (1000, 1000, 1000)
    assert memory.boxes is not None
    assert (memory.boxes.count, memory.boxes.unique) == (3000, 3)
    assert tables(cube)[0][2] == [line]


@pytest.mark.parametrize(
    ("items", "shape", "words"),
    [
        ([[1, 2], [3]], (2,), "rows of axis 1 have 1 to 2 elements: ragged"),
        ([[1, 2], 3], (2,), "axis 1 mixes rows with single elements: ragged"),
        ([[[1], [2, 3]], [[4], [5]]], (2, 2), "rows of axis 2 have 1 to 2 elements: ragged"),
        ([[], [1]], (2,), "rows of axis 1 have 0 to 1 elements: ragged"),
        ([[1], (2,)], (2, 1), ""),
        ([[], []], (2, 0), ""),
        ([], (0,), ""),
        ((), (0,), ""),
    ],
)
def test_where_a_rectangle_ends(items: Any, shape: tuple[int, ...], words: str) -> None:
    assert rectangle(items) == (shape, words)
    codes = {"ragged", "mixed-depth"}
    assert [doubt.text for doubt in describe(items).doubts if doubt.code in codes] == [words] * bool(words)


def test_each_way_to_be_no_rectangle_has_a_code_and_a_cure_of_its_own() -> None:
    ring: list[Any] = []
    ring.append(ring)
    deep: list[Any] = [1]
    for _ in range(MOST_AXES):
        deep = [deep]
    cases: list[list[Any]] = [[[1], []], [[1], 2], ring, deep]
    doubts = [describe(items).doubts[-1] for items in cases]
    assert [doubt.code for doubt in doubts] == ["ragged", "mixed-depth", "cyclic", "too-deep"]
    assert len({doubt.cure for doubt in doubts} - {""}) == 4


def test_a_list_inside_itself_ends() -> None:
    once: list[Any] = []
    once.append(once)
    twice: list[Any] = []
    twice.extend([twice, twice])
    ring: list[Any] = [[[]]]
    ring[0][0].append(ring)
    for items, count in ((once, 1), (twice, 2), (ring, 3)):
        memory = describe(items)
        assert "cyclic" in [doubt.code for doubt in memory.doubts]
        assert memory.boxes is not None
        assert memory.boxes.count == count
    assert rectangle(twice) == ((2,), "axis 1 holds a list that lies on an outer axis too: no rectangle")


def test_five_thousand_lists_in_one_another() -> None:
    items: list[Any] = []
    for _ in range(4999):
        items = [items]
    memory = describe(items)
    assert memory.shape == (1,) * MOST_AXES
    assert memory.doubts[-1].code == "too-deep"
    assert memory.doubts[-1].text == "lists nested deeper than 32 axes: not followed"
    assert memory.boxes is not None
    assert memory.boxes.count == 4999


def test_the_first_rows_are_parts_with_tables_of_their_own() -> None:
    items: list[Any] = [[float(n), n + 0.5] for n in range(5)]
    memory = describe(items)
    assert [name for name, _ in memory.parts] == ["[0]", "[1]", "[2]"]
    for row, (_, part) in zip(items, memory.parts, strict=False):
        assert part.storage is not None
        assert pointers(part.storage.address, 2) == [id(thing) for thing in row]
    assert describe([1.0]).parts == ()


def test_a_subclass_cannot_lie_about_its_table() -> None:
    class Liar(list[Any]):
        def __len__(self) -> int:
            return 10**9

        def __iter__(self) -> Any:
            raise ZeroDivisionError

        def __getitem__(self, key: Any) -> Any:
            raise ZeroDivisionError

        __class__ = dict  # type: ignore[assignment]  # a lie

    items = Liar([1.5, 2.5])
    memory = describe(items)
    assert (memory.type, memory.shape) == ("Liar", (2,))
    assert list(entries(items)) == [1.5, 2.5]
    assert describe([items, items]).shape == (2, 2)
    assert describe(Point(1.5, 2.5)).shape == (2,)
    assert describe(sys.version_info).storage.nbytes == 5 * POINTER_BYTES  # type: ignore[union-attr]  # a tuple has one
    assert describe(torch.Size((3, 4))).shape == (2,)


def test_an_object_that_says_it_is_a_list_is_none() -> None:
    assert not claims(MagicMock(spec=list))
    assert not claims(MagicMock(spec=tuple))
    assert describe([MagicMock(spec=list)] * 2).shape == (2,)
    assert not any(map(claims, (array("d"), np.zeros(1), "ab", {1}, range(3), list)))


def test_a_size_that_raises_is_that_of_its_type() -> None:
    class Rude:
        def __sizeof__(self) -> int:
            raise ZeroDivisionError

    boxes = describe([Rude()]).boxes
    assert boxes is not None
    assert boxes.nbytes == Rude.__basicsize__


def test_lists_of_arrays_and_tensors_are_flat_lists_of_boxes() -> None:
    items = [np.zeros(3), torch.zeros(3), array("d", [1.0])]
    memory = describe(items)
    assert memory.shape == (3,)
    assert memory.boxes is not None
    assert memory.boxes.nbytes == sum(map(sys.getsizeof, items))


def test_a_list_that_is_being_sorted_is_empty() -> None:
    items: list[Any] = [3, 1, 2]
    seen = []

    def key(value: int) -> int:
        seen.append(describe(items))
        return value

    items.sort(key=key)
    for memory in seen:
        assert memory.shape == (0,)
        assert memory.storage is not None
        assert (memory.storage.nbytes, memory.storage.address) == (0, None)


def test_shared_rows_without_a_leaf_end_at_once() -> None:
    ran = run_python(
        "from tensorlab.api.objects import show\n"
        "from tensorlab.memory.pylist import leaves\n"
        "wide, deep, full = [[[[]] * 1000] * 1000] * 1000, [], [0.5]\n"
        "for _ in range(28):\n"
        "    deep, full = [deep, deep], [full, full]\n"
        "for items in (wide, deep, full, [(), ()], [deep] * 10**6, [[1]] + [deep] * 1000):\n"
        "    figure = show(items, cells='value')\n"
        "    print(len(figure.data.boxes.addresses), len(figure.text()) > 100)\n"
    )
    expected = "".join(f"{count} True\n" for count in (0, 0, 8, 0, 0, 8))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, expected, "")


def test_what_an_object_says_it_is_is_not_asked() -> None:
    class Rude:
        @property
        def __class__(self) -> Any:
            raise ValueError

        @__class__.setter
        def __class__(self, kind: Any) -> None:
            raise ValueError(kind)

    boxes = describe([Rude(), True, 3]).boxes
    assert boxes is not None
    assert (boxes.count, boxes.interned) == (3, 2)


def test_neither_numpy_nor_torch_is_loaded() -> None:
    ran = run_python(
        "import sys, tensorlab.memory.pylist as p\np.describe([[1.0]])\nprint({'torch', 'numpy'} & {*sys.modules})"
    )
    assert ran.stdout == "set()\n"


def test_what_the_interpreter_makes_once_is_counted() -> None:
    once = [None, True, False, ..., 0, -5, 256, "", b"", ()]
    own = [257, -6, 0.0, "ab", b"xy", 1j]
    found = describe([*once, *own]).boxes
    assert found is not None
    assert found.interned == len(once)
    again = [None, not 0, not 1, ..., int("0"), int("-5"), int("256"), "".join([]), b"ab"[:0]]
    assert {*map(id, again)} <= {*map(id, once)}


@pytest.mark.parametrize("things", [[1.5, 2.5], [7, 10**30, 7], [b"", b"abc"], [True, 0.5], ["", "a" * 99]])
def test_one_type_or_several_the_boxes_are_added_up_the_same(things: list[object]) -> None:
    boxes = describe(things).boxes
    unique = {id(thing): thing for thing in things}.values()
    assert boxes is not None
    assert (boxes.unique, boxes.nbytes) == (len(unique), sum(map(sys.getsizeof, unique)))
    assert sum(count for _, count, _ in boxes.types) == len(unique)
    assert boxes.interned == sum(thing in ("", b"") or thing is True or thing == 7 for thing in things)
