"""What lies behind an address: which file is mapped there, how much of it the file still backs, whether it can be read.

A page beyond the end of its file, and an address where nothing is mapped, end the process that reads it. Linux tells in
``/proc/self/maps``; where the system does not, what is asked here is not known.
"""

from __future__ import annotations

import os
from mmap import PAGESIZE, mmap
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

_MAPS = Path("/proc/self/maps")
_GONE = " (deleted)"
_POSITIONS: WeakKeyDictionary[mmap, tuple[int, Path, int]] = WeakKeyDictionary()
"""An address of each mapping, where that was looked up, and the byte of the file there: reading the table of all
regions takes a thousand times as long."""


class Region(NamedTuple):
    """One run of addresses that the system mapped at once."""

    start: int
    stop: int
    access: str
    """"r", "w" and "x" or "-" each; then "s" where writes reach the file, "p" where they stay private."""
    position: int
    """The byte of the file at ``start``."""
    device: str
    """Of the file; "00:00" where there is none."""
    inode: int
    """The file's number on its device; 0 where there is none."""
    path: str

    @property
    def file(self) -> tuple[str, int] | None:
        """What tells the file from all others; None where memory of no file is mapped."""
        return (self.device, self.inode) if self.inode else None


def regions(maps: Path = _MAPS) -> list[Region]:
    """Everything that is mapped in this process, by address; empty where the system does not tell.

    >>> all(region.start < region.stop for region in regions())
    True
    """
    try:
        lines = maps.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [_region(fields) for fields in (line.split(maxsplit=5) for line in lines) if len(fields) >= 5]


def _region(fields: list[str]) -> Region:
    span, access, position, device, inode, *path = fields
    start, _, stop = span.partition("-")
    return Region(int(start, 16), int(stop, 16), access, int(position, 16), device, int(inode), "".join(path))


def region_at(address: int, known: list[Region]) -> Region | None:
    """The one of those regions that holds the address.

    >>> region_at(5, [Region(4, 8, "r--p", 0, "00:00", 0, "")]).stop, region_at(8, [])
    (8, None)
    """
    return next((region for region in known if region.start <= address < region.stop), None)


def backed_bytes(owner: object, address: int, maps: Path = _MAPS) -> int | None:
    """Bytes of the mapping, from its first on, that lie in the file as long as it is now.

    None where the owner is no mapping, or one of no file. Where the system does not tell at which byte of the file the
    mapping starts, the first is assumed.

    >>> from tempfile import TemporaryFile
    >>> with TemporaryFile() as file:
    ...     _ = file.truncate(100)
    ...     mapping = mmap(file.fileno(), 100)
    ...     _ = file.truncate(60)
    ...     backed_bytes(mapping, 0), backed_bytes(b"bytes", 0)
    (60, None)
    """
    if type(owner) is not mmap:
        return None
    try:
        size = owner.size()
    except (OSError, ValueError):  # of no file, or closed
        return None
    return max(0, size - _position(owner, address, maps))


def _position(owner: mmap, address: int, maps: Path) -> int:
    """The byte of the file at that address: the same as long as the mapping lies there, so it is looked up once."""
    known = _POSITIONS.get(owner)
    if known is not None and known[:2] == (address, maps):
        return known[2]
    here = region_at(address, regions(maps))
    if here is None:
        return 0
    position = here.position + address - here.start
    _POSITIONS[owner] = (address, maps, position)
    return position


def _size(region: Region) -> int | None:
    """The bytes of the file behind a region; None where there is none, or no longer one of that name."""
    if region.file is None or not region.path.startswith("/") or region.path.endswith(_GONE):
        return None
    try:
        found = os.stat(region.path)  # noqa: PTH116 - a few microseconds, where Path takes twice as many
    except OSError:
        return None
    return found.st_size if found.st_ino == region.inode else None


def is_readable(address: int, nbytes: int, maps: Path = _MAPS) -> bool:
    """Whether all these bytes lie in memory that this process can read without being ended; False where not known.

    >>> is_readable(0, 8), is_readable(0, 0)
    (False, True)
    """
    stop = address + nbytes
    for region in regions(maps):
        if address >= stop:
            break
        if region.start <= address < region.stop:
            if not region.access.startswith("r"):
                return False
            address = min(region.stop, _last_page(region))
    return address >= stop


def _last_page(region: Region) -> int:
    """Where the pages end that the file backs: the rest of the last one reads as zeros."""
    size = _size(region)
    if size is None:
        return region.stop
    return region.start + max(0, -(-(size - region.position) // PAGESIZE) * PAGESIZE)
