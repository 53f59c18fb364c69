"""A pickle with other numbers and words in a few places, and every other byte as it was."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tensorlab.errors import StoreError
from tensorlab.memory.files.inert import operations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GET = frozenset({"GET", "BINGET", "LONG_BINGET"})
_PUT = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_LITERAL = frozenset(
    {"BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "INT", "BINUNICODE", "SHORT_BINUNICODE", "UNICODE"}
)


def rewritten(data: bytes, edits: Mapping[int, str | int]) -> bytes:
    r"""The pickle with what the opcodes at these places push replaced.

    Frames are left out where anything is: they only tell a reader how far to read ahead.

    Raises:
        StoreError: A place pushes no literal, or what it pushes is also used elsewhere.

    >>> rewritten(b"K\x05K\x06\x86.", {0: 70000})
    b'Jp\x11\x01\x00K\x06\x86.'
    """
    if not edits:
        return data
    codes = list(operations(data))
    stops = [place for _, _, place in codes[1:]] + [len(data)]
    _require_private(codes, edits)
    parts = []
    for (name, _, place), stop in zip(codes, stops, strict=True):
        if place in edits:
            if name not in _LITERAL and name not in _GET:
                raise StoreError(f"its pickle has {name} where a number or a word is needed")
            parts.append(pushing(edits[place]))
        elif name != "FRAME":
            parts.append(data[place:stop])
    return b"".join(parts)


def _require_private(codes: Sequence[tuple[str, object, int]], edits: Mapping[int, str | int]) -> None:
    """Whether every word that changes, and is kept in the memo, is fetched from there only where it changes too."""
    changed: set[object] = set()
    before = -1
    size = 0
    for name, argument, place in codes:
        kept = argument if name in _PUT else size if name == "MEMOIZE" else None
        if kept is not None:
            size += 1
            changed.discard(kept)
            if before in edits:
                changed.add(kept)
        if name in _GET and argument in changed and place not in edits:
            raise StoreError("its pickle uses the name of a storage for something else")
        before = place


def pushing(value: str | int) -> bytes:
    r"""The opcode that pushes a number or a word, of the oldest protocol that torch writes.

    >>> pushing(3), pushing(300), pushing(2**40), pushing("7")
    (b'K\x03', b'M,\x01', b'\x8a\x06\x00\x00\x00\x00\x00\x01', b'X\x01\x00\x00\x007')
    """
    if isinstance(value, str):
        raw = value.encode()
        return b"X" + struct.pack("<I", len(raw)) + raw
    if value < 2**8:
        return b"K" + struct.pack("<B", value)
    if value < 2**16:
        return b"M" + struct.pack("<H", value)
    if value < 2**31:
        return b"J" + struct.pack("<i", value)
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little")
    return b"\x8a" + struct.pack("<B", len(raw)) + raw
