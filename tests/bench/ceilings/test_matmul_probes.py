from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.bench.ceilings.matmul_probes import WAYS, matmul_batches, works


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_each_way_computes_the_product(way: tuple[str, str, str]) -> None:
    dtype, _, name = way
    make, _ = WAYS[way]
    call: Any = make(dtype, 16)
    if not works(lambda: call):
        pytest.skip(f"this build of torch has no {name} of {dtype}")
    result = call()
    dense = result.to_dense() if isinstance(result, torch.Tensor) and result.is_mkldnn else result
    first, second = (np.asarray(_dense(one), np.float64) for one in call.args)
    expected = first @ (second.T if "packed" in name else second)
    if way == ("int8", "numpy", "np.matmul"):
        expected = expected.astype(np.int64).astype(np.int8).astype(np.float64)  # it does not widen
    np.testing.assert_allclose(np.asarray(_dense(dense), np.float64), expected, rtol=0.01, atol=1)


def _dense(value: Any) -> Any:
    if not isinstance(value, torch.Tensor):
        return value
    plain = value.to_dense() if value.is_mkldnn else value
    return plain.double().numpy()


def test_each_library_has_its_row_of_each_dtype() -> None:
    (batch,) = (one for one in matmul_batches(2) if one.label == "matmul float32")
    assert batch.threads == 2
    assert {probe.library for probe in batch.probes} == {"numpy", "torch"}
    assert {probe.amount for probe in batch.probes} == {2.0 * rows**3 for rows in (256, 512, 1024)}
    assert len({probe.name for probe in batch.probes}) == len(batch.probes)
    assert {"float32", "bfloat16", "int8", "float64"} <= {p.dtype for one in matmul_batches(1) for p in one.probes}
