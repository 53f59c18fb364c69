from __future__ import annotations

import pytest

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views import spelling
from tensorlab.views.calls import Call
from tensorlab.views.record import Copy, Expand, Permute, Reshape, Slice, View

VIEW = View(Layout((2, 3, 4), (48, 16, 4), itemsize=4), dtype("float32"))


def test_names_that_both_libraries_know() -> None:
    assert spelling.same(VIEW, Call("detach"), "torch") == ()
    assert spelling.copied(VIEW, Call("copy"), "numpy") == (Copy(),)
    assert spelling.reversed_axes(VIEW, Call("T"), "torch") == (Permute((2, 1, 0)),)
    assert spelling.reshaped(VIEW, Call("reshape", (), (("shape", (6, 4)),)), "torch") == (Reshape((6, 4)),)
    assert spelling.expanded(VIEW, Call("broadcast_to", (5,)), "numpy") == (Expand((5,)),)
    assert spelling.one_axis_sliced(VIEW, Call("slice_axis", (0, 1)), "numpy") == (Slice(0, 1),)
    assert len(spelling.subscripted(VIEW, Call("getitem", ((0, 1),)), "torch")) == 2  # type: ignore[arg-type]  # primitives
    assert spelling.at_least(3)(VIEW, Call("atleast_3d"), "torch") == ()


def test_axes_change_places() -> None:
    assert spelling.moved(VIEW, (2, 0), (0, 1)) == Permute((2, 0, 1))
    assert spelling.swapped(VIEW, 0, 2) == Permute((2, 1, 0))


def test_what_a_name_does_not_take_is_told() -> None:
    with pytest.raises(UnsupportedError, match="detach takes no arguments"):
        spelling.same(VIEW, Call("detach", (1,)), "torch")
    with pytest.raises(UnsupportedError, match="getitem takes one index"):
        spelling.subscripted(VIEW, Call("getitem"), "torch")
