"""Which arrays a call was given and gave, where they lie, and which of them lie in one storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import TensorlabError
from tensorlab.memory.grouping.storages import by_storage
from tensorlab.memory.naming import attributes
from tensorlab.memory.registry import describe
from tensorlab.memory.totals import leaves
from tensorlab.views.record import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tensorlab.memory.record import MemoryMap, Storage

_MOST = 64
"""Items of a list that are looked at."""
_NO_ARRAYS = frozenset(
    {str, bool, int, float, complex, slice, dict, range, list, tuple, type, type(None), type(Ellipsis)}
)


class Operand(NamedTuple):
    """An array that a call was given, as it was before."""

    name: str
    thing: object
    memory: MemoryMap
    version: int | None = None
    """How often it was written, where its library counts."""


def map_of(thing: object) -> MemoryMap | None:
    """Where the elements of an array, a tensor or a buffer lie; None for anything else, lists included.

    >>> map_of(bytearray(3)).type, map_of([1, 2]), map_of("a")
    ('bytearray', None, None)
    """
    if type(thing) in _NO_ARRAYS or not _has_memory(type(thing)):
        return None
    try:
        return describe(thing)
    except TensorlabError:
        return None


def _has_memory(kind: type) -> bool:
    names = attributes(kind)
    return kind in {bytes, bytearray, memoryview} or bool(
        names.keys() & {"__array_interface__", "__dlpack__", "buffer_info"}
    )


def arrays_in(values: Iterable[object], depth: int = 2) -> Iterator[tuple[object, MemoryMap]]:
    """The arrays among values, and among the items of lists and tuples, nested so deep at most.

    >>> [memory.type for _, memory in arrays_in([b"a", [bytearray(2), 3], (b"c",)])]
    ['bytes', 'bytearray', 'bytes']
    """
    for value in values:
        if isinstance(value, list | tuple):
            yield from arrays_in(value[:_MOST], depth - 1) if depth else ()
        else:
            memory = map_of(value)
            if memory is not None:
                yield value, memory


def view_of(memory: MemoryMap) -> View | None:
    """What the algebra knows of an array: its layout and what its bits mean; None where it has no strides.

    >>> print(view_of(map_of(b"abc")))
    VIEW: shape (3,), strides (1,) and offset 0 in elements
    """
    if memory.layout is None or memory.dtype is None or memory.layout.itemsize != memory.dtype.itemsize:
        return None
    is_conj = "conj" in memory.traits and memory.dtype.kind == "complex"
    device = "cpu" if memory.storage is None else memory.storage.device
    return View(memory.layout, memory.dtype, is_conj, "neg" in memory.traits, device)


def in_one_storage(first: MemoryMap, second: MemoryMap) -> bool:
    """Whether two arrays lie in one storage, whether or not they have an element in common.

    >>> held = bytearray(8)
    >>> in_one_storage(map_of(held), map_of(memoryview(held)[4:])), in_one_storage(map_of(held), map_of(bytearray(8)))
    (True, False)
    """
    ours, others = _storages(first), _storages(second)
    groups = by_storage([*ours, *others])
    return any(group[0] < len(ours) <= group[-1] for group in groups)


def new_bytes(made: Iterable[MemoryMap]) -> int | None:
    """Bytes of the storages of fresh arrays, one that several lie in once; None where that of one is not known.

    A scalar of NumPy's counts as its one element.

    >>> held = bytearray(8)
    >>> new_bytes([map_of(held), map_of(memoryview(held)[4:])])
    8
    """
    made = list(made)
    boxed = sum(one.dtype.itemsize for one in made if one.storage is None and one.shape == () and one.dtype is not None)
    storages = [storage for memory in made for storage in _storages(memory)]
    sizes = [max((storages[n].nbytes or 0 for n in group), default=0) for group in by_storage(storages)]
    return None if any(storage.nbytes is None for storage in storages) else boxed + sum(sizes)


def _storages(memory: MemoryMap) -> list[Storage]:
    return [leaf.storage for _, leaf in leaves(memory) if leaf.storage is not None]
