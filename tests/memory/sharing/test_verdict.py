"""Two patches side by side, and one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tensorlab.layout.equation import MANY_STEPS
from tensorlab.layout.record import Answer, Layout
from tensorlab.memory.mapped import Region
from tensorlab.memory.sharing import verdict
from tensorlab.memory.sharing.patch import Patch
from tensorlab.memory.sharing.verdict import alone, beside, no, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = Patch((10,), (4,), 0, 4, "cpu", 0x10000, None, "a holder")
FAR = FIRST._replace(start=0x90000)
BASE = np.zeros(3)


def test_another_device_shares_nothing() -> None:
    found = beside(FIRST, FIRST._replace(device="cuda:0"))
    assert str(found) == "NO (other device): a on cpu, b on cuda:0"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (FIRST._replace(offset=16), "YES: a[4] and b[0] are the same byte 16 of one storage on cpu"),
        (FIRST._replace(start=0x10010), "YES: a[4] and b[0] are the same byte 16 of one storage on cpu"),
        (FIRST._replace(start=0xFFF0), "YES: a[0] and b[4] are the same byte 0 of one storage on cpu"),
        (FIRST._replace(offset=40), "NO (bounds): the one ends before the other begins"),
        (FIRST._replace(shape=(0,)), "NO (empty): one of them has no bytes"),
    ],
)
def test_addresses_decide(other: Patch, words: str) -> None:
    assert str(beside(FIRST, other)) == words


def test_every_method_has_a_sentence() -> None:
    even, odd = FIRST._replace(strides=(8,)), FIRST._replace(strides=(8,), offset=4)
    assert str(beside(even, odd)) == "NO (gcd): no sum of their strides leads from the one to the other"
    left = FIRST._replace(shape=(5, 2), strides=(16, 4))
    assert str(beside(left, left._replace(offset=8))).startswith("NO (nested strides): each axis steps over what")
    hard = Patch((1049, 1049, 1049), (36674, 61119, 85569), 0, 1, "cpu", 0)
    found = beside(hard, Patch((1049, 1049), (12223, 12224), 64023025, 1, "cpu", 0))
    assert str(found) == "NO (bitset): every position was marked, and none is in both"


def test_past_the_caps_the_sentence_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.layout.equation.MOST_POSITIONS", 1000)
    monkeypatch.setattr("tensorlab.layout.equation.MANY_STEPS", MANY_STEPS // 100)
    hard = Patch((1049, 1049, 1049), (36674, 61119, 85569), 0, 1, "cpu", 0)
    found = beside(hard, Patch((1049, 1049), (12223, 12224), 64023025, 1, "cpu", 0))
    words = "UNKNOWN: 89,643,481 positions are more than the 1,000 that are marked, and 5,000 steps of search"
    assert str(found) == f"{words} did not decide"


@pytest.mark.parametrize("name", ["a", "b"])
def test_beyond_the_end_of_a_storage_it_is_not_known(name: str) -> None:
    short = FIRST._replace(nbytes=8, offset=8, shape=(1,))
    found = beside(short, FIRST) if name == "a" else beside(FIRST, short)
    other = "b" if name == "a" else "a"
    assert str(found) == f"UNKNOWN: the elements of {name} that would meet {other} lie outside its storage of 8 B"
    assert beside(short, FAR._replace(holder=None)).answer is Answer.NO
    inside = FIRST._replace(nbytes=8)
    assert beside(inside, FIRST).answer is Answer.YES


def mapped(*found: Region) -> Callable[[], list[Region]]:
    return lambda: list(found)


HERE = Region(0x10000, 0x20000, "rw-s", 0, "fe:00", 7, "/file")
THERE = Region(0x90000, 0xA0000, "rw-s", 0, "fe:00", 7, "/file")


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        ((HERE, THERE), Answer.UNKNOWN),
        ((HERE, THERE._replace(position=0x4000)), Answer.UNKNOWN),
        ((), Answer.UNKNOWN),
        ((HERE, THERE._replace(inode=8)), Answer.NO),
        ((HERE, THERE._replace(device="fe:01")), Answer.NO),
        ((HERE._replace(inode=0), THERE._replace(inode=0)), Answer.NO),
        ((HERE,), Answer.NO),
        ((HERE, THERE._replace(position=0x80000)), Answer.NO),  # one mapping in two regions
        ((Region(0x10000, 0xA0000, "rw-s", 0, "fe:00", 7, "/file"),), Answer.NO),
    ],
)
def test_two_mappings_of_one_file_are_not_known(
    monkeypatch: pytest.MonkeyPatch, known: tuple[Region, ...], answer: Answer
) -> None:
    monkeypatch.setattr(verdict, "regions", mapped(*known))
    assert beside(FIRST, FAR).answer is answer
    assert beside(FIRST, FIRST._replace(offset=4)).answer is Answer.YES  # exact in one mapping


@pytest.mark.parametrize(
    "other",
    [
        FIRST._replace(offset=0x8000),  # of one storage
        FIRST._replace(start=0x10000 + 64),  # on one page
        FAR._replace(holder=None),
        FAR._replace(holder=BASE),  # memory of NumPy's own
        FAR._replace(shape=(0,)),
    ],
)
def test_what_is_mapped_is_asked_only_where_it_matters(monkeypatch: pytest.MonkeyPatch, other: Patch) -> None:
    monkeypatch.setattr(verdict, "regions", mapped(HERE, THERE))
    assert beside(FIRST, other).answer is Answer.NO
    assert beside(other, FIRST).answer is Answer.NO
    monkeypatch.delattr(verdict, "regions")
    assert beside(FIRST, other).answer is Answer.NO


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (
            Layout((2, 3), (12, 4), itemsize=4),
            "NO (nested strides): each axis steps over all that the smaller ones cover",
        ),
        (Layout((2, 0), (12, 4), itemsize=4), "NO (empty): it has no bytes"),
        (Layout((3, 3), (8, 12), itemsize=4), "NO (search): no two indices meet, and all pairs were considered"),
        (Layout((2, 3), (0, 4), itemsize=4), "YES: x[0,0] and x[1,0] are the same byte 0 of one storage on cpu"),
    ],
)
def test_one_alone(layout: Layout, words: str) -> None:
    assert str(alone(layout, "cpu")) == words


def test_answers_without_arithmetic() -> None:
    assert str(no("no address: nothing is stored on meta")) == "NO (no address): nothing is stored on meta"
    assert str(unknown("a reason")) == "UNKNOWN: a reason"
    assert unknown("a reason").overlap.cap == "a reason"


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("cpu", "cpu", False),
        ("cpu", "cuda", True),
        ("cuda", "cuda:1", False),
        ("cuda:1", "cuda", False),
        ("cuda:0", "cuda:1", True),
        ("cuda:1", "cuda:1", False),
    ],
)
def test_a_device_without_a_number_may_be_any_of_its_kind(first: str, second: str, *, apart: bool) -> None:
    assert verdict.are_apart(first, second) is apart
