"""Which cells of a large layout are drawn: the first and the last along each axis, and how many between are not."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.record import Layout


class Window(NamedTuple):
    """The positions along one axis that are drawn, in order."""

    head: range
    tail: range

    @property
    def shown(self) -> int:
        """How many positions are drawn."""
        return len(self.head) + len(self.tail)

    @property
    def hidden(self) -> int:
        """How many positions lie between head and tail."""
        return self.tail.start - self.head.stop

    def positions(self) -> Iterator[int]:
        """The positions drawn, in order."""
        return chain(self.head, self.tail)


_SLACK = 8
"""With slack, one in so many more is shown where nothing is hidden then."""


def window(size: int, limit: int, start: int = 0, *, slack: bool = False) -> Window:
    """The first and last of the positions ``start`` to ``start + size``, ``limit`` of them at most.

    Nothing is hidden where everything fits; otherwise the larger half is at the front. With ``slack`` everything fits
    in an eighth more than the limit: what says that little is hidden takes as much room as what it hides.

    Raises:
        LayoutError: ``limit`` is less than 1, or ``size`` is negative.

    >>> window(5, 8)
    Window(head=range(0, 5), tail=range(5, 5))
    >>> window(18, 16).hidden, window(18, 16, slack=True).hidden, window(19, 16, slack=True).hidden
    (2, 0, 3)
    >>> window(1000, 5), window(1000, 5).hidden
    (Window(head=range(0, 3), tail=range(998, 1000)), 995)
    """
    if limit < 1:
        raise LayoutError(f"a window shows at least 1 position; got a limit of {limit}")
    if size < 0:
        raise LayoutError(f"a size cannot be negative; got {size}")
    stop = start + size
    if size <= limit + (limit // _SLACK if slack else 0):
        return Window(range(start, stop), range(stop, stop))
    return Window(range(start, start + (limit + 1) // 2), range(stop - limit // 2, stop))


def windows(layout: Layout, limits: tuple[int, ...], *, slack: bool = False) -> tuple[Window, ...]:
    """A window an axis, with slack or not.

    ``limits`` are aligned to the last axis; the first entry serves all axes before.

    Raises:
        LayoutError: There are no limits, or one is less than 1.

    >>> from tensorlab.layout.record import Layout
    >>> [w.shown for w in windows(Layout((9, 9, 9), (81, 9, 1)), (2, 4, 6))]
    [2, 4, 6]
    >>> [w.shown for w in windows(Layout((9, 9, 9), (81, 9, 1)), (2, 6))]
    [2, 2, 6]
    """
    if not limits:
        raise LayoutError("windows need at least 1 limit; got none")
    ndim = len(layout.shape)
    aligned = (limits[0],) * (ndim - len(limits)) + limits[max(0, len(limits) - ndim) :]
    return tuple(window(n, limit, slack=slack) for n, limit in zip(layout.shape, aligned, strict=True))


def visible_indices(axes: tuple[Window, ...]) -> Iterator[tuple[int, ...]]:
    """The indices that are drawn, in C order.

    >>> list(visible_indices((window(2, 4), window(9, 2))))
    [(0, 0), (0, 8), (1, 0), (1, 8)]
    """
    return product(*(tuple(axis.positions()) for axis in axes))
