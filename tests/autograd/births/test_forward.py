from __future__ import annotations

import torch

from tensorlab.autograd.births.forward import later, masked, origin, spoilt
from tensorlab.autograd.births.lineage import lineage
from tensorlab.autograd.births.telling import Seen
from tensorlab.dispatch.tracer import Tracer


def seen_in(tracer: Tracer, loss: torch.Tensor) -> Seen:
    calls = tracer.calls
    found, number = lineage(calls), tracer.tensor_number(loss)
    assert number is not None
    return Seen(tracer, tracer, calls, found, found.makers[number], number)


def test_what_reached_the_loss_what_did_not_and_what_came_later() -> None:
    x = torch.tensor([-1.0, 1.0], requires_grad=True)
    with Tracer() as tracer:
        x.acos().log()
        x.sqrt()
        loss = x.log().sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
        torch.zeros(1) / torch.zeros(1)
    seen = seen_in(tracer, loss)
    reaching = seen.found.ancestors([seen.last])
    first = origin(seen, reaching, is_nan=True)
    after = later(seen)
    assert first is not None
    assert after is not None
    assert (first.op, after.op) == ("log", "div")
    assert [one.op for one in masked(seen, reaching)] == ["log", "sqrt"]
    assert spoilt(seen, tracer.backwards) == [seen.last]


def test_a_number_of_the_users_is_no_operation_where_one_is_known() -> None:
    x = torch.tensor([1.0, 100.0], requires_grad=True)
    with Tracer() as tracer:
        loss = (x.exp() + torch.full((2,), float("inf"))).sum()
    seen = seen_in(tracer, loss)
    first = origin(seen, seen.found.ancestors([seen.last]), is_nan=False)
    assert first is not None
    assert (first.op, first.source) == ("exp", "op")


def test_an_infinity_that_forward_made_and_hid_is_told_and_one_written_by_hand_is_not() -> None:
    x = torch.tensor([[0.0, 1.0, 2.0]])
    scale = torch.ones(1, 3, requires_grad=True)
    functional, infinity = torch.nn.functional, float("inf")
    with Tracer() as tracer:
        hidden = torch.where(x > 0, x.log(), 0) + (1 / x).clamp(max=9.0)
        (scale * x).masked_fill(x > 0, -infinity).softmax(1)
        functional.pad(x, (1, 0), value=-infinity).amax()
        x.index_fill(1, torch.tensor([0]), infinity).amin()
        x.scatter(1, torch.tensor([[0]]), infinity).amin()
        torch.where(x > 0, 0.0, -infinity).triu(1).amax()
        steps, length = torch.zeros(5, 1, 3).log_softmax(-1), torch.tensor([5])
        functional.ctc_loss(steps, torch.tensor([[1, 2]]), length, torch.tensor([2]))
        loss = (hidden * scale).sum()
    seen = seen_in(tracer, loss)
    told = [(one.op, one.what, one.source) for one in masked(seen, set())]
    assert told == [("log", "Inf", "op"), ("reciprocal (in rdiv)", "Inf", "op")]


def test_memory_that_nobody_wrote_yet_is_no_finding() -> None:
    torch.use_deterministic_algorithms(mode=True)  # fills what is empty with NaN
    try:
        with Tracer() as tracer:
            loss = torch.ones(1, requires_grad=True).sum()
            torch.empty(4)
    finally:
        torch.use_deterministic_algorithms(mode=False)
    seen = seen_in(tracer, loss)
    assert seen.found.taints
    assert later(seen) is None
