import pytest
from hypothesis import given
from support.layouts import layouts

from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.testing.record import Laid
from tensorlab.testing.simplifying import Departure, laid_by, plan_of


def laid(layout: Layout, tail: int = 0) -> Laid:
    kind = DType("raw", layout.itemsize, "void")
    nbytes = -(-(max(extent(layout).stop, layout.offset) + tail) // max(layout.itemsize, 1)) * layout.itemsize
    return Laid(layout=layout, dtype=kind, nbytes=nbytes, classes=frozenset())


@pytest.mark.parametrize(
    "layout",
    [
        Layout((), (), 8, 4),
        Layout((2, 3), (12, 4), 0, 4),
        Layout((3, 2), (4, 40), 12, 4),
        Layout((2, 3), (4, 4), 0, 4),
        Layout((4, 3), (0, 4), 4, 4),
        Layout((2, 1, 3), (12, 400, 4), 0, 4),
        Layout((2, 3), (-12, 4), 12, 4),
        Layout((2, 2), (9, 5), 1, 2),
        Layout((2, 0, 3), (4, 8, 4), 4, 4),
        Layout((1, 2, 2, 2), (32, 4, 16, 8), 0, 4),
    ],
)
def test_a_plan_leads_back_to_its_layout(layout: Layout) -> None:
    one = laid(layout, tail=8)
    again = laid_by(one, plan_of(one), layout.shape)
    assert (again.layout, again.nbytes) == (layout, one.nbytes)


@given(layouts(max_axes=3))
def test_shape_and_storage_stay_whatever_the_layout(layout: Layout) -> None:
    one = laid(layout)
    again = laid_by(one, plan_of(one), layout.shape)
    assert again.layout.shape == layout.shape
    assert extent(again.layout).stop <= again.nbytes
    assert numel(again.layout.shape) == 0 or extent(again.layout).start == plan_of(one).lead


def test_axes_go_and_shrink() -> None:
    one = laid(Layout((5, 4), (4, 40), 12, 4))
    assert laid_by(one, plan_of(one), (2, 2)).layout == Layout((2, 2), (4, 28), 12, 4)
    assert laid_by(one, plan_of(one), (None, 3)).layout == Layout((3,), (24,), 12, 4)
    assert "gaps" in laid_by(one, plan_of(one), (None, 3)).classes


def test_departures_become_less_step_by_step() -> None:
    assert Departure(-8).simpler(4) == (Departure(), Departure(-4), Departure(-8))
    assert Departure(backwards=True).simpler(4) == (Departure(), Departure(backwards=True))
    assert Departure().simpler(4) == (Departure(),)


def test_a_storage_of_another_dtype_holds_whole_elements_of_it() -> None:
    one = Laid(
        layout=Layout((3,), (4,), 0, 4), dtype=dtype("float32"), nbytes=24, stored=dtype("complex64"),
        classes=frozenset(),
    )  # fmt: skip
    plan = plan_of(one)._replace(tail=0)
    assert [laid_by(one, plan, (n,)).nbytes for n in range(4)] == [0, 8, 8, 16]
