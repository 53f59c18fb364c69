"""From the content of a file to what it keeps: used against kept, records that nobody refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.memory.files.record import FileRetention
from tensorlab.memory.grouping.storages import overlapping
from tensorlab.memory.retention.account import account
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from tensorlab.memory.files.record import FileContent
    from tensorlab.memory.record import Storage


def weigh(content: FileContent) -> FileRetention:
    """How the tensors of a file lie in it, and what is dead weight.

    >>> from tensorlab.memory.files.record import FileContent
    >>> print(weigh(FileContent(path="x.pt", kind="torch archive", nbytes=300, tensors=())))
    x.pt, torch archive, 300 B: no tensor; 300 B of names and directory
    """
    referred = {_place(leaf.storage) for name, memory in content.tensors for _, leaf in leaves(memory) if leaf.storage}
    idle = tuple(record for record in content.records if _place(record) not in referred)
    return FileRetention(
        path=content.path,
        kind=content.kind,
        nbytes=content.nbytes,
        retention=account(content.path, content.tensors),
        idle=idle,
        idle_bytes=unique_bytes(idle),
        unread=content.unread,
        doubts=content.doubts,
    )


def _place(storage: Storage) -> tuple[int | None, int | None]:
    return storage.address, storage.nbytes
