"""The directory of a zip archive, checked entry by entry before any is read."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.memory.files.source import quoted

if TYPE_CHECKING:
    from tensorlab.errors import StoreError
    from tensorlab.memory.files.source import Source

STORED, DEFLATED = 0, 8
MOST_ENTRIES = 200_000
"""Of an archive that is read."""
_MOST_DIRECTORY = 64 * 2**20
_MOST_INFLATION = 1032
"""What deflate can gain at most: a byte becomes so many."""
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_FULL = 0xFFFFFFFF
_WHOLE = "is it whole?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of an archive."""

    name: str
    start: int
    """Position in the file of its local header."""
    position: int
    """Position in the file of its first byte."""
    packed: int
    """Bytes that it takes in the file."""
    nbytes: int
    """Bytes that it holds; more than it takes where it is compressed."""
    method: int
    """0 where the bytes are stored as they are, 8 where they are deflated."""
    checksum: int


def entries(source: Source) -> tuple[Entry, ...]:
    """Every entry, in the order of the directory.

    Raises:
        StoreError: The archive is cut, damaged, encrypted, overlaps itself, holds a name that leaves its folder, the
            same name twice, or more than any archive of tensors does.
    """
    start, size, count = _directory_place(source)
    if count > MOST_ENTRIES or size > _MOST_DIRECTORY:
        raise source.refused(f"its directory lists {count:,} records in {size:,} bytes, more than are read")
    directory = source.take(start, size)
    found: list[Entry] = []
    at = 0
    for _ in range(count):
        entry, at = _entry(source, directory, at, start)
        found.append(entry)
    if at != size:
        raise source.refused("its directory is damaged: it is longer than its records", hint=_WHOLE)
    _require_apart(source, found)
    return tuple(found)


def _directory_place(source: Source) -> tuple[int, int, int]:
    """Position, bytes and records of the directory."""
    tail_at = max(0, source.size - _END.size - 0xFFFF)
    tail = source.take(tail_at, source.size - tail_at)
    end = tail.rfind(b"PK\5\6")
    if end < 0 or end + _END.size > len(tail):
        raise source.refused("it has no directory: the end of the archive is missing", hint=_WHOLE)
    _, disk, first, here, count, size, start, comment = _END.unpack_from(tail, end)
    limit = tail_at + end
    if end + _END.size + comment != len(tail):
        raise source.refused("bytes follow the end of its directory", hint=_WHOLE)
    before = source.take(max(0, limit - _LOCATOR.size), min(limit, _LOCATOR.size))
    if before.startswith(b"PK\6\7"):  # torch always writes the wide end too, which then counts
        limit, count, size, start = _directory_place_64(source, before, limit - _LOCATOR.size)
    elif disk or first or here != count:
        raise source.refused("it is a part of an archive of several", hint=_WHOLE)
    if start + size != limit:
        raise source.refused("its directory is not where its end says", hint=_WHOLE)
    return start, size, count


def _directory_place_64(source: Source, locator: bytes, end: int) -> tuple[int, int, int, int]:
    _, _, at, _ = _LOCATOR.unpack(locator)
    if at > end - _END_64.size:
        raise source.refused("the end of its directory is damaged", hint=_WHOLE)
    fields = _END_64.unpack(source.take(at, _END_64.size))
    mark, disk, first, here, count, size, start = fields[0], *fields[4:]
    if mark != b"PK\6\6" or disk or first or here != count:
        raise source.refused("the end of its directory is damaged", hint=_WHOLE)
    return at, count, size, start


def _entry(source: Source, directory: bytes, at: int, limit: int) -> tuple[Entry, int]:
    if at + _ENTRY.size > len(directory):
        raise source.refused("its directory ends within a record", hint=_WHOLE)
    fields = _ENTRY.unpack_from(directory, at)
    mark, flags, method, checksum, packed, nbytes = fields[0], fields[3], fields[4], *fields[7:10]
    lengths, start = fields[10:13], fields[16]
    stop = at + _ENTRY.size + sum(lengths)
    if mark != b"PK\1\2" or stop > len(directory):
        raise source.refused("its directory is damaged", hint=_WHOLE)
    raw = directory[at + _ENTRY.size : at + _ENTRY.size + lengths[0]]
    name = _name(source, raw, flags)
    extra_at = at + _ENTRY.size + lengths[0]
    extra = directory[extra_at : extra_at + lengths[1]]
    nbytes, packed, start = _wide(source, extra, (nbytes, packed, start))
    if flags & 0x2041:
        raise source.refused(f"its record {quoted(name)} is encrypted", hint="decrypt it first")
    local = _local(source, start, raw, (flags, method))
    entry = Entry(name, start, local, packed, nbytes, method, checksum)
    _require_sizes(source, entry, limit)
    return entry, stop


def _name(source: Source, raw: bytes, flags: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError as error:
        raise source.refused("the name of a record is no text", hint=_WHOLE) from error
    parts = name.split("/")
    if not name or "\0" in name or "\\" in name or ".." in parts or not parts[0] or parts[0].endswith(":"):
        raise source.refused(f"its record {quoted(name)} has a name that leaves its folder")
    return name


def _wide(source: Source, extra: bytes, sizes: tuple[int, int, int]) -> tuple[int, int, int]:
    """Bytes, packed bytes and position, those that need 64 bits taken from the extra field."""
    if _FULL not in sizes:
        return sizes
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            wide = (
                list(struct.unpack_from(f"<{size // 8}Q", extra[: at + 4 + size], at + 4))
                if _inside(extra, at, size)
                else []
            )
            found = [wide.pop(0) if value == _FULL and wide else value for value in sizes]
            return found[0], found[1], found[2]
        at += 4 + size
    raise source.refused("its directory is damaged: a size of 64 bits is missing", hint=_WHOLE)


def _inside(extra: bytes, at: int, size: int) -> bool:
    return at + 4 + size <= len(extra)


def _local(source: Source, start: int, raw: bytes, expected: tuple[int, int]) -> int:
    """Position of the first byte of a record, by its own header, which must agree with the directory."""
    fields = _LOCAL.unpack(source.take(start, _LOCAL.size))
    if fields[0] != b"PK\3\4" or (fields[2] & 0x2041, fields[3]) != (0, expected[1]) or fields[9] != len(raw):
        raise source.refused("a record and the directory do not agree", hint=_WHOLE)
    if source.take(start + _LOCAL.size, len(raw)) != raw:
        raise source.refused("a record has another name than the directory says", hint=_WHOLE)
    return start + _LOCAL.size + int(fields[9]) + int(fields[10])


def _require_sizes(source: Source, entry: Entry, limit: int) -> None:
    name = quoted(entry.name)
    if entry.position + entry.packed > limit:
        raise source.refused(f"its record {name} of {entry.packed:,} B reaches beyond the records", hint=_WHOLE)
    if entry.method == STORED and entry.packed != entry.nbytes:
        raise source.refused(f"its record {name} holds {entry.packed:,} B and says {entry.nbytes:,} B", hint=_WHOLE)
    if entry.nbytes > (entry.packed + 16) * _MOST_INFLATION:
        raise source.refused(f"its record {name} says that {entry.packed:,} B become {entry.nbytes:,} B: a zip bomb")


def _require_apart(source: Source, found: list[Entry]) -> None:
    reached = 0
    names: set[str] = set()
    for entry in sorted(found, key=lambda entry: entry.start):
        if entry.start < reached:
            raise source.refused(f"its record {quoted(entry.name)} overlaps another")
        if entry.name in names:
            raise source.refused(f"two of its records are called {quoted(entry.name)}")
        names.add(entry.name)
        reached = entry.position + entry.packed


def beginning(source: Source, entry: Entry, most: int) -> bytes:
    """The first bytes that an entry holds: no more than ``most`` are read or inflated.

    Raises:
        StoreError: It is compressed in a way that is not read, or damaged.
    """
    raw = source.take(entry.position, min(entry.packed, most))
    if entry.method == STORED:
        return raw
    if entry.method != DEFLATED:
        raise other_method(source, entry)
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, most)
    except zlib.error as error:
        raise source.refused(f"its record {quoted(entry.name)} is damaged: {error}", hint=_WHOLE) from error


def other_method(source: Source, entry: Entry) -> StoreError:
    """The error for a record compressed in a way that is not read."""
    return source.refused(
        f"its record {quoted(entry.name)} is compressed by method {entry.method}", hint="write it again, uncompressed"
    )
