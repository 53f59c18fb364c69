"""Tensors that torch made of Python numbers, told from tensors of one element."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tensorlab.autograd.numbers import are_numbers, is_number


@pytest.mark.parametrize("number", [2, 2.5, 2 + 1j])
def test_a_number_of_the_code_is_told_from_a_tensor_of_one_element(number: complex) -> None:
    node: Any = (torch.ones(3, requires_grad=True, dtype=torch.complex64) * number).grad_fn
    saved = node._raw_saved_other.data
    alike = torch.full((), number, dtype=saved.dtype)
    assert saved.shape == ()
    assert (is_number(saved), is_number(alike), is_number(alike.detach())) == (True, False, False)
    assert are_numbers([saved, alike, saved]) == [True, False, True]


def test_other_tensors_are_none() -> None:
    assert not any(map(is_number, (torch.ones(()), torch.ones(1, dtype=torch.float64), torch.tensor(True))))
