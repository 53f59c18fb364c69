"""A range: numbers that are made when they are asked for, of which none lies in memory."""

from __future__ import annotations

from tensorlab.memory.record import Doubt, MemoryMap

_MADE = Doubt(
    "computed",
    "a range holds its start, stop and step alone: each number is made when it is asked for",
    "give list(...)",
)


def claims(thing: object) -> bool:
    """Whether this adapter describes the object: a range, which has no subclasses.

    >>> claims(range(3)), claims([0, 1, 2])
    (True, False)
    """
    return type(thing) is range


def describe(numbers: range) -> MemoryMap:
    """What a range is. One longer than any container could be has no shape.

    >>> describe(range(0, 10, 3)).shape, describe(range(10**30)).shape
    ((4,), None)
    """
    return MemoryMap(type="range", library="python", shape=_shape(numbers), dtype=None, doubts=(_MADE,))


def _shape(numbers: range) -> tuple[int] | None:
    try:
        return (len(numbers),)
    except OverflowError:
        return None
