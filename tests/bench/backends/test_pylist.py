from __future__ import annotations

import math
from sys import getsizeof
from typing import get_args

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.bench.backends import pylist
from tensorlab.bench.record import Group
from tensorlab.bench.workloads.dense import dense
from tensorlab.layout.dtype import dtype

numbers = st.floats(-100, 100)


@given(st.lists(st.tuples(numbers, numbers, st.booleans()), max_size=20))
def test_each_element_is_what_numpy_says(rows: list[tuple[float, float, bool]]) -> None:
    first, second = [row[0] for row in rows], [row[1] for row in rows]
    condition = [row[2] for row in rows]
    assert pylist.add(first, second) == np.add(first, second).tolist()
    assert pylist.multiply(first, second) == np.multiply(first, second).tolist()
    assert pylist.rectify(first) == np.maximum(first, 0).tolist()
    assert pylist.choose(condition, first, second) == np.where(condition, first, second).tolist()
    assert np.allclose(pylist.exponential(first), np.exp(first), rtol=1e-14)


def test_nan_stays_nan_as_in_numpy() -> None:
    assert np.array_equal(pylist.rectify([math.nan, -1.0]), np.maximum([math.nan, -1.0], 0), equal_nan=True)


@given(st.lists(st.tuples(numbers, numbers), max_size=200))
def test_a_dot_product_is_what_numpy_says(rows: list[tuple[float, float]]) -> None:
    first, second = [row[0] for row in rows], [row[1] for row in rows]
    largest = max((abs(x * y) for x, y in rows), default=0.0)
    assert abs(pylist.dot(first, second) - np.dot(first, second)) <= 1e-13 * largest


def test_a_matrix_product_need_not_be_square() -> None:
    first, second = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    assert pylist.matrix_product(first.tolist(), second.tolist()) == (first @ second).tolist()


def test_operands_become_nested_lists_of_python_numbers() -> None:
    placed = pylist.place(dense((2, 3), dtype("float64"), "index"), "cpu", 0)
    assert placed == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert pylist.values(placed).shape == (2, 3)
    flags = pylist.place(dense((4,), dtype("bool")), "cpu", 0)
    assert isinstance(flags, list)
    assert {type(flag) for flag in flags} == {bool}


def test_a_list_computes_in_float64_whatever_was_asked_for() -> None:
    assert pylist.BACKEND.computes(dtype("bfloat16")).name == "float64"
    assert pylist.BACKEND.computes(dtype("int32")).name == "int32"
    assert pylist.BACKEND.free("cpu") is None or pylist.BACKEND.free("cpu")


def test_an_operation_of_a_dot_product_costs_less_than_one_of_a_comprehension() -> None:
    paces = {group: pylist.BACKEND.pace("cpu", dtype("float64"), group) for group in get_args(Group)}
    assert paces["matmul"] == paces["network"]
    assert paces["reduction"] <= paces["matmul"] < paces["elementwise"]


def test_a_box_is_what_an_element_takes_beside_its_value() -> None:
    pointer, value = 8, 8
    assert getsizeof(0.5) <= pylist.BOX + value - pointer
    assert pylist.BACKEND.box == pylist.BOX
