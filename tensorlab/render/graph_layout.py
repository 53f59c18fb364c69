"""Rows for the boxes of a graph, by fast-sugiyama. The one module that imports it; imported when a graph is drawn.

Raises:
    UnavailableError: On import, where fast-sugiyama is not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import UnavailableError
from tensorlab.render.diagram_levels import Layers

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


def layered(count: int, arrows: Sequence[tuple[int, int]]) -> Layers:
    """Rows in which arrows lead down, with few crossings; the same in every process.

    Each arrow is given once, none leads from a box to itself. Of a cycle one arrow leads up. What the library hands
    back comes in an order of its hash tables; places alone are used of it.

    >>> layered(4, [(0, 1), (1, 2), (0, 2)])
    Layers(rows=[[0, 3], [4, 1], [2]], passed={(0, 1): [], (1, 2): [], (0, 2): [4]})
    """
    used = sorted({end for arrow in arrows for end in arrow})
    short = {number: place for place, number in enumerate(used)}
    layouts = fast_sugiyama.from_edges(
        [(short[source], short[target]) for source, target in arrows],
        dummy_vertices=True,
        ranking_type="minimize",
        crossing_minimization="median",
        transpose=True,
    )
    names = dict(enumerate(used))
    rows: list[list[int]] = []
    passed: dict[tuple[int, int], list[int]] = {}
    for part in sorted(layouts, key=lambda part: min(int(number) for number, _ in part[0])):
        places = sorted((-y, x, int(number)) for number, (x, y) in part[0])
        own = {number: names[number] for *_, number in places if number < len(used)}
        free = count + sum(number >= count for row in rows for number in row)
        passing = [number for *_, number in places if number not in own]
        own |= {number: free + n for n, number in enumerate(passing)}
        _add_rows(rows, [(down, own[number]) for down, _, number in places])
        passed |= _chains([(own[int(source)], own[int(target)]) for source, target in part[3] or ()], count)
    alone = sorted(set(range(count)) - set(used))
    if alone:
        rows[:1] = [[*(rows[0] if rows else []), *alone]]
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
