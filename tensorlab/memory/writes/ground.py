"""Whether the bytes that a write touches are there, and may be written: what ends the process is found before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.address import extent, fits
from tensorlab.memory.mapped import is_readable, regions
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import MemoryMap

_DEADLY = frozenset({"file-too-short", "stray-pointers", "storage-too-small", "unmapped"})
"""Doubts of a memory map that forbid to touch the elements."""


_ALLOCATED = frozenset({"numpy", "bytes", "bytearray", "array.array"})
"""Owners whose bytes come from the allocator of this process."""


def may_be_mapped(memory: MemoryMap) -> bool:
    """Whether its bytes may belong to a file or a shared segment; of a tensor, the tensor itself must be asked.

    >>> from tensorlab.memory.registry import describe
    >>> may_be_mapped(describe(bytearray(4)))
    False
    """
    return memory.storage is not None and memory.storage.owner not in _ALLOCATED


def why_untouchable(memory: MemoryMap, layout: Layout, *, mapped: bool = True) -> str:
    """Why the elements of that layout cannot even be read; empty where they can.

    What is mapped is asked of the system, which takes milliseconds, only where it may be ``mapped``.

    >>> from tensorlab.memory.registry import describe
    >>> map = describe(bytearray(4))
    >>> why_untouchable(map, map.layout)
    ''
    """
    storage = memory.storage
    if storage is not None and storage.nbytes is not None and not fits(layout, storage.nbytes):
        return f"elements lie outside the storage of {Quantity(storage.nbytes, 'B')}"
    doubts = [doubt.text for doubt in memory.doubts if doubt.code in _DEADLY]
    if doubts:
        return doubts[0]
    touched = _touched(memory, layout)
    if mapped and touched and regions() and not is_readable(touched.start, touched.stop - touched.start):
        return "nothing that can be read is mapped there: a touch ends the process"
    return ""


def why_unwritable(memory: MemoryMap, layout: Layout, *, mapped: bool = True) -> str:
    """Why the elements of that layout cannot be written, though the library may not know; empty where they can.

    A file that is mapped for reading alone, for one: torch takes such memory from NumPy and forgets about it.

    >>> from tensorlab.memory.registry import describe
    >>> map = describe(bytearray(4))
    >>> why_unwritable(map, map.layout)
    ''
    """
    found = why_untouchable(memory, layout, mapped=mapped)
    touched = _touched(memory, layout)
    if found or not mapped or "readonly" in memory.traits or not touched:
        return found
    behind = [region for region in regions() if region.start < touched.stop and touched.start < region.stop]
    if any("w" not in region.access for region in behind):
        return "the memory is mapped for reading alone: a write ends the process"
    return ""


def _touched(memory: MemoryMap, layout: Layout) -> range:
    """The addresses from the lowest to the highest byte, in the memory of this process; empty where there are none."""
    storage, bytes_of = memory.storage, extent(layout)
    if storage is None or storage.address is None or storage.device != "cpu" or not bytes_of:
        return range(0)
    return range(storage.address + bytes_of.start, storage.address + bytes_of.stop)
