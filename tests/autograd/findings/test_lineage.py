"""Where the way from a tensor to the loss is lost, among the calls."""

from __future__ import annotations

import torch

from tensorlab.autograd.findings.lineage import follow, last_cut, plain_name, user_name
from tensorlab.dispatch.record import OpCall
from tensorlab.dispatch.tracer import Tracer


def leaf() -> torch.Tensor:
    return torch.ones(3, requires_grad=True)


def test_a_way_that_is_not_lost() -> None:
    x = leaf()
    with Tracer() as tracer:
        loss = x.exp().sum()
    cut = follow(tracer.calls, tracer.tensor_number(x), tracer.tensor_number(loss))
    assert (cut.used, cut.joined, cut.call) == (True, True, None)


def test_the_cut_is_the_call_and_not_what_comes_after_it() -> None:
    x, w = leaf(), leaf()
    with Tracer() as tracer:
        loss = ((x.exp().detach() + 1).relu() * w).sum()
    cut = follow(tracer.calls, tracer.tensor_number(x), tracer.tensor_number(loss))
    assert cut.call is not None
    assert user_name(cut.call) == "detach"
    assert last_cut(tracer.calls, tracer.tensor_number(w)) is None


def test_one_branch_that_is_cut_does_not_hide_the_other() -> None:
    x = leaf()
    with Tracer() as tracer:
        loss = (x.exp().detach() + x).sum()
    assert follow(tracer.calls, tracer.tensor_number(x), tracer.tensor_number(loss)).joined


def test_the_last_cut_before_a_loss_without_a_graph() -> None:
    x = leaf()
    with Tracer() as tracer:
        loss = x.exp().argmax().float() * 2
    cut = last_cut(tracer.calls, tracer.tensor_number(loss))
    assert cut is not None
    assert plain_name(cut) == "argmax"


def test_names() -> None:
    call = OpCall(number=0, name="aten.add.out", call="torch.add")
    assert (plain_name(call), user_name(call)) == ("add.out", "add")
    assert user_name(OpCall(number=0, name="Tensor.grad.__set__", call="Tensor.grad.__set__")) == "grad"
