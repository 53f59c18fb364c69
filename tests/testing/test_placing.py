from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.filling import fill, poison_bytes
from tensorlab.testing.placing import place, recipe
from tensorlab.testing.record import Laid

FLOAT = dtype("float32")


def laid(layout: Layout, name: str = "float32", *, nbytes: int = 64, **more: object) -> Laid:
    return Laid(layout=layout, dtype=dtype(name), nbytes=nbytes, classes=frozenset(), **more)  # type: ignore[arg-type]  # flags


@pytest.mark.parametrize(
    "layout",
    [
        Layout((2, 3), (12, 4), itemsize=4),
        Layout((2, 3), (4, 16), offset=8, itemsize=4),
        Layout((), (), offset=4, itemsize=4),
        Layout((0, 3), (12, 4), offset=4, itemsize=4),
        Layout((1, 2), (36, 8), offset=4, itemsize=4),
    ],
)
@pytest.mark.parametrize("name", ["float32", "int32"])
def test_the_argument_lies_as_the_record_says_and_holds_the_values(layout: Layout, name: str) -> None:
    values = fill(layout.shape, dtype(name))
    placed = place(laid(layout, name), values)
    assert placed.thing.tolist() == values.tolist()
    assert placed.thing.storage_offset() * 4 == layout.offset
    assert tuple(4 * stride for stride in placed.thing.stride()) == layout.strides
    assert placed.thing.untyped_storage().nbytes() == 64
    assert placed.inside.sum() == values.size * 4


def test_an_array_has_negative_strides_and_its_typed_base() -> None:
    placed = place(laid(Layout((2, 2), (-4, 8), offset=4, itemsize=4), library="numpy"), fill((2, 2), FLOAT))
    assert placed.thing.tolist() == [[1, 2], [3, 4]]
    assert placed.thing.strides == (-4, 8)
    assert placed.storage.view("float32")[:4].tolist() == [3, 1, 4, 2]


def test_an_array_may_start_between_two_elements() -> None:
    placed = place(laid(Layout((2,), (5,), offset=3, itemsize=4), nbytes=17, library="numpy"), [7, 8])
    assert placed.thing.tolist() == [7, 8]
    assert not placed.thing.flags.aligned


@pytest.mark.parametrize(("flag", "asked"), [("conj", "is_conj"), ("neg", "is_neg")])
def test_a_bit_changes_what_is_stored_not_what_is_read(flag: str, asked: str) -> None:
    name = "complex64" if flag == "conj" else "float32"
    size = dtype(name).itemsize
    values = fill((3,), dtype(name))
    placed = place(laid(Layout((3,), (2 * size,), offset=size, itemsize=size), name, **{flag: True}), values)
    assert getattr(placed.thing, asked)()
    assert placed.thing.tolist() == values.tolist()
    raw = np.frombuffer(placed.now().tobytes(), name)[1:7:2]
    assert raw.tolist() == (np.conj(values) if flag == "conj" else -values).tolist()


def test_only_two_dtypes_have_a_neg_bit() -> None:
    with pytest.raises(UnsupportedError, match="no view with a neg bit of"):
        place(laid(Layout((1,), (2,), itemsize=2), "bfloat16", neg=True), [1])


@pytest.mark.parametrize("name", ["float32", "bfloat16", "float8_e5m2", "int16", "bool", "complex64", "uint8"])
def test_every_byte_beside_the_elements_is_poison(name: str) -> None:
    size = dtype(name).itemsize
    layout = Layout((2,), (2 * size,), offset=size, itemsize=size)
    placed = place(laid(layout, name, nbytes=5 * size), fill((2,), dtype(name)))
    word = poison_bytes(dtype(name))
    beside = placed.now()[~placed.inside].reshape(3, size)
    known = {word[start : start + size] for start in range(0, len(word), size)}
    assert {row.tobytes() for row in beside} <= known


def test_another_poison_is_a_number() -> None:
    placed = place(laid(Layout((1,), (4,), itemsize=4), nbytes=8), [1], poison="huge")
    first, beside = placed.storage.view(torch.float32).tolist()
    assert (first, abs(beside)) == (1.0, 30_000.5)


def test_a_poison_may_be_an_index_that_would_do() -> None:
    placed = place(laid(Layout((2,), (16,), itemsize=8), "int64", nbytes=32), [1, 2], poison=3)
    assert placed.storage.view(torch.int64).tolist() == [1, 3, 2, 3]


def test_each_fresh_argument_has_a_storage_of_its_own() -> None:
    made = recipe(laid(Layout((2,), (8,), itemsize=4)), [1, 2])
    first, second = made.fresh(), made.fresh()
    first.thing.zero_()
    assert second.thing.tolist() == [1, 2]
    assert first.now().tobytes() != first.untouched.tobytes()
    assert second.now().tobytes() == second.untouched.tobytes()


def test_what_was_written_is_told_apart() -> None:
    placed = place(laid(Layout((2,), (8,), offset=4, itemsize=4), nbytes=16), [1, 2])
    assert placed.intact()
    placed.thing[1] = -2
    placed.storage[0] = 1
    placed.buffer[-1] = 7
    inside, outside = placed.written()
    assert inside.tolist() == [15]
    assert outside.tolist() == [0, 16 + placed.recipe.margin - 1]
    assert not placed.intact()


@pytest.mark.parametrize("stored", ["float32", "int32", "uint8"])
def test_the_base_of_an_array_is_its_storage_in_the_dtype_that_it_was_made_in(stored: str) -> None:
    made = None if stored == "float32" else dtype(stored)
    thing = place(laid(Layout((2,), (4,), offset=4, itemsize=4), nbytes=16, stored=made, library="numpy"), [1, 2]).thing
    assert thing.base.dtype == stored
    assert thing.base.nbytes == 16
    assert thing.flags.writeable


def test_a_storage_need_not_hold_whole_elements() -> None:
    thing = place(laid(Layout((2,), (5,), offset=2, itemsize=4), nbytes=11, library="numpy"), [1, 2]).thing
    assert thing.tolist() == [1, 2]
    assert thing.base.nbytes == 11


def test_torch_takes_no_layout_between_elements() -> None:
    with pytest.raises(UnsupportedError, match="in whole elements, none negative"):
        recipe(laid(Layout((2,), (-4,), offset=4, itemsize=4)), [1, 2])


def test_where_indices_share_bytes_the_last_is_read() -> None:
    assert place(laid(Layout((3,), (0,), itemsize=4)), [1, 2, 3]).thing.tolist() == [3, 3, 3]
