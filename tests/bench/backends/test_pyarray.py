from __future__ import annotations

from array import array

import numpy as np
import pytest

from tensorlab.bench.backends import pyarray, pylist
from tensorlab.bench.backends.constant import always
from tensorlab.bench.workloads.dense import dense
from tensorlab.layout.dtype import dtype


@pytest.mark.parametrize(("name", "code"), [("float32", "f"), ("float64", "d"), ("int64", "q")])
def test_a_vector_is_an_array_of_its_type(name: str, code: str) -> None:
    placed = pyarray.place(dense((3,), dtype(name), "index"), "cpu", 0)
    assert placed == array(code, [0, 1, 2])
    assert isinstance(placed, array)
    assert placed.typecode == code


def test_a_matrix_is_a_list_of_arrays() -> None:
    placed = pyarray.place(dense((2, 2), dtype("float32"), "index"), "cpu", 0)
    assert placed == [array("f", [0, 1]), array("f", [2, 3])]
    assert pyarray.values(placed).tolist() == [[0, 1], [2, 3]]
    assert pyarray.values(placed).dtype == np.float64


def test_what_the_standard_library_lacks_is_one_sentence() -> None:
    assert pyarray.lacks("cpu", dtype("bfloat16")) == "array.array has no bfloat16"
    assert pyarray.lacks("cpu", dtype("float32")) == ""


def test_numbers_are_packed_in_the_type_of_the_floats_that_came() -> None:
    flags, ones = array("b", [1, 0]), array("f", [1.0, 2.0])
    chosen = pyarray.packed(lambda c, x, y: [b if a else d for a, b, d in zip(c, x, y, strict=True)])
    assert chosen(flags, ones, ones).typecode == "f"
    assert pyarray.packed(always([0, 1]))(ones).typecode == "q"
    assert pyarray.packed(sum)(ones) == 3.0
    assert pyarray.packed(lambda x: x)([ones]) == [ones]
    assert pyarray.packed(always([[1.0]]))([flags]) == [array("d", [1.0])]


def test_it_computes_whatever_lists_compute() -> None:
    assert set(pyarray.BACKEND.implementations) == set(pylist.BACKEND.implementations)
    assert pyarray.BACKEND.where_written
