from __future__ import annotations

import numpy as np
import pytest

from tensorlab.bench.workloads.dense import ACCUMULATED, ROUNDED_ONCE, dense, no_parameters
from tensorlab.layout.dtype import dtype
from tensorlab.layout.facts import is_contiguous
from tensorlab.memory.build import build_array


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (4, 1, 2)])
def test_a_dense_operand_is_numpy_s_fresh_array(shape: tuple[int, ...]) -> None:
    operand, fresh = dense(shape, dtype("float32")), np.zeros(shape, np.float32)
    assert operand.layout.strides == fresh.strides
    assert operand.nbytes == fresh.nbytes
    assert is_contiguous(operand.layout)
    assert build_array(operand).shape == shape


def test_narrower_dtypes_are_allowed_larger_errors_and_sums_more_than_single_steps() -> None:
    for table in (ROUNDED_ONCE, ACCUMULATED):
        assert list(table.values()) == sorted(table.values())
    assert all(ACCUMULATED[name] > ROUNDED_ONCE[name] for name in ROUNDED_ONCE)


def test_an_operation_has_no_parameters() -> None:
    assert no_parameters(dtype("float64")) == 0
