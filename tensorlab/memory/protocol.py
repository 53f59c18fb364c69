"""Objects of any library that speak DLPack or an array interface: JAX, CuPy, Numba, images, the user's own classes."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.memory import array_interface, dlpack
from tensorlab.memory.foreign import copied
from tensorlab.memory.naming import FOREIGN, attributes, short_name, type_name
from tensorlab.memory.owners import UNKNOWN_OWNER, Place, last_owner, owned_bytes, place
from tensorlab.memory.record import Doubt, MemoryMap, Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.layout.record import Layout
    from tensorlab.memory.export import Export

_PROTOCOLS: dict[str, Callable[[Any], Export]] = {
    "__dlpack__": dlpack.export,
    array_interface.HOST: lambda thing: array_interface.export(thing, array_interface.HOST),
    array_interface.CUDA: lambda thing: array_interface.export(thing, array_interface.CUDA),
}
"""In this order: only the first says on which of several devices the bytes are."""
_FRESH = Doubt("fresh-copy", "the object makes its bytes anew each time that it is asked: none of its own to look at")
_NESTED = 2
"""Masks of masks are not followed further."""


def claims(thing: object) -> bool:
    """Whether the object speaks one of the protocols; a class, which only defines its methods, does not.

    >>> claims(3), claims(int)
    (False, False)
    """
    return not issubclass(type(thing), type) and bool(_spoken(thing))


def _spoken(thing: object) -> list[str]:
    """The protocols that its class defines, or that it has a dictionary for."""
    defined = attributes(type(thing))
    return [name for name in _PROTOCOLS if defined.get(name) is not None or _holds(thing, name)]


def _holds(thing: object, name: str) -> bool:
    """Of the object's own; what answers to every name is no protocol."""
    try:
        return type(getattr(thing, name, None)) is dict
    except FOREIGN:  # an attribute may be code of the object's own
        return False


def describe(thing: object) -> MemoryMap:
    """The memory of an object, as its protocols tell it.

    Raises:
        UnsupportedError: None of them tells of a memory that can be.

    >>> class Grid:
    ...     __array_interface__ = {"shape": (2, 3), "typestr": "<i2", "data": bytearray(12), "version": 3}
    >>> print(describe(Grid()))
    tensorlab.memory.protocol.Grid int16 (2, 3), strides (6, 2) B, offset 0 B, storage 12 B on cpu
    """
    return _described(thing, _NESTED)


def _described(thing: object, depth: int) -> MemoryMap:
    with exported(thing) as found:
        layout = found.layout()
        where = _place(found, layout)
        return MemoryMap(
            type=type_name(thing),
            library="protocol",
            shape=found.shape,
            dtype=found.dtype,
            layout=None if layout is None else found.layout(where.offset),
            storage=where.storage,
            parts=_mask(found.mask, depth),
            traits=frozenset({"readonly"} if found.readonly else ()),
            doubts=where.doubts,
        )


@contextmanager
def exported(thing: object) -> Iterator[Export]:
    """The export of an object by the first protocol that works; its bytes are held meanwhile.

    An object that gives other bytes when it is asked again makes a copy each time: then ``is_copy`` is set.

    Raises:
        UnsupportedError: None of them tells of a memory that can be.
    """
    errors = []
    for name in _spoken(thing):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found, again = _PROTOCOLS[name](thing), _PROTOCOLS[name](thing)
        except UnsupportedError as error:
            errors.append(error)
            continue
        yield found if found.first == again.first else replace(found, is_copy=True)
        return
    words = "; ".join(error.message for error in errors) or f"it speaks none of {', '.join(_PROTOCOLS)}"
    raise UnsupportedError(
        f"an object of type {short_name(thing)} does not tell its memory: {words}",
        hint="give numpy.asarray(...) of it",
    )


def _place(found: Export, layout: Layout | None) -> Place:
    if layout is None:
        storage = Storage(device=found.device, address=found.first, nbytes=None, owner="unknown")
        return Place(storage, 0, (Doubt("packed", f"several elements of {found.dtype.name} share a byte: no strides"),))
    covered = extent(layout)
    size = covered.stop - covered.start
    if found.is_copy or found.first is None:
        storage = Storage(device=found.device, address=None, nbytes=size, owner="unknown")
        return Place(storage, -covered.start, (_FRESH,) if found.is_copy else ())
    if found.device != "cpu":
        start = found.first + covered.start
        writable = not found.readonly
        storage = Storage(device=found.device, address=start, nbytes=size, owner="unknown", writable=writable)
        return Place(storage, -covered.start, (UNKNOWN_OWNER,))
    return _on_host(found, found.first, covered)


def _on_host(found: Export, first: int, covered: range) -> Place:
    """The bytes of the buffer that the object gave, or those that its elements cover."""
    last = last_owner(found.keep) if type(found.keep) is memoryview else None
    where = place(first, covered, last, None if last is None else owned_bytes(last), writable=not found.readonly)
    ends = [first + covered.start, first + covered.stop - 1] if covered else []
    if all(copied(end, 1) is not None for end in ends):
        return where
    size = covered.stop - covered.start
    text = f"no memory that can be read lies at the {size:,} bytes it tells of: data not readable"
    return where._replace(doubts=(*where.doubts, Doubt("unmapped", text)))


def _mask(mask: object, depth: int) -> tuple[tuple[str, MemoryMap], ...]:
    """What says which elements count, where it speaks a protocol in turn."""
    if mask is None or depth == 0 or not claims(mask):
        return ()
    try:
        return (("mask", _described(mask, depth - 1)),)
    except UnsupportedError:
        return ()
