from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import extent, fits
from tensorlab.layout.dtype import DTYPES, DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.memory.build import build_array, fill_values, numpy_dtype
from tensorlab.memory.record import Operand

NUMPY_HAS = [name for name in DTYPES if name in np.sctypeDict]


@st.composite
def operands(draw: st.DrawFn, *, signs: bool = True, whole: bool = False, names: list[str] | None = None) -> Operand:
    """Operands whose elements fit; strides of any size and sign, gaps, zero sizes, broadcast axes. Shrinks to 0-d."""
    kind = dtype(draw(st.sampled_from(names or NUMPY_HAS)))
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
    step = kind.itemsize if whole else 1
    strides = tuple(step * draw(st.integers(-9 if signs else 0, 9)) for _ in shape)
    start = extent(Layout(shape, strides, 10**6, kind.itemsize)).start
    offset = (10**6 - start if numel(shape) else 0) + step * draw(st.integers(0, 3))
    layout = Layout(shape, strides, offset, kind.itemsize)
    nbytes = max(extent(layout).stop, offset) + draw(st.integers(0, 5))
    return Operand(layout, kind, nbytes, draw(st.sampled_from(["index", "random", "zeros"])))


def layout_of(array: np.ndarray[Any, Any]) -> tuple[Layout, int]:
    storage = array.base
    assert isinstance(storage, np.ndarray)
    offset = array.__array_interface__["data"][0] - storage.__array_interface__["data"][0]
    return Layout(array.shape, array.strides, offset, array.itemsize), storage.nbytes


@given(operands())
def test_describing_the_built_array_gives_back_the_layout(operand: Operand) -> None:
    built = build_array(operand)
    assert built.dtype == np.dtype(operand.dtype.name)
    layout, nbytes = layout_of(built)
    assert nbytes == operand.nbytes
    if numel(operand.layout.shape) or operand.nbytes:
        assert layout == operand.layout
    assert fits(layout, nbytes)


@given(operands(names=["int64"]))
def test_an_index_fill_counts_in_c_order_where_bytes_are_not_shared(operand: Operand) -> None:
    operand = Operand(operand.layout, operand.dtype, operand.nbytes, "index")
    built = build_array(operand)
    expected = np.arange(numel(operand.layout.shape)).reshape(operand.layout.shape)
    twin = np.ndarray(
        built.shape, built.dtype, np.zeros(operand.nbytes, np.uint8), operand.layout.offset, built.strides
    )
    for index in np.ndindex(built.shape):
        twin[index] = expected[index]
    assert built.tolist() == twin.tolist()


@pytest.mark.parametrize("name", NUMPY_HAS)
def test_random_values_differ_by_seed_and_lie_in_their_range(name: str) -> None:
    kind = dtype(name)
    operand = Operand(Layout((200,), (kind.itemsize,), itemsize=kind.itemsize), kind, 200 * kind.itemsize, "random")
    first, again, other = build_array(operand), build_array(operand), build_array(operand, seed=1)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    limit = {"int": 100, "uint": 199, "bool": 1, "float": 1, "complex": np.sqrt(2)}[kind.kind]
    assert np.abs(first.astype(np.complex128)).max() <= limit
    assert len(np.unique(first)) > 1


def test_a_billion_repeated_elements_cost_one() -> None:
    operand = Operand(Layout((10**9,), (0,), itemsize=4), dtype("float32"), 4)
    assert fill_values(operand).tolist() == [10**9 - 1]
    assert build_array(operand).shape == (10**9,)


def test_swapped_bytes_hold_the_same_values() -> None:
    swapped = DType("int32", 4, "int", swapped=True)
    built = build_array(Operand(Layout((3,), (4,), itemsize=4), swapped, 12))
    assert built.tolist() == [0, 1, 2]
    assert not built.dtype.isnative


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (dtype("bfloat16"), "NumPy has no dtype bfloat16"),
        (dtype("float8_e5m2"), "NumPy has no dtype float8_e5m2"),
        (DType("str", 4, "text"), "NumPy has no dtype str"),
        (DType("int32", 8, "int"), "NumPy has no dtype int32"),
        (DType("record", 8, "void", fields=(("a", dtype("int32"), 0),)), "NumPy has no dtype record"),
    ],
)
def test_a_dtype_that_numpy_lacks_is_one_sentence(kind: DType, word: str) -> None:
    with pytest.raises(UnsupportedError, match=word):
        numpy_dtype(kind)


def test_an_offset_past_the_end_of_nothing_is_refused() -> None:
    operand = Operand(Layout((0,), (4,), offset=8, itemsize=4), dtype("int32"), 4)
    with pytest.raises(UnsupportedError, match="NumPy takes no array of"):
        build_array(operand)


def test_building_an_array_loads_no_torch() -> None:
    code = "import sys, tensorlab.memory.build; print('torch' in sys.modules, 'numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "True"]
