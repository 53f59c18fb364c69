from __future__ import annotations

import pytest

from tensorlab.autograd.births.lineage import Taint
from tensorlab.autograd.births.words import birth, is_brought, is_written, said
from tensorlab.dispatch.record import OpCall


@pytest.mark.parametrize(
    ("name", "call", "words"),
    [
        ("aten._to_copy.default", "Tensor.to", "to"),
        ("aten.lift_fresh.default", "torch.tensor", "tensor"),
        ("aten.lift_fresh.default", "aten.lift_fresh.default", "lift_fresh"),
        ("aten.div.Tensor", "Tensor.div", "div"),
        ("aten.copy_.default", "Tensor.__setitem__", "copy_ (in setitem)"),
        ("aten.addmm.default", "torch.nn.functional.linear", "addmm (in linear)"),
        ("aten.mul.Tensor", "Tensor.backward", "mul"),
    ],
)
def test_as_the_user_wrote_it(name: str, call: str, words: str) -> None:
    assert said(OpCall(number=0, name=name, call=call)) == words


def test_a_number_of_the_users_and_one_that_was_computed() -> None:
    full = OpCall(number=0, name="aten.full.default", call="torch.full", line="a.py:2")
    brought = OpCall(number=0, name="aten.lift_fresh.default", call="torch.tensor")
    put = OpCall(number=0, name="aten.lift_fresh.default", call="Tensor.__setitem__")
    taint = Taint(gave=(0, 2))
    assert [is_written(call, taint) for call in (full, brought, put)] == [True, False, True]
    assert [is_brought(call) for call in (full, brought, put)] == [False, True, False]
    assert str(birth(full, taint)) == "Inf written by hand by full a.py:2: no operation made it"
    assert not is_written(full, Taint(given=(0, 1), gave=(0, 2)))
