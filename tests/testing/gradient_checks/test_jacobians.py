from __future__ import annotations

import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.testing.gradient_checks.jacobians import by_backward, by_differences, outputs_of, outputs_where, places


def oracle(fn: object, *inputs: torch.Tensor) -> torch.Tensor:
    found = torch.autograd.functional.jacobian(fn, inputs)  # type: ignore[no-untyped-call]  # torch's own
    rows = found[0].numel() // inputs[0].numel()
    return torch.cat([part.reshape(rows, -1) for part in found], dim=1)


def test_both_are_torchs_jacobian() -> None:
    x = torch.rand(2, 3, dtype=torch.float64, requires_grad=True)
    y = torch.rand(3, 2, dtype=torch.float64).t().contiguous().t().requires_grad_()
    want = oracle(torch.matmul, x, y)
    assert torch.allclose(by_backward([x @ y], [x, y]), want)
    assert torch.allclose(by_differences(torch.matmul, [x, y], [0, 1], 1e-6), want, atol=1e-8)


def test_complex_numbers_are_pairs() -> None:
    z = torch.tensor([1 + 2j], dtype=torch.complex128, requires_grad=True)
    want = torch.tensor([[2.0, -4.0], [4.0, 2.0]], dtype=torch.float64)
    assert torch.allclose(by_backward([z * z], [z]), want)
    assert torch.allclose(by_differences(torch.square, [z], [0], 1e-6), want, atol=1e-8)
    assert places([(0, z)]) == [(0, (0,), "real"), (0, (0,), "imag")]


def test_a_moved_input_lies_as_it_did() -> None:
    x = torch.ones(2, 3).t()
    (moved,) = outputs_where(lambda x: x, [x], (0, (0, 0)), 1.0)
    assert (moved.stride(), moved[0, 0].item()) == ((1, 3), 2.0)
    assert x[0, 0] == 1


def test_integers_among_the_outputs_are_left_out() -> None:
    assert len(outputs_of(lambda x: x.max(dim=0), [torch.rand(2, 3)])) == 1


def test_a_backward_that_fails() -> None:
    class Failing(torch.autograd.Function):
        @staticmethod
        def forward(_ctx: object, x: torch.Tensor) -> torch.Tensor:
            return x * 1

        @staticmethod
        def backward(_ctx: object, *_grads: torch.Tensor) -> torch.Tensor:
            raise ValueError("not today")

    x = torch.ones(2, requires_grad=True)
    out = Failing.apply(x)  # type: ignore[no-untyped-call]  # torch's own
    with pytest.raises(UnsupportedError, match="backward raised ValueError: not today"):
        by_backward([out], [x])
