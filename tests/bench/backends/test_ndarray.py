from __future__ import annotations

import numpy as np
import pytest

from tensorlab.bench.backends import ndarray
from tensorlab.bench.workloads.dense import dense
from tensorlab.layout.dtype import dtype


def test_a_dtype_that_numpy_lacks_is_one_sentence() -> None:
    assert ndarray.lacks("cpu", dtype("bfloat16")) == "NumPy has no dtype bfloat16"
    assert ndarray.lacks("cpu", dtype("float16")) == ""


@pytest.mark.parametrize("name", ["float64", "float32", "float16"])
def test_floats_are_read_in_float64_from_an_array_of_their_own_dtype(name: str) -> None:
    placed = ndarray.place(dense((5,), dtype(name)), "cpu", 0)
    assert isinstance(placed, np.ndarray)
    assert placed.dtype == name
    assert ndarray.values(placed).dtype == np.float64
    assert np.array_equal(ndarray.values(placed), placed)


def test_booleans_stay_booleans() -> None:
    assert ndarray.values(ndarray.place(dense((5,), dtype("bool")), "cpu", 0)).dtype == np.bool_


def test_rectifying_keeps_the_dtype() -> None:
    found = ndarray.rectify(np.array([-1, 2], np.float16))
    assert found.tolist() == [0, 2]
    assert found.dtype == np.float16


def test_what_blas_does_not_know_is_expected_to_be_slow() -> None:
    pace = ndarray.BACKEND.pace
    assert pace("cpu", dtype("float16"), "matmul") > pace("cpu", dtype("float32"), "matmul")
    assert ndarray.BACKEND.free("cpu") is None or ndarray.BACKEND.free("cpu")
