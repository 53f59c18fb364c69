from __future__ import annotations

import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.arguments import Pieces
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.record import CopyNeeded, DropAxes, Refused, Reinterpret, View
from tensorlab.views.torch_axes import AXES

VIEW = View(Layout((2, 3, 4), (48, 16, 4), itemsize=4), dtype("float32"))


def test_ravel_copies_what_reshape_would_not() -> None:
    gaps = View(Layout((3,), (8,), itemsize=4), dtype("float32"))
    copied, kept = (step(gaps, call, "torch").after[0] for call in (Call("ravel"), Call("reshape", (-1,))))
    assert isinstance(copied, CopyNeeded)
    assert copied.cause == "format"
    assert kept == gaps
    x = torch.arange(6.0)[::2]
    assert x.ravel().data_ptr() != x.data_ptr() == x.reshape(-1).data_ptr()


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (Call("narrow", (0, 3, 0)), "IndexError"),
        (Call("narrow", (0, 0, -1)), "RuntimeError"),
        (Call("narrow", (0, 1, 2)), "RuntimeError"),
        (Call("narrow", (3, 0, 0)), "IndexError"),
        (Call("slice", (0, 0, 1, 0)), "RuntimeError"),
        (Call("flatten", (2, 1)), "RuntimeError"),
        (Call("unflatten", (0, (-1, -1))), "RuntimeError"),
        (Call("unflatten", (0, ())), "RuntimeError"),
        (Call("unflatten", (0, (3,))), "RuntimeError"),
        (Call("movedim", ((0, 0), (1, 2))), "RuntimeError"),
        (Call("movedim", ((0, 1), (1,))), "RuntimeError"),
        (Call("unfold", (0, 3, 1)), "RuntimeError"),
        (Call("diagonal", (0, 1, -2)), "RuntimeError"),
        (Call("as_strided", ((2,), (-1,))), "RuntimeError"),
    ],
    ids=str,
)
def test_what_torch_refuses_is_refused_with_its_error(call: Call, error: str) -> None:
    outcome = step(VIEW, call, "torch").after[0]
    assert isinstance(outcome, Refused)
    assert outcome.error == error
    x = torch.zeros(2, 3, 4)
    home = torch.ops.aten.slice if call.name == "slice" else getattr(torch.Tensor, call.name)
    with pytest.raises((IndexError, RuntimeError), match=r"\w") as raised:
        home(x, *call.args)
    assert raised.type.__name__ == error


def test_a_negative_size_that_would_end_the_process_is_refused() -> None:
    outcome = step(VIEW, Call("as_strided", ((-2,), (1,))), "torch").after[0]
    assert outcome == Refused("RuntimeError", "a size is 0 or more; got (-2,)")


def test_arguments_by_name_and_numpys_word_for_dim() -> None:
    for call in (Call("squeeze", (), (("dim", 0),)), Call("squeeze", (), (("axis", 0),))):
        assert AXES["squeeze"](VIEW, call, "torch") == (DropAxes((0,)),)
    assert AXES["view"](VIEW, Call("view", (), (("dtype", dtype("int8")),)), "torch") == (Reinterpret(dtype("int8")),)
    assert not isinstance(AXES["t"](VIEW, Call("t"), "torch"), Pieces)


@pytest.mark.parametrize(
    "call",
    [
        Call("movedim", (0, (1,))),
        Call("view", ("int8",)),
        Call("view_as", ((2, 3),)),
        Call("narrow", (0, VIEW, 1)),
        Call("transpose", ("N", "C")),
    ],
    ids=str,
)
def test_forms_that_are_not_modelled_are_told(call: Call) -> None:
    with pytest.raises(UnsupportedError, match=f"hint: {call.name} takes"):
        step(VIEW, call, "torch")
