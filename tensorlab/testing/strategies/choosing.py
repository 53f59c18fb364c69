"""A class, a dtype and a shape that go together, chosen in integers; the smallest choices give the simplest ones."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tensorlab.testing.classing import NEGATED, classes_for
from tensorlab.testing.laying import lay_out
from tensorlab.testing.source import pick

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.testing.record import Laid, LayoutClass
    from tensorlab.testing.source import Source
    from tensorlab.testing.strategies.record import Bounds, Wish

_AXES = (0, 1, 2, 2, 3, 3, 4, 5)
"""Numbers of axes, the commoner more than once."""
_PERMUTED_AXES = (2, 3, 4, 3, 4, 5)
_IMAGE_AXES = (4, 4, 4, 5)
_IMAGES = frozenset({"channels_last", "channels_last slice"})
_TWO_WIDE = frozenset({"permuted", "overlapping"})
_ONE_WIDE = frozenset({"gaps", "offset", "stride 0", "negative stride"})
_EXACT: dict[LayoutClass, int] = {"zero-size": 0, "odd ones": 1}
"""The side that one axis must have."""
_RARE = _IMAGES | {"zero-size", "0-d", "stride 0", "overlapping", "conj", "neg", "dtype view", "negative stride"}
"""Classes that come twice as often, since they seldom come along with another."""
_MEANT = frozenset({"conj", "neg", "dtype view"})
_AXISLESS = _MEANT | {"contiguous"}
"""Classes that may have no axes: the first one may, so that the smallest choices are also the fewest."""
_SMALL = {0: 5, 1: 5, 2: 5, 3: 5, 4: 4}
"""Longest axis of an ordinary shape, by the number of axes; 3 for more."""
_LONG = (7, 8, 9, 15, 16, 17, 31, 32, 33)
"""Lengths around those that vectors and tiles have, which leave a tail."""
_BESIDE_LONG = {1: 5, 2: 5, 3: 3}
"""Longest axis beside a long one, by the number of axes; 2 for more."""


def choose(source: Source, wish: Wish) -> Laid | None:
    """A layout that the wish allows; None where there is none of its classes in its shape and dtypes.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.source import Seeded
    >>> from tensorlab.testing.strategies.record import Wish
    >>> laid = choose(Seeded(0), Wish((dtype("float32"), dtype("complex64")), ("conj",)))
    >>> laid.conj, laid.dtype.name
    (True, 'complex64')
    >>> choose(Seeded(0), Wish((dtype("float32"),), ("gaps",), shape=())) is None
    True
    """
    able = possible(wish)
    if not able:
        return None
    wanted, kinds = pick(source, able)
    kind = pick(source, kinds)
    shape = wish.shape if wish.shape is not None else draw_shape(source, wanted, wish.bounds)
    return lay_out(source, shape, kind, wanted, library=wish.library, within=frozenset(wish.classes))


@lru_cache(maxsize=4096)
def possible(wish: Wish) -> tuple[tuple[LayoutClass, tuple[DType, ...]], ...]:
    """The classes that can be drawn, in the order of the wish, each with the dtypes that it can have.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.strategies.record import Wish
    >>> [name for name, _ in possible(Wish((dtype("int64"),), ("contiguous", "permuted", "conj"), shape=(3,)))]
    ['contiguous']
    """
    kinds = {name: tuple(kind for kind in wish.dtypes if _allows(wish, name, kind)) for name in wish.classes}
    able = tuple((name, found) for name, found in kinds.items() if found)
    rare = tuple((name, found) for name, found in able if name in _RARE)
    return able + rare + tuple((name, found) for name, found in rare if name == "conj")  # never comes along by chance


def _allows(wish: Wish, name: LayoutClass, kind: DType) -> bool:
    if wish.shape is not None:
        return name in classes_for(wish.shape, kind, wish.library)
    bits = {
        "conj": wish.library == "torch" and kind.kind == "complex",
        "neg": wish.library == "torch" and kind.name in NEGATED,
        "negative stride": wish.library == "numpy",
    }
    return bits.get(name, True) and _fits(name, wish.bounds)


def _fits(name: LayoutClass, bounds: Bounds) -> bool:
    """Whether some shape within the bounds can be of the class."""
    if name == "0-d":
        return bounds.min_axes == 0
    if name == "zero-size":
        return bounds.min_side == 0 and bounds.max_axes > 0
    if name in _MEANT or name in {"contiguous", "contiguous offset"}:
        return bounds.max_side > 0 or bounds.min_axes == 0
    if name == "odd ones":
        return bounds.min_side <= 1 <= bounds.max_side and bounds.max_axes > 0
    fewest, most = (4, 5) if name in _IMAGES else (2 if name in _TWO_WIDE else 1, bounds.max_axes)
    return bounds.max_side > 1 and bounds.max_axes >= fewest and bounds.min_axes <= most


def draw_shape(source: Source, wanted: LayoutClass, bounds: Bounds) -> tuple[int, ...]:
    """A shape that can be of the class: sides of 1 to 5, now and then a longer one.

    >>> from tensorlab.testing.source import Seeded
    >>> from tensorlab.testing.strategies.record import Bounds
    >>> draw_shape(Seeded(0), "channels_last", Bounds(max_side=3))
    (1, 3, 2, 3, 2)
    """
    ndim = _axes(source, wanted, bounds)
    pinned = _pinned(source, wanted, ndim)
    most = _SMALL.get(ndim, 3)
    long = source.integer(0, 10 * ndim - 1) - 9 * ndim if ndim and bounds.max_side > 5 else -1
    if long >= 0:
        most = _BESIDE_LONG.get(ndim, 2)
    square = ndim > 1 and source.integer(0, 7) == 7
    sides: list[int] = []
    for axis in range(ndim):
        low, high = pinned.get(axis, (1, bounds.max_side))
        low, high = max(low, bounds.min_side), min(high, bounds.max_side)
        if axis == long and high > 5:
            side = pick(source, (low, *(n for n in (*_LONG, bounds.max_side) if low <= n <= high)))
        else:
            side = source.integer(low, max(low, min(high, most)))
        sides.append(sides[0] if square and sides and low <= sides[0] <= min(high, 5) else side)
    return tuple(sides)


def _axes(source: Source, wanted: LayoutClass, bounds: Bounds) -> int:
    if wanted == "0-d" or bounds.max_axes == 0:
        return 0
    if wanted in _IMAGES:
        return pick(source, tuple(n for n in _IMAGE_AXES if bounds.min_axes <= n <= bounds.max_axes))
    if bounds.max_side == 0 and wanted != "zero-size":
        return 0
    fewest = max(bounds.min_axes, 2 if wanted in _TWO_WIDE else 0 if wanted in _AXISLESS else 1)
    usual = tuple(n for n in (_PERMUTED_AXES if wanted == "permuted" else _AXES) if fewest <= n <= bounds.max_axes)
    return pick(source, usual or (fewest,))


def _pinned(source: Source, wanted: LayoutClass, ndim: int) -> dict[int, tuple[int, int]]:
    """The least and the largest side of those axes that the class says something of."""
    wide = (2, 2**30)
    if wanted in _EXACT:
        return {source.integer(0, ndim - 1): (_EXACT[wanted], _EXACT[wanted])}
    if wanted in _ONE_WIDE:
        return {ndim - 1 - source.integer(0, ndim - 1): wide}
    if wanted in _TWO_WIDE:
        return dict.fromkeys(_two_axes(source, wanted, ndim), wide)
    if wanted == "channels_last":
        return {1: wide, 2 + source.integer(0, ndim - 3): wide}
    if wanted == "channels_last slice":
        return {pick(source, (*range(2, ndim), 0)): wide}
    return {}


def _two_axes(source: Source, wanted: LayoutClass, ndim: int) -> set[int]:
    """Two axes, or all: the more of them are wide, the more orders there are."""
    first = source.integer(0, ndim - 2)
    second = (first + 1 + source.integer(0, ndim - 2)) % ndim
    everyone = wanted == "permuted" and source.integer(0, 1) == 1
    return {*range(ndim)} if everyone else {first, second}
