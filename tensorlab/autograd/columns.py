"""What the columns of a graph must hold: numbers of rows that are there, and as many as they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    Column = array[int]


def check_places(name: str, column: Column, count: int, *, least: int = 0) -> None:
    """Refuse a column that holds what is no number of one of ``count`` rows; ``least`` is -1 where some have none.

    Raises:
        LayoutError: It does.

    >>> from array import array
    >>> check_places("kinds", array("q", [0, 1]), 2)
    >>> check_places("kinds", array("q", [0, 2]), 2)
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: numbers in kinds are 0 to 1; got 2
    """
    if not column:
        return
    first = column[:1]
    low, high = first * 2 if column == first * len(column) else (min(column), max(column))
    if low >= least and high < count:
        return
    wrong = low if low < least else high
    known = f"are {least} to {count - 1}" if count else "are none: what they are places in is empty"
    raise LayoutError(f"numbers in {name} {known}; got {wrong}")


def check_lengths(columns: Mapping[str, Column], count: int, *, of: str) -> None:
    """Refuse columns that have not one number for each of ``count`` rows.

    Raises:
        LayoutError: One has more, or fewer.

    >>> from array import array
    >>> check_lengths({"names": array("q", [0])}, 2, of="slot")
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: names has one number for each slot, 2 in all; got 1
    """
    for name, column in columns.items():
        if len(column) != count:
            raise LayoutError(f"{name} has one number for each {of}, {count} in all; got {len(column)}")
