"""Where the elements of one object lie in the memory of a device: what sharing is decided on."""

from __future__ import annotations

from typing import NamedTuple


class Patch(NamedTuple):
    """A layout and where its storage begins, without the checks of a ``Layout``: it lives for one question."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    """In bytes."""
    offset: int
    """Bytes from ``start`` to element (0, ..., 0)."""
    itemsize: int
    device: str
    start: int
    """Address of the first byte of the storage."""
    nbytes: int | None = None
    """Of the storage; None where every element is known to lie inside."""
    holder: object = None
    """What says whether the bytes may belong to a file or a shared segment, which can be mapped at other addresses
    too; None where they cannot."""
