"""torch's memory formats: which one a tensor's strides suggest, and which strides a copy of it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.facts import is_dense, order_break
from tensorlab.layout.reports.record import Contiguity, FormatBreak, FreeStride
from tensorlab.layout.shapes import axes_by_speed, canonical_strides, nbytes, numel

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout, Order
    from tensorlab.layout.reports.record import Format, MemoryFormat

_ORDERS: dict[Format, Order] = {
    "contiguous": "C",
    "F order": "F",
    "channels_last": "channels_last",
    "channels_last_3d": "channels_last_3d",
}
_CHANNELS_LAST: dict[int, MemoryFormat] = {4: "channels_last", 5: "channels_last_3d"}
"""By the number of axes."""


def suggested_format(layout: Layout) -> MemoryFormat:
    """What torch takes the layout for: the format in which an operation that has the choice answers.

    Channels last where there are 4 or 5 axes and their strides do not decrease from the channels outwards. Where that
    is ambiguous (one channel and a size of 1 beside it, above all), torch prefers contiguous. The tensor need not be
    dense, nor be in the format.

    >>> from tensorlab.layout.record import Layout
    >>> suggested_format(Layout((2, 3, 4, 5), (60, 1, 15, 3))), suggested_format(Layout((2, 3), (3, 1)))
    ('channels_last', 'contiguous')
    >>> suggested_format(Layout((2, 1, 3, 3), (9, 9, 3, 1))), suggested_format(Layout((2, 1, 3, 3), (9, 1, 3, 1)))
    ('contiguous', 'channels_last')
    """
    name = _CHANNELS_LAST.get(len(layout.shape))
    if name is None or layout.strides[1] == 0:
        return "contiguous"
    least = 0
    for axis in axes_by_speed(len(layout.shape), "channels_last" if len(layout.shape) == 4 else "channels_last_3d"):
        n, stride = layout.shape[axis], layout.strides[axis]
        if n == 0 or stride < least:
            return "contiguous"
        if axis == 0 and least == layout.strides[1]:
            return "contiguous"  # (N, 1, 1, 1): the strides of three axes are equal
        least = stride * max(n, 1)
    return name


def kept_strides(layout: Layout) -> tuple[int, ...] | None:
    """Strides in bytes of torch's clone and empty_like; None for a negative stride, which no tensor has.

    A dense tensor keeps its strides; of any other the order of the axes is kept, and the gaps are closed. An axis of
    stride 0 stays where it is among the others.

    >>> from tensorlab.layout.record import Layout
    >>> kept_strides(Layout((2, 3), (4, 8), itemsize=4)), kept_strides(Layout((3, 5), (280, 28), 92, 4))
    ((4, 8), (20, 4))
    >>> kept_strides(Layout((6, 5, 4, 3, 2), (24, 0, 6, 0, 1))), kept_strides(Layout((3,), (-4,), 8, 4))
    ((120, 24, 6, 2, 1), None)
    """
    if any(stride < 0 for stride in layout.strides):
        return None
    if is_dense(layout):
        return layout.strides
    strides = [0] * len(layout.shape)
    step = layout.itemsize
    for axis in _fastest_first(layout):
        strides[axis] = step
        step *= max(layout.shape[axis], 1)
    return tuple(strides)


def _fastest_first(layout: Layout) -> list[int]:
    """Axes by their strides, as torch sorts them: an axis of stride 0 is not comparable, so it is not moved."""
    axes = list(reversed(range(len(layout.shape))))
    for last in range(1, len(axes)):
        at = last
        for before in reversed(range(last)):
            order = _compared(layout, axes[before], axes[at])
            if order > 0:
                axes[before], axes[at] = axes[at], axes[before]
                at = before
            elif order < 0:
                break
    return axes


def _compared(layout: Layout, first: int, second: int) -> int:
    """1 where the second axis is the faster one, -1 where the first is, 0 where neither is known to be."""
    left, right = layout.strides[first], layout.strides[second]
    if 0 in {left, right} or left == right:
        return int(left != 0 and right != 0 and layout.shape[first] > layout.shape[second])
    return 1 if left > right else -1


def contiguity(layout: Layout, type_name: str) -> Contiguity:
    """Which formats the layout is in, what breaks each other, and which strides are free.

    "contiguous", "channels_last" and "channels_last_3d" are told as ``tensor.is_contiguous`` answers for each.

    >>> from tensorlab.layout.record import Layout
    >>> print(contiguity(Layout((2, 1, 3), (12, 24, 4), itemsize=4), "torch.Tensor"))
    contiguous; stride[1]=6 is free because size is 1 (canonical 3)
    >>> print(contiguity(Layout((2, 1, 3, 3), (9, 9, 3, 1)), "torch.Tensor"))
    ambiguous: contiguous and channels_last
    >>> print(contiguity(Layout((3, 2), (4, 12), itemsize=4), "torch.Tensor"))
    F order; stride[1]=3 breaks contiguous (needs 1)
    """
    ndim = len(layout.shape)
    names: list[Format] = ["contiguous", "F order"]
    if ndim in _CHANNELS_LAST:
        names.append(_CHANNELS_LAST[ndim])
    found = {name: order_break(layout, _ORDERS[name]) for name in names}
    formats = tuple(name for name in names if found[name] is None)
    return Contiguity(
        type=type_name,
        layout=layout,
        formats=formats,
        breaks=tuple(FormatBreak(name, *place) for name, place in found.items() if place is not None),
        free=_free(layout, formats),
        suggested=suggested_format(layout),
        kept=kept_strides(layout),
        copied=nbytes(layout) if "contiguous" not in formats else 0,
    )


def _free(layout: Layout, formats: tuple[Format, ...]) -> tuple[FreeStride, ...]:
    """Strides of axes of size 1 that a fresh tensor would not have; where there are no elements, none is told."""
    if numel(layout.shape) == 0:
        return ()
    order = _ORDERS[min(formats, key=lambda name: name == "F order")] if formats else "C"
    fresh = canonical_strides(layout.shape, layout.itemsize, order)
    axes = enumerate(zip(layout.shape, layout.strides, fresh, strict=True))
    return tuple(
        FreeStride(axis, stride, canonical) for axis, (n, stride, canonical) in axes if n == 1 and stride != canonical
    )
