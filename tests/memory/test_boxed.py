from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.layout.window import window
from tensorlab.memory.boxed import MOST, boxed
from tensorlab.memory.registry import describe

if TYPE_CHECKING:
    from tensorlab.memory.boxed import Boxed


def found(thing: Any) -> Boxed | None:
    memory = describe(thing)
    return boxed(thing, memory, tuple(window(n, 4) for n in memory.sizes or ()))


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
