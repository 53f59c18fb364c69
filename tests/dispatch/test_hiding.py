"""What writes through views and operators on lists save, where nobody can see it."""

from __future__ import annotations

import torch

from tensorlab.dispatch.hiding import hidden
from tensorlab.dispatch.tracer import Tracer


def test_a_write_that_needs_elements_is_not_known_and_nothing_raises() -> None:
    x = torch.ones(4, 4, requires_grad=True).clone()
    with Tracer() as tracer:
        x[1:][torch.ones(3, 4, dtype=torch.bool)] = torch.ones(12)
    for call in tracer.hiding:
        found = hidden(tracer, call.sequence)
        assert found is None or all(tensor.memory.dtype is not None for tensor in found)
    assert hidden(tracer, 10**9) is None


def test_random_numbers_and_versions_are_left_as_they_were() -> None:
    x = torch.ones(100, requires_grad=True).clone()
    with Tracer() as tracer:
        torch.nn.functional.dropout(x[1:], inplace=True)
    state, version = torch.get_rng_state(), x._version
    for call in tracer.hiding:
        hidden(tracer, call.sequence)
    assert torch.equal(torch.get_rng_state(), state)
    assert x._version == version


def test_without_gradients_nothing_is_remembered() -> None:
    x = torch.ones(4)
    with Tracer() as tracer:
        x[1:].mul_(2)
        torch._foreach_mul([x], 2.0)
        with torch.no_grad():
            torch.ones(4, requires_grad=True)[1:].mul_(2)
    assert tracer.hiding == []
