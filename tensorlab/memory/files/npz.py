"""Archives of NumPy: a zip of .npy files, stored or deflated. Of a deflated one only the header is inflated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import StoreError
from tensorlab.layout.shapes import nbytes
from tensorlab.memory.files.npy import MOST_START, header, memory
from tensorlab.memory.files.record import FileContent
from tensorlab.memory.files.source import quoted
from tensorlab.memory.files.zipped import STORED, beginning
from tensorlab.memory.record import Doubt, MemoryMap, Storage
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.memory.files.npy import Header
    from tensorlab.memory.files.source import Source
    from tensorlab.memory.files.zipped import Entry

_SUFFIX = ".npy"
_MOST_PACKED = 64 * 1024
"""Bytes of a deflated member that are looked at."""


def is_archive(entries: Sequence[Entry]) -> bool:
    """Whether a zip is made of .npy files.

    >>> is_archive([])
    False
    """
    return bool(entries) and any(entry.name.endswith(_SUFFIX) for entry in entries)


def read(source: Source, entries: Sequence[Entry]) -> FileContent:
    """The arrays of an archive.

    Raises:
        StoreError: A member is damaged, or compressed in a way that is not read.
    """
    members = [entry for entry in entries if entry.name.endswith(_SUFFIX)]
    others = tuple(_record(source, entry, 0) for entry in entries if not entry.name.endswith(_SUFFIX))
    tensors = tuple((entry.name.removesuffix(_SUFFIX), _array(source, entry)) for entry in members)
    many = (
        "1 record that is no .npy file:" if len(others) == 1 else f"{len(others):,} records that are no .npy files, as"
    )
    text = f"{many} {quoted(others[0].owner)}" if others else ""
    return FileContent(
        path=source.path,
        kind="npz archive",
        nbytes=source.size,
        tensors=tensors,
        records=(*(found.storage for _, found in tensors if found.storage), *others),
        doubts=(Doubt("hole", text),) if others else (),
    )


def _record(source: Source, entry: Entry, skipped: int) -> Storage:
    return Storage(
        device="file",
        address=entry.position + skipped,
        nbytes=entry.packed - skipped,
        owner=entry.name,
        path=source.path,
    )


def _array(source: Source, entry: Entry) -> MemoryMap:
    start = beginning(source, entry, _MOST_PACKED)
    try:
        told = header(lambda position, count: start[position : position + count])
        if entry.method == STORED:
            return memory(told, _record(source, entry, told.size))
        return _deflated(source, entry, told)
    except StoreError as error:
        raise source.refused(f"its record {quoted(entry.name)}: {error.message}", hint=error.hint) from error


def _deflated(source: Source, entry: Entry, told: Header) -> MemoryMap:
    found = memory(told, None)
    if found.layout is not None and told.size + nbytes(found.layout) != entry.nbytes:
        needed = Quantity(told.size + nbytes(found.layout), "B")
        raise StoreError(f"its header tells {needed}, the directory {Quantity(entry.nbytes, 'B')}")
    text = f"{Quantity(entry.nbytes, 'B')} deflated to {Quantity(entry.packed, 'B')}: the elements are in no layout"
    return MemoryMap(
        type=found.type,
        library="file",
        shape=found.shape,
        dtype=found.dtype,
        storage=_record(source, entry, 0),
        traits=frozenset({"compressed"}),
        doubts=(*found.doubts, Doubt("compressed", text, "numpy.savez stores arrays as they are")),
    )


assert MOST_START <= _MOST_PACKED, "a header fits what is looked at"
