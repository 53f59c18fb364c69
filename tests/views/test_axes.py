from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.axes import distinct, each_normal, error_name, existing, fresh, normal, placed, replaced, without
from tensorlab.views.record import Refused, Rules, View

VIEW = View(Layout((2, 3), (4, 8), 16, 4), dtype("float32"), neg=True, device="cuda:1")


def test_a_view_is_placed_elsewhere_with_all_that_it_means() -> None:
    assert placed(VIEW, (6,), (4,), 0) == View(Layout((6,), (4,), 0, 4), VIEW.dtype, neg=True, device="cuda:1")


def test_a_fresh_block_has_no_bits_and_c_order() -> None:
    assert fresh(VIEW, (2, 3), "torch") == View(Layout((2, 3), (12, 4), 0, 4), VIEW.dtype, device="cuda:1")
    assert fresh(VIEW, (0, 3), "numpy").layout.strides == (0, 0)
    assert fresh(VIEW, (0, 3), "torch").layout.strides == (12, 4)


@pytest.mark.parametrize("rules", get_args(Rules))
def test_axes_are_counted_from_either_end(rules: Rules) -> None:
    for ndim, axis in product(range(4), range(-5, 5)):
        inside = -ndim <= axis < ndim
        found, reached = normal(axis, ndim, rules), existing(axis, ndim)
        assert (reached == axis % ndim) if inside else (isinstance(reached, Refused) and reached.error == "IndexError")
        if rules == "torch" and ndim == 0 and axis in (0, -1):
            assert found == 0
        else:
            assert (found == axis % ndim) if inside else isinstance(found, Refused)


def test_an_axis_is_named_once_where_it_must_be() -> None:
    assert distinct((0, -1), 2, "torch") == (0, 1)
    assert distinct((1, -1), 2, "torch") == Refused("RuntimeError", "axis 1 is named twice in (1, -1)")
    assert distinct((1, -1, 9), 2, "numpy") == Refused("ValueError", "axis 1 is named twice in (1, -1, 9)")
    assert each_normal((1, -1), 2, "numpy") == (1, 1)
    assert each_normal((1, 9), 2, "numpy") == Refused("AxisError", "axis 9 is outside the 2 axes")


def test_numbers_of_axes() -> None:
    assert replaced((1, 2, 3), 0, 9) == (9, 2, 3)
    assert without((1, 2, 3), {1}) == (1, 3)
    assert [error_name(rules) for rules in get_args(Rules)] == ["RuntimeError", "ValueError"]
