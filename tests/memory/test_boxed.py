from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tensorlab.memory import boxed as module
from tensorlab.memory.boxed import MOST, Numbers, boxed, targets
from tensorlab.memory.registry import describe

if TYPE_CHECKING:
    from tensorlab.memory.boxed import Boxed


def found(thing: Any) -> Boxed | None:
    return boxed(thing, describe(thing))


def test_each_object_is_one_box_however_many_pointers_lead_to_it() -> None:
    row = [1.5]
    seen = found([row, row, "a", None, row])
    assert seen is not None
    assert seen.leads == (0, 0, 1, 2, 0)
    assert [(box.word, box.type) for box in seen.boxes] == [("[1.5]", "list"), ("'a'", "str"), ("None", "NoneType")]
    assert seen.bytes == (0, 8, 16, 24, 32)


def test_equal_objects_are_two_boxes() -> None:
    seen = found([float("1.5"), float("1.5")])
    assert seen is not None
    assert (seen.leads, seen.boxes[0].nbytes) == ((0, 1), 24)


def test_the_ends_of_a_long_list() -> None:
    seen = found(tuple(range(10**5)))
    assert seen is not None
    assert (len(seen.indices), seen.hidden) == (MOST, 10**5 - MOST)
    assert seen.indices[-1] == (10**5 - 1,)


def test_arrays_of_objects_have_pointers_at_their_strides() -> None:
    seen = found(np.array([[1, "a"], [None, 1]], object)[::-1])
    assert seen is not None
    assert seen.bytes == (16, 24, 0, 8)
    assert [box.word for box in seen.boxes] == ["None", "1", "'a'"]
    assert seen.leads == (0, 1, 1, 2)


@pytest.mark.parametrize("shape", [(100,), (10, 10), (4, 5, 5)])
def test_the_ends_of_a_large_array_of_objects(shape: tuple[int, ...]) -> None:
    seen = found(np.arange(100).astype(object).reshape(shape))
    assert seen is not None
    assert (len(seen.indices), seen.hidden, seen.total) == (MOST, 100 - MOST, 100)
    assert [box.word for box in seen.boxes] == [str(n) for n in (*range(5), *range(95, 100))]
    assert seen.bytes == tuple(8 * n for n in (*range(5), *range(95, 100)))


def test_a_single_object() -> None:
    seen = found(np.array("a", object))
    assert seen is not None
    assert (seen.indices, seen.leads, seen.hidden) == (((),), (0,), 0)


def test_boxes_of_one_picture_are_numbered_together() -> None:
    one, numbers = [1.5], Numbers()
    lists: list[list[object]] = [[one, "a"], ["b", one]]
    seen = [boxed(items, describe(items), numbers) for items in lists]
    assert [each.leads for each in seen if each is not None] == [(0, 1), (2, 0)]
    assert [box.number for each in seen if each is not None for box in each.boxes] == [0, 1, 2, 0]


def test_objects_in_boxes_are_told_as_python_writes_them() -> None:
    seen = found([4, 4.0, [1.5, 4.0], 1 / 3])
    assert seen is not None
    assert [(box.word, box.exact) for box in seen.boxes] == [
        ("4", ""),
        ("4.0", ""),
        ("[1.5, 4.0]", ""),
        ("≈0.3333", "0.3333333333333333"),
    ]


def test_a_list_that_gets_shorter_while_it_is_drawn_has_no_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [1.5, 2.5]
    memory = describe(items)
    monkeypatch.setattr(module, "length", lambda thing: len(thing) + 1)
    assert boxed(items, memory) is None


def test_what_all_pointers_lead_to(monkeypatch: pytest.MonkeyPatch) -> None:
    one = 1.5
    items: list[Any] = [[one] * 20, np.array([[one, None]] * 20, object)]
    assert [len(targets(thing, describe(thing)) or ()) for thing in items] == [1, 2]
    for thing in (np.zeros(3), b"abc"):
        assert targets(thing, describe(thing)) is None
    monkeypatch.setattr(module, "_MOST_COMPARED", 10)
    assert [targets(thing, describe(thing)) for thing in items] == [None, None]


class Loud(list):  # type: ignore[type-arg]  # as a user may write it
    def __getitem__(self, where: Any) -> Any:
        raise AssertionError(where)

    def __sizeof__(self) -> int:
        raise ZeroDivisionError


def test_code_of_the_users_is_not_asked() -> None:
    seen = found(Loud([1, Loud()]))
    assert seen is not None
    assert [box.type for box in seen.boxes] == ["int", "Loud"]


def test_what_is_no_pointer_is_not_followed() -> None:
    strayed = np.lib.stride_tricks.as_strided(np.array([1, 2], object), (3,), (4,))
    things: list[Any] = [[], np.zeros(3), torch.zeros(2), strayed, np.zeros(0, object), range(3)]
    for thing in things:
        assert found(thing) is None
