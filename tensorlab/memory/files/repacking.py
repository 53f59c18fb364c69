"""Writes a zip as torch does: nothing compressed, every record at a multiple of 64 bytes, or more."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WIDE = 0xFFFFFFFF
"""From here on a size, or a position, takes 64 bits and stands in an extra field."""
ALIGNMENT = 64
"""Bytes that the place of each record is a multiple of; torch can be told to take more."""
_MOST_ALIGNMENT = 2**15
"""What the two bytes that count the filling allow."""
_DATE = (0, 0x21)  # 1980-01-01 00:00: the same bytes at any time
_UTF8, _DESCRIBED = 0x800, 0x8
_PIECE = 2**22


class Content(NamedTuple):
    """A record to write."""

    name: str
    nbytes: int
    pieces: Callable[[], Iterable[bytes]]
    """Gives its bytes, in order."""


@dataclass(frozen=True, slots=True)
class _Written:
    name: bytes
    start: int
    nbytes: int
    checksum: int


def alignment_of(positions: Iterable[int]) -> int:
    """The largest power of two that all records lie at multiples of; 64 at least.

    >>> alignment_of([4096, 12288]), alignment_of([64, 4096]), alignment_of([3])
    (4096, 64, 64)
    """
    shared = gcd(*positions)
    return min(max(shared & -shared, ALIGNMENT), _MOST_ALIGNMENT)


def size_of(contents: Iterable[Content], alignment: int = ALIGNMENT) -> int:
    """Bytes of the archive of these records, before one is read.

    >>> size_of([Content("x/version", 2, lambda: [b"3"])])
    235
    """
    at = directory = count = 0
    for content in contents:
        name = content.name.encode()
        directory += len(_entry(_Written(name, at, content.nbytes, 0)))
        at += (
            len(_header(name, content.nbytes, at, alignment)) + content.nbytes + len(_descriptor(content.nbytes, at, 0))
        )
        count += 1
    return at + directory + len(_end(at, directory, count))


def pack(stream: BinaryIO, contents: Iterable[Content], alignment: int = ALIGNMENT) -> None:
    """Write the archive of these records; the stream stands at its first byte.

    >>> from io import BytesIO
    >>> from zipfile import ZipFile
    >>> stream = BytesIO()
    >>> pack(stream, [Content("x/version", 2, lambda: [b"3", b"a"])])
    >>> ZipFile(stream).read("x/version"), len(stream.getvalue())
    (b'3a', 235)
    """
    written: list[_Written] = []
    at = 0
    for content in contents:
        name = content.name.encode()
        header = _header(name, content.nbytes, at, alignment)
        stream.write(header)
        checksum = 0
        for piece in content.pieces():
            checksum = zlib.crc32(piece, checksum)
            stream.write(piece)
        tail = _descriptor(content.nbytes, at, checksum)
        stream.write(tail)
        written.append(_Written(name, at, content.nbytes, checksum))
        at += len(header) + content.nbytes + len(tail)
    directory = b"".join(map(_entry, written))
    stream.write(directory)
    stream.write(_end(at, len(directory), len(written)))


def pieces(nbytes: int) -> Iterator[tuple[int, int]]:
    """Start and length of the runs in which many bytes are copied.

    >>> list(pieces(5)), list(pieces(0))
    ([(0, 5)], [])
    """
    return ((at, min(_PIECE, nbytes - at)) for at in range(0, nbytes, _PIECE))


def _flags(nbytes: int) -> int:
    return _UTF8 | _DESCRIBED if nbytes else _UTF8


def _wide(nbytes: int, start: int) -> bytes:
    """The extra field of what takes 64 bits."""
    values = ([nbytes, nbytes] if nbytes >= WIDE else []) + ([start] if start >= WIDE else [])
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values) if values else b""


def _header(name: bytes, nbytes: int, start: int, alignment: int) -> bytes:
    """Of a record, filled up so that what follows begins at a multiple of that many bytes."""
    wide = _wide(nbytes, start)
    filled = -(start + 30 + len(name) + len(wide) + 4) % alignment
    extra = wide + struct.pack("<2sH", b"FB", filled) + b"Z" * filled
    sizes = (WIDE32, WIDE32) if nbytes >= WIDE else (0, 0)
    fixed = struct.pack("<4s5H3L2H", b"PK\3\4", 0, _flags(nbytes), 0, *_DATE, 0, *sizes, len(name), len(extra))
    return fixed + name + extra


WIDE32 = 0xFFFFFFFF
"""What stands where a size or a position would, where the extra field has it."""


def _descriptor(nbytes: int, start: int, checksum: int) -> bytes:
    """What follows the bytes of a record; nothing where there are none."""
    if not nbytes:
        return b""
    form = "<4sL2Q" if nbytes >= WIDE or start >= WIDE else "<4s3L"
    return struct.pack(form, b"PK\7\x08", checksum, nbytes, nbytes)


def _entry(written: _Written) -> bytes:
    size = WIDE32 if written.nbytes >= WIDE else written.nbytes
    start = WIDE32 if written.start >= WIDE else written.start
    wide = _wide(written.nbytes, written.start)
    fixed = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 0, 0, _flags(written.nbytes), 0, *_DATE, written.checksum, size, size,
        len(written.name), len(wide), 0, 0, 0, 0, start,
    )  # fmt: skip
    return fixed + written.name + wide


def _end(start: int, size: int, count: int) -> bytes:
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    short = min(count, 0xFFFF)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, short, short, min(size, WIDE32), min(start, WIDE32), 0)
    return wide + locator + end
