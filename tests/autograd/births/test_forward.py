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
    assert [one.op for one in masked(seen, reaching)] == ["sqrt"]
    assert spoilt(seen, tracer.backwards) == [seen.last]


def test_a_number_of_the_users_is_no_operation_where_one_is_known() -> None:
    x = torch.tensor([1.0, 100.0], requires_grad=True)
    with Tracer() as tracer:
        loss = (x.exp() + torch.full((2,), float("inf"))).sum()
    seen = seen_in(tracer, loss)
    first = origin(seen, seen.found.ancestors([seen.last]), is_nan=False)
    assert first is not None
    assert (first.op, first.source) == ("exp", "op")
