from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.autograd.flow import measures
from tensorlab.autograd.flow.measures import joined, measure, pieces

LAYOUTS = {
    "plain": lambda: torch.randn(5, 7, 3),
    "transposed": lambda: torch.randn(5, 7, 3).transpose(0, 2),
    "strided": lambda: torch.randn(10, 7, 3)[::2, 1:],
    "expanded": lambda: torch.randn(5, 1, 3).expand(5, 7, 3),
    "channels last": lambda: torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
    "scalar": lambda: torch.randn(()),
    "empty": lambda: torch.randn(0, 3),
    "half": lambda: torch.randn(9).half(),
    "bfloat16": lambda: torch.randn(9).bfloat16(),
    "complex": lambda: torch.randn(9, dtype=torch.complex64),
    "flipped": lambda: torch.randn(3, 50).relu(),
    "large": lambda: torch.full((4,), 1e30),
}


@pytest.mark.parametrize("size", [4, 1 << 16])
@pytest.mark.parametrize("name", LAYOUTS)
def test_numbers_are_those_of_the_whole(name: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "PIECE", size)
    tensor = LAYOUTS[name]()
    found = measure(tensor)
    wide = tensor.to(torch.complex128 if tensor.is_complex() else torch.float64)
    assert found.norm == pytest.approx(float(wide.abs().square().sum().sqrt()), rel=1e-6)
    assert found.largest == pytest.approx(float(wide.abs().max()) if tensor.numel() else 0.0)
    assert (found.numel, found.nonzero) == (tensor.numel(), int(torch.count_nonzero(tensor)))
    assert found.shape == tuple(tensor.shape)


@given(st.lists(st.sampled_from([0.0, 1.0, -2.5, float("nan"), float("inf"), float("-inf")]), max_size=9))
def test_what_is_not_finite_is_counted(values: list[float]) -> None:
    found = measure(torch.tensor(values))
    assert found.nonfinite == sum(not abs(value) < torch.inf for value in values)
    assert found.nonzero == sum(value != 0 for value in values)


@given(st.permutations([2, 3, 4]), st.integers(1, 9), st.booleans())
def test_pieces_hold_each_element_once(shape: list[int], size: int, strided: bool) -> None:  # noqa: FBT001 - drawn
    whole = torch.arange(24).reshape(shape).permute(2, 0, 1)
    whole = whole[:, ::2] if strided else whole
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measures, "PIECE", size)
        found = list(pieces(whole))
    assert sorted(int(n) for piece in found for n in piece.reshape(-1)) == sorted(whole.reshape(-1).tolist())
    assert max(piece.numel() for piece in found) <= size
    assert all(piece.untyped_storage().data_ptr() == whole.untyped_storage().data_ptr() for piece in found)


@pytest.mark.filterwarnings("ignore:Sparse CSR")  # torch says so once
@pytest.mark.parametrize("layout", ["coo", "csr"])
def test_a_sparse_gradient_is_measured_by_its_values(layout: str) -> None:
    if layout == "coo":
        sparse: Any = torch.sparse_coo_tensor([[1, 1, 3]], [1.0, 2.0, 0.0], (5,), check_invariants=True)  # type: ignore[arg-type]  # as torch takes it
    else:
        sparse = torch.sparse_csr_tensor([0, 1, 2], [0, 1], [3.0, 0.0], (2, 2), check_invariants=True)
    found = measure(sparse)
    assert (found.norm, found.nonzero) == (3.0, 1)
    assert found.zeros == 1 - 1 / sparse.numel()


def test_nan_is_the_largest_of_several() -> None:
    parts = [measure(torch.tensor([value])) for value in (1.0, float("nan"), 5.0)]
    assert str(joined(parts).largest) == "nan"
    assert joined(parts[:1]) is parts[0]
