"""Bytes at an address that somebody else gave: the system copies them, and refuses where reading ends the process."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PIECE = 4096
"""Bytes that an empty pipe takes at once, everywhere."""
_STOP = 2 ** (8 * ctypes.sizeof(ctypes.c_void_p))
"""One more than the highest address."""


def copied(address: int, count: int) -> bytes | None:
    """A copy of the bytes that lie there; None where not all of them can be read.

    The system is asked to write them to a pipe: an address where nothing is mapped, or a page beyond the end of its
    file, is an error there and no signal here. What lies there may still be bytes of something else by now.

    >>> owner = ctypes.create_string_buffer(b"abc")
    >>> copied(ctypes.addressof(owner), 3), copied(16, 3)
    (b'abc', None)
    """
    return next(iter(copies((address,), count)))


def copies(addresses: Iterable[int], count: int) -> list[bytes | None]:
    """A copy of that many bytes at each address.

    >>> owner = ctypes.create_string_buffer(b"abcdef")
    >>> copies([ctypes.addressof(owner) + 3, 16], 2)
    [b'de', None]
    """
    source, sink = os.pipe()
    try:
        return [_copied(address, count, source, sink) for address in addresses]
    finally:
        os.close(source)
        os.close(sink)


def _copied(address: int, count: int, source: int, sink: int) -> bytes | None:
    if count <= 0:
        return b""
    if address <= 0 or address + count >= _STOP:
        return None
    pieces = [_piece(address + at, min(_PIECE, count - at), source, sink) for at in range(0, count, _PIECE)]
    whole = b"".join(pieces)
    return whole if len(whole) == count else None


def _piece(address: int, count: int, source: int, sink: int) -> bytes:
    """What can be read of it. The array is only a pointer and a length: making it reads nothing."""
    try:
        return os.read(source, os.write(sink, (ctypes.c_char * count).from_address(address)))
    except OSError:
        return b""
