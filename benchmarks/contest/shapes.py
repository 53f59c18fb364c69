"""Sizes of axes for every generator alike: they draw layouts, not sizes, against each other."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tensorlab.testing.source import pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.testing.record import Spec
    from tensorlab.testing.source import Source

SIZES = (2, 3, 4, 1, 5, 2, 3, 4, 1, 0, 8, 17, 33)
MOST = 256
"""Elements of one argument."""


def shapes(source: Source, specs: Sequence[Spec]) -> tuple[tuple[int, ...], ...]:
    """A shape for each argument: a name is one size, and "..." the same axes, wherever they stand."""
    while True:
        known: dict[str, tuple[int, ...]] = {}
        found = tuple(
            tuple(n for axis in spec.shape for n in ((axis,) if isinstance(axis, int) else _named(source, axis, known)))
            for spec in specs
        )
        if all(prod(shape) <= MOST for shape in found) and not _without_index(specs, known):
            return found


def _named(source: Source, name: str, known: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    if name not in known:
        count = source.integer(0, 4) if name == "..." else 1
        known[name] = tuple(pick(source, SIZES) for _ in range(count))
    return known[name]


def _without_index(specs: Sequence[Spec], known: dict[str, tuple[int, ...]]) -> bool:
    """Whether there is an axis of no elements that something has to index."""
    return any(isinstance(spec.high, str) and known.get(spec.high) == (0,) for spec in specs)
