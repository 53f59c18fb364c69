from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.crossing.checked import WrongResultError, checked, host_dtype
from tensorlab.errors import UnavailableError

WORKLOADS = {one.name: one for one in CATALOGUE.workloads}


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_is_checked_against_float64(name: str) -> None:
    found = checked(CATALOGUE, WORKLOADS[name], "float32", 64)
    assert 0 <= found.error <= found.tolerance
    assert found.judge("cuda", found.call()) == found.error


@pytest.mark.parametrize("dtype", ["tfloat32", "bfloat16", "float16", "float8_e4m3fn", "float64"])
def test_products_of_every_dtype(dtype: str) -> None:
    found = checked(CATALOGUE, WORKLOADS["matmul"], dtype, 16)
    assert found.reads == 2 * 256 * (1 if dtype == "float8_e4m3fn" else host_dtype(dtype).itemsize)
    left, right = found.operands
    assert isinstance(left, torch.Tensor)
    assert isinstance(right, torch.Tensor)
    assert found.expected is not None
    assert np.allclose(found.expected, (left.double() @ right.double()).numpy())
    if dtype == "float8_e4m3fn":
        assert torch.equal(left.to(torch.float8_e4m3fn).float(), left)  # rounded before anybody computes


def test_what_is_no_product_has_no_such_dtype() -> None:
    with pytest.raises(UnavailableError, match="tfloat32 is a way to compute products; add is none"):
        checked(CATALOGUE, WORKLOADS["add"], "tfloat32", 16)
    with pytest.raises(UnavailableError, match="no implementation in torch, or no tolerance"):
        checked(replace(CATALOGUE, implementations={}), WORKLOADS["add"], "float32", 16)


def test_a_wrong_result_is_told_and_has_no_time() -> None:
    found = checked(CATALOGUE, WORKLOADS["add"], "float32", 16)
    with pytest.raises(WrongResultError, match="the result of cuda differs from the float64 reference by"):
        found.judge("cuda", torch.ones(16))
    broken = replace(CATALOGUE, implementations={**CATALOGUE.implementations, ("torch", "add"): lambda *_: torch.sub})
    with pytest.raises(WrongResultError, match="the result of cpu differs"):
        checked(broken, WORKLOADS["add"], "float32", 16)
