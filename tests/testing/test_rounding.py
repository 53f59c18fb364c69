from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tensorlab.testing.rounding import is_rounding


def inverse(given: tuple[Any, ...]) -> Any:
    return torch.linalg.inv(given[0])


def test_the_inverse_of_a_singular_matrix_is_rounding() -> None:
    matrix = torch.arange(1.0, 10.0).view(3, 3) + torch.eye(3) * 1e-6
    expected = inverse((matrix,))
    assert is_rounding(expected * 1.5, expected, [matrix], inverse)


def test_a_wrong_element_is_not() -> None:
    matrix = torch.tensor([[2.0, 1.0], [1.0, 3.0]])
    expected = inverse((matrix,))
    assert not is_rounding(expected.t() + 1, expected, [matrix], inverse)


def test_a_step_that_one_side_crosses_is_not() -> None:
    three = np.array([3.0])
    assert not is_rounding(np.array([2.0]), np.floor(three), [three], lambda given: np.floor(given[0]))


def test_whole_results_and_refusals_are_not() -> None:
    one = torch.ones(1)
    assert not is_rounding(torch.tensor([2]), torch.tensor([1]), [one], lambda given: given[0].long())
    assert not is_rounding(one + 1, one, [one], lambda _: None)
    assert not is_rounding(torch.ones(2), one, [one], lambda given: given[0])
