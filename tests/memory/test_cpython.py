from __future__ import annotations

import ctypes
import struct
import sys
from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.memory import cpython
from tensorlab.memory.cpython import boxed_bytes, buffer_address, bytes_at, length, plain_type, pointer_table
from tensorlab.memory.registry import describe
from tensorlab.memory.values import read


class Pair(tuple[Any, ...]):  # noqa: SLOT001 - with a dictionary of its own
    """A subclass whose objects are longer than their table."""


class Stack(list[Any]):
    """A subclass with slots."""

    __slots__ = ("name",)


def read_pointers(items: list[Any] | tuple[Any, ...]) -> list[int]:
    table = pointer_table(items)
    assert table is not None
    assert table.capacity >= len(items)
    return list((ctypes.c_void_p * len(items)).from_address(table.address)) if items else []


@given(st.lists(st.integers() | st.floats() | st.text(), max_size=20))
def test_the_table_holds_the_identities(items: list[object]) -> None:
    for made in (items, tuple(items), Stack(items), Pair(items)):
        assert read_pointers(made) == [id(thing) for thing in items]
        assert length(made) == len(items)
    assert [plain_type(made) for made in (items, tuple(items), Stack(items), Pair(items))] == [list, tuple, list, tuple]


def test_getsizeof_agrees_with_the_capacity() -> None:
    items: list[object] = []
    for n in range(200):
        items.append(n)
        if n % 7 == 6:
            del items[-3:]
        table = pointer_table(items)
        assert table is not None
        assert sys.getsizeof(items) == sys.getsizeof([]) + 8 * table.capacity
        assert read_pointers(items) == list(map(id, items))


def test_an_empty_list_has_no_table() -> None:
    assert pointer_table([]) == (0, 0)


@given(st.floats())
def test_a_boxed_float_is_its_header_and_its_double(value: float) -> None:
    box = boxed_bytes(value)
    assert box is not None
    assert box.payload == struct.pack("d", value)
    assert box.type_address == id(float)
    assert box.raw == struct.pack("nP", box.refcount, box.type_address) + box.payload


def test_the_count_in_the_box_counts_references() -> None:
    value = float("1234.5")
    before = boxed_bytes(value)
    kept = [value] * 10
    after = boxed_bytes(value)
    assert before is not None
    assert after is not None
    assert after.refcount - before.refcount == len(kept)


def test_the_address_of_a_buffer_is_that_of_its_first_element() -> None:
    numbers = array("d", range(6))
    start = numbers.buffer_info()[0]
    assert buffer_address(numbers) == start
    assert buffer_address(memoryview(numbers)[::-2]) == start + 40
    assert buffer_address(memoryview(numbers).toreadonly()[2:]) == start + 16
    grid = np.arange(6.0).reshape(2, 3).T[::-1]
    assert buffer_address(grid) == grid.__array_interface__["data"][0]
    assert bytes_at(start + 8, 16) == struct.pack("2d", 1, 2)
    assert bytes_at(start, 0) == b""


def test_the_buffer_is_given_back_and_no_reference_kept() -> None:
    owner = bytearray(10)
    before = sys.getrefcount(owner)
    for _ in range(100):
        buffer_address(owner)
    owner.append(1)  # raises while anybody holds the buffer
    assert sys.getrefcount(owner) == before


@pytest.mark.parametrize("thing", [3, "abc", [1], None])
def test_what_exports_no_buffer_raises_as_python_does(thing: object) -> None:
    with pytest.raises(TypeError, match="a bytes-like object is required"):
        buffer_address(thing)


def test_another_interpreter_has_no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpython, "_CPYTHON", False)
    assert (pointer_table([1]), boxed_bytes(1.5), buffer_address(b"abc")) == (None, None, None)
    for thing in ([1, 2], (1, 2), b"abc", memoryview(array("d", [1, 2, 3]))[::-1], np.zeros(3)):
        memory = describe(thing)
        assert memory.storage is not None
        assert (memory.storage.address is None) == (memory.library != "numpy")
        assert memory.storage.nbytes
    assert read(b"abc", describe(b"abc"), ()) == ("?",)


def test_the_free_threaded_build_has_another_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpython, "_HEADER", 32)
    assert boxed_bytes(1.5) is None
