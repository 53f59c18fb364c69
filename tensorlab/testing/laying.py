"""From choices to a layout of a wanted class: integers alone, the smallest choices give the simplest one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.testing.classing import classes_for, classes_of
from tensorlab.testing.planning import flip, make_odd, sometimes, strides_for
from tensorlab.testing.record import Laid
from tensorlab.testing.source import pick

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.testing.classing import Library
    from tensorlab.testing.record import LayoutClass
    from tensorlab.testing.source import Source

__all__ = ["classes_for", "classes_of", "lay_out"]

_BITS = frozenset({"conj", "neg", "dtype view"})
"""Classes of what the bytes mean: they come on top of any layout."""
_GUESTS = frozenset({"stride 0", "overlapping", "odd ones", "negative stride"})
"""Classes that come along with others only where they may."""
_PURE = frozenset({"contiguous", "channels_last slice"})
"""Classes that an odd stride would take away, or hide."""
_FORMS: tuple[LayoutClass, ...] = ("permuted", "gaps", "stride 0", "overlapping", "negative stride")
"""Ways not to be in C order."""
_PLAIN: tuple[LayoutClass, ...] = ("contiguous", "contiguous", "contiguous")
_AS_WIDE = {1: ("uint8", "int8"), 2: ("int16", "float16"), 4: ("int32", "float32"), 8: ("int64", "float64")}
"""Dtypes of each itemsize that bytes may have been written as."""
_PAIRED = {"float32": "complex64", "float64": "complex128", "complex64": "float32", "complex128": "float64"}
"""Complex numbers and their parts: views that a library tells of by the base."""
_WIDER = {1: "int32", 2: "int32", 4: "int64", 8: "complex128"}


class _Room(NamedTuple):
    """Numbers in bytes."""

    layout: Layout
    nbytes: int


def lay_out(  # noqa: PLR0913 - two of them are keywords with a default
    source: Source,
    shape: tuple[int, ...],
    kind: DType,
    wanted: LayoutClass,
    *,
    library: Library = "torch",
    within: frozenset[LayoutClass] | None = None,
) -> Laid | None:
    """A layout of that class, with the classes that come along; None where that shape and dtype have none.

    The storage ends with bytes that belong to no element, and mostly begins with some: all but "contiguous" may start
    within it. What is not asked for comes along now and then: another order, gaps, a start, odd strides on axes of
    size 1. With a source whose choices are all the smallest, nothing does. An axis that repeats, indices that share
    bytes, odd and negative strides come along only where ``within`` has them, or where it is None.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.source import Seeded
    >>> laid = lay_out(Seeded(1), (2, 3), dtype("float32"), "permuted")
    >>> laid.layout.strides, "permuted" in laid.classes
    ((4, 8), True)
    >>> lay_out(Seeded(0), (2,), dtype("float32"), "conj") is None
    True
    """
    able = classes_for(shape, kind, library)
    if wanted not in able:
        return None
    if within is not None:
        able = tuple(name for name in able if name == wanted or name not in _GUESTS or name in within)
    stored = None
    if library == "numpy" and wanted == "gaps" and sometimes(source):
        stored, room = _field(source, shape, kind, able)
    elif wanted in _BITS:
        plain = tuple(name for name in able if name not in _BITS)
        in_bytes = library == "numpy" and wanted == "dtype view" and sometimes(source)
        stored, room = (_field if in_bytes else _BENEATH[wanted])(source, shape, kind, plain)
    else:
        room = _room(source, shape, kind.itemsize, wanted, able)
    bare = Laid(
        layout=room.layout, dtype=kind, nbytes=room.nbytes, classes=frozenset(),
        conj=wanted == "conj", neg=wanted == "neg", stored=stored, library=library,
    )  # fmt: skip
    return Laid(
        layout=room.layout, dtype=kind, nbytes=room.nbytes, classes=classes_of(bare),
        conj=bare.conj, neg=bare.neg, stored=stored, library=library,
    )  # fmt: skip


def _conjugated(
    source: Source, shape: tuple[int, ...], kind: DType, plain: tuple[LayoutClass, ...]
) -> tuple[None, _Room]:
    return None, _room(source, shape, kind.itemsize, pick(source, plain), plain)


def _negated(source: Source, shape: tuple[int, ...], kind: DType, plain: tuple[LayoutClass, ...]) -> tuple[None, _Room]:
    """The imaginary parts of complex numbers."""
    (layout, nbytes) = _room(source, shape, 2 * kind.itemsize, pick(source, plain), plain)
    return None, _Room(Layout(shape, layout.strides, layout.offset + kind.itemsize, kind.itemsize), nbytes)


def _reinterpreted(
    source: Source, shape: tuple[int, ...], kind: DType, plain: tuple[LayoutClass, ...]
) -> tuple[DType, _Room]:
    """Bytes of as wide a dtype, in any layout; or rows of bytes, or of a wider dtype, one after another."""
    stored = dtype(pick(source, _stored(shape, kind)))
    if stored.itemsize == kind.itemsize or stored.name == _PAIRED.get(kind.name):
        layout, nbytes = _room(source, shape, kind.itemsize, pick(source, plain), plain)
        return stored, _Room(layout, -(-nbytes // stored.itemsize) * stored.itemsize)
    row = shape[-1] * kind.itemsize + max(stored.itemsize, kind.itemsize) * source.integer(0, 2)
    able = tuple(
        name for name in classes_for(shape[:-1], kind) if name not in _BITS and (name not in _GUESTS or name in plain)
    )
    ahead = _room(source, shape[:-1], row, pick(source, able), able)
    layout = Layout(shape, (*ahead.layout.strides, kind.itemsize), ahead.layout.offset, kind.itemsize)
    return stored, _Room(layout, ahead.nbytes + (source.integer(0, 3) if stored.itemsize == 1 else 0))


def _field(source: Source, shape: tuple[int, ...], kind: DType, plain: tuple[LayoutClass, ...]) -> tuple[DType, _Room]:
    """A field of records that are up to 3 bytes longer: strides and start need not be multiples of the itemsize.

    Strides that address nothing are: a copy in C order keeps them, and other libraries refuse it for them.
    """
    more = 1 + source.integer(0, 2)
    form = pick(source, tuple(name for name in plain if name not in _BITS))
    layout, nbytes = _room(source, shape, kind.itemsize + more, form, plain)
    start = layout.offset + source.integer(0, more)
    full, wide = numel(shape) > 0, layout.itemsize
    strides = tuple(
        stride if full and n > 1 else stride // wide * kind.itemsize
        for n, stride in zip(shape, layout.strides, strict=True)
    )
    return dtype("uint8"), _Room(Layout(shape, strides, start, kind.itemsize), nbytes)


_BENEATH = {"conj": _conjugated, "neg": _negated, "dtype view": _reinterpreted}


def _stored(shape: tuple[int, ...], kind: DType) -> tuple[str, ...]:
    """Names of the dtypes that bytes seen as ``kind`` may have been written as."""
    names = [_PAIRED[kind.name], _PAIRED[kind.name]] if kind.name in _PAIRED else []
    names += [name for name in _AS_WIDE.get(kind.itemsize, ()) if name != kind.name][:1]
    if shape and numel(shape) and kind.itemsize > 1:
        names.append("uint8")
    wider = _WIDER.get(kind.itemsize)
    if shape and numel(shape) and wider and shape[-1] * kind.itemsize % dtype(wider).itemsize == 0:
        names.append(wider)
    return tuple(names)


def _room(
    source: Source, shape: tuple[int, ...], itemsize: int, wanted: LayoutClass, able: tuple[LayoutClass, ...]
) -> _Room:
    form = _form(source, wanted, able)
    strides = strides_for(source, shape, form, repeats="stride 0" in able)
    comes_along = (
        bool(shape) and wanted not in _PURE and sometimes(source)
    )  # asked of every shape: a size may shrink to 1
    if wanted == "odd ones" or (comes_along and "odd ones" in able):
        make_odd(source, shape, strides)
    low, reach = 0, 1 if numel(shape) else 0
    if form == "negative stride":
        low = flip(source, shape, strides)
    if numel(shape):
        reach += sum((n - 1) * abs(stride) for n, stride in zip(shape, strides, strict=True))
    front = _front(source, wanted)
    back = 1 + source.integer(0, 7)
    in_bytes = tuple(stride * itemsize for stride in strides)
    layout = Layout(shape, in_bytes, (front + low) * itemsize, itemsize)
    return _Room(layout, (front + reach + back) * itemsize)


def _front(source: Source, wanted: LayoutClass) -> int:
    """Elements before the first one."""
    if wanted == "contiguous":
        return 0
    least = 1 if wanted in {"offset", "contiguous offset"} else 0
    return least + source.integer(0, 7)


def _form(source: Source, wanted: LayoutClass, able: tuple[LayoutClass, ...]) -> LayoutClass:
    """How it lies, where the class does not say: in C order if it may."""
    forms = tuple(name for name in _FORMS if name in able)
    if wanted == "offset":
        return pick(source, forms)
    if wanted == "odd ones":
        return pick(source, (*_PLAIN, *forms))
    return wanted
