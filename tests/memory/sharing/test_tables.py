"""Pointer tables of nested lists."""

from __future__ import annotations

from typing import Any

import pytest

from tensorlab.layout.record import Answer
from tensorlab.memory.sharing.tables import path, rows, rows_alone, rows_beside, table

ROW = [1, 2]
INNER: list[Any] = [[0], ROW]
CYCLE: list[Any] = [1]
CYCLE.append(CYCLE)


def test_each_row_is_found_once_with_the_way_to_it() -> None:
    found = rows([ROW, INNER, ROW, (ROW, 3)])
    assert [path(found, key) for key in found.known] == ["", "[0]", "[1]", "[3]", "[1][0]"]
    assert found.again is not None
    assert found.again[0] == id(ROW)
    assert len(rows(CYCLE).known) == 1


def test_a_deep_list_is_walked_without_recursion() -> None:
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    found = rows(deep)
    assert len(found.known) == 20_001


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (ROW, ROW, "YES: a[0] and b[0] are the same byte 0 of one pointer table on cpu"),
        (INNER, [5, [ROW]], "YES: a[1][0] and b[1][0][0] are the same byte 0 of one pointer table on cpu"),
        (CYCLE, [CYCLE], "YES: a[0] and b[0][0] are the same byte 0 of one pointer table on cpu"),
        ([1, 2], [1, 2], "NO (bounds): no list is part of both"),
        ([], [], "NO (bounds): no list is part of both"),
    ],
)
def test_lists_share_the_rows_that_are_part_of_both(first: Any, second: Any, words: str) -> None:
    assert str(rows_beside(first, second)) == words


def test_all_rows_count_not_only_those_that_a_map_shows() -> None:
    many: list[Any] = [[n] for n in range(100)]
    assert str(rows_beside(many, [many[77]])).startswith("YES: a[77][0] and b[0][0] ")


def test_an_empty_row_has_no_pointer_to_share() -> None:
    empty: list[Any] = []
    assert rows_beside([empty], [empty]).answer is Answer.NO
    assert rows_alone([empty, empty]).answer is Answer.NO
    assert table(rows(empty).known[id(empty)]) is None


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([[0] * 3] * 2, "YES: x[0][0] and x[1][0] are the same byte 0 of one pointer table on cpu"),
        (CYCLE, "YES: x[0] and x[1][0] are the same byte 0 of one pointer table on cpu"),
        ([[1], [1]], "NO (bounds): no row is there twice"),
    ],
)
def test_a_list_with_a_row_twice(items: Any, words: str) -> None:
    assert str(rows_alone(items)) == words
