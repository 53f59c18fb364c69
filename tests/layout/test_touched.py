from __future__ import annotations

from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import LayoutError
from tensorlab.layout import touched
from tensorlab.layout.record import Layout
from tensorlab.layout.touched import LINE, PAGE, touched_blocks

SIZES = st.sampled_from([1, 2, 3, 5, 8, 16, 24, 64, 100, 4096])


@st.composite
def any_layouts(draw: st.DrawFn) -> Layout:
    shape = tuple(draw(st.lists(st.integers(0, 6), max_size=4)))
    stride = st.one_of(st.integers(-40, 40), st.sampled_from([-4096, -65, 64, 68, 128, 192, 1000, 4100, 8192]))
    strides = tuple(draw(stride) for _ in shape)
    lowest = sum(min(0, s * (n - 1)) for s, n in zip(strides, shape, strict=True) if n)
    return Layout(shape, strides, offset=draw(st.integers(0, 200)) - lowest, itemsize=draw(st.integers(0, 17)))


def brute(layout: Layout, size: int, address: int) -> int:
    blocks = set()
    for index in product(*map(range, layout.shape)):
        first = address + layout.offset + sum(i * s for i, s in zip(index, layout.strides, strict=True))
        blocks |= {byte // size for byte in range(first, first + layout.itemsize)}
    return len(blocks)


@given(any_layouts(), SIZES, st.integers(0, 5000))
def test_as_many_as_counting_byte_by_byte(layout: Layout, size: int, address: int) -> None:
    assert touched_blocks(layout, size, address).count == brute(layout, size, address)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 30)), min_size=1, max_size=3),
    st.integers(1, 9),
    st.sampled_from([4, 6, 7, 16]),
    st.integers(0, 50),
)
def test_views_with_gaps_between_rows_need_no_looking(
    axes: list[tuple[int, int]], itemsize: int, size: int, address: int
) -> None:
    """Each axis steps over what smaller ones reach, so that a count of a sum is told without an enumeration."""
    reach, strides = itemsize - 1, []
    for n, gap in axes:
        strides.append(reach + 1 + gap)
        reach += strides[-1] * (n - 1)
    layout = Layout(tuple(n for n, _ in axes), tuple(strides), itemsize=itemsize)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(touched, "MOST_STARTS", 0)
        assert touched_blocks(layout, size, address).count == brute(layout, size, address)


@pytest.mark.parametrize(
    ("layout", "lines", "pages"),
    [
        (Layout((2**26,), (4,), itemsize=4), 2**22, 2**16),
        (Layout((2**25,), (8,), itemsize=4), 2**22, 2**16),
        (Layout((2**14,), (4 * 4096,), itemsize=4), 2**14, 2**14),
        (Layout((1000, 1000), (4000, 4), itemsize=4), 62500, 977),
        (Layout((1000, 1000), (4, 4000), itemsize=4), 62500, 977),
        (Layout((10**9,), (0,), itemsize=4), 1, 1),
        (Layout((10**9, 3), (0, 4), offset=60, itemsize=4), 2, 1),
        (Layout((32, 56, 56, 64), (4 * 200704, 4 * 56, 4, 4 * 3136), itemsize=4), 32 * 200704 // 16, 32 * 196),
        (Layout((2**40,), (128,), itemsize=4), 2**40, 2**35),
        (Layout((), (), itemsize=8), 1, 1),
        (Layout((0, 5), (7, 7), itemsize=8), 0, 0),
        (Layout((3,), (7,), itemsize=0), 0, 0),
        (Layout((10, 31), (4000, 128), itemsize=4), 310, 10),
    ],
)
def test_lines_and_pages_of_views_of_any_size(layout: Layout, lines: int, pages: int) -> None:
    assert (touched_blocks(layout, LINE).count, touched_blocks(layout, PAGE).count) == (lines, pages)


def test_an_element_over_the_edge_of_a_line_is_in_both() -> None:
    aligned, askew = Layout((100,), (64,), itemsize=8), Layout((100,), (64,), offset=60, itemsize=8)
    assert touched_blocks(aligned, LINE).count == 100
    assert touched_blocks(askew, LINE).count == 101
    assert touched_blocks(aligned, LINE, address=60).count == 101
    assert touched_blocks(Layout((100,), (192,), offset=60, itemsize=8), LINE).count == 200


def test_past_the_cap_it_is_unknown_and_says_which() -> None:
    tangled = Layout((3000, 3000), (401, 403), itemsize=4)
    found = touched_blocks(tangled, LINE)
    assert found.count is None
    assert found.cap == "9,000,000 places to be looked at one by one; 1,048,576 at most are"
    assert prod(tangled.shape) == 9_000_000
    large = touched_blocks(Layout((5,), (2**30 + 1,), itemsize=1), 2**23)
    assert large.cap == "8,388,608 places in a block; 4,194,304 at most are told apart"


def test_tangled_axes_below_one_that_nests() -> None:
    layout = Layout((5, 40, 40), (100_001, 401, 403), itemsize=4)
    assert touched_blocks(layout, LINE, address=7).count == brute(layout, LINE, 7)


@pytest.mark.parametrize("size", [0, -64, 64.0, True])
def test_a_block_has_bytes(size: int) -> None:
    with pytest.raises(LayoutError, match="a block has 1 byte or more; got"):
        touched_blocks(Layout((3,), (4,), itemsize=4), size)
