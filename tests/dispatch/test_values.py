"""NaN and infinity among the elements, with torch as oracle."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.dispatch.values import Odd, nonfinite, settled

NUMBERS = st.sampled_from([0.0, 1.0, -3.5, 3e38, float("nan"), float("inf"), -float("inf")])


@given(st.lists(NUMBERS, max_size=40), st.sampled_from([torch.float32, torch.float64, torch.float16, torch.bfloat16]))
def test_counts_are_torchs(numbers: list[float], dtype: torch.dtype) -> None:
    x = torch.tensor(numbers, dtype=torch.float64).to(dtype)
    for laid in (x, x.reshape(1, -1), torch.stack([x, x], 1)[:, 0]):
        odd = settled(nonfinite(laid))
        assert odd == (int(laid.isnan().sum()), int(laid.isinf().sum()))


def test_a_sum_that_overflows_is_no_infinity() -> None:
    assert nonfinite(torch.full((100,), 3e38)) is False
    assert nonfinite(torch.full((3,), 3e38)) is False


@pytest.mark.parametrize(
    ("tensor", "answer"),
    [
        (torch.tensor([1, 2]), Odd(0, 0)),
        (torch.tensor(float("nan")), Odd(1, 0)),
        (torch.tensor([1 + 1j, complex("nan")]), Odd(1, 0)),
        (torch.zeros(0), Odd(0, 0)),
        (torch.zeros(3, device="meta"), None),
        (torch.eye(3).to_sparse(), None),
        (torch.tensor([complex("inf")]).conj(), Odd(0, 1)),
    ],
    ids=str,
)
def test_odd_ones(tensor: torch.Tensor, answer: Odd | None) -> None:
    found = settled(nonfinite(tensor))
    assert found == answer or tensor.is_sparse


def test_what_lies_on_a_device_is_waited_for() -> None:
    assert settled(torch.tensor(float("nan"))) == Odd(-1, 0)
    assert settled(torch.tensor(float("inf"))) == Odd(0, -1)
    assert settled(torch.tensor(2.0)) == Odd(0, 0)
