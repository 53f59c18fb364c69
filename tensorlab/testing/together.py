"""Two arguments in one storage: the same one twice, a few elements apart, or each in its own way over the same bytes."""

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
    first = _anew(source, one, written=bool(pair[0] in written))
    if first is None:
        return None
    ways = ("same", "shifted", "other") if same else ("other",)
    second = _BESIDE[pick(source, ways)](source, first, two, bool(pair[1] in written))
    if second is None:
        return None
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


def _same(source: Source, first: Laid, two: Laid, written: bool) -> Laid | None:  # noqa: ARG001, FBT001 - one of three ways
    return first


def _shifted(source: Source, first: Laid, two: Laid, written: bool) -> Laid | None:  # noqa: ARG001, FBT001 - as above
    """One element, or one row, behind the other."""
    steps = tuple(dict.fromkeys(abs(stride) for stride in reversed(first.layout.strides) if stride))
    step = pick(source, steps) if steps else first.dtype.itemsize
    return _moved(first, step * (1 + source.integer(0, _FARTHEST - 1)))


def _other(source: Source, first: Laid, two: Laid, written: bool) -> Laid | None:  # noqa: FBT001 - as above
    """Laid out in its own way, begun somewhere within the other."""
    found = _anew(source, two, written=written)
    if found is None:
        return None
    reach = extent(first.layout)
    size = first.dtype.itemsize
    begin = reach.start + size * source.integer(0, max(0, (reach.stop - reach.start) // size - 1))
    return _moved(found, begin - extent(found.layout).start)


_BESIDE = {"same": _same, "shifted": _shifted, "other": _other}


def _moved(laid: Laid, by: int) -> Laid:
    layout = laid.layout
    moved = Layout(layout.shape, layout.strides, layout.offset + by, layout.itemsize)
    return replace(laid, layout=moved, nbytes=laid.nbytes + abs(by))
