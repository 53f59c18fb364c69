"""Whether axes can merge, and the strides that each library reports when they do. Integers only."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.shapes import canonical_strides, numel

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout
    from tensorlab.views.record import Rules


class Obstacle(NamedTuple):
    """Two neighbours (axes of size 1 left out) that a new shape joins and that do not lie in one run of memory."""

    left: int
    right: int
    stride: int
    """Bytes on the left axis."""
    needed: int
    """The size of the right axis times its stride."""


def obstacle(layout: Layout, shape: tuple[int, ...]) -> Obstacle | None:
    """The last pair of axes that would have to merge for that shape and cannot; None where the shape is a view.

    Two neighbours stay apart where the new shape has a border at the same place: where the elements behind it are as
    many. Everywhere else the left stride must be the right size times the right stride. Both libraries judge so.

    >>> from tensorlab.layout.record import Layout
    >>> obstacle(Layout((6, 4), (1, 6)), (24,))
    Obstacle(left=0, right=1, stride=1, needed=24)
    >>> obstacle(Layout((6, 4), (1, 6)), (2, 3, 4)) is None
    True
    """
    if numel(layout.shape) == 0:
        return None
    borders = set(_elements_behind(shape))
    behind = _elements_behind(layout.shape)
    counted = [axis for axis, n in enumerate(layout.shape) if n != 1]
    for left, right in reversed(list(pairwise(counted))):
        needed = layout.shape[right] * layout.strides[right]
        if behind[left] not in borders and layout.strides[left] != needed:
            return Obstacle(left, right, layout.strides[left], needed)
    return None


def merged_strides(layout: Layout, shape: tuple[int, ...], rules: Rules) -> tuple[int, ...]:
    """The strides that the library reports for a reshape that is a view; call it where ``obstacle`` finds none.

    The libraries agree on every axis that has more than one index. Of the others torch takes the stride from the run of
    axes it stands in, NumPy from the axis after it, or the last one before where none comes after; a contiguous array
    gets fresh strides from NumPy.

    >>> from tensorlab.layout.record import Layout
    >>> layout = Layout((2, 1), (8, 40), itemsize=4)
    >>> [merged_strides(layout, (2, 1, 1), rules) for rules in ("torch", "numpy")]
    [(8, 40, 40), (8, 8, 8)]
    """
    return _torch_strides(layout, shape) if rules == "torch" else _numpy_strides(layout, shape)


def _torch_strides(layout: Layout, shape: tuple[int, ...]) -> tuple[int, ...]:
    """As ``at::detail::computeStride``: the new axes tile the runs of old axes, from the last on."""
    if numel(layout.shape) == 0:
        return layout.strides if shape == layout.shape else canonical_strides(shape, layout.itemsize)
    if not layout.shape:
        return (layout.itemsize,) * len(shape)
    strides = [0] * len(shape)
    axis = len(shape) - 1
    for count, base in _runs(layout):
        reached = 1
        while axis >= 0 and (reached < count or shape[axis] == 1):
            strides[axis] = reached * base
            reached *= shape[axis]
            axis -= 1
    return tuple(strides)


def _runs(layout: Layout) -> list[tuple[int, int]]:
    """Elements and smallest stride of each maximal run of axes that merge, from the last run on."""
    runs: list[tuple[int, int]] = []
    base, count = layout.strides[-1], 1
    for axis in reversed(range(len(layout.shape))):
        count *= layout.shape[axis]
        before = axis - 1
        if axis == 0 or (layout.shape[before] != 1 and layout.strides[before] != count * base):
            runs.append((count, base))
            base, count = layout.strides[before], 1
    return runs


def _numpy_strides(layout: Layout, shape: tuple[int, ...]) -> tuple[int, ...]:
    """As ``PyArray_Newshape``, but for the very shape of the array, which keeps all strides there."""
    if is_contiguous(layout):
        return canonical_strides(shape, layout.itemsize)
    bases = {
        behind: stride
        for behind, stride, n in zip(_elements_behind(layout.shape), layout.strides, layout.shape, strict=True)
        if n != 1
    }
    strides = [bases[1]] * len(shape)
    behind = _elements_behind(shape)
    for axis in reversed(range(len(shape) - 1)):
        if behind[axis] > 1:
            carried = strides[axis + 1] * shape[axis + 1]
            strides[axis] = carried if shape[axis] == 1 else bases.get(behind[axis], carried)
    return tuple(strides)


def fortran_strides(layout: Layout, shape: tuple[int, ...]) -> tuple[int, ...]:
    """What NumPy reports for a reshape in F order that is a view; call it where the mirrored layout has no obstacle.

    As ``_attempt_nocopy_reshape``, which is no mirror of itself: an axis of size 1 takes the stride of the run that
    begins with it, or, at the end, of the axis before it times its size.

    >>> from tensorlab.layout.record import Layout
    >>> fortran_strides(Layout((2, 3), (4, 8), itemsize=4), (6, 1)), fortran_strides(Layout((4,), (8,)), (2, 1, 2))
    ((4, 24), (8, 16, 16))
    """
    if is_contiguous(layout, "F"):
        return canonical_strides(shape, layout.itemsize, "F")
    bases = {}
    count = 1
    for n, stride in zip(layout.shape, layout.strides, strict=True):
        if n != 1:
            bases[count] = stride
        count *= n
    strides: list[int] = []
    before, carried = 1, layout.itemsize
    for n in shape:
        strides.append(bases.get(before, carried) if before < count else carried)
        before *= n
        carried = strides[-1] * n
    return tuple(strides)


def _elements_behind(shape: tuple[int, ...]) -> list[int]:
    """Elements of the axes after each."""
    behind: list[int] = []
    count = 1
    for n in reversed(shape):
        behind.append(count)
        count *= n
    return behind[::-1]
