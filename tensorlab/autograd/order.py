"""Numbers for the nodes of a graph: integers only, no torch, no recursion, linear in nodes and edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = tuple[int, ...]
"""The edges of one node, flat: output, target, input of each."""


class Ordered(NamedTuple):
    """The places of nodes in the order of their numbers, and how high each stands."""

    places: list[int]
    """Leaves in the order in which they are first used, then each node after all that it leads to."""
    heights: list[int]
    """Of each place, the edges of the longest path from there to a leaf."""


def ordered(rows: Sequence[Row], roots: Sequence[int]) -> Ordered:
    """The order of the nodes that lie behind the roots, which are all that there are.

    It depends on nothing but the rows: a node's first edge is followed first.

    >>> ordered([(0, 1, 0, 1, 2, 0), (0, 2, 0), ()], [0])
    Ordered(places=[2, 1, 0], heights=[2, 1, 0])
    """
    finished, heights = _finished(rows, roots)
    leaves: dict[int, None] = {}
    for place in finished:
        row = rows[place]
        if heights[place] == 1 or len(row) > 3:  # others lead to no leaf
            leaves.update((target, None) for target in row[1::3] if not heights[target])
    above = [place for place in finished if heights[place]]
    if len(leaves) + len(above) < len(finished):  # a root that is a leaf itself
        leaves.update((place, None) for place in finished if not heights[place])
    return Ordered([*leaves, *above], heights)


def _finished(rows: Sequence[Row], roots: Sequence[int]) -> tuple[list[int], list[int]]:
    """Places by depth first, each when all behind it are through; and their heights."""
    heights, stack = [-1] * len(rows), [*reversed(roots)]
    finished: list[int] = []
    while stack:
        place = stack[-1]
        if heights[place] >= 0:
            stack.pop()
            continue
        row = rows[place]
        if len(row) == 3:
            stack.pop()
            _finish_run(place, rows, heights, finished, stack)
            continue
        before = len(stack)
        height = 1 + _highest(row, heights, stack)
        if len(stack) == before:
            heights[place] = height
            finished.append(place)
            stack.pop()
    return finished, heights


def _finish_run(place: int, rows: Sequence[Row], heights: list[int], finished: list[int], stack: list[int]) -> None:
    """A node with one edge, and all such in a row behind it: they are through as soon as the last of them is.

    Where what follows them is not through yet, all go on the stack, and each is found alone when it comes up again.
    """
    run = [place]
    row = rows[place]
    while len(row) == 3 and heights[row[1]] < 0:
        run.append(row[1])
        row = rows[row[1]]
    if len(row) == 3:
        height = heights[row[1]]
    elif row:
        stack += run
        return
    else:
        height = -1
    run.reverse()
    finished += run
    for at in run:
        height += 1
        heights[at] = height


def _highest(row: Row, heights: list[int], stack: list[int]) -> int:
    """Of the targets; -1 where there is none. Those that are not through go on the stack, the first on top."""
    highest = -1
    for target in row[-2::-3]:
        found = heights[target]
        if found < 0:
            stack.append(target)
        elif found > highest:
            highest = found
    return highest


def numbers_of(places: Sequence[int]) -> list[int]:
    """Of each place, its number: the inverse of an order.

    >>> numbers_of([2, 0, 1])
    [1, 2, 0]
    """
    numbers = [0] * len(places)
    for number, place in enumerate(places):
        numbers[place] = number
    return numbers
