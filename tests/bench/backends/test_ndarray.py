from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.bench.backends import ndarray
from tensorlab.bench.backends.ndarray import digest, largest_error
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


def test_the_shapes_must_agree() -> None:
    assert largest_error(np.zeros((2, 1)), np.zeros((1, 2))) == np.inf


@pytest.mark.parametrize(
    ("found", "expected", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([], [], 0.0),
        ([np.nan, 1.0], [np.nan, 1.0], 0.0),
        ([np.inf, 1.0], [np.inf, 1.0], 0.0),
        ([np.inf, 1.0], [-np.inf, 1.0], np.inf),
        ([np.nan, 1.0], [0.0, 1.0], np.inf),
        ([0.25, 0.0], [0.0, 0.0], 0.25),
        ([np.inf, 3.0], [np.inf, 4.0], 0.25),
    ],
)
def test_the_largest_error_is_relative_to_the_largest_value(
    found: list[float], expected: list[float], error: float
) -> None:
    assert largest_error(np.array(found), np.array(expected)) == error


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=20))
def test_the_largest_error_is_numpy_s(pairs: list[tuple[float, float]]) -> None:
    found, expected = np.array(pairs).T
    scale = np.abs(expected).max() or 1.0
    with np.errstate(over="ignore"):
        assert largest_error(found, expected) == pytest.approx(np.abs(found - expected).max() / scale)


@given(st.lists(st.floats(), min_size=1, max_size=9), st.integers(0, 8))
def test_a_digest_tells_bits_apart(values: list[float], place: int) -> None:
    array = np.array(values)
    other = array.copy()
    assert digest(other) == digest(array)
    assert digest(np.repeat(array, 2)[::2]) == digest(array)
    bits = other.view(np.uint64)
    bits[place % len(values)] ^= np.uint64(1 << 63)
    assert digest(other) != digest(array)


def test_a_single_number_and_truths_have_a_digest_too() -> None:
    assert digest(np.array(1.0)) != digest(np.array(2.0))
    assert digest(np.array([True, False])) != digest(np.array([False, True]))
