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
    above: list[int] = []
    for place in finished:
        if not heights[place]:
            continue
        above.append(place)
        for target in rows[place][1::3]:
            if not heights[target]:
                leaves[target] = None
    for place in finished:
        if not heights[place]:
            leaves[place] = None  # a root that is a leaf itself
    return Ordered([*leaves, *above], heights)


def _finished(rows: Sequence[Row], roots: Sequence[int]) -> tuple[list[int], list[int]]:
    """Places by depth first, each when all behind it are through; and their heights."""
    heights, finished, stack = [-1] * len(rows), [], [*reversed(roots)]
    while stack:
        place = stack[-1]
        if heights[place] >= 0:
            stack.pop()
            continue
        height, before = 0, len(stack)
        for target in rows[place][-2::-3]:
            found = heights[target]
            if found < 0:
                stack.append(target)
            elif found >= height:
                height = found + 1
        if len(stack) == before:
            heights[place] = height
            finished.append(place)
            stack.pop()
    return finished, heights


def numbers_of(places: Sequence[int]) -> list[int]:
    """Of each place, its number: the inverse of an order.

    >>> numbers_of([2, 0, 1])
    [1, 2, 0]
    """
    numbers = [0] * len(places)
    for number, place in enumerate(places):
        numbers[place] = number
    return numbers
