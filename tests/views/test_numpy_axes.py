from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.numpy_axes import AXES
from tensorlab.views.record import CopyNeeded, Refused, View

SHAPES = ((), (3,), (0, 2), (2, 3), (1, 4), (2, 1, 3), (2, 3, 4))


def _laid(shape: tuple[int, ...]) -> list[np.ndarray[Any, Any]]:
    a = np.arange(int(np.prod(shape)), dtype="i4").reshape(shape)
    wide = np.zeros((*shape, 2), "i4")[..., 0] if shape else a
    return [a, a.T.copy().T, wide, *([a[::-1]] if shape else [])]


def _view(a: np.ndarray[Any, Any]) -> View:
    base = a
    while isinstance(base.base, np.ndarray):
        base = base.base
    offset = a.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return View(Layout(a.shape, a.strides, offset, 4), dtype("int32"))


def _facts(a: np.ndarray[Any, Any], call: Call) -> Any:
    try:
        words = dict(call.keywords)
        result = (
            getattr(a, call.name)(*call.args, **words)
            if hasattr(a, call.name)
            else getattr(np, call.name)(a, *call.args)
        )
    except Exception as error:  # noqa: BLE001 - which type comes is the question
        return type(error).__name__
    kind = isinstance(result, np.generic) or (result.size > 0 and not np.shares_memory(result, a))
    return (result.shape, result.strides if result.size else None, bool(kind) if result.size else None)


def _said(view: View, call: Call) -> Any:
    outcome = step(view, call, "numpy").after[0]
    if isinstance(outcome, Refused):
        return outcome.error
    made = outcome.result if isinstance(outcome, CopyNeeded) else outcome
    full = 0 not in made.layout.shape
    return (
        made.layout.shape,
        made.layout.strides if full else None,
        isinstance(outcome, CopyNeeded) if full else None,
    )


CALLS = [
    *(Call(name, (order,)) for name in ("ravel", "flatten") for order in "CFAK"),
    *(Call("reshape", ((-1,),), (("order", order),)) for order in "CFA"),
    *(Call("reshape", ((-1,),), (("copy", copy),)) for copy in (None, True, False)),
    *(Call(name) for name in ("flip", "fliplr", "flipud", "rot90", "atleast_1d", "atleast_2d", "atleast_3d")),
    *(Call("rot90", (k, axes)) for k in range(-1, 5) for axes in ((0, 1), (1, 0), (0, 0), (0, 9), (0,), (-1, 0))),
    *(Call("flip", (axis,)) for axis in (0, -1, 3, (0, 1), (0, 0), ())),
    *(Call("diagonal", (shift, 0, 1)) for shift in range(-2, 3)),
    *(Call("expand_dims", (axis,)) for axis in (0, -1, 5, (0, -1), (1, 1))),
    *(Call("moveaxis", pair) for pair in ((0, -1), ((0, 1), (1, 0)), ((0, 0), (1, 0)), ((0,), (0, 1)), (4, 0))),
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_small_arrays_of_every_order_are_predicted(call: Call) -> None:
    for a in (a for shape in SHAPES for a in _laid(shape)):
        if call.name == "diagonal" and a.ndim > 1 and min(a.strides) < 0 and 0 in _facts(a, call)[0]:
            continue  # it may begin before the memory of its array
        assert _said(_view(a), call) == _facts(a, call), f"{call} of {a.shape} {a.strides}"


def test_windows_of_every_small_shape_are_predicted() -> None:
    sizes: tuple[Any, ...] = (0, 1, 2, (1, 2))
    for shape, size, axis in product(SHAPES, sizes, (None, 0, -1, (0, 1), (0, 0))):
        a: Any = np.zeros(shape, "i4")
        call = Call("sliding_window_view", (size, axis))
        try:
            made: Any = np.lib.stride_tricks.sliding_window_view(a, size, axis).shape
        except ValueError as error:
            made = type(error).__name__
        said = _said(_view(a), call)
        assert (said if isinstance(said, str) else said[0]) == made, f"{call} of {shape}"


@pytest.mark.parametrize(
    "call",
    [
        Call("reshape", ((2, 3),), (("order", "K"),)),
        Call("reshape", ((2, 3),), (("copy", 1),)),
        Call("ravel", ("Z",)),
        Call("sliding_window_view", (2,), (("subok", True),)),
        Call("rot90", (1.0,)),
    ],
    ids=str,
)
def test_forms_that_are_not_modelled_are_told(call: Call) -> None:
    with pytest.raises(UnsupportedError, match=f"hint: {call.name} takes"):
        step(_view(np.zeros((2, 3), "i4")), call, "numpy")
    assert call.name in AXES


def test_as_strided_without_strides_counts_its_own_where_the_array_is_contiguous() -> None:
    for a in (a for shape in SHAPES for a in _laid(shape)):
        least = tuple(min(n, 2) for n in a.shape)
        for shape in (None, (), (1, 1), (0, 3), (-1,), least, a.shape[::-1]):
            if shape == a.shape[::-1] and not a.flags.c_contiguous:
                continue  # past the end
            made: Any
            try:
                made = np.lib.stride_tricks.as_strided(a, shape)
            except ValueError as error:
                made = type(error).__name__
            said: Any = step(_view(a), Call("as_strided", () if shape is None else (shape,)), "numpy").after[0]
            if isinstance(said, Refused):
                assert said.error == made
            else:
                assert (said.layout.shape, said.layout.strides) == (made.shape, made.strides)
