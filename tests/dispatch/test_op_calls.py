"""Records made of a tracer's tuples."""

from __future__ import annotations

import torch

from tensorlab.dispatch.op_calls import Reader
from tensorlab.dispatch.tracer import Tracer
from tensorlab.memory.tensor import describe


def test_maps_are_those_of_the_tensors() -> None:
    x = torch.arange(12.0).reshape(3, 4).requires_grad_()
    with Tracer() as tracer:
        y = x.t()[1:]
        z = y * 2
    calls = tracer.calls
    assert calls[0].inputs == (describe(x),)
    assert calls[1].outputs == (describe(y),)
    assert calls[2].outputs == (describe(z),)


def test_reading_again_gives_the_same_and_what_came_since() -> None:
    reader = Reader()
    with Tracer() as tracer:
        x = torch.ones(2, requires_grad=True)
        first = reader.read(tracer)
        y = x[:1] * 1
        y[0].mul_(2)
        second = reader.read(tracer)
    assert second[: len(first)] == first
    assert reader.read(tracer) == tracer.calls
    assert [call.number for call in tracer.calls] == list(range(len(tracer.calls)))


def test_runs_of_nodes_follow_one_another_without_a_gap() -> None:
    with Tracer() as tracer:
        layer = torch.nn.Linear(2, 2)
        y = layer(torch.ones(1, 2))
        y[0].mul_(2)
        y.relu().sum()
    made = [call.sequence for call in tracer.calls if call.sequence[0] != call.sequence[1]]
    assert [end for _, end in made[:-1]] == [begin for begin, _ in made[1:]]


def test_values_that_are_not_looked_at_are_unknown() -> None:
    with Tracer(values=False) as tracer:
        torch.ones(2).log()
    assert tracer.calls[-1].nonfinite == ((None,), (None,))
