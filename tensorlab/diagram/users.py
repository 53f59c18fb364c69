"""Who uses a byte of a storage: the elements that cover it, by arithmetic where they lie densely, else by a search."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.address import extent
from tensorlab.layout.diophantine import Steps, is_nested, search_order, solve
from tensorlab.layout.facts import broadcast_axes, contiguous_orders
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import nbytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tensorlab.layout.diophantine import Term
    from tensorlab.scene.record import Role

    Finder: TypeAlias = Callable[[int], "Users"]
    Search: TypeAlias = Callable[[int, int], list[tuple[int, ...] | None]]

STEPS = 100_000
"""Of all searches for one figure together; a cell whose search needs more is not known."""
MOST = 3
"""Users of a byte that are looked for: two are named, and a third says that there are more."""


class Users(NamedTuple):
    """The elements that cover a byte."""

    role: Role
    """"hole", "used", "reused", or "unknown" where the search was given up."""
    indices: tuple[tuple[int, ...], ...] = ()
    """``MOST`` at most, one for all positions along an axis that repeats the same bytes."""
    starts: tuple[int, ...] = ()
    """The first byte of each of these elements."""


NOBODY = Users("hole")


def only_start(users: Users, *, whole: bool) -> int | None:
    """Where all elements begin that cover a byte; None where there is none, where they begin apart, or may.

    Args:
        users: Of the byte.
        whole: Whether offset and strides are whole elements, so that elements that meet begin together.

    >>> one, two = Users("used", ((1,),), (4,)), Users("reused", ((0,), (1,)), (4, 6))
    >>> only_start(one, whole=False), only_start(two, whole=False)
    (4, None)
    """
    found = set(users.starts)
    is_all = whole or len(users.indices) < MOST
    return found.pop() if len(found) == 1 and is_all else None


def is_hard(layout: Layout) -> bool:
    """Whether elements meet in ways that take a search, which may be long.

    >>> is_hard(Layout((4, 3), (16, 4), itemsize=4)), is_hard(Layout((4, 3), (4, 4), itemsize=4))
    (False, True)
    """
    once = _without(layout, broadcast_axes(layout))
    pieces = spread_out(once, 1)
    return nbytes(layout) > 0 and not is_nested(search_order(zip(pieces.strides, pieces.shape, strict=True)))


def searcher(terms: list[Term], budget: int, questions: int) -> Search:
    """Finds choices of counts for a target, that many at most; None, as the last, where its share was not enough.

    Each question has an equal share of the steps that those before it have left.

    >>> search = searcher(search_order([(4, 2), (4, 3)]), 6, 2)
    >>> search(8, 2), search(4, 2)
    ([(0, 2), None], [(0, 1), None])
    >>> search = searcher(search_order([(4, 2), (4, 3)]), 9, 2)
    >>> search(8, 2), search(8, 2)
    ([(0, 2), None], [(0, 2), (1, 1)])
    """
    left = budget

    def search(target: int, most: int) -> list[tuple[int, ...] | None]:
        nonlocal left, questions
        share = left // max(questions, 1)
        steps = Steps(share)
        found = list(islice(solve(terms, target, steps), most))
        left, questions = left - share + steps.left, questions - 1
        return found

    return search


def finder(layout: Layout, step: int, cells: int, budget: int = STEPS) -> Finder:
    """Who covers a byte, to be asked of that many bytes, each a multiple of ``step``.

    Args:
        layout: Whose elements.
        step: Bytes that divide offset, strides and itemsize.
        cells: Questions that share the budget.
        budget: Steps of search, where elements meet in ways that take one.

    >>> find = finder(Layout((2, 3), (4, 12), itemsize=4), 4, 6)
    >>> find(20).role
    'hole'
    >>> find(16)
    Users(role='used', indices=((1, 1),), starts=(16,))
    """
    if nbytes(layout) == 0:
        return lambda _byte: NOBODY
    repeated = broadcast_axes(layout)
    once = _without(layout, repeated)
    if contiguous_orders(once):
        return _dense(layout, once, "reused" if repeated else "used")
    spread = spread_out(once, step)
    terms = search_order(zip(spread.strides, spread.shape, strict=True))
    enough = 2 * (len(terms) + 1) * cells if is_nested(terms) else 0
    search = searcher(terms, max(budget, enough), cells)
    axes = [term.number for term in terms]
    return _searching(once, step, search, axes, least="reused" if repeated else "used")


def _without(layout: Layout, repeated: tuple[int, ...]) -> Layout:
    """The same bytes, with one position along each axis that reads them again."""
    if not repeated:
        return layout
    shape = tuple(1 if axis in repeated else n for axis, n in enumerate(layout.shape))
    return Layout(shape, layout.strides, layout.offset, layout.itemsize)


def _dense(layout: Layout, once: Layout, role: Role) -> Finder:
    """Elements without gaps in some order: the quotients by the strides, the largest first."""
    touched, offset, ndim = extent(once), layout.offset, len(layout.shape)
    strides = zip(once.strides, once.shape, strict=True)
    steps = sorted(((stride, axis) for axis, (stride, n) in enumerate(strides) if n > 1), reverse=True)

    def find(byte: int) -> Users:
        if byte not in touched:
            return NOBODY
        index, rest = [0] * ndim, byte - offset
        for stride, axis in steps:
            index[axis], rest = divmod(rest, stride)
        return Users(role, (tuple(index),), (byte - rest,))

    return find


def spread_out(layout: Layout, step: int) -> Layout:
    """The layout with an axis more: the pieces of ``step`` bytes that each element covers.

    >>> spread_out(Layout((3,), (5,), itemsize=4), 2)
    Layout(shape=(3, 2), strides=(5, 2), offset=0, itemsize=2)
    """
    return Layout((*layout.shape, layout.itemsize // step), (*layout.strides, step), layout.offset, step)


def _searching(once: Layout, step: int, search: Search, axes: list[int], *, least: Role) -> Finder:
    ndim = len(once.shape)

    def find(byte: int) -> Users:
        indices, starts = [], []
        for counts in search(byte - once.offset, MOST):
            if counts is None:
                return Users("unknown")
            index = [0] * (ndim + 1)
            for axis, count in zip(axes, counts, strict=True):
                index[axis] = count
            starts.append(byte - index.pop() * step)
            indices.append(tuple(index))
        if not indices:
            return NOBODY
        return Users("reused" if len(indices) > 1 else least, tuple(indices), tuple(starts))

    return find
