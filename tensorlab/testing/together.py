"""Two arguments in one storage: the same one twice, some elements apart, or each in its own way over the same bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.testing.laying import classes_for, classes_of, lay_out
from tensorlab.testing.source import pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.testing.record import Laid, LayoutClass
    from tensorlab.testing.source import Source

_SHARED: frozenset[LayoutClass] = frozenset({"stride 0", "overlapping"})
_BITS: frozenset[LayoutClass] = frozenset({"conj", "neg", "dtype view", "zero-size"})
_FARTHEST = 3
"""Elements, or rows, that one argument begins behind the other."""


def lay_together(
    source: Source, laid: Sequence[Laid], pair: tuple[int, int], written: frozenset[int] = frozenset()
) -> tuple[Laid, ...] | None:
    """The arguments with those two in one storage; None where they have no elements.

    Args:
        source: Of choices; the smallest give the same argument twice.
        laid: All arguments, each in a storage of its own.
        pair: Which two; they have one dtype and library.
        written: Arguments none of whose elements may share bytes.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.record import Laid
    >>> from tensorlab.testing.source import Seeded
    >>> one = Laid(layout=Layout((2,), (4,), itemsize=4), dtype=dtype("int32"), nbytes=12, classes=frozenset())
    >>> first, second = lay_together(Seeded(1), [one, one], (0, 1))
    >>> first.nbytes == second.nbytes
    True
    """
    one, two = (laid[position] for position in pair)
    if not numel(one.layout.shape) or not numel(two.layout.shape):
        return None
    same = one.layout.shape == two.layout.shape
    first = _anew(source, one, written=pair[0] in written)
    ways = ("same", "shifted", "shifted", "start", "other") if same else ("start", "other")
    way = pick(source, ways)
    second = first if same and way in {"same", "shifted"} else _anew(source, two, written=pair[1] in written)
    if first is None or second is None:
        return None
    first, second = _apart(first, second, _distance(source, first, second, way))
    nbytes = max(extent(first.layout).stop, extent(second.layout).stop) + first.dtype.itemsize
    found = list(laid)
    for position, argument in zip(pair, (first, second), strict=True):
        bare = replace(argument, nbytes=nbytes)
        found[position] = replace(bare, classes=classes_of(bare))
    return tuple(found)


def _anew(source: Source, one: Laid, *, written: bool) -> Laid | None:
    shape = one.layout.shape
    able = tuple(
        name
        for name in classes_for(shape, one.dtype, one.library)
        if name not in _BITS and not (written and name in _SHARED)
    )
    within = frozenset(able)
    found = lay_out(source, shape, one.dtype, pick(source, able), library=one.library, within=within)
    return None if found is None or (written and found.classes & _SHARED) else found


def _distance(source: Source, first: Laid, second: Laid, way: str) -> int:
    """Bytes from the start of the first argument to that of the second."""
    size = first.dtype.itemsize
    if way == "shifted":
        steps = tuple(dict.fromkeys(abs(stride) for stride in reversed(first.layout.strides) if stride))
        step = pick(source, steps) if steps else size
        return step * (1 + source.integer(0, _FARTHEST - 1)) * (1 - 2 * source.integer(0, 1))
    if way == "start":
        return first.layout.offset - second.layout.offset
    if way == "other":
        reach = extent(first.layout)
        inner = source.integer(0, max(0, (reach.stop - reach.start) // size - 1))
        return reach.start + size * inner - extent(second.layout).start
    return 0


def _apart(first: Laid, second: Laid, distance: int) -> tuple[Laid, Laid]:
    """The second argument so far behind the first, or before it."""
    lowest = min(extent(first.layout).start, extent(second.layout).start + distance)
    ahead = max(0, -lowest)
    return _moved(first, ahead), _moved(second, ahead + distance)


def _moved(laid: Laid, by: int) -> Laid:
    layout = laid.layout
    moved = Layout(layout.shape, layout.strides, layout.offset + by, layout.itemsize)
    return replace(laid, layout=moved, nbytes=laid.nbytes + abs(by))
