"""Layouts for tests: all of the small, some of the wild, and NumPy and torch objects that have them."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from hypothesis import strategies as st

from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Array = np.ndarray[tuple[int, ...], np.dtype[Any]]

TORCH_BY_SIZE = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def small_layouts(ndim: int, sizes: Iterable[int], strides: Iterable[int], itemsize: int = 1) -> Iterator[Layout]:
    """Every layout of that many axes with these sizes and strides, moved so that the lowest byte is byte 0."""
    sizes, strides = tuple(sizes), tuple(strides)
    for shape in product(sizes, repeat=ndim):
        for steps in product(strides, repeat=ndim):
            low = sum(min(0, (n - 1) * s) for n, s in zip(shape, steps, strict=True) if n)
            yield Layout(shape, steps, -low, itemsize)


def all_indices(layout: Layout) -> Iterator[tuple[int, ...]]:
    """Every index, in C order."""
    return product(*map(range, layout.shape))


def reference_address(layout: Layout, index: tuple[int, ...]) -> int:
    """The definition, for indices that count from the front."""
    return layout.offset + sum(i * s for i, s in zip(index, layout.strides, strict=True))


def byte_uses(layout: Layout) -> Counter[int]:
    """How many indices cover each byte, by walking all of them."""
    starts = (reference_address(layout, index) for index in all_indices(layout))
    return Counter(start + k for start in starts for k in range(layout.itemsize))


def as_numpy(layout: Layout) -> Array:
    """An array with that layout over bytes of its own."""
    touched = extent(layout)
    nbytes = max(touched.stop, layout.offset + layout.itemsize)
    dtype = f"V{layout.itemsize}"
    return np.ndarray(layout.shape, dtype, bytearray(nbytes), layout.offset, layout.strides)


def as_torch(layout: Layout) -> torch.Tensor:
    """A tensor with that layout: strides and offset are multiples of the itemsize and not negative."""
    size = layout.itemsize
    count = max(extent(layout).stop, layout.offset) // size
    store = torch.zeros(count, dtype=TORCH_BY_SIZE[size])
    return store.as_strided(layout.shape, [s // size for s in layout.strides], layout.offset // size)


def layout_of(array: Array, base: Array) -> Layout:
    """The layout of an array that NumPy made as a view of ``base``."""
    offset = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return Layout(array.shape, array.strides, offset if array.size else 0, array.itemsize)


def shapes(*, max_axes: int = 4, max_side: int = 4, min_side: int = 0) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes. Shrinks to fewer and shorter axes."""
    return st.lists(st.integers(min_side, max_side), max_size=max_axes).map(tuple)


@st.composite
def layouts(
    draw: st.DrawFn, *, max_axes: int = 4, max_side: int = 4, max_stride: int = 24, aligned: bool = False
) -> Layout:
    """Layouts with any strides, negative and overlapping ones too. Shrinks to few axes, sizes and strides of 0.

    ``aligned`` ones are what a torch tensor can have: whole elements, no negative strides.
    """
    itemsize = draw(st.sampled_from([1, 2, 4, 8]))
    shape = draw(shapes(max_axes=max_axes, max_side=max_side))
    unit = itemsize if aligned else 1
    steps = [unit * draw(st.integers(0 if aligned else -max_stride, max_stride)) for _ in shape]
    low = sum(min(0, (n - 1) * s) for n, s in zip(shape, steps, strict=True) if n)
    return Layout(shape, tuple(steps), unit * draw(st.integers(0, 5)) - low, itemsize)


@st.composite
def fresh_views(draw: st.DrawFn) -> tuple[Array, Layout]:
    """A NumPy view of a fresh array, and its layout. Shrinks to the fresh array itself."""
    base = np.zeros(draw(shapes(max_axes=4, max_side=5)), draw(st.sampled_from(["u1", "i2", "f4", "f8"])))
    array = base
    for step in draw(st.lists(st.sampled_from(["slice", "permute", "expand", "insert", "diagonal"]), max_size=4)):
        array = _viewed(draw, step, array)
    return array, layout_of(array, base)


def _viewed(draw: st.DrawFn, step: str, array: Array) -> Array:
    if step == "slice":
        cuts: tuple[Any, ...] = tuple(draw(st.slices(n)) for n in array.shape)
        return array[(*cuts, ...)]  # without the dots a 0-d array becomes a scalar
    if step == "permute":
        return array.transpose(draw(st.permutations(range(array.ndim))))
    if step == "insert":
        return np.expand_dims(array, draw(st.integers(0, array.ndim)))
    if step == "expand":
        return np.broadcast_to(array, (draw(st.integers(0, 3)), *array.shape))
    if array.ndim < 2:
        return array
    first, second = draw(st.permutations(range(array.ndim)))[:2]
    return array.diagonal(draw(st.integers(-2, 2)), first, second)
