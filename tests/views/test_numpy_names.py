from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.numpy_names import VIEWS
from tensorlab.views.record import CopyNeeded, Refused, View


def _view(*shape: int) -> View:
    return View(Layout(shape, canonical_strides(shape, 4), itemsize=4), dtype("float32"))


def _by_numpy(a: np.ndarray[Any, Any], call: Call) -> Any:
    try:
        return [(piece.shape, piece.strides) for piece in getattr(np, call.name)(a, *call.args)]
    except Exception as error:  # noqa: BLE001 - which type comes is the question
        return type(error).__name__


def _by_us(view: View, call: Call) -> Any:
    made = step(view, call, "numpy")
    if made.after and isinstance(made.after[0], Refused):
        return made.after[0].error
    return [(piece.layout.shape, piece.layout.strides) for piece in made.after if isinstance(piece, View)]


@pytest.mark.parametrize("name", ["split", "array_split", "hsplit", "vsplit", "dsplit"])
def test_every_small_split_is_predicted(name: str) -> None:
    asked: tuple[Any, ...] = (*range(-2, 6), (), (1,), (0, 2), (2, 1), (3, 9), (-1,))
    for shape in ((), (3,), (4, 3), (2, 4, 6)):
        for value, axis in product(asked, range(-4, 4) if name in {"split", "array_split"} else (None,)):
            call = Call(name, (value,) if axis is None else (value, axis))
            a = np.zeros(shape, "f4")
            assert _by_us(_view(*shape), call) == _by_numpy(a, call), f"{call} of {shape}"


def test_conversions_copy_only_where_they_must() -> None:
    view = _view(2, 3)
    words = (("copy", False),)
    assert step(view, Call("astype", (view.dtype,), words), "numpy").after == (view,)
    assert isinstance(step(view, Call("astype", (view.dtype,)), "numpy").after[0], CopyNeeded)
    assert step(view, Call("ascontiguousarray"), "numpy").after == (view,)
    order = step(view, Call("asfortranarray"), "numpy").after[0]
    assert isinstance(order, CopyNeeded)
    assert (order.cause, order.result.layout.strides) == ("format", (4, 8))
    refused = step(view, Call("asarray", (), (("order", "F"), ("copy", False))), "numpy").after[0]
    assert isinstance(refused, Refused)
    assert refused.error == "ValueError"


@pytest.mark.parametrize(
    "call",
    [
        Call("astype", ("float64",)),
        Call("astype"),
        Call("astype", (dtype("int8"),), (("casting", "safe"),)),
        Call("view", (None,)),
        Call("split", ("a",)),
        Call("unstack"),
        Call("copy", ("Q",)),
    ],
    ids=str,
)
def test_forms_that_are_not_modelled_are_told(call: Call) -> None:
    with pytest.raises(UnsupportedError, match=f"hint: {call.name} takes"):
        step(_view(4), call, "numpy")
    assert call.name in VIEWS
