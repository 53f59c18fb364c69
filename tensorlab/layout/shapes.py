"""Arithmetic on shapes alone: how many elements, which strides a dense order gives, how shapes broadcast."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout, Order

_FASTEST_FIRST = {"channels_last": (1, 3, 2, 0), "channels_last_3d": (1, 4, 3, 2, 0)}


def numel(shape: tuple[int, ...]) -> int:
    """Elements in a shape: 1 for 0-d, 0 where any axis is empty.

    >>> numel((2, 3)), numel(()), numel((5, 0))
    (6, 1, 0)
    """
    return prod(shape)


def nbytes(layout: Layout) -> int:
    """Bytes of the logical elements, counting one that several indices share as often as it is indexed.

    >>> from tensorlab.layout.record import Layout
    >>> nbytes(Layout((1000, 3), (0, 4), itemsize=4))
    12000
    """
    return numel(layout.shape) * layout.itemsize


def axes_by_speed(ndim: int, order: Order) -> tuple[int, ...]:
    """Axes from the fastest to the slowest in a dense order.

    Raises:
        LayoutError: The order does not exist for that many axes.

    >>> axes_by_speed(3, "C"), axes_by_speed(3, "F"), axes_by_speed(4, "channels_last")
    ((2, 1, 0), (0, 1, 2), (1, 3, 2, 0))
    """
    if order == "C":
        return tuple(reversed(range(ndim)))
    if order == "F":
        return tuple(range(ndim))
    axes = _FASTEST_FIRST.get(order)
    if axes is None or len(axes) != ndim:
        raise LayoutError(
            f"order {order!r} does not exist for {ndim} axes",
            hint="use 'C' or 'F', 'channels_last' for 4 axes, 'channels_last_3d' for 5",
        )
    return axes


def canonical_strides(shape: tuple[int, ...], itemsize: int = 1, order: Order = "C") -> tuple[int, ...]:
    """Strides in bytes of a fresh array of that shape and order.

    As in torch, an empty axis counts as one in C and F order, and as what it is in the channels-last orders (NumPy's
    strides agree wherever there are elements).

    Raises:
        LayoutError: The order does not exist for that many axes.

    >>> canonical_strides((2, 3), 4), canonical_strides((2, 3), 4, "F")
    ((12, 4), (4, 8))
    >>> canonical_strides((2, 3, 4, 5), order="channels_last")
    (60, 1, 15, 3)
    >>> canonical_strides((2, 0)), canonical_strides((2, 0, 4, 5), order="channels_last")
    ((1, 1), (0, 1, 0, 0))
    """
    least = 1 if order in {"C", "F"} else 0
    strides = [0] * len(shape)
    step = itemsize
    for axis in axes_by_speed(len(shape), order):
        strides[axis] = step
        step *= max(shape[axis], least)
    return tuple(strides)


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that all broadcast to, by the rule that NumPy and torch share.

    Raises:
        LayoutError: Two sizes differ and neither is 1.

    >>> broadcast_shape((3, 1), (4,)), broadcast_shape(), broadcast_shape((0,), (1,))
    ((3, 4), (), (0,))
    """
    result: list[int] = []
    for axis in range(-max((len(s) for s in shapes), default=0), 0):
        sizes = {s[axis] for s in shapes if len(s) >= -axis} - {1}
        if len(sizes) > 1:
            raise LayoutError(
                f"shapes {', '.join(map(str, shapes))} do not broadcast: axis {axis} has sizes {sorted(sizes)}",
                hint="sizes along an axis must be equal or 1",
            )
        result.append(sizes.pop() if sizes else 1)
    return tuple(result)
