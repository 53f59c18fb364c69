from __future__ import annotations

import ast
import dataclasses
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import layouts
from support.source import FILES, tree

from tensorlab.errors import LayoutError
from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import MEMORY_DOUBTS, Boxes, Doubt, MemoryMap, Operand, Sample, Storage

FLOATS = Layout((2, 3), (12, 4), itemsize=4)


def storage(**changes: Any) -> Storage:
    facts: dict[str, Any] = {"device": "cpu", "address": 4096, "nbytes": 24, "owner": "numpy"}
    return Storage(**{**facts, **changes})


def memory_map(**changes: Any) -> MemoryMap:
    facts: dict[str, Any] = {
        "type": "numpy.ndarray",
        "library": "numpy",
        "shape": (2, 3),
        "dtype": dtype("float32"),
        "layout": FLOATS,
        "storage": storage(),
    }
    return MemoryMap(**{**facts, **changes})


def test_a_map_stays_small() -> None:
    assert len(dataclasses.fields(MemoryMap)) <= 11


@pytest.mark.parametrize(
    ("changes", "readable"),
    [
        ({}, True),
        ({"layout": None}, False),
        ({"storage": None}, False),
        ({"storage": storage(address=None)}, False),
        ({"storage": storage(nbytes=None)}, False),
        ({"storage": storage(nbytes=23)}, False),
        ({"storage": storage(nbytes=0)}, False),
        ({"storage": storage(nbytes=0), "layout": Layout((0, 3), (12, 4), itemsize=4)}, True),
        ({"layout": Layout((3,), (-4,), offset=8, itemsize=4)}, True),
        ({"layout": Layout((3,), (-4,), offset=4, itemsize=4)}, False),
        ({"layout": Layout((7,), (4,), itemsize=4)}, False),
        ({"layout": Layout((10**12,), (0,), itemsize=4)}, True),
    ],
)
def test_readable_only_where_every_element_is_inside_bytes_that_are_there(
    changes: dict[str, Any], *, readable: bool
) -> None:
    assert memory_map(**changes).readable is readable


@given(layouts(), st.integers(-8, 8))
def test_readable_follows_the_extent(layout: Layout, slack: int) -> None:
    nbytes = max(extent(layout).stop + slack, 0)
    empty = 0 in layout.shape
    found = memory_map(layout=layout, storage=storage(nbytes=nbytes)).readable
    assert found == (empty or (extent(layout).start >= 0 and slack >= 0))


def test_what_a_map_says_of_itself() -> None:
    words = str(memory_map())
    assert "numpy.ndarray" in words
    assert "(2, 3)" in words
    assert "24 B" in words
    assert str(memory_map(shape=None, dtype=None, layout=None, storage=None))


def test_maps_are_values() -> None:
    boxes = Boxes(count=2, unique=1, nbytes=24, interned=0, spare=0, types=(("float", 1, 24),), addresses=(1, 1))
    twins = {memory_map(boxes=boxes, doubts=(Doubt("a", "b"),), traits=frozenset({"conj"})) for _ in range(2)}
    assert len(twins) == 1


@given(layouts(), st.integers(0, 200))
def test_an_operand_has_room_for_its_layout(layout: Layout, nbytes: int) -> None:
    raw = DType("raw", layout.itemsize, "void")
    if 0 in layout.shape or extent(layout).stop <= nbytes:
        assert Operand(layout, raw, nbytes).fill == "index"
    else:
        with pytest.raises(LayoutError, match=f"outside its storage of {nbytes} bytes"):
            Operand(layout, raw, nbytes)


def test_an_operand_below_byte_0() -> None:
    with pytest.raises(LayoutError, match="outside its storage of 100 bytes"):
        Operand(Layout((3,), (-4,), offset=4, itemsize=4), dtype("float32"), 100)


@pytest.mark.parametrize("name", ["float64", "int8", "complex64"])
def test_an_operand_whose_itemsizes_differ(name: str) -> None:
    with pytest.raises(LayoutError, match=f"layout has itemsize 4, dtype {name} has {dtype(name).itemsize}"):
        Operand(FLOATS, dtype(name), 24)


def test_a_sample_adds_up() -> None:
    sample = Sample(label="list", memory=memory_map(), table=48, boxes=72, first=(1, 2))
    assert sample.nbytes == 120


def test_a_sample_says_where_its_bytes_are_a_bound() -> None:
    sample = Sample(label="list", memory=memory_map(), table=48, boxes=72, first=())
    assert (sample.words, replace(sample, at_most=True).words) == ("120 B", "at most 120 B")


def test_every_doubt_of_an_adapter_is_in_the_table_and_none_besides() -> None:
    files = [path for path in FILES if path.parent.as_posix() == "tensorlab/memory"]
    calls = [node for path in files for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    doubts = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Doubt"]
    assert {code.value for code in doubts if isinstance(code, ast.Constant)} == {*MEMORY_DOUBTS}
    assert all(isinstance(code, ast.Constant) for code in doubts)
