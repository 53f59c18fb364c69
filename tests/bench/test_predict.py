from __future__ import annotations

import pytest

from tensorlab.bench.predict import at, crowding, forecast, traffic
from tensorlab.bench.striding.record import Costs, Kernel
from tensorlab.layout.record import Layout

KERNEL = Kernel(library="numpy", operation="sum", call=1e-6, dense=1e-10, strided=2e-10)
COSTS = Costs(
    reads=((2**14, 1e-10), (2**27, 2e-9)),
    writes=((2**14, 1e-10), (2**27, 3e-9)),
    starts=((2**27, 4e-9),),
    alone=((2**27, 6e-9),),
    walks=((2**15, 3e-9),),
    kernels=(KERNEL,),
)


@pytest.mark.parametrize("stride", [2**power for power in range(13)])
def test_lines_and_pages_of_a_stride(stride: int) -> None:
    count = 2**25 // stride
    found = traffic(Layout((count,), (4 * stride,), itemsize=4))
    assert found is not None
    assert (found.lines, found.pages) == (min(2**21, count), min(2**15, count))
    assert found.footprint == min(2**27, count * 4096)  # the wider the stride, the fewer places lines may take


def test_a_page_of_few_lines_is_dearer_a_line_than_a_full_one() -> None:
    each = []
    for stride in (16, 128, 1024):
        found = traffic(Layout((2**25 // stride,), (4 * stride,), itemsize=4))
        assert found is not None
        each.append(forecast(COSTS, KERNEL, [found], found.lines, dense=False).seconds / found.lines)
    assert each == sorted(each)
    assert each[-1] == pytest.approx(9e-9, rel=0.01)  # one line alone, and the look-up of its page


def test_a_copy_adds_what_it_writes_and_calls_add_up() -> None:
    layout = Layout((2**25,), (4,), itemsize=4)
    read, written = traffic(layout), traffic(layout, write=True)
    assert read is not None
    assert written is not None
    reading = forecast(COSTS, KERNEL, [read], 2**25, dense=True)
    copying = forecast(COSTS, KERNEL, [read, written], 2**25, dense=True, calls=3)
    assert copying.lines - reading.lines == pytest.approx(2**21 * 3e-9)
    assert reading.call * 3 == copying.call == pytest.approx(3e-6)


APART = Kernel(library="torch", operation="copy", call=1e-6, dense=1e-10, strided=2e-10, apart=((1, 2e-9), (16, 6e-9)))


@pytest.mark.parametrize(("stride", "each"), [(128, 3e-9), (256, 4e-9), (512, 5e-9), (1024, 6e-9), (2048, 6e-9)])
def test_a_line_with_others_left_out_costs_what_it_costs_where_lines_lie_as_crowded(stride: int, each: float) -> None:
    """From memory: the look-up of its page is part of it."""
    found = traffic(Layout((2**27 // stride,), (stride,), itemsize=4))
    assert found is not None
    assert found.crowding == stride // 64
    told = forecast(COSTS, APART, [found], 0, dense=False)
    assert told.lines + told.pages == pytest.approx(found.lines * each)
    assert told.pages == pytest.approx(min(found.entries * 3e-9, found.lines * each / 2))


@pytest.mark.parametrize("stride", [4, 64, 4096, 8192])
def test_lines_side_by_side_and_one_a_page_cost_the_same_in_every_loop(stride: int) -> None:
    found = traffic(Layout((2**27 // stride,), (stride,), itemsize=4))
    assert found is not None
    one, other = (forecast(COSTS, kernel, [found], 2**18, dense=False) for kernel in (KERNEL, APART))
    assert one == other


def test_expanded_elements_cost_no_memory() -> None:
    found = traffic(Layout((10**9,), (0,), itemsize=4))
    assert found is not None
    assert (found.lines, found.pages, found.footprint) == (1, 1, 64)
    assert forecast(COSTS, KERNEL, [found], 10**9, dense=False).bound == "elements"
    assert crowding(Layout((), (), itemsize=4)) == 1


def test_what_cannot_be_counted_is_not_predicted() -> None:
    assert traffic(Layout((3000, 3000), (401, 403), itemsize=4)) is None


def test_curves_are_flat_outside() -> None:
    assert [at(COSTS.reads, place) for place in (1, 2**14, 2**40)] == [1e-10, 1e-10, 2e-9]
