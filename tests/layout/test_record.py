from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from support.layouts import layouts, small_layouts

from tensorlab.errors import LayoutError
from tensorlab.layout.record import Layout


def check_rebuilt(layout: Layout) -> None:
    again = Layout(**{field.name: getattr(layout, field.name) for field in dataclasses.fields(layout)})
    assert again == layout
    assert hash(again) == hash(layout)
    assert eval(repr(layout), {"Layout": Layout}) == layout
    assert pickle.loads(pickle.dumps(layout)) == layout == copy.deepcopy(layout)


def test_every_small_layout_is_rebuilt_from_its_fields() -> None:
    for layout in (Layout((), ()), *small_layouts(2, range(3), (-2, 0, 1, 5))):
        check_rebuilt(layout)


@given(layouts(max_axes=6))
@example(Layout((0,), (999,)))
@example(Layout((1, 2), (-999, 4), 0, 4))
def test_a_layout_is_rebuilt_from_its_fields(layout: Layout) -> None:
    check_rebuilt(layout)


def test_strides_that_cannot_matter_are_kept_and_tell_layouts_apart() -> None:
    odd = Layout((1, 0), (999, -7))
    assert odd.strides == (999, -7)
    assert odd != Layout((1, 0), (0, 1))
    assert len({odd, Layout((1, 0), (0, 1)), Layout((1, 0), (999, -7))}) == 2


@pytest.mark.parametrize("change", [{"shape": (3, 2)}, {"strides": (1, 2)}, {"offset": 1}, {"itemsize": 2}])
def test_every_field_counts_in_equality(change: dict[str, Any]) -> None:
    layout = Layout((2, 3), (3, 1))
    assert dataclasses.replace(layout, **change) != layout


def test_a_layout_is_frozen_and_has_no_other_attribute() -> None:
    layout = Layout((2,), (1,))
    with pytest.raises(dataclasses.FrozenInstanceError, match="offset"):
        layout.offset = 4  # type: ignore[misc]  # what the test is about
    with pytest.raises((AttributeError, TypeError), match=r"color|super\(type, obj\)"):
        layout.color = 1  # type: ignore[attr-defined]  # what the test is about
    assert not hasattr(layout, "__dict__")


@pytest.mark.parametrize(
    ("shape", "strides", "offset", "itemsize", "message"),
    [
        ((True,), (1,), 0, 1, "made of integers; got True of type bool"),
        ((2.0,), (1,), 0, 1, "made of integers; got 2.0 of type float"),
        ((2,), (1.5,), 0, 1, "made of integers; got 1.5 of type float"),
        ((2,), (False,), 0, 1, "made of integers; got False of type bool"),
        ((2,), (1,), 0.0, 1, "made of integers; got 0.0 of type float"),
        ((2,), (1,), 0, True, "made of integers; got True of type bool"),
        ((np.int64(2),), (1,), 0, 1, r"made of integers; got np.int64\(2\) of type int64"),
        ((2,), (np.int32(1),), 0, 1, "of type int32"),
        (("2",), (1,), 0, 1, "made of integers; got '2' of type str"),
        ((None,), (1,), 0, 1, "of type NoneType"),
        ([2], (1,), 0, 1, r"shape and strides are tuples; got \[2\]"),
        ((2,), [1], 0, 1, r"shape and strides are tuples; got \[1\]"),
        (2, (1,), 0, 1, "shape and strides are tuples; got 2"),
        ((2,), None, 0, 1, "shape and strides are tuples; got None"),
        ((-1,), (1,), 0, 1, r"a size cannot be negative; got shape \(-1,\)"),
        ((2,), (1,), -1, 1, "cannot be negative; got offset -1, itemsize 1"),
        ((2,), (1,), 0, -4, "cannot be negative; got offset 0, itemsize -4"),
        ((2, 3), (1,), 0, 1, r"got 1 stride for the 2 axes of shape \(2, 3\)"),
        ((2,), (1, 1), 0, 1, r"got 2 strides for the 1 axes of shape \(2,\)"),
        ((), (1,), 0, 1, r"got 1 stride for the 0 axes of shape \(\)"),
    ],
)
def test_what_cannot_be_is_refused(shape: Any, strides: Any, offset: Any, itemsize: Any, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        Layout(shape, strides, offset, itemsize)


def test_integers_beyond_64_bits_are_exact() -> None:
    layout = Layout((10**30,), (-(10**30),), 10**60, 8)
    assert layout.offset == 10**60
