from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.record import Refused, View
from tensorlab.views.torch_pieces import PIECES


def _view(*shape: int) -> View:
    return View(Layout(shape, canonical_strides(shape, 4), itemsize=4), dtype("float32"))


def _by_torch(x: torch.Tensor, call: Call) -> Any:
    try:
        pieces = getattr(x, call.name)(*call.args)
    except (IndexError, RuntimeError) as error:
        return type(error).__name__
    return [(tuple(p.shape), p.stride(), p.storage_offset()) for p in pieces]


def _by_us(view: View, call: Call) -> Any:
    made = step(view, call, "torch")
    if made.after and isinstance(made.after[0], Refused):
        return made.after[0].error
    assert made.several
    layouts = [piece.layout for piece in made.after if isinstance(piece, View)]
    return [(x.shape, tuple(s // 4 for s in x.strides), x.offset // 4) for x in layouts]


NUMBERS = range(-2, 6)
LISTS: tuple[Any, ...] = ((), (1,), (0, 2), (2, 1), (3, 9), (-1,), (1, 1, 1), (1, 2), (0,), (3,), (-3, 6))


@pytest.mark.parametrize("name", PIECES)
def test_every_small_split_is_predicted(name: str) -> None:
    counted = {"split", "split_with_sizes", "chunk", "tensor_split"}
    asked: list[Any] = [] if name == "split_with_sizes" else [*NUMBERS]
    asked += [] if name in {"chunk", "unbind"} else LISTS
    for shape in ((), (0,), (3,), (4, 3), (2, 0, 3), (2, 4, 6)):
        for value, axis in product(asked, range(-4, 4) if name in counted else (None,)):
            call = Call(name, (value,) if axis is None else (value, axis))
            assert _by_us(_view(*shape), call) == _by_torch(torch.zeros(shape), call), f"{call} of {shape}"


@pytest.mark.parametrize(
    "call", [Call("split", (1.5,)), Call("tensor_split", ("a",)), Call("hsplit"), Call("chunk")], ids=str
)
def test_forms_that_are_not_modelled_are_told(call: Call) -> None:
    with pytest.raises(UnsupportedError, match=f"hint: {call.name} takes"):
        step(_view(4), call, "torch")


def test_pieces_by_the_names_of_their_parameters() -> None:
    for word in ("split_size", "split_size_or_sections"):
        assert len(step(_view(4), Call("split", (), ((word, 2),)), "torch").after) == 2
    for word, value in (("indices", (1,)), ("indices", [1]), ("sections", 2)):
        assert len(step(_view(4), Call("tensor_split", (), ((word, value),)), "torch").after) == 2


@pytest.mark.parametrize("name", ["tensor_split", "hsplit", "vsplit", "dsplit"])
@pytest.mark.parametrize("word", ["indices", "sections", "indices_or_sections"])
@pytest.mark.parametrize("value", [2, (2,), [1, 1]], ids=str)
def test_each_form_has_a_word_of_its_own(name: str, word: str, value: Any) -> None:
    after = step(_view(2, 2, 2), Call(name, (), ((word, value),)), "torch").after
    try:
        count = len(getattr(torch.zeros(2, 2, 2), name)(**{word: value}))
    except TypeError:
        assert isinstance(after[0], Refused)
        assert after[0].error == "TypeError"
    else:
        assert len(after) == count


def test_a_negative_size_is_told_before_the_axis() -> None:
    for step_size, axis in product((-1, 2), (0, -2)):
        call = Call("split", (), (("split_size", step_size), ("dim", axis)))
        x: Any = torch.zeros(4)
        seen = _by_torch(x, Call("split", (step_size, axis)))
        assert _by_us(_view(4), call) == seen
