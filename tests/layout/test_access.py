from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.layouts import all_indices, layouts

from tensorlab.layout.access import Touched, alignment, warp_sectors, widest_load
from tensorlab.layout.address import address
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import nbytes, numel


def test_alignment_is_the_largest_power_of_two_that_divides() -> None:
    for number in range(-1000, 1000):
        assert alignment(number) == max(power for power in (1, 2, 4, 8, 16, 32, 64, 128) if number % power == 0)


def test_by_hand() -> None:
    """A (64, 64) of float32 at an address of 128: rows of 256 B, eight sectors each."""
    plain = Layout((64, 64), (256, 4), itemsize=4)
    assert widest_load(plain, 128) == 16
    assert warp_sectors(plain, 128) == (Touched(0, 32, 32), Touched(1, 32, 4))
    shifted = Layout((64, 60), (256, 4), offset=4, itemsize=4)
    assert widest_load(shifted, 128) == 4
    assert warp_sectors(shifted, 128) == (Touched(0, 32, 32), Touched(1, 32, 5))
    assert widest_load(Layout((4, 3), (12, 4), itemsize=4), 128) == 16, "the rows follow one another: 48 B in a run"
    assert widest_load(Layout((4, 3), (16, 4), itemsize=4), 128) == 4, "12 B are no whole number of wider loads"
    assert widest_load(Layout((4,), (8,), itemsize=4), 128) == 4
    assert widest_load(Layout((4,), (-4,), offset=12, itemsize=4), 128) == 16
    assert widest_load(Layout((9, 4), (0, 4), itemsize=4), 128) == 16
    assert widest_load(Layout((), (), itemsize=16), 8) == 8
    assert warp_sectors(Layout((1000,), (0,), itemsize=4), 128) == (Touched(0, 32, 1),)
    assert warp_sectors(Layout((40,), (8,), itemsize=8), 144) == (Touched(0, 32, 9),)
    assert warp_sectors(Layout((0, 3), (12, 4), itemsize=4), 128) == ()


def loadable(layout: Layout, start: int, load: int) -> bool:
    """Whether every element's bytes lie in aligned pieces of that many bytes, all of whose bytes are elements'."""
    covered = {
        start + address(layout, index) + byte for index in all_indices(layout) for byte in range(layout.itemsize)
    }
    return all(piece in covered for byte in covered for piece in range(byte // load * load, (byte // load + 1) * load))


@given(layouts(), st.integers(0, 300))
def test_the_widest_load_holds_nothing_but_elements(layout: Layout, start: int) -> None:
    if nbytes(layout):
        load = widest_load(layout, start)
        assert loadable(layout, start, load)
        assert load in {1, 2, 4, 8, 16}


@given(layouts(), st.integers(0, 300))
def test_no_wider_load_would_do_where_elements_nest(layout: Layout, start: int) -> None:
    """Beyond the claim only runs that adjoin by accident count: axes that reach over one another."""
    axes = sorted((abs(s), n) for s, n in zip(layout.strides, layout.shape, strict=True) if n > 1 and s)
    reach = layout.itemsize
    for stride, n in axes:
        if stride < reach:
            return
        reach = stride * n
    if nbytes(layout):
        load = widest_load(layout, start)
        assert load == 16 or not loadable(layout, start, 2 * load)


def test_elements_of_any_size_cost_no_walk() -> None:
    huge = Layout((5,), (10**18,), itemsize=10**18 - 1)
    assert warp_sectors(huge, 1) == (Touched(0, 5, 5 * 10**18 // 32),)
    assert warp_sectors(Layout((5,), (1,), itemsize=32 * 10**15), 0) == (Touched(0, 5, 10**15 + 1),)


@given(layouts(), st.integers(0, 300))
def test_sectors_are_those_of_the_first_lanes_byte_by_byte(layout: Layout, start: int) -> None:
    if not nbytes(layout):
        return
    found = warp_sectors(layout, start)
    assert [touched.axis for touched in found] == [axis for axis, n in enumerate(layout.shape) if n > 1]
    for axis, lanes, sectors in found:
        indices = [tuple(lane if at == axis else 0 for at in range(len(layout.shape))) for lane in range(lanes)]
        first = [start + address(layout, index) for index in indices]
        assert sectors == len({(byte + extra) // 32 for byte in first for extra in range(layout.itemsize)})
        assert lanes == min(32, layout.shape[axis])
    assert numel(layout.shape) > 0
