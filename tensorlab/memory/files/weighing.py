"""From the content of a file to what it keeps: used against kept, records that nobody refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.address import extent
from tensorlab.memory.files.record import FileRetention
from tensorlab.memory.grouping.extents import merged
from tensorlab.memory.retention.account import account
from tensorlab.memory.sharing_groups.sweep import sharing_groups
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from tensorlab.memory.files.record import FileContent
    from tensorlab.memory.record import Storage
    from tensorlab.memory.retention.record import StorageGroup


def weigh(content: FileContent) -> FileRetention:
    """How the tensors of a file lie in it, and what is dead weight.

    >>> from tensorlab.memory.files.record import FileContent
    >>> print(weigh(FileContent(path="x.pt", kind="torch archive", nbytes=300, tensors=())))
    x.pt, torch archive, 300 B: no tensor; 300 B of names and directory
    """
    referred = {_place(leaf.storage) for name, memory in content.tensors for _, leaf in leaves(memory) if leaf.storage}
    idle = tuple(record for record in content.records if _place(record) not in referred)
    retention = account(content.path, content.tensors)
    idle_bytes = unique_bytes(idle)
    return FileRetention(
        path=content.path,
        kind=content.kind,
        nbytes=content.nbytes,
        retention=retention,
        sharing=sharing_groups(content.tensors),
        idle=idle,
        idle_bytes=idle_bytes,
        slimmable=idle_bytes + sum(map(_outside, retention.groups)) if content.kind == "torch archive" else 0,
        unread=content.unread,
        doubts=content.doubts,
    )


def _outside(group: StorageGroup) -> int:
    """Bytes of a storage outside the extents of its members."""
    if any(member.memory.layout is None for member in group.members):
        return 0
    extents = (extent(member.memory.layout) for member in group.members if member.memory.layout is not None)
    return (group.kept or 0) - sum(
        stop - start for start, stop in merged((run.start, run.stop) for run in extents if run)
    )


def _place(storage: Storage) -> tuple[int | None, int | None]:
    return storage.address, storage.nbytes
