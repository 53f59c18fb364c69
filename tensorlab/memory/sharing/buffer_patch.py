"""Where the buffers that Python itself allocates lie, and views of them, read in a few microseconds."""

from __future__ import annotations

from array import array
from typing import Any

from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.registry import patch as patch_of
from tensorlab.memory.sharing.patch import Patch

OWNERS = frozenset({bytes, bytearray, array})
"""Exact types whose bytes come from an allocator, so that they have one address each."""
KINDS = OWNERS | {memoryview}
"""Exact types: a subclass may export other bytes."""


def patch(exporter: Any) -> Patch | None:  # noqa: ANN401 - one of ``KINDS``
    """None where it has no bytes, or views what no reader knows (mmap): then its description tells more.

    >>> owner = bytearray(8)
    >>> patch(owner)[:4], patch(memoryview(owner)[6::-2])[:4], patch(b"")
    (((8,), (1,), 0, 1), ((4,), (-2,), 6, 1), None)
    """
    try:
        if type(exporter) is memoryview:
            return _of_view(exporter)
        size = exporter.itemsize if type(exporter) is array else 1
        start = buffer_address(exporter) if len(exporter) else None
        return None if start is None else Patch((len(exporter),), (size,), 0, size, "cpu", start)
    except Exception:  # noqa: BLE001 - a view that was released, say; its description says why
        return None


def may_be_mapped(exporter: object) -> bool:
    """Whether the bytes may belong to a file or a shared segment: never those of ``OWNERS``.

    >>> may_be_mapped(b"bytes")
    False
    """
    return type(exporter) not in OWNERS


def _of_view(view: memoryview) -> Patch | None:
    below = patch_of(view.obj) if view.nbytes and not view.suboffsets else None
    first = None if below is None else buffer_address(view)
    if below is None or first is None:
        return None
    offset, size = first - below.start, view.itemsize
    return Patch(
        tuple(view.shape or ()), tuple(view.strides or ()), offset, size, "cpu", below.start, None, below.holder
    )
