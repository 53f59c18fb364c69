from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from views.oracle import as_array, as_tensor, check, view_of

from tensorlab.layout.dtype import POINTER, DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.views.apply import apply
from tensorlab.views.record import Refused, Reinterpret, View
from tensorlab.views.reinterpreting import hindrance, holds_pointers, reread

if TYPE_CHECKING:
    from tensorlab.views.record import Rules

SIZES = (0, 1, 2, 3, 4)
NAMES = ("uint8", "int16", "int32", "int64", "complex128")
ITEMSIZES = (1, 2, 4, 8)
VOID: dict[int, DType] = {n: DType(f"V{n}", n, "void") for n in range(1, 13)}


def _strides(itemsize: int, rules: Rules) -> tuple[int, ...]:
    whole = tuple(itemsize * n for n in (0, 1, 2, 3, 4))
    return whole if rules == "torch" else (*whole, -itemsize, itemsize + 1)


@pytest.mark.parametrize("rules", ["torch", "numpy"])
@pytest.mark.parametrize("itemsize", ITEMSIZES)
def test_every_small_layout_of_every_stride_and_offset_is_predicted(itemsize: int, rules: Rules) -> None:
    steps = _strides(itemsize, rules)
    operations = [Reinterpret(dtype(name)) for name in NAMES]
    kinds: Counter[str] = Counter()
    for ndim in (0, 1, 2):
        for shape, strides in product(product(SIZES, repeat=ndim), product(steps, repeat=ndim)):
            for offset in range(itemsize * 6, itemsize * 10, itemsize):
                view = view_of(Layout(shape, strides, offset, itemsize))
                made = as_tensor(view) if rules == "torch" else as_array(view)
                for op in operations:
                    outcome = apply(view, op, rules)
                    check(view, op, outcome, rules, made)
                    kinds[type(outcome).__name__] += 1
    assert kinds["View"] > 2500
    assert kinds["Refused"] > 2000


SHAPES = st.lists(st.integers(0, 12), max_size=4)


@given(shape=SHAPES, itemsize=st.integers(1, 12), kind=st.sampled_from(sorted(VOID)), data=st.data())
def test_bytes_of_any_width_are_predicted_for_numpy(
    shape: list[int], itemsize: int, kind: int, data: st.DataObject
) -> None:
    strides = tuple(data.draw(st.integers(0, 30)) for _ in shape[:-1])
    last = (data.draw(st.sampled_from([itemsize, itemsize, itemsize + 1])),) if shape else ()
    layout = Layout(tuple(shape), (*strides, *last), data.draw(st.integers(0, 5)), itemsize)
    view = View(layout, VOID[itemsize])
    made = as_array(view)
    op = Reinterpret(VOID[kind])
    check(view, op, apply(view, op, "numpy"), "numpy", made)


@given(shape=SHAPES, itemsize=st.sampled_from(ITEMSIZES), name=st.sampled_from(NAMES), data=st.data())
def test_any_tensor_is_predicted(shape: list[int], itemsize: int, name: str, data: st.DataObject) -> None:
    strides = tuple(itemsize * data.draw(st.integers(0, 9)) for _ in shape[:-1])
    last = (itemsize * data.draw(st.sampled_from([1, 1, 1, 2])),) if shape else ()
    offset = itemsize * data.draw(st.integers(0, 9))
    view = view_of(Layout(tuple(shape), (*strides, *last), offset, itemsize))
    check(view, Reinterpret(dtype(name)), apply(view, Reinterpret(dtype(name)), "torch"), "torch", as_tensor(view))


@pytest.mark.parametrize("name", ["bool", "bfloat16", "float8_e4m3fn", "float4_e2m1fn_x2", "complex32", "float16"])
def test_torch_reads_bytes_as_dtypes_of_its_own_too(name: str) -> None:
    view = view_of(Layout((2, 4), (32, 4), 8, 4))
    check(view, Reinterpret(dtype(name)), apply(view, Reinterpret(dtype(name)), "torch"), "torch", as_tensor(view))


@pytest.mark.parametrize("flag", ["conj", "neg"])
@pytest.mark.parametrize("name", ["complex64", "float32", "int64", "uint8"])
def test_conj_and_neg_bits_are_in_the_way(flag: str, name: str) -> None:
    size = 8 if flag == "conj" else 4
    view = view_of(Layout((2, 4), (4 * size, size), size, size), flag)
    outcome = apply(view, Reinterpret(dtype(name)), "torch")
    check(view, Reinterpret(dtype(name)), outcome, "torch", as_tensor(view))
    assert outcome == Refused(
        "RuntimeError", "a conj or neg bit must be applied before the bytes are read as another dtype"
    )


def test_pointers_are_read_as_nothing_else() -> None:
    a: Any = np.array([None, 1], object)
    view = View(Layout((2,), (8,), itemsize=8), POINTER)
    struct = DType("{'a': object}", 8, "void", fields=(("a", POINTER, 0),))
    for kind, name in ((dtype("int64"), "int64"), (struct, [("a", "O")])):
        with pytest.raises(TypeError, match="data-type for array of references"):
            a.view(name)
        refused = Refused("TypeError", "the bytes of pointers to objects are read as nothing else")
        assert apply(view, Reinterpret(kind), "numpy") == refused
    assert a.view(object).dtype == object
    assert apply(view, Reinterpret(POINTER), "numpy") == view
    with pytest.raises(TypeError, match="data-type for array of references"):
        np.zeros(2, "i8").view(object)
    assert isinstance(apply(view_of(Layout((2,), (8,), itemsize=8)), Reinterpret(POINTER), "numpy"), Refused)
    assert holds_pointers(struct)


def test_the_bits_of_every_element_are_those_of_the_library() -> None:
    numbers = torch.arange(24, dtype=torch.int32).view(4, 6)
    layout = reread(Layout((4, 6), (24, 4), itemsize=4), 1)
    shape, strides = layout.shape, layout.strides
    assert numbers.view(torch.uint8).tolist() == numbers.view(torch.uint8).as_strided(shape, strides).tolist()
    with pytest.raises(RuntimeError, match=r"self.size\(-1\) must be divisible by 4"):
        numbers.view(torch.complex128)


@pytest.mark.parametrize(
    ("layout", "name", "rules", "words"),
    [
        (Layout((), (), itemsize=4), "int8", "torch", "a view without axes keeps its itemsize; int8 has 1 B, not 4 B"),
        (
            Layout((4,), (8,), itemsize=4),
            "int8",
            "numpy",
            "the elements of the last axis must touch to be read as int8: its stride is 8 B, not 4 B",
        ),
        (
            Layout((3, 2), (12, 4), itemsize=4),
            "int64",
            "torch",
            "stride[0], 12 B, is no whole number of int64 of 8 B",
        ),
        (Layout((4,), (4,), 4, 4), "int64", "torch", "the offset, 4 B, is no whole number of int64 of 8 B"),
        (Layout((4,), (3,), 0, 3), "int16", "numpy", "an element of 3 B is no whole number of int16 of 2 B"),
        (
            Layout((3,), (4,), 0, 4),
            "int64",
            "numpy",
            "the 3 elements of the last axis are 12 B, no whole number of int64 of 8 B",
        ),
    ],
)
def test_the_sentence_says_what_is_in_the_way(layout: Layout, name: str, rules: Rules, words: str) -> None:
    assert hindrance(layout, dtype(name), rules) == words
