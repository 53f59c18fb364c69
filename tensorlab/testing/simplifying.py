"""A layout as how it departs from C order, so that each departure can be left out alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.testing.classing import classes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.testing.record import Laid


class Departure(NamedTuple):
    """How far the stride of one axis is from the one that would leave no gap."""

    extra: int = 0
    """Bytes more than that: a gap; less, where indices share bytes."""
    repeated: bool = False
    """Stride 0."""
    backwards: bool = False

    def simpler(self, itemsize: int) -> tuple[Departure, ...]:
        """This one last, and before it those that depart less.

        >>> [one.extra for one in Departure(extra=40).simpler(4)]
        [0, 4, 40]
        """
        small = max(-itemsize, min(itemsize, self.extra))
        found = (Departure(), Departure(small), Departure(0, backwards=self.backwards), self)
        return tuple(dict.fromkeys(found))


class Plan(NamedTuple):
    """What has to be known of an argument to lay it out with other sizes."""

    order: tuple[int, ...]
    """Its axes, the one with the smallest stride first."""
    departures: tuple[Departure, ...]
    """Of each axis."""
    lead: int
    """Bytes of the storage before the first that is touched."""
    tail: int
    """And behind the last."""


def plan_of(laid: Laid) -> Plan:
    """How an argument departs from C order.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.record import Laid
    >>> one = Laid(layout=Layout((2, 3), (4, 16), 4, 4), dtype=dtype("int32"), nbytes=48, classes=frozenset())
    >>> plan_of(one).order, [axis.extra for axis in plan_of(one).departures], plan_of(one).lead
    ((0, 1), [0, 8], 4)
    """
    layout = laid.layout
    steps = [abs(stride) for stride in layout.strides]
    order = sorted(range(len(steps)), key=lambda axis: (steps[axis], layout.shape[axis] != 1, -axis))
    departures = [Departure()] * len(steps)
    room = layout.itemsize
    for axis in order:
        n, step = layout.shape[axis], steps[axis]
        departures[axis] = Departure(step - room, step == 0, n > 1 and layout.strides[axis] < 0)
        if step == 0:
            departures[axis] = Departure(repeated=True)
            continue
        room = _room(room, n, step)
    touched = extent(layout)
    lead = touched.start if numel(layout.shape) else layout.offset
    return Plan(tuple(order), tuple(departures), lead, max(0, laid.nbytes - max(touched.stop, lead)))


def _room(room: int, n: int, step: int) -> int:
    """The stride that would leave no gap for the next axis."""
    if n <= 1:
        return room
    return room + step * (n - 1) if step < room else step * n


def laid_by(laid: Laid, plan: Plan, sizes: Sequence[int | None]) -> Laid:
    """The argument laid out by a plan: sizes of its axes, None for one that goes.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.record import Laid
    >>> one = Laid(layout=Layout((2, 3), (4, 16), 4, 4), dtype=dtype("int32"), nbytes=48, classes=frozenset())
    >>> laid_by(one, plan_of(one), (2, 3)).layout == one.layout, laid_by(one, plan_of(one), (None, 2)).layout
    (True, Layout(shape=(2,), strides=(12,), offset=4, itemsize=4))
    """
    room = size = laid.layout.itemsize
    strides = [0] * len(sizes)
    low = 0
    for axis in plan.order:
        n, departure = sizes[axis], plan.departures[axis]
        if n is None or departure.repeated:
            continue
        step = max(room + departure.extra, size)
        room = _room(room, n, step)
        strides[axis] = -step if departure.backwards and n > 1 else step
        low += step * (n - 1) if departure.backwards and n > 1 else 0
    kept = [axis for axis, n in enumerate(sizes) if n is not None]
    shape = tuple(n for n in sizes if n is not None)
    layout = Layout(shape, tuple(strides[axis] for axis in kept), plan.lead + low, size)
    stop = max(extent(layout).stop, plan.lead)
    unit = (laid.stored or laid.dtype).itemsize or 1
    made = replace(laid, layout=layout, nbytes=-(-(stop + plan.tail) // unit) * unit)
    return replace(made, classes=classes_of(made))
