from __future__ import annotations

from itertools import product
from math import gcd
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.layouts import (
    all_indices,
    as_numpy,
    as_torch,
    byte_uses,
    layouts,
    shapes,
    small_layouts,
)

from tensorlab.errors import LayoutError, OutOfBoundsError
from tensorlab.layout.address import (
    AXIS_LETTERS,
    address,
    axis_names,
    extent,
    fits,
    formula,
    in_elements,
    ravel,
)
from tensorlab.layout.record import Layout

SMALL = [
    *small_layouts(0, (), (), itemsize=4),
    *small_layouts(1, range(4), range(-9, 10), itemsize=4),
    *small_layouts(2, range(4), (-12, -5, -4, -1, 0, 1, 4, 8, 12), itemsize=4),
    *small_layouts(3, range(3), (-9, -2, 0, 1, 3, 6), itemsize=2),
]


def check_address(layout: Layout) -> None:
    array = as_numpy(layout)
    start = array.__array_interface__["data"][0] - layout.offset if array.size else 0
    for index in product(*(range(-n, n) for n in layout.shape)):
        element = array[(*index, None)]
        assert address(layout, index) == element.__array_interface__["data"][0] - start


def test_address_in_every_small_layout() -> None:
    for layout in SMALL:
        check_address(layout)


@given(layouts())
def test_address_is_where_numpy_finds_the_element(layout: Layout) -> None:
    check_address(layout)


@given(layouts(aligned=True))
def test_address_is_where_torch_finds_the_element(layout: Layout) -> None:
    tensor = as_torch(layout)
    start = tensor.untyped_storage().data_ptr()
    for index in all_indices(layout):
        assert address(layout, index) == tensor[index].data_ptr() - start


@pytest.mark.parametrize("index", [(2, 0), (0, 3), (-3, 0), (0, -4)])
def test_an_index_outside_the_shape(index: tuple[int, ...]) -> None:
    with pytest.raises(OutOfBoundsError, match=r"is outside axis . of size"):
        address(Layout((2, 3), (3, 1)), index)
    with pytest.raises(IndexError, match="is out of bounds for axis"):
        np.zeros((2, 3))[index]


@pytest.mark.parametrize("index", [(), (0,), (0, 0, 0)])
def test_an_index_with_another_number_of_axes(index: tuple[int, ...]) -> None:
    with pytest.raises(OutOfBoundsError, match=rf"has {len(index)} axes, the shape \(2, 3\) has 2"):
        address(Layout((2, 3), (3, 1)), index)


def test_an_empty_layout_has_no_index() -> None:
    with pytest.raises(OutOfBoundsError, match="outside axis 1 of size 0"):
        address(Layout((2, 0), (1, 1)), (0, 0))


def check_extent(layout: Layout) -> None:
    if 0 in layout.shape:
        assert extent(layout) == range(layout.offset, layout.offset)
        return
    array = as_numpy(layout)
    start = array.__array_interface__["data"][0] - layout.offset
    low, high = np.lib.array_utils.byte_bounds(array)
    assert extent(layout) == range(low - start, high - start)


def test_extent_of_every_small_layout() -> None:
    for layout in SMALL:
        check_extent(layout)


@given(layouts(max_axes=6))
def test_extent(layout: Layout) -> None:
    check_extent(layout)


@given(layouts(max_axes=5))
def test_extent_begins_and_ends_with_a_byte_that_is_used(layout: Layout) -> None:
    uses = byte_uses(layout)
    assert extent(layout) == (range(min(uses), max(uses) + 1) if uses else range(layout.offset, layout.offset))


@given(layouts(), st.integers(0, 400))
def test_fits_where_numpy_takes_the_buffer(layout: Layout, nbytes: int) -> None:
    assume(layout.offset <= nbytes)  # an empty array may not start past its buffer in NumPy; in torch it may
    if nbytes == 0:
        assert fits(layout, 0) == (0 in layout.shape)
        return
    try:
        np.ndarray(layout.shape, f"V{layout.itemsize}", bytearray(nbytes), layout.offset, layout.strides)
    except (TypeError, ValueError):
        accepted = False
    else:
        accepted = True
    assert fits(layout, nbytes) == accepted


def test_fits_to_the_byte() -> None:
    for layout in SMALL:
        uses = byte_uses(layout)
        end = max(uses, default=-1) + 1
        assert fits(layout, end)
        assert not uses or not fits(layout, end - 1)


def test_a_layout_that_reaches_below_byte_0_fits_nowhere() -> None:
    assert not fits(Layout((2,), (-1,)), 10**6)


def test_ravel_every_small_shape() -> None:
    for shape in (shape for ndim in range(5) for shape in product(range(4), repeat=ndim)):
        for position, index in enumerate(product(*map(range, shape))):
            assert ravel(shape, index) == position


@given(shapes(max_axes=6, max_side=9, min_side=1), st.data())
def test_ravel(shape: tuple[int, ...], data: st.DataObject) -> None:
    index = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    position = int(np.ravel_multi_index(index, shape)) if shape else 0
    assert ravel(shape, index) == position


@pytest.mark.parametrize(
    ("shape", "index"), [((2, 3), (2, 0)), ((2, 3), (0, -1)), ((2, 3), (0,)), ((), (0,)), ((0,), (0,))]
)
def test_ravel_outside_the_shape(shape: tuple[int, ...], index: tuple[int, ...]) -> None:
    with pytest.raises(OutOfBoundsError, match="is outside shape"):
        ravel(shape, index)


def check_elements(layout: Layout) -> None:
    found = in_elements(layout)
    whole = gcd(layout.offset, *layout.strides) % layout.itemsize == 0
    assert (found is not None) == whole
    if found is not None:
        offset, strides = found
        assert Layout(layout.shape, tuple(s * layout.itemsize for s in strides), offset * layout.itemsize) == Layout(
            layout.shape, layout.strides, layout.offset
        )


def test_elements_in_every_small_layout() -> None:
    for layout in SMALL:
        check_elements(layout)


@given(layouts())
def test_elements(layout: Layout) -> None:
    check_elements(layout)


@given(layouts(aligned=True))
def test_elements_are_what_torch_reports(layout: Layout) -> None:
    tensor = as_torch(layout)
    assert in_elements(layout) == (tensor.storage_offset(), tensor.stride())


def test_an_element_without_bytes_counts_nothing() -> None:
    assert in_elements(Layout((3,), (0,), itemsize=0)) is None


def check_formula(layout: Layout, unit: Literal["elements", "bytes"]) -> None:
    scale = layout.itemsize if unit == "elements" else 1
    head, body = formula(layout, unit).split(" = ")
    names = head.removeprefix("address(").removesuffix(")").split(",") if layout.shape else []
    for index in all_indices(layout):
        assert eval(body, dict(zip(names, index, strict=True))) * scale == address(layout, index)


def test_formula_in_every_small_layout() -> None:
    for layout in SMALL[::7]:
        check_formula(layout, "bytes")
        if in_elements(layout):
            check_formula(layout, "elements")


@given(layouts(aligned=True))
def test_formula_gives_the_address(layout: Layout) -> None:
    check_formula(layout, "elements")
    check_formula(layout, "bytes")


def test_formula_with_more_axes_than_letters() -> None:
    ndim = len(AXIS_LETTERS) + 1
    check_formula(Layout((1,) * (ndim - 1) + (2,), tuple(range(ndim))), "bytes")


def test_no_formula_in_elements_for_an_unaligned_field() -> None:
    field = np.zeros(3, "u1,f4")["f1"]
    with pytest.raises(LayoutError, match=r"strides \(5,\) and offset 1 are not multiples of the itemsize 4"):
        formula(Layout(field.shape, field.strides, 1, 4))


def test_axis_names_differ() -> None:
    for ndim in range(40):
        names = axis_names(ndim)
        assert len(names) == len(set(names)) == ndim
        assert all(name.isidentifier() for name in names)
