from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from views.oracle import as_array, as_tensor, predicted, seen_numpy, seen_torch, view_of

from tensorlab.errors import UnsupportedError
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.calls import Call
from tensorlab.views.chain import follow
from tensorlab.views.record import Refused
from tensorlab.views.subscript import lower_subscript

if TYPE_CHECKING:
    from tensorlab.views.record import Rules, View

PARTS: tuple[Any, ...] = (0, -1, 2, None, ..., slice(None), slice(1, None), slice(None, -1, 2), slice(None, None, -1))


def _view(*shape: int) -> View:
    return view_of(Layout(shape, canonical_strides(shape, 4), itemsize=4))


def _check(view: View, index: Any, made: Any, rules: Rules) -> None:
    outcome = follow(view, [Call("getitem", (index,))], rules)[0].after[0]
    seen, _ = (seen_torch if rules == "torch" else seen_numpy)(made, lambda: made[index])
    assert predicted(outcome) == seen, f"{rules}: {index} of {view}"


@pytest.mark.parametrize("rules", ["torch", "numpy"])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (3,), (2, 3), (3, 0), (1, 3), (2, 1, 3)], ids=str)
def test_every_small_index_is_predicted(shape: tuple[int, ...], rules: Rules) -> None:
    view = _view(*shape)
    made: Any = as_tensor(view) if rules == "torch" else as_array(view)
    for part in PARTS:
        _check(view, part, made, rules)
    for count in range(4):
        for index in product(PARTS, repeat=count):
            if rules == "numpy" or index.count(...) < 2:
                _check(view, index, made, rules)


ENDS = st.none() | st.integers(-7, 7)


@pytest.mark.parametrize("rules", ["torch", "numpy"])
@given(
    shape=st.lists(st.integers(0, 5), max_size=4),
    parts=st.lists(st.none() | st.integers(-6, 5) | st.builds(slice, ENDS, ENDS, ENDS), max_size=6),
    dots=st.none() | st.integers(0, 6),
)
def test_any_index_is_predicted(rules: Rules, shape: list[int], parts: list[Any], dots: int | None) -> None:
    view = _view(*shape)
    if dots is not None:
        parts.insert(dots, ...)
    _check(view, tuple(parts), as_tensor(view) if rules == "torch" else as_array(view), rules)


def test_two_ellipses() -> None:
    refused = Refused("IndexError", "an index can have only one Ellipsis")
    assert lower_subscript((..., ...), _view(2), "numpy") == refused
    with pytest.raises(UnsupportedError, match=r"(?s)two Ellipses.*hint: write the slices out"):
        lower_subscript((..., 0, ...), _view(2), "torch")


@pytest.mark.parametrize("index", [True, [0, 1], 1.0, "a", (0, [1]), slice("a", None), slice(0, 1.5)], ids=str)
def test_what_is_no_basic_index_is_told(index: object) -> None:
    with pytest.raises(UnsupportedError, match=r"(?s)cannot follow the index .*hint: basic indices are"):
        lower_subscript(index, _view(2, 3), "torch")
