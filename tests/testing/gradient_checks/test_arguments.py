from __future__ import annotations

import pytest
import torch

from tensorlab.testing.gradient_checks.arguments import copied, prepared, widened_module


@pytest.mark.parametrize(
    "value",
    [
        torch.arange(6.0).view(2, 3).t(),
        torch.arange(12.0).view(3, 4)[1:, ::2],
        torch.zeros(0, 3),
        torch.ones(2, 1, 3).transpose(0, 1),
    ],
)
def test_a_copy_lies_as_its_original_does(value: torch.Tensor) -> None:
    made = copied(value)
    assert (made.shape, made.stride(), made.storage_offset()) == (value.shape, value.stride(), value.storage_offset())
    assert torch.equal(made, value)
    assert made.untyped_storage().data_ptr() != value.untyped_storage().data_ptr() or not value.numel()


@pytest.mark.parametrize(
    "value",
    [torch.ones(3).double().expand(2, 3), torch.arange(5.0).double().unfold(0, 3, 1), torch.ones(2).double().conj()],
)
def test_shared_memory_is_parted(value: torch.Tensor) -> None:
    (given,), (said,) = prepared([value], convert=False)
    assert given.is_contiguous()
    assert torch.equal(given.detach(), value)
    assert said.checked


def test_windows_with_gaps_are_left_as_they_lie() -> None:
    (given,), _ = prepared([torch.arange(20.0).double().as_strided((2, 3), (7, 2))], convert=False)
    assert given.stride() == (7, 2)


def test_a_module_keeps_its_weights() -> None:
    layer = torch.nn.Linear(2, 1)
    assert widened_module(layer)(torch.ones(2, dtype=torch.float64)).dtype == torch.float64
    assert layer.weight.dtype == torch.float32
    assert widened_module(torch.sin) is torch.sin
