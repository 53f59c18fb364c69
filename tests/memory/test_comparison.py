from __future__ import annotations

import struct
import sys
from array import array
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import fresh_views
from support.probe import run_python

from tensorlab.errors import RaggedError, UnsupportedError
from tensorlab.memory.comparison import NARROW, collect, flat_array, keeps_integers, pointers, require_rectangle, sample
from tensorlab.memory.pylist import FIRST

if TYPE_CHECKING:
    from tensorlab.errors import TensorlabError
    from tensorlab.layout.record import Layout

FLOATS = [n + 0.5 for n in range(1000)]


def test_a_thousand_floats_in_every_container() -> None:
    things: list[tuple[object, str, int, int]] = [
        (FLOATS, "list", 8000, 24_000),
        (tuple(FLOATS), "tuple", 8000, 24_000),
        (array("d", FLOATS), "array.array('d')", 8000, 0),
        (array("f", FLOATS), "array.array('f')", 4000, 0),
        (np.array(FLOATS), "numpy float64", 8000, 0),
        (np.array(FLOATS, "f2"), "numpy float16", 2000, 0),
        (torch.tensor(FLOATS, dtype=torch.float64), "torch float64", 8000, 0),
        (torch.tensor(FLOATS), "torch float32", 4000, 0),
        (torch.tensor(FLOATS, dtype=torch.bfloat16), "torch bfloat16", 2000, 0),
        (memoryview(array("d", FLOATS)), "memoryview", 8000, 0),
        (bytes(1000), "bytes", 1000, 0),
    ]
    comparison = collect([thing for thing, *_ in things])
    for found, (_, label, table, boxes) in zip(comparison.samples, things, strict=True):
        assert (found.label, found.table, found.boxes) == (label, table, boxes)
        assert found.nbytes == table + boxes
    assert comparison.notes == ()


def test_first_addresses_are_those_of_boxes_or_of_elements() -> None:
    a = np.array(FLOATS)
    t = torch.tensor(FLOATS)
    assert sample(FLOATS).first == tuple(map(id, FLOATS[:FIRST]))
    assert sample(a).first == tuple(a.ctypes.data + 8 * n for n in range(FIRST))
    assert sample(a[::-2]).first == tuple(a[::-2].ctypes.data - 16 * n for n in range(FIRST))
    assert sample(t).first == tuple(t[n].data_ptr() for n in range(FIRST))
    assert sample(torch.zeros(9, device="meta")).first == ()
    assert sample(np.zeros((0, 3))).first == ()
    assert len(sample([1.0, 2.0]).first) == 2


@given(fresh_views())
def test_first_addresses_of_any_view_are_in_c_order(made: tuple[np.ndarray[Any, Any], Layout]) -> None:
    view = made[0]
    expected = [view[(*index, ...)].__array_interface__["data"][0] for index in np.ndindex(view.shape)]
    assert list(sample(view).first) == expected[:FIRST]
    assert sample(view).table == len(set(expected)) * view.itemsize


def test_repeated_elements_are_counted_once() -> None:
    assert sample(np.broadcast_to(1.5, (1000, 1000))).table == 8
    assert sample(torch.zeros(3, 1).expand(3, 10**9)).table == 12


def test_windows_are_never_said_to_hold_more_than_their_storage() -> None:
    windows = np.lib.stride_tricks.sliding_window_view(np.arange(1000.0), 500)
    assert (sample(windows).table, sample(windows).at_most) == (8000, False)
    wild = torch.empty(10**8, device="meta").as_strided((3000, 3000), (3667, 6119))
    assert (sample(wild).table, sample(wild).at_most) == (36_000_000, True)
    assert str(collect([wild, [0.5]])) == "torch float32 at most 36,000,000 B; list 32 B"


def test_shared_and_interned_boxes() -> None:
    x = 1234.5
    assert sample([x] * 1000).boxes == sys.getsizeof(x)
    assert sample([7] * 1000).boxes == sys.getsizeof(7)
    small = sample([n % 10 for n in range(1000)])
    assert small.boxes == sum(map(sys.getsizeof, range(10)))
    assert small.memory.boxes is not None
    assert small.memory.boxes.interned == 1000


def test_nested_lists_count_rows_and_numbers() -> None:
    rows = [[0.5, 1.5], [2.5, 3.5]]
    found = sample(rows)
    assert found.table == 16
    assert found.boxes == sum(map(sys.getsizeof, rows)) + 4 * sys.getsizeof(0.5)
    assert found.first == tuple(id(value) for row in rows for value in row)


@given(st.floats())
def test_the_box_of_a_float_is_its_real_bytes(value: float) -> None:
    box = collect([[value]]).box
    assert box is not None
    assert box.payload == struct.pack("d", value)
    assert (box.address, box.type_address) == (id(value), id(float))
    assert box.raw == struct.pack("nP", box.refcount, id(float)) + box.payload
    assert len(box.raw) == sys.getsizeof(value)
    assert box.refcount > 0


def test_a_box_is_shown_where_there_is_a_float() -> None:
    assert collect([np.zeros(3), [1, 2]]).box is None
    assert collect([[], np.zeros(0)]).box is None
    box = collect([np.zeros(3), [[1.5], [2.5]]]).box
    assert box is not None
    assert box.value == 1.5


def test_what_is_rounded_or_of_another_shape_is_told() -> None:
    comparison = collect([np.zeros(3), np.zeros((3, 1))], frozenset({1}), ("a note",))
    assert [found.rounded for found in comparison.samples] == [False, True]
    assert comparison.notes == ("a note", "the containers have different shapes: (3,), (3, 1)")


@pytest.mark.parametrize(
    "name", [f"{kind}{8 * size}" for kind in ("int", "uint") for size in (1, 2, 4, 8)] + ["float32", "float64"]
)
def test_array_has_a_code_for_what_it_holds(name: str) -> None:
    made = flat_array([1, 2, 3], name)
    assert made is not None
    assert np.asarray(made).dtype.name == name


@given(st.lists(st.integers(-(2**80), 2**80) | st.floats() | st.booleans(), min_size=1))
def test_integers_are_kept_where_a_float_of_each_is_the_same_number(values: list[Any]) -> None:
    expected = all(Fraction(float(v)) == v for v in values if isinstance(v, int))
    assert keeps_integers(values, [float(v) for v in values]) == expected
    assert keeps_integers([values], [complex(v) for v in values]) == expected


def test_integers_of_numpy_are_compared_as_exactly() -> None:
    values = [np.uint64(2**63 + 1), np.int8(-1)]
    assert not keeps_integers(values, np.array(values).tolist())
    assert keeps_integers(values, [2**63 + 1, -1])
    assert keeps_integers(None, [])


def test_an_integer_that_raises_is_one_sentence() -> None:
    class Rude(int):
        def __int__(self) -> int:
            raise ZeroDivisionError

    with pytest.raises(UnsupportedError, match="does not tell its value: ZeroDivisionError"):
        keeps_integers([Rude(3), 0.5], [3.0, 0.5])


def test_pointers_of_shared_rows_count_once() -> None:
    assert pointers([[0] * 60_000] * 60_000) == 120_000
    assert pointers([[1, 2], [3, 4]]) == 6
    assert pointers([[1], 2]) == 2


def test_array_has_no_code_for_the_rest() -> None:
    assert flat_array([1], "bool") is None
    assert flat_array([1], "complex128") is None
    assert all(set(others) <= {"float32", "bfloat16", "int32", "complex64"} for others in NARROW.values())


NO_NUMBERS: list[tuple[object, type[TensorlabError], str]] = [
    ([], UnsupportedError, "at least one number is needed; got an empty one"),
    ((), UnsupportedError, "at least one number is needed; got an empty one"),
    ([[], []], UnsupportedError, "at least one number is needed; got an empty one"),
    ([[1], [2, 3]], RaggedError, "rows of axis 1 have 1 to 2 elements"),
    ([[1, 2], 3], RaggedError, "axis 1 mixes rows with single elements"),
    ([1, "a"], UnsupportedError, "numbers are needed; got elements of type str"),
    ([1, None, "a"], UnsupportedError, "numbers are needed; got elements of type NoneType, str"),
    ([b"a"], UnsupportedError, "numbers are needed; got elements of type bytes"),
    ([np.zeros(2)], UnsupportedError, "numbers are needed; got elements of type ndarray"),
    ([torch.tensor(1.0)], UnsupportedError, "numbers are needed; got elements of type Tensor"),
    ([Decimal(1)], UnsupportedError, "numbers are needed; got elements of type Decimal"),
    (None, UnsupportedError, "type NoneType has no elements in memory"),
    ("ab", UnsupportedError, "type str has no elements in memory"),
    (np.zeros(3), UnsupportedError, "a list with at least one number is needed; got numpy.ndarray"),
]


@pytest.mark.parametrize(("values", "kind", "words"), NO_NUMBERS, ids=lambda column: repr(column)[:20])
def test_what_is_no_rectangle_of_numbers_is_one_sentence(
    values: object, kind: type[TensorlabError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        require_rectangle(values)


@pytest.mark.parametrize("values", [[1], [1.5], [True], [1j], (1,), [[1], [2]], [np.float32(1)], [np.True_], [2**99]])
def test_rectangles_of_numbers_pass(values: object) -> None:
    require_rectangle(values)
    assert sample(values).boxes > 0


def test_a_fraction_is_a_number_that_arrays_lack() -> None:
    require_rectangle([Fraction(1, 2)])


@pytest.mark.parametrize(
    ("thing", "kind", "words"),
    [
        *[row for row in NO_NUMBERS if isinstance(row[0], list) and "empty" not in row[2]],
        (np.array([1, "a"], object), UnsupportedError, "numbers are needed; got a numpy.ndarray of dtype object"),
        (np.array(["a"]), UnsupportedError, "numbers are needed; got a numpy.ndarray of dtype U1"),
        (np.zeros(2, "M8[D]"), UnsupportedError, r"dtype datetime64\[D\]"),
        (np.zeros(2, [("a", "i4")]), UnsupportedError, "dtype struct{a: int32}"),
        (np.float64(1), UnsupportedError, "cannot be compared: a NumPy scalar is a boxed value"),
        (torch.eye(3).to_sparse(), UnsupportedError, "cannot be compared: a sparse_coo tensor has no strides"),
        (torch.nn.UninitializedParameter(), UnsupportedError, "cannot be compared: the tensor has no shape"),
        (3, UnsupportedError, "type int has no elements in memory"),
    ],
    ids=lambda column: repr(column)[:20],
)
def test_containers_that_cannot_be_compared_are_one_sentence(
    thing: object, kind: type[TensorlabError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        collect([[1.0], thing])


def test_a_cyclic_list_is_one_sentence() -> None:
    items: list[Any] = []
    items.extend([items, items])
    for ask in (require_rectangle, sample):
        with pytest.raises(RaggedError, match=r"lies on an outer axis too(.|\n)*hint: a list may lie on one axis only"):
            ask(items)


def test_lists_alone_need_neither_numpy_nor_torch() -> None:
    ran = run_python(
        "import sys\n"
        "from array import array\n"
        "from tensorlab.memory.comparison import collect\n"
        "print(collect([[0.5], array('d', [0.5])]))\n"
        "print({'torch', 'numpy'} & {*sys.modules})"
    )
    assert ran.stdout == "list 32 B; array.array('d') 8 B\nset()\n", ran.stderr
