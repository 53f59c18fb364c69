from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tensorlab.bench.slowness.reached import kept, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable

GLOBAL = [1, 2]
HELD = np.arange(3.0)


def inner() -> None:
    GLOBAL.append(3)


class Counter:
    """Holds what its call writes."""

    def __init__(self) -> None:
        self.counts = np.zeros(2)
        self.deep = {"words": [["a"]]}

    def __call__(self) -> None:
        self.counts += 1
        self.deep["words"][0].append("b")

    def method(self) -> None:
        self()


def closure() -> Callable[[], None]:
    words = [1]
    return lambda: words.append(2)


def cyclic() -> Callable[[], None]:
    ring: list[Any] = [1]
    ring.append(ring)
    return lambda: ring.append(2)


def default(into: list[int] = [0]) -> None:  # noqa: B006 - what is tried
    into.append(1)


@pytest.mark.parametrize(
    "function",
    [
        inner,
        lambda: HELD.fill(7),
        lambda: [GLOBAL.__iadd__([n]) for n in (1, 2)],
        Counter(),
        Counter().method,
        closure(),
        cyclic(),
        default,
        partial(np.copyto, np.zeros(2), 1),
        partial(inner),
        bytearray(b"ab").reverse,
        array("i", [1, 2]).reverse,
    ],
)
def test_what_a_call_wrote_is_seen_and_undone(function: Callable[[], Any]) -> None:
    before = kept(function)
    function()
    written = [one for one in before if one.changed]
    assert written
    for one in written:
        one.restore()
    assert not any(one.changed for one in before)


def test_names_are_those_that_a_user_knows() -> None:
    (one,) = kept(closure())
    assert one.name == "words"


@pytest.mark.parametrize("function", [len, np.add, print, np.random.default_rng(0).random])
def test_memory_of_libraries_is_theirs(function: Callable[..., Any]) -> None:
    assert not any(isinstance(one.thing, np.ndarray) for one in kept(function))


def test_a_cell_that_nothing_was_put_into() -> None:
    def outer() -> Callable[[], object]:
        def use() -> object:
            return late

        made = kept(use)
        late = 3
        assert made == ()
        return use

    assert outer()() == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (np.array(["a", None], object), np.array(["a", None], object), True),
        (np.array(["a", None], object), np.array(["a", 1], object), False),
        (np.zeros(2), np.zeros(3), False),
        (np.array(0.0), np.array(-0.0), False),
        (np.array(1.0), np.array(1.0), True),
        (bytearray(b"a"), bytearray(b"b"), False),
        ([1], [1], True),
    ],
)
def test_bit_by_bit(one: Any, other: Any, *, same: bool) -> None:
    assert unchanged(one, other) is same
