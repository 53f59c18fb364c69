"""How far each node of a graph lies from the loss, and which gradients are out of line; integers and floats only."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.autograd.flow.record import GradientStat, Limits, Mark

NEIGHBOURS = 5
"""Gradients of its kind nearer to the loss that one is compared with, at most."""
_OF_WEIGHTS = ("TBackward0",)
"""Nodes through which ``linear`` reads its weight."""
Group = tuple[str, bool]
_SMALLEST = {"float16": 6.103515625e-05, "complex32": 6.103515625e-05}
"""Smallest normal numbers of dtypes whose gradients end before others vanish."""


def depths(rows: Sequence[Sequence[int]], places: Sequence[int]) -> list[int]:
    """Of each place, the steps of the longest way from a root; 0 for the roots.

    The longest way is the order of backward: a node runs after all that lead to it.

    Args:
        rows: Of each place its edges, flat: output, target, input.
        places: Those that others lead to first.

    >>> depths([(0, 1, 0, 0, 2, 0), (0, 2, 0), ()], [2, 1, 0])
    [0, 1, 2]
    """
    found = [0] * len(rows)
    for place in reversed(places):
        below = found[place] + 1
        for target in rows[place][1::3]:
            found[target] = max(found[target], below)
    return found


def marked(stats: Iterable[GradientStat], limits: Limits) -> tuple[GradientStat, ...]:
    """The gradients with their marks, by depth; those that did not come are last.

    >>> from tensorlab.autograd.flow.record import GradientStat, Limits
    >>> zero = GradientStat(name="a", kind="node", depth=1, norm=0.0, largest=0.0, zeros=1.0, nonfinite=0)
    >>> [stat.marks for stat in marked([zero], Limits())]
    [('dead',)]
    """
    ordered = sorted(stats, key=_place)
    groups: dict[Group, list[float]] = {}
    found = []
    for stat in ordered:
        before = groups.setdefault(_group(stat), [])
        found.append(replace(stat, marks=_marks(stat, before, limits)))
        if stat.norm and isfinite(stat.norm):
            before.append(stat.norm)
            del before[:-NEIGHBOURS]
    return tuple(found)


def _group(stat: GradientStat) -> Group:
    """What a gradient is compared with: a weight with weights, a bias with biases, a node with nodes.

    The gradient of a weight is that of a node times what went in, a bias's is the sum of one: they differ in size for
    good reasons. Where a weight is transposed on its way, as in ``linear``, its node has the gradient of the weight.
    """
    if stat.kind != "parameter":
        return stat.kind, stat.name in _OF_WEIGHTS
    return ("bias" if stat.name.endswith("bias") else stat.kind), len(stat.shape) > 1


def _place(stat: GradientStat) -> tuple[bool, int, int]:
    number = -1 if stat.number is None else stat.number
    return stat.norm is None, -1 if stat.depth is None else stat.depth, -number


def _marks(stat: GradientStat, before: Sequence[float], limits: Limits) -> tuple[Mark, ...]:
    if stat.norm is None or stat.largest is None:
        return ("no gradient",)
    if stat.zeros is None:  # it has no element
        return ()
    if stat.nonfinite:
        return ("nonfinite",)
    return ("dead",) if stat.zeros == 1.0 else _beyond(stat.norm, stat, median(before or [stat.norm]), limits)


def _beyond(norm: float, stat: GradientStat, usual: float, limits: Limits) -> tuple[Mark, ...]:
    """Whether a gradient is beyond the limits, by itself or beside its neighbours."""
    largest = stat.largest or 0.0
    if largest >= limits.exploding:  # whatever lies around it
        return ("exploding",)
    if largest <= max(limits.vanishing, _SMALLEST.get(stat.dtype, 0.0)) or norm * limits.jump <= usual:
        return ("vanishing",)
    return ("exploding",) if norm >= usual * limits.jump else ()
