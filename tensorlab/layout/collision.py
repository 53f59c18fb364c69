"""Whether copying element by element overwrites what is still to be read: two layouts of one shape, at two indices."""

from __future__ import annotations

from collections import deque
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.overlap import overlap
from tensorlab.layout.record import Answer, Overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.record import Layout

_MOST_BOXES = 400
"""Pairs of index ranges that are looked at before the answer is that it is not known."""
_MOST_UNDECIDED = 4
"""Of them, that are too hard."""
_MOST_SECONDS = 0.8
"""Of processor time that all pairs may take together; the last one to begin may take a second more."""


class _Steps(NamedTuple):
    """Steps from an element on; what ``overlap`` asks of a layout."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    itemsize: int


class _Box(NamedTuple):
    """Pairs of indices that are equal on the axes before one, lie in two ranges on it, and are free on those after."""

    axis: int
    written: range
    read: range


def collision(dst: Layout, src: Layout, *, distance: int = 0) -> Overlap:
    """Whether an element of ``dst`` shares a byte with the element of ``src`` at another index.

    Then the order in which the elements are copied decides what is copied. Meeting at one and the same index is
    harmless: an element is read before it is written. The witness is an index into ``dst`` and one into ``src``. What
    is not decided within about a second of processor time is not known.

    Args:
        dst: What is written; of the same shape as ``src``.
        src: What is read; a stride of 0 where it is broadcast.
        distance: Bytes from the storage of ``dst`` to that of ``src``.

    >>> from tensorlab.layout.record import Layout
    >>> ahead, behind = Layout((4,), (4,), 4, itemsize=4), Layout((4,), (4,), itemsize=4)
    >>> collision(ahead, behind).witness
    ((0,), (1,))
    >>> collision(behind, behind).answer, collision(Layout((4,), (8,), 4, 4), Layout((4,), (8,), 0, 4)).answer
    (<Answer.NO: 'no'>, <Answer.NO: 'no'>)
    """
    until = thread_time() + _MOST_SECONDS
    hardest = overlap(dst, src, distance=distance)
    if hardest.answer is Answer.NO:
        return hardest
    undecided: Overlap | None = None
    for found in _looked_at(dst, src, distance, until):
        if _is_collision(found):
            return found
        undecided = found if found.answer is Answer.UNKNOWN else undecided
        hardest = found
    return undecided or Overlap(Answer.NO, "search" if hardest.answer is Answer.YES else hardest.method)


def _is_collision(found: Overlap) -> bool:
    return found.witness is not None and found.witness[0] != found.witness[1]


def _looked_at(dst: Layout, src: Layout, distance: int, until: float) -> Iterator[Overlap]:
    """What each box answers, the last axis first; where a diagonal was met, or it was too hard, its parts follow."""
    boxes = deque(box for axis in reversed(range(len(dst.shape))) for box in _first_boxes(dst, src, axis))
    looked = undecided = 0
    while boxes:
        looked += 1
        if looked > _MOST_BOXES or thread_time() > until:
            cap = f"{_MOST_BOXES} pairs of index ranges" if looked > _MOST_BOXES else f"{_MOST_SECONDS} s"
            yield Overlap(Answer.UNKNOWN, "cap", cap=f"more than {cap} would be needed to look at all that may meet")
            return
        box = boxes.popleft()
        found = _meeting(dst, src, box, distance)
        yield found
        undecided += found.answer is Answer.UNKNOWN
        if undecided == _MOST_UNDECIDED:
            return
        if found.answer is not Answer.NO:
            boxes += _parts(box)


def _first_boxes(dst: Layout, src: Layout, axis: int) -> Iterator[_Box]:
    """Together all pairs that differ on that axis: where both strides are equal, only the difference counts."""
    n = dst.shape[axis]
    if n < 2:
        return
    if dst.strides[axis] == src.strides[axis]:
        yield _Box(axis, range(1), range(1, n))
        yield _Box(axis, range(1, n), range(1))
    else:
        yield _Box(axis, range(n), range(n))


def _parts(box: _Box) -> Iterator[_Box]:
    """A square of pairs without its diagonal: what lies beside it first, then two squares on it."""
    whole = box.written
    if len(whole) > 1 and whole == box.read:
        low, high = whole[: len(whole) // 2], whole[len(whole) // 2 :]
        yield _Box(box.axis, low, high)
        yield _Box(box.axis, high, low)
        yield _Box(box.axis, low, low)
        yield _Box(box.axis, high, high)


def _meeting(dst: Layout, src: Layout, box: _Box, distance: int) -> Overlap:
    """Whether the two meet at a pair of the box. An axis before takes the steps of both at once."""
    at = box.axis
    equal = zip(dst.strides[:at], src.strides[:at], strict=True)
    written = _Steps(
        (*dst.shape[:at], len(box.written), *dst.shape[at + 1 :]),
        (*(there - here for there, here in equal), *dst.strides[at:]),
        dst.offset + box.written.start * dst.strides[at],
        dst.itemsize,
    )
    read = _Steps(
        (len(box.read), *src.shape[at + 1 :]),
        src.strides[at:],
        src.offset + box.read.start * src.strides[at],
        src.itemsize,
    )
    found = overlap(written, read, distance=distance)
    if found.witness is None:
        return found
    first, second = found.witness
    here = (*first[:at], first[at] + box.written.start, *first[at + 1 :])
    there = (*first[:at], second[0] + box.read.start, *second[1:])
    byte = max(_start(dst, here), _start(src, there) + distance)
    return Overlap(Answer.YES, found.method, (here, there), byte)


def _start(layout: Layout, index: tuple[int, ...]) -> int:
    return layout.offset + sum(i * stride for i, stride in zip(index, layout.strides, strict=True))
