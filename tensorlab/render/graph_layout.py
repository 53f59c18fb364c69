"""Rows for the boxes of a graph, by fast-sugiyama. The one module that imports it; imported when a graph is drawn.

Raises:
    UnavailableError: On import, where fast-sugiyama is not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

try:
    import fast_sugiyama
except ModuleNotFoundError as error:
    if error.name != "fast_sugiyama":
        raise
    raise UnavailableError(
        "fast-sugiyama is not installed, which places the boxes of a graph",
        hint="pip install 'tensorlab-toolkit[graph]'; text, .dot, .mmd and .json need nothing",
    ) from error


class Layers(NamedTuple):
    """Boxes in rows, with the places where arrows pass the rows between their ends."""

    rows: list[list[int]]
    """Numbers of boxes from the top, each row from the left; higher numbers than there are boxes are such places."""
    passed: dict[tuple[int, int], list[int]]
    """Of each arrow, the places that it passes, from its source on."""


def layered(count: int, arrows: Sequence[tuple[int, int]]) -> Layers:
    """Rows in which arrows lead down, with few crossings; the same in every process.

    Each arrow is given once, none leads from a box to itself. Of a cycle one arrow leads up. What the library hands
    back comes in an order of its hash tables; places alone are used of it.

    >>> layered(4, [(0, 1), (1, 2), (0, 2)])
    Layers(rows=[[0, 3], [4, 1], [2]], passed={(0, 1): [], (1, 2): [], (0, 2): [4]})
    """
    layouts = fast_sugiyama.from_edges(
        list(arrows), dummy_vertices=True, ranking_type="minimize", crossing_minimization="median", transpose=True
    )
    free = count
    rows: list[list[int]] = []
    passed: dict[tuple[int, int], list[int]] = {}
    for part in sorted(layouts, key=lambda part: min(int(number) for number, _ in part[0])):
        places = sorted((-y, x, int(number)) for number, (x, y) in part[0])
        numbers = {number: number for *_, number in places if number < count}
        for *_, number in places:
            if number >= count:
                numbers[number] = free
                free += 1
        _add_rows(rows, [(down, numbers[number]) for down, _, number in places])
        ends = [(numbers[int(source)], numbers[int(target)]) for source, target in part[3] or ()]
        passed |= _chains(ends, count)
    alone = set(range(count)) - {end for arrow in arrows for end in arrow}
    if alone:
        rows[:1] = [[*(rows[0] if rows else []), *sorted(alone)]]
    return Layers(rows, {arrow: _found(passed, arrow) for arrow in arrows})


def _add_rows(rows: list[list[int]], places: list[tuple[float, int]]) -> None:
    """Put the boxes of a part beside what stands in the rows."""
    heights = sorted({down for down, _ in places})
    rows += [[] for _ in range(len(heights) - len(rows))]
    row = {down: n for n, down in enumerate(heights)}
    for down, number in places:
        rows[row[down]].append(number)


def _chains(ends: list[tuple[int, int]], count: int) -> dict[tuple[int, int], list[int]]:
    """What each arrow passes, by its two ends."""
    after = {source: target for source, target in ends if source >= count}
    found = {}
    for source, target in ends:
        if source >= count:
            continue
        passing: list[int] = []
        end = target
        while end >= count:
            passing.append(end)
            end = after[end]
        found[source, end] = passing
    return found


def _found(passed: dict[tuple[int, int], list[int]], arrow: tuple[int, int]) -> list[int]:
    """Of an arrow of a cycle, the library may have turned the direction."""
    if arrow in passed:
        return passed[arrow]
    return passed.get((arrow[1], arrow[0]), [])[::-1]
