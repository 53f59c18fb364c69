"""Functions that are one operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from tensorlab.dispatch.tracer import Tracer

if TYPE_CHECKING:
    from collections.abc import Callable


def test_what_is_noted_past_the_mode_is_what_the_mode_notes() -> None:
    x = torch.ones(3, requires_grad=True)
    with Tracer() as tracer:
        for _ in range(2):
            x * 2.0
    first, again = tracer.calls
    assert (first.name, first.versions, first.odd, first.grad) == (again.name, again.versions, again.odd, again.grad)
    assert first.tensors[0] == again.tensors[0]
    assert len(range(*again.sequence)) == 1


@pytest.mark.parametrize("write", [torch.Tensor.mul_, torch.Tensor.add_, torch.Tensor.copy_])
def test_a_write_is_counted_and_its_values_are_looked_at(write: Callable[..., Any]) -> None:
    x, y = torch.ones(3), torch.tensor([1.0, float("nan"), 2.0])
    with Tracer() as tracer, torch.no_grad():
        for _ in range(2):
            write(x, y)
    assert [call.versions for call in tracer.calls] == [((0, 1), (0, 0)), ((1, 2), (0, 0))]
    assert [call.nonfinite[1] for call in tracer.calls] == [(True,)] * 2
