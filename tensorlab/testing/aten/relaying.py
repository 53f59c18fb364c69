"""The layouts that a sample's tensors are put into: few, simple, each with bytes around it that belong to no element.

A sweep of every operator has no time for random layouts; these are the kinds that kernels are known to confuse. The
first of the names is the simplest.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from tensorlab.layout.record import Layout
from tensorlab.testing.classing import classes_of
from tensorlab.testing.record import Laid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.layout.dtype import DType

Shape: TypeAlias = tuple[int, ...]

NAMES = (
    "transposed",
    "reversed",
    "channels_last",
    "gaps",
    "row gaps",
    "transposed gaps",
    "wide gaps",
    "odd ones",
    "offset",
    "offset by one",
    "far offset",
    "deep offset",
    "neg",
    "conj",
)
"""The last two axes exchanged; all axes in the other order; channels fastest; every second element; gaps between the
rows; exchanged and every third; every fifth; odd strides on axes of size 1; C order from the fourth, the second,
the ninth and (where there is but one element) the 22nd; and a neg or conj bit."""

BITS = ("neg", "conj")


@lru_cache(maxsize=4096)
def relayouts(shape: Shape, kind: DType) -> dict[str, Laid]:
    """By name, the layouts that a tensor of this shape can have.

    >>> from tensorlab.layout.dtype import dtype
    >>> list(relayouts((2, 3), dtype("float32")))
    ['transposed', 'gaps', 'row gaps', 'transposed gaps', 'offset', 'offset by one', 'far offset', 'neg']
    >>> list(relayouts((), dtype("int64"))), list(relayouts((3, 0), dtype("int64")))[:3]
    (['offset', 'offset by one', 'far offset', 'deep offset'], ['transposed', 'gaps', 'row gaps'])
    """
    found: dict[str, Laid] = {}
    for name in NAMES:
        laid = _relaid(name, shape, kind)
        if laid is not None and laid not in found.values():
            found[name] = laid
    return found


def _relaid(name: str, shape: Shape, kind: DType) -> Laid | None:
    """The tensor of that name; None where this shape has none that differs from C order."""
    if name in BITS:
        return _with_bit(name, shape, kind)
    plan = _PLANS[name](shape)
    if plan is None:
        return None
    strides, offset, tail = plan
    if name in _ORDERS and not any(a > b for a, b in pairwise(_used(shape, strides)[::-1])):
        return None
    return _laid(shape, strides, kind, offset=offset, tail=tail)


def _used(shape: Shape, strides: Shape) -> Shape:
    """The strides that lead somewhere; all of them where there are no elements."""
    if prod(shape):
        return tuple(stride for n, stride in zip(shape, strides, strict=True) if n > 1)
    return strides


def _with_bit(name: str, shape: Shape, kind: DType) -> Laid | None:
    if name == "conj":
        can, factor = kind.kind == "complex", 1
    else:
        can, factor = kind.name in {"float32", "float64"}, 2  # the imaginary parts of complex numbers
    strides = tuple(factor * stride for stride in _dense(shape, range(len(shape))[::-1]))
    return _laid(shape, strides, kind, offset=factor - 1, tail=factor, bit=name) if can else None


def _laid(shape: Shape, strides: Shape, kind: DType, *, offset: int, tail: int, bit: str = "") -> Laid:  # noqa: PLR0913 - a layout's own numbers
    size = kind.itemsize
    reach = 1 + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True)) if prod(shape) else 0
    layout = Layout(shape, tuple(size * stride for stride in strides), size * offset, size)
    nbytes = size * (offset + reach + tail)
    nbytes += nbytes % (2 * size) if bit == "neg" else 0
    return Laid(
        layout=layout,
        dtype=kind,
        nbytes=nbytes,
        classes=classes_of(layout) | ({"neg"} if bit == "neg" else {"conj"} if bit == "conj" else frozenset()),
        neg=bit == "neg",
        conj=bit == "conj",
    )


def _dense(shape: Shape, order: Iterator[int] | range | tuple[int, ...], *, pad: int = 0) -> Shape:
    """Strides without gaps, the first axis of ``order`` the fastest; ``pad`` elements after each of its runs."""
    strides = [0] * len(shape)
    step = 1
    for number, axis in enumerate(order):
        strides[axis] = step
        step = step * max(shape[axis], 1) + (pad if number == 0 else 0)
    return tuple(strides)


def _backwards(shape: Shape) -> range:
    return range(len(shape))[::-1]


def _exchanged(shape: Shape) -> tuple[int, ...] | None:
    axes = tuple(_backwards(shape))
    return (axes[1], axes[0], *axes[2:]) if len(axes) > 1 else None


Strided: TypeAlias = "tuple[Shape, int, int] | None"
"""Strides and offset in elements, and how many elements of no one follow."""


def _transposed(shape: Shape) -> Strided:
    order = _exchanged(shape)
    return None if order is None else (_dense(shape, order), 0, 2)


def _transposed_gaps(shape: Shape) -> Strided:
    order = _exchanged(shape)
    return None if order is None else (tuple(3 * stride for stride in _dense(shape, order)), 2, 4)


def _reversed(shape: Shape) -> Strided:
    return (_dense(shape, range(len(shape))), 1, 2) if len(shape) > 2 else None


def _channels_last(shape: Shape) -> Strided:
    axes = tuple(_backwards(shape))
    return (_dense(shape, (1, *axes[:-2], 0)), 0, 2) if len(axes) > 2 else None


def _row_gaps(shape: Shape) -> Strided:
    return (_dense(shape, _backwards(shape), pad=3), 1, 4) if len(shape) > 1 else None


def _odd_ones(shape: Shape) -> Strided:
    if 1 not in shape or not prod(shape):
        return None
    usual = _dense(shape, _backwards(shape))
    return tuple(7 if n == 1 else stride for n, stride in zip(shape, usual, strict=True)), 0, 3


def _gaps(factor: int, offset: int) -> Callable[[Shape], Strided]:
    """Every ``factor``-th element."""

    def plan(shape: Shape) -> Strided:
        strides = tuple(factor * stride for stride in _dense(shape, _backwards(shape)))
        return (strides, offset, factor + 1) if shape else None

    return plan


def _offset(start: int) -> Callable[[Shape], Strided]:
    return lambda shape: (_dense(shape, _backwards(shape)), start, 4)


_PLANS: dict[str, Callable[[Shape], Strided]] = {
    "transposed": _transposed,
    "reversed": _reversed,
    "channels_last": _channels_last,
    "gaps": _gaps(2, 0),
    "row gaps": _row_gaps,
    "transposed gaps": _transposed_gaps,
    "wide gaps": lambda shape: _gaps(5, 1)(shape) if len(shape) < 2 else None,
    "odd ones": _odd_ones,
    "offset": _offset(3),
    "offset by one": _offset(1),
    "far offset": _offset(8),
    "deep offset": lambda shape: None if shape else _offset(21)(shape),
}
_ORDERS = ("transposed", "reversed", "channels_last", "transposed gaps")
