"""Which classes of layouts one belongs to, computed from its numbers; and which ones a shape can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from tensorlab.layout.address import extent
from tensorlab.layout.covered import covered
from tensorlab.layout.facts import broadcast_axes, coverage, is_contiguous, is_dense
from tensorlab.layout.memory_format import suggested_format
from tensorlab.layout.overlap import self_overlap
from tensorlab.layout.record import Answer, Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.testing.record import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.layout.dtype import DType
    from tensorlab.layout.record import Order
    from tensorlab.testing.record import Laid, LayoutClass

Library: TypeAlias = Literal["torch", "numpy"]
NEGATED = frozenset({"float32", "float64"})
"""Dtypes that the imaginary part of a conjugate can have, which is where a neg bit comes from."""
_BY_DEFAULT: tuple[LayoutClass, ...] = tuple(name for name in CLASSES if name != "neg")
_CHANNELS_LAST: dict[int, Order] = {4: "channels_last", 5: "channels_last_3d"}
"""By the number of axes."""


def classes_of(laid: Laid | Layout) -> frozenset[LayoutClass]:
    """Every class that a layout belongs to; those of its bits and of its dtype too where it is a record of them.

    Where there are no elements, neither strides nor a start say anything: it is zero-size alone.

    >>> sorted(classes_of(Layout((2, 3), (4, 8), offset=4, itemsize=4)))
    ['offset', 'permuted']
    >>> sorted(classes_of(Layout((1, 3), (400, 4), itemsize=4))), sorted(classes_of(Layout((0, 3), (12, 4))))
    (['contiguous', 'odd ones'], ['zero-size'])
    """
    if isinstance(laid, Layout):
        return frozenset(_of_layout(laid))
    bits = {"conj": laid.conj, "neg": laid.neg, "dtype view": laid.stored is not None}
    found = _of_layout(laid.layout)
    found.update(name for name in CLASSES if bits.get(name))
    return frozenset(found)


def _of_layout(layout: Layout) -> set[LayoutClass]:
    if numel(layout.shape) == 0:
        return {"zero-size"}
    found: set[LayoutClass] = set()
    if not layout.shape:
        found.add("0-d")
    if is_contiguous(layout):
        found.add("contiguous offset" if layout.offset else "contiguous")
    else:
        found |= _scattered(layout)
    if 1 in layout.shape and _has_odd_ones(layout):
        found.add("odd ones")
    return found


def _scattered(layout: Layout) -> set[LayoutClass]:
    """Of a layout that is not in C order."""
    negative = any(n > 1 and stride < 0 for n, stride in zip(layout.shape, layout.strides, strict=True))
    gaps = _has_gaps(layout)
    permuted = not negative and is_dense(layout)
    order = _CHANNELS_LAST.get(len(layout.shape))
    found: dict[LayoutClass, bool] = {
        "offset": extent(layout).start > 0,
        "negative stride": negative,
        "permuted": permuted,
        "stride 0": bool(broadcast_axes(layout)),
        "overlapping": _overlaps(layout),
        "gaps": gaps,
        "channels_last": permuted and order is not None and is_contiguous(layout, order),
        "channels_last slice": gaps and suggested_format(layout) != "contiguous",
    }
    return {name for name, holds in found.items() if holds}


def _once(layout: Layout) -> Layout:
    """With one index along the axes that repeat."""
    repeated = broadcast_axes(layout)
    shape = tuple(1 if axis in repeated else n for axis, n in enumerate(layout.shape))
    return Layout(shape, layout.strides, layout.offset, layout.itemsize)


def _overlaps(layout: Layout) -> bool:
    """Whether indices share bytes without a stride 0."""
    once = _once(layout)
    known = coverage(once)
    return known == "reused" or (known == "undecided" and self_overlap(once).answer is Answer.YES)


def _has_gaps(layout: Layout) -> bool:
    reach = extent(layout)
    return covered(layout).nbytes < reach.stop - reach.start


def _has_odd_ones(layout: Layout) -> bool:
    usual = usual_strides(layout.shape, layout.itemsize)
    return any(
        n == 1 and stride not in known for n, stride, known in zip(layout.shape, layout.strides, usual, strict=True)
    )


def usual_strides(shape: tuple[int, ...], itemsize: int) -> tuple[set[int], ...]:
    """For each axis the strides, in bytes, that it has in some contiguous layout.

    >>> usual_strides((2, 1), 4) == ({4}, {4, 8})
    True
    """
    orders: list[Order] = ["C", "F"]
    if len(shape) in _CHANNELS_LAST:
        orders.append(_CHANNELS_LAST[len(shape)])
    return tuple(map(set, zip(*(canonical_strides(shape, itemsize, order) for order in orders), strict=True)))


def classes_for(shape: tuple[int, ...], kind: DType, library: Library = "torch") -> tuple[LayoutClass, ...]:
    """The classes that a tensor or an array of this shape and dtype can belong to, in the order of ``CLASSES``.

    >>> from tensorlab.layout.dtype import dtype
    >>> classes_for((), dtype("float32"))
    ('contiguous', 'contiguous offset', '0-d', 'neg', 'dtype view')
    >>> classes_for((3,), dtype("int64"), "numpy")
    ('contiguous', 'gaps', 'offset', 'contiguous offset', 'stride 0', 'dtype view', 'negative stride')
    """
    can = _of_shape(shape)
    can["conj"] = library == "torch" and kind.kind == "complex"
    can["neg"] = library == "torch" and kind.name in NEGATED
    can["dtype view"] = kind.kind in {"bool", "int", "uint", "float", "complex"}
    can["negative stride"] = can["negative stride"] and library == "numpy"
    return tuple(name for name in CLASSES if can[name])


def default_classes(kinds: Sequence[DType]) -> tuple[LayoutClass, ...]:
    """The classes that are drawn where none were asked for: all of them, but a neg bit only beside complex numbers.

    A neg bit comes from the imaginary part of a conjugate. Who says that an argument is float32, and nothing of complex
    numbers, has none; code that reads such memory by itself is right without a look at that bit.

    >>> from tensorlab.layout.dtype import dtype
    >>> "neg" in default_classes((dtype("float32"),)), "neg" in default_classes((dtype("float32"), dtype("complex64")))
    (False, True)
    """
    return CLASSES if any(kind.kind == "complex" for kind in kinds) else _BY_DEFAULT


def _of_shape(shape: tuple[int, ...]) -> dict[LayoutClass, bool]:
    full = numel(shape) > 0
    wide = sum(n > 1 for n in shape) if full else 0
    images = len(shape) in _CHANNELS_LAST and wide > 0
    can: dict[LayoutClass, bool] = dict.fromkeys(CLASSES, wide >= 1)
    can.update(dict.fromkeys(("contiguous", "contiguous offset"), full))
    can.update(dict.fromkeys(("permuted", "overlapping"), wide >= 2))
    can["odd ones"] = full and 1 in shape
    can["zero-size"] = not full
    can["0-d"] = not shape
    can["channels_last"] = images and shape[1] > 1 and max(shape[2:]) > 1
    can["channels_last slice"] = images and max(shape[0], *shape[2:]) > 1
    return can
