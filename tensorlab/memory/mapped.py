"""How much of a mapping its file still backs: a page beyond the end of the file ends the process that reads it."""

from __future__ import annotations

from mmap import mmap
from pathlib import Path

_MAPS = Path("/proc/self/maps")


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
    return max(0, size - _position(address, maps))


def _position(address: int, maps: Path) -> int:
    """The byte of its file that is mapped at an address."""
    try:
        lines = maps.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    for line in lines:
        span, _, position = line.split()[:3]
        start, _, stop = span.partition("-")
        if int(start, 16) <= address < int(stop, 16):
            return int(position, 16) + address - int(start, 16)
    return 0
