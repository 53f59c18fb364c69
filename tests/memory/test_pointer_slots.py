"""Arrays of objects whose elements are no pointers: following one ends the process."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import all_indices
from support.probe import run_python

from tensorlab.layout.address import address
from tensorlab.layout.record import Layout
from tensorlab.memory.ndarray import describe
from tensorlab.memory.pointer_slots import finds_pointers, pointer_slots

OBJECT = np.dtype("O")
PACKED = np.dtype([("n", "i1"), ("o", "O", (2,))])
KINDS: list[np.dtype[Any]] = [
    OBJECT,
    PACKED,
    np.dtype([("a", "i8"), ("b", "O")]),
    np.dtype("i8"),
    np.dtype(np.dtypes.StringDType()),
]
strided = np.lib.stride_tricks.as_strided


@pytest.mark.parametrize(
    ("kind", "slots"),
    [
        (OBJECT, {(0, "O")}),
        (PACKED, {(1, "O"), (9, "O")}),
        (np.dtype([("a", "i2"), ("b", PACKED)]), {(3, "O"), (11, "O")}),
        (np.dtype((OBJECT, (2, 2))), {(0, "O"), (8, "O"), (16, "O"), (24, "O")}),
        (np.dtype("f8"), set()),
        (np.dtype(np.dtypes.StringDType()), {(0, "T")}),
    ],
)
def test_slots(kind: Any, slots: set[tuple[int, str]]) -> None:
    assert pointer_slots(kind) == slots


@given(st.data())
def test_every_pointer_of_every_element_is_one_of_the_owner(data: st.DataObject) -> None:
    kind, owner = data.draw(st.sampled_from(KINDS), "kind"), data.draw(st.sampled_from(KINDS), "owner")
    shape = tuple(data.draw(st.lists(st.integers(1, 4), max_size=3), "shape"))
    strides = tuple(data.draw(st.sampled_from([0, 4, 8, -8, 16, 17, 34]), "stride") for _ in shape)
    layout = Layout(shape, strides, data.draw(st.integers(0, 20), "offset"), kind.itemsize)
    held, wanted = pointer_slots(owner), pointer_slots(kind)
    starts = [address(layout, index) for index in all_indices(layout)]
    expected = all(((start + byte) % owner.itemsize, char) in held for start in starts for byte, char in wanted)
    assert finds_pointers(layout, kind, owner) == (expected and bool(held))


def test_too_many_places_are_not_tried() -> None:
    huge = np.dtype({"names": ["o"], "formats": ["O"], "offsets": [0], "itemsize": 2**20 + 1})
    assert not finds_pointers(Layout((10**6,), (1,), 0, 8), OBJECT, huge)
    assert finds_pointers(Layout((10**6,), (huge.itemsize,), 0, 8), OBJECT, huge)


def test_views_that_numpy_makes_find_their_objects() -> None:
    objects, records = np.array([1, "a", None, 2.5], object), np.zeros((3, 2), PACKED)
    views: list[Any] = [objects, objects[::-2], objects.reshape(2, 2).T, objects[:0], np.broadcast_to(objects, (9, 4))]
    views += [strided(objects, (3, 2), (8, 8)), records, records["o"], records["o"][::-1, :, 1], records[1:, 0]["o"]]
    views += [objects.view(np.matrix), np.ma.masked_array(objects, [True] * 4), records.view(np.recarray).o]
    for view in views:
        assert describe(view).doubts == ()
        assert describe(view).readable


STRAY = """
import numpy as np
from tensorlab.api.objects import show
strided = np.lib.stride_tricks.as_strided
objects = np.array([1, "a", None, 2.5], object)
packed = np.zeros(3, [("n", "i8"), ("o", "O")])
packed["n"] = 1
late = strided(objects, (3,), (4,))
for thing in (late, late[1:2], strided(packed["o"], (4,), (8,)), strided(packed["o"], (2, 2), (8, 12))):
    figure = show(thing, cells="value")
    print([doubt.code for doubt in figure.data.doubts], figure.text().count("?"), flush=True)
"""


def test_what_is_no_pointer_is_not_followed() -> None:
    ran = run_python(STRAY)
    lines = [f"['stray-pointers'] {count}" for count in (3, 1, 4, 4)]
    assert (ran.returncode, ran.stdout.splitlines(), ran.stderr) == (0, lines, "")
