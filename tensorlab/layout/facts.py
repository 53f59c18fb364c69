"""What follows from a layout: which dense orders it is in, what repeats, in which order memory is visited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from tensorlab.layout.shapes import axes_by_speed, numel

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout, Order


class Break(NamedTuple):
    """The first axis, from the fastest on, whose stride is not what a dense order needs. Strides are in bytes."""

    axis: int
    stride: int
    needed: int


def order_break(layout: Layout, order: Order = "C") -> Break | None:
    """Where the layout leaves a dense order; None where it is in it.

    The stride of an axis of size 1 never counts. In C and F order no stride counts where there are no elements; in the
    channels-last orders it does, as in torch.

    Raises:
        LayoutError: The order does not exist for that many axes.

    >>> from tensorlab.layout.record import Layout
    >>> order_break(Layout((2, 3), (4, 8), itemsize=4))
    Break(axis=1, stride=8, needed=4)
    >>> order_break(Layout((2, 3), (4, 8), itemsize=4), "F") is None
    True
    """
    axes = axes_by_speed(len(layout.shape), order)
    if numel(layout.shape) == 0 and order in {"C", "F"}:
        return None
    needed = layout.itemsize
    for axis in axes:
        if layout.shape[axis] != 1:
            if layout.strides[axis] != needed:
                return Break(axis, layout.strides[axis], needed)
            needed *= layout.shape[axis]
    return None


def is_contiguous(layout: Layout, order: Order = "C") -> bool:
    """Whether the elements lie without a gap in that order; where they start does not matter.

    Raises:
        LayoutError: The order does not exist for that many axes.

    >>> from tensorlab.layout.record import Layout
    >>> is_contiguous(Layout((2, 1, 3), (12, 999, 4), itemsize=4))
    True
    >>> is_contiguous(Layout((1, 2, 2, 2), (8, 1, 4, 2)), "channels_last")
    True
    """
    return order_break(layout, order) is None


def contiguous_orders(layout: Layout) -> tuple[Order, ...]:
    """Every dense order that the layout is in; several at once are possible.

    >>> from tensorlab.layout.record import Layout
    >>> contiguous_orders(Layout((5,), (1,))), contiguous_orders(Layout((2, 1, 3, 3), (9, 9, 3, 1)))
    (('C', 'F'), ('C', 'channels_last'))
    >>> contiguous_orders(Layout((5,), (2,)))
    ()
    """
    orders: list[Order] = ["C", "F"]
    if len(layout.shape) == 4:
        orders.append("channels_last")
    if len(layout.shape) == 5:
        orders.append("channels_last_3d")
    return tuple(order for order in orders if is_contiguous(layout, order))


def broadcast_axes(layout: Layout) -> tuple[int, ...]:
    """Axes along which every index reads the same bytes: stride 0, more than one element.

    >>> from tensorlab.layout.record import Layout
    >>> broadcast_axes(Layout((4, 3, 1), (0, 4, 0), itemsize=4))
    (0,)
    """
    return tuple(axis for axis, n in enumerate(layout.shape) if n > 1 and layout.strides[axis] == 0)


def visiting_order(layout: Layout) -> tuple[int, ...]:
    """Axes from the slowest to the fastest: nested loops in this order walk memory in the smallest steps.

    Axes of size 1 keep their place beside the axis before them, and equal strides keep their order.

    >>> from tensorlab.layout.record import Layout
    >>> visiting_order(Layout((2, 3, 4), (4, 32, 8), itemsize=4))
    (1, 2, 0)
    """
    pace: list[float] = []
    for n, stride in zip(layout.shape, layout.strides, strict=True):
        slowest = pace[-1] if pace else float("inf")
        pace.append(abs(stride) if n > 1 else slowest)
    return tuple(sorted(range(len(pace)), key=lambda axis: -pace[axis]))


def is_dense(layout: Layout) -> bool:
    """Whether the elements fill their extent once each: a permutation of a contiguous block, flips included.

    This is torch's "non-overlapping and dense", extended to negative strides.

    >>> from tensorlab.layout.record import Layout
    >>> is_dense(Layout((2, 3), (1, 2))), is_dense(Layout((3,), (-1,), offset=2)), is_dense(Layout((3,), (2,)))
    (True, True, False)
    """
    if numel(layout.shape) == 0:
        return True
    needed = layout.itemsize
    for stride, n in sorted((abs(s), n) for n, s in zip(layout.shape, layout.strides, strict=True) if n > 1):
        if stride != needed:
            return False
        needed *= n
    return True


Coverage = Literal["once", "reused", "undecided"]


def coverage(layout: Layout) -> Coverage:
    """Whether each byte belongs to at most one index, by a test that is quick and never wrong.

    "once" where there are no bytes (no elements, or an itemsize of 0), or, sorted by stride, each axis steps over
    all that the smaller ones reach; "reused" where a stride is smaller than the itemsize (0, above all), or two axes
    with the same stride meet; "undecided" for the rest (windows made with ``as_strided``, for one).

    >>> from tensorlab.layout.record import Layout
    >>> coverage(Layout((2, 3), (12, 4), itemsize=4)), coverage(Layout((5, 3), (0, 4), itemsize=4))
    ('once', 'reused')
    >>> coverage(Layout((3, 3), (8, 12), itemsize=4))
    'undecided'
    """
    if numel(layout.shape) * layout.itemsize == 0:
        return "once"
    reach, previous = layout.itemsize, 0
    nested = True
    for stride, n in sorted((abs(s), n) for n, s in zip(layout.shape, layout.strides, strict=True) if n > 1):
        if stride < layout.itemsize or stride == previous:
            return "reused"
        nested = nested and stride >= reach
        reach, previous = reach + (n - 1) * stride, stride
    return "once" if nested else "undecided"
