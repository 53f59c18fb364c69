from __future__ import annotations

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]  # it has no annotations

from tensorlab.bench.threads import blas_is_controlled, equal_threads


def blas_threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {facts["num_threads"] for facts in threadpool_info() if facts["user_api"] == "blas"}


@pytest.mark.parametrize("count", [1, 2])
def test_both_libraries_get_the_same_count_and_their_own_back(count: int) -> None:
    before = torch.get_num_threads(), blas_threads()
    with equal_threads(count):
        assert torch.get_num_threads() == count
        assert blas_threads() <= {count}
    assert (torch.get_num_threads(), blas_threads()) == before


def test_an_error_inside_restores_the_counts_too() -> None:
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError, match="inside"), equal_threads(1):
        raise RuntimeError("inside")
    assert torch.get_num_threads() == before


def test_whether_blas_obeys_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert blas_is_controlled() == bool(blas_threads())
    monkeypatch.setattr("tensorlab.bench.threads.threadpool_info", list)
    assert not blas_is_controlled()
