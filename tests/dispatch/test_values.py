"""NaN and infinity among the elements, with torch as oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.dispatch.values import Odd, nonfinite, settled

if TYPE_CHECKING:
    from collections.abc import Callable

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


def freed(nbytes: int, count: int = 50) -> torch.Tensor:
    x = torch.ones(count)
    x.untyped_storage().resize_(nbytes)
    return x


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize(
    "make",
    [
        lambda: torch._efficientzerotensor(50),
        lambda: torch._efficientzerotensor(5),
        lambda: freed(0),
        lambda: freed(100),
        lambda: freed(0, 4),
        lambda: torch.ones(50).as_subclass(type("Own", (torch.Tensor,), {})),
        lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
    ],
    ids=["zeros", "few zeros", "freed", "cut short", "few that are freed", "a subclass", "nested"],
)
def test_what_does_not_lie_in_memory_is_not_read(make: Callable[[], torch.Tensor]) -> None:
    x = make()
    assert nonfinite(x) is None


@pytest.mark.parametrize("count", [3, 300])
def test_no_operation_of_its_own_is_seen_by_a_tracer_of_torchs(count: int) -> None:
    x = torch.full((count,), 2.0, requires_grad=True)
    before = x.grad_fn, x._version
    assert nonfinite(x) is False
    assert (x.grad_fn, x._version) == before


def test_a_block_that_lies_dense_in_another_order_is_read_too() -> None:
    x = torch.arange(12.0).reshape(3, 4)
    x[1, 2] = float("nan")
    assert [settled(nonfinite(laid)) for laid in (x.T, x[1:], x[:, 2], x[0])] == [(1, 0), (1, 0), (1, 0), (0, 0)]
