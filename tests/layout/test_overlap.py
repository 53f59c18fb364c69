"""Overlap against sets of bytes, walked one by one."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import as_strided
from support.layouts import as_numpy, byte_uses, layouts, small_layouts

import tensorlab.layout.equation
from tensorlab.layout.address import extent
from tensorlab.layout.diophantine import solve
from tensorlab.layout.overlap import ends, overlap, self_overlap
from tensorlab.layout.record import Answer, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.layouts import Array

    from tensorlab.layout.record import Overlap

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
HARD = (Layout((1049, 1049, 1049), (36674, 61119, 85569)), Layout((1049, 1049), (12223, 12224), 64023025))
"""NumPy's own documented hard case: it takes 11 s there."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly all that is not quick is left to the marks."""
    monkeypatch.setattr(tensorlab.layout.equation, "FEW_STEPS", 3)


def starts(layout: Layout) -> list[int]:
    found = [layout.offset]
    for n, stride in zip(layout.shape, layout.strides, strict=True):
        found = [start + i * stride for start in found for i in range(n)]
    return found


def bytes_of(layout: Layout, distance: int = 0) -> set[int]:
    return {start + distance + k for start in starts(layout) for k in range(layout.itemsize)}


def covers(layout: Layout, index: tuple[int, ...], byte: int) -> bool:
    """Whether the index is inside the shape, and its element holds that byte."""
    if len(index) != len(layout.shape) or not all(0 <= i < n for i, n in zip(index, layout.shape, strict=True)):
        return False
    start = layout.offset + sum(i * stride for i, stride in zip(index, layout.strides, strict=True))
    return start <= byte < start + layout.itemsize


def check_pair(first: Layout, second: Layout, distance: int = 0) -> Overlap:
    found = overlap(first, second, distance=distance)
    meet = not bytes_of(first).isdisjoint(bytes_of(second, distance))
    assert found.answer is (YES if meet else NO), (first, second, distance, found)
    if found.witness is not None:
        assert found.byte is not None
        assert covers(first, found.witness[0], found.byte), (first, second, distance, found)
        assert covers(second, found.witness[1], found.byte - distance), (first, second, distance, found)
    return found


def check_alone(layout: Layout) -> Overlap:
    found = self_overlap(layout)
    shared = len(bytes_of(layout)) < len(starts(layout)) * layout.itemsize
    assert found.answer is (YES if shared else NO), (layout, found)
    if found.witness is not None:
        assert found.byte is not None
        assert found.witness[0] != found.witness[1]
        assert all(covers(layout, index, found.byte) for index in found.witness), (layout, found)
    return found


def wild(random: Random) -> Layout:
    """A small layout: any signs, zero strides and sizes, unaligned ones."""
    itemsize = random.choice((0, 1, 1, 2, 3, 4, 8))
    shape = tuple(random.choice((0, 1, 2, 3, 4, 5, 5)) or random.randint(0, 3) for _ in range(random.randint(0, 3)))
    unit = random.choice((1, 1, itemsize))
    strides = tuple(unit * random.randint(-14, 14) for _ in shape)
    low = sum(min(0, (n - 1) * stride) for n, stride in zip(shape, strides, strict=True) if n)
    return Layout(shape, strides, random.randint(0, 9) - low, itemsize)


def test_a_hundred_thousand_pairs() -> None:
    random = Random(0)
    seen: set[tuple[Answer, str]] = set()
    for _ in range(100_000):
        found = check_pair(wild(random), wild(random), random.randint(-60, 60))
        seen.add((found.answer, found.method))
    assert seen >= {(NO, method) for method in ("empty", "bounds", "gcd", "nested strides", "search")}
    assert seen >= {(YES, method) for method in ("bounds", "nested strides", "search")}


@pytest.mark.usefixtures("impatient")
def test_pairs_that_are_left_to_the_marks() -> None:
    random = Random(1)
    seen = [check_pair(wild(random), wild(random), random.randint(-60, 60)) for _ in range(10_000)]
    assert {found.answer for found in seen if found.method == "bitset"} == {YES, NO}


def test_layouts_with_themselves() -> None:
    random = Random(2)
    seen = {(found.answer, found.method) for found in (check_alone(wild(random)) for _ in range(20_000))}
    assert seen >= {(NO, "empty"), (NO, "nested strides"), (NO, "search"), (YES, "bounds"), (YES, "search")}


@pytest.mark.usefixtures("impatient")
def test_layouts_with_themselves_that_are_left_to_the_marks() -> None:
    random = Random(3)
    seen = {(found.answer, found.method) for found in (check_alone(wild(random)) for _ in range(10_000))}
    assert seen >= {(NO, "bitset"), (YES, "bitset")}


def every_small() -> Iterator[Layout]:
    yield Layout((), (), 0, 3)
    yield from small_layouts(1, range(4), range(-6, 7), itemsize=3)
    yield from small_layouts(2, (0, 1, 2, 4), range(-7, 8), itemsize=1)
    yield from small_layouts(2, (2, 3), range(-9, 10), itemsize=4)
    yield from small_layouts(3, (2, 3), (0, 2, 3, 5, 7), itemsize=2)


def test_every_small_layout_with_itself() -> None:
    for layout in every_small():
        check_alone(layout)


@given(layouts(max_axes=3), layouts(max_axes=3), st.integers(-300, 300))
def test_pairs(first: Layout, second: Layout, distance: int) -> None:
    found = check_pair(first, second, distance)
    turned = overlap(second, first, distance=-distance)
    assert (turned.answer, turned.byte is None) == (found.answer, found.byte is None)


@given(layouts())
def test_with_itself(layout: Layout) -> None:
    check_alone(layout)
    uses = byte_uses(layout)
    assert (overlap(layout, layout).answer is YES) == bool(uses)


def large_view(random: Random, buffer: Array) -> tuple[Array, Layout]:
    """A view of thousands of elements, and its layout over the buffer."""
    shape = tuple(random.randint(2, 24) for _ in range(random.randint(1, 4)))
    strides = tuple(random.choice((-1, 1, 1, 1)) * random.randint(1, 9_000) for _ in shape)
    itemsize = random.choice((1, 2, 4, 8))
    low = sum(min(0, (n - 1) * stride) for n, stride in zip(shape, strides, strict=True))
    offset = random.randint(0, 200_000) - low
    item = np.ndarray((1,), f"V{itemsize}", buffer, offset)
    return as_strided(item, shape, strides), Layout(shape, strides, offset, itemsize)


def test_large_views_against_numpy() -> None:
    random, buffer = Random(4), np.zeros(2_000_000, "u1")
    answers = set()
    for _ in range(300):
        (one, first), (other, second) = large_view(random, buffer), large_view(random, buffer)
        try:
            want = np.shares_memory(one, other, max_work=200_000)  # type: ignore[arg-type]  # any number is taken
        except np.exceptions.TooHardError:
            continue
        found = overlap(first, second)
        assert found.answer is (YES if want else NO), (first, second, found)
        answers.add((found.answer, found.method))
        if found.witness is not None and found.byte is not None:
            assert covers(first, found.witness[0], found.byte)
            assert covers(second, found.witness[1], found.byte)
    assert {answer for answer, _ in answers} == {YES, NO}


def test_large_layouts_with_themselves_against_counted_bytes() -> None:
    random = Random(5)
    answers = set()
    for _ in range(60):
        shape = tuple(random.randint(2, 30) for _ in range(3))
        strides = tuple(random.randint(4, 40_000) for _ in shape)
        layout = Layout(shape, strides, 0, 4)
        places = sum(np.arange(n).reshape([-1] + [1] * (2 - axis)) * strides[axis] for axis, n in enumerate(shape))
        gaps = np.diff(np.sort(np.ravel(places)))
        found = self_overlap(layout)
        assert found.answer is (YES if gaps.min() < 4 else NO)
        answers.add(found.answer)
        if found.witness is not None and found.byte is not None:
            assert all(covers(layout, index, found.byte) for index in found.witness)
    assert answers == {YES, NO}


def test_the_hard_case_of_numpy() -> None:
    found = overlap(*HARD)
    assert (found.answer, found.method) == (NO, "bitset")


def test_a_neighbour_of_the_hard_case_that_meets() -> None:
    first, second = HARD
    met = Layout(second.shape, second.strides, 36674 * 700 + 61119 * 500 + 85569 * 300 - 12223 * 800 - 12224 * 900)
    found = overlap(first, met)
    assert (found.answer, found.method) == (YES, "bitset")
    assert found.witness is not None
    assert found.byte is not None
    assert covers(first, found.witness[0], found.byte)
    assert covers(met, found.witness[1], found.byte)


def test_past_the_caps_it_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorlab.layout.equation, "MOST_POSITIONS", 10**6)
    monkeypatch.setattr(tensorlab.layout.equation, "MANY_STEPS", 10**4)
    found = overlap(*HARD)
    assert (found.answer, found.method) == (UNKNOWN, "cap")
    assert found.cap == (
        "89,643,481 positions are more than the 1,000,000 that are marked, and 10,000 steps of search did not decide"
    )


def test_all_axes_of_one_question_share_one_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(1)
    hard = Layout(tuple(random.choices((2, 3), k=36)), tuple(random.randrange(2**50, 2**51) | 1 for _ in range(36)))
    monkeypatch.setattr(tensorlab.layout.equation, "MANY_STEPS", 9000)
    monkeypatch.setattr(tensorlab.layout.equation, "FEW_STEPS", 500)
    taken: list[int] = []

    def counted(*args: Any, **options: Any) -> Iterator[tuple[int, ...] | None]:
        before = args[2].left
        try:
            yield from solve(*args, **options)
        finally:
            taken.append(before - args[2].left)

    monkeypatch.setattr(tensorlab.layout.equation, "solve", counted)
    found = self_overlap(hard)
    assert (found.answer, sum(taken)) == (UNKNOWN, 9000)
    assert found.cap is not None
    assert found.cap.endswith("and 9,000 steps of search did not decide")


def test_marks_are_limited_in_all_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorlab.layout.equation, "MOST_MARKING", 10**6)
    monkeypatch.setattr(tensorlab.layout.equation, "MANY_STEPS", 10**4)
    assert overlap(*HARD).cap == (
        "marking 89,643,481 positions takes more than the 1,000,000 bits that are written in all, "
        "and 10,000 steps of search did not decide"
    )


@pytest.mark.parametrize(
    ("tensor", "witness", "byte"),
    [
        (torch.arange(10.0, dtype=torch.float64).unfold(0, 3, 1), ((0, 1), (1, 0)), 8),
        (torch.zeros(3).expand(2, 3), ((0, 0), (1, 0)), 0),
        (torch.zeros(1).expand(4), ((0,), (1,)), 0),
        (torch.zeros(100).as_strided((5, 4), (3, 1)), ((0, 3), (1, 0)), 12),
        (torch.zeros(100).as_strided((2, 5, 4), (50, 3, 1)), ((0, 0, 3), (0, 1, 0)), 12),
    ],
)
def test_witnesses_are_near_to_one_another(
    tensor: torch.Tensor, witness: tuple[tuple[int, ...], ...], byte: int
) -> None:
    size = tensor.element_size()
    found = self_overlap(Layout(tuple(tensor.shape), tuple(s * size for s in tensor.stride()), 0, size))
    assert (found.witness, found.byte) == (witness, byte)


@pytest.mark.parametrize(
    ("first", "second", "answer", "method", "witness"),
    [
        (Layout((20,), (4,), itemsize=4), Layout((10,), (4,), 40, 4), YES, "bounds", ((10,), (0,))),
        (Layout((10,), (8,), itemsize=4), Layout((10,), (8,), 4, 4), NO, "gcd", None),
        (Layout((10,), (4,), itemsize=4), Layout((10,), (4,), 40, 4), NO, "bounds", None),
        (Layout((10, 5), (40, 4), itemsize=4), Layout((10, 5), (40, 4), 20, 4), NO, "nested strides", None),
        (Layout((10, 6), (40, 4), itemsize=4), Layout((10, 5), (40, 4), 20, 4), YES, "bounds", ((0, 5), (0, 0))),
        (Layout((0,), (4,), itemsize=4), Layout((10,), (4,), itemsize=4), NO, "empty", None),
        (Layout((9,), (4,), itemsize=0), Layout((10,), (4,), itemsize=4), NO, "empty", None),
        (Layout((), (), 3, 4), Layout((), (), 0, 4), YES, "bounds", ((), ())),
        (Layout((5,), (-4,), 16, 4), Layout((5,), (4,), 0, 4), YES, "bounds", ((4,), (0,))),
    ],
)
def test_what_is_told_of_common_pairs(
    first: Layout, second: Layout, answer: Answer, method: str, witness: object
) -> None:
    found = overlap(first, second)
    assert (found.answer, found.method, found.witness) == (answer, method, witness)


def test_billions_of_elements_cost_no_more() -> None:
    big = Layout((10**6, 10**6), (8 * 10**6, 8), itemsize=8)
    assert overlap(big, big, distance=8 * 10**12).method == "bounds"
    assert overlap(big, Layout((10**9,), (8,), 8 * 10**11, 8)).witness == ((100_000, 0), (0,))
    assert self_overlap(big).method == "nested strides"
    assert self_overlap(Layout((10**12,), (0,), itemsize=1)).witness == ((0,), (1,))


@given(layouts())
def test_ends_are_those_of_the_extent(layout: Layout) -> None:
    touched = extent(layout)
    assert ends(layout) == ((touched.start, touched.stop) if touched else None)


def test_views_of_one_array() -> None:
    base = np.arange(60, dtype="i4").reshape(6, 10)
    views: list[Any] = [
        base,
        base.T,
        base[::2],
        base[1::2],
        base[:, ::-1],
        base[2:4, 3:7],
        base[:, 5:],
        base[0],
        base[5, 9:],
    ]
    for one, other in product(views, repeat=2):
        layouts_ = [Layout(v.shape, v.strides, v.ctypes.data - base.ctypes.data, 4) for v in (one, other)]
        assert overlap(*layouts_).answer is (YES if np.shares_memory(one, other) else NO)


@given(layouts(max_axes=3))
def test_an_array_and_its_memory(layout: Layout) -> None:
    array = as_numpy(layout)
    assert (overlap(layout, layout).answer is YES) == np.shares_memory(array, array)
