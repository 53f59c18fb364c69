"""From the content of a file to what it keeps: used against kept, records that nobody refers to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.memory.files.record import FileRetention
from tensorlab.memory.retention.account import account
from tensorlab.memory.sharing_groups.sweep import sharing_groups
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from tensorlab.memory.files.record import FileContent
    from tensorlab.memory.files.slim import Forecast
    from tensorlab.memory.record import Storage
    from tensorlab.memory.retention.record import StorageGroup


def weigh(content: FileContent, forecast: Forecast | None = None) -> FileRetention:
    """How the tensors of a file lie in it, and what is dead weight; what slimming drops only where it was forecast.

    >>> from tensorlab.memory.files.record import FileContent
    >>> print(weigh(FileContent(path="x.pt", kind="torch archive", nbytes=300, tensors=())))
    x.pt, torch archive, 300 B: no tensor; 300 B of names and directory
    """
    referred = {_place(leaf.storage) for name, memory in content.tensors for _, leaf in leaves(memory) if leaf.storage}
    idle = tuple(record for record in content.records if _place(record) not in referred)
    retention = account(content.path, content.tensors)
    if forecast is not None:
        groups = tuple(replace(group, left=_left(group, forecast)) for group in retention.groups)
        retention = replace(retention, groups=groups)
    return FileRetention(
        path=content.path,
        kind=content.kind,
        nbytes=content.nbytes,
        retention=retention,
        sharing=sharing_groups(content.tensors),
        idle=idle,
        idle_bytes=unique_bytes(idle),
        slimmable=0 if forecast is None else max(content.nbytes - forecast.nbytes, 0),
        unread=content.unread,
        doubts=content.doubts,
    )


def _left(group: StorageGroup, forecast: Forecast) -> int:
    """Bytes of a storage that the slimmed copy has."""
    storages = [member.memory.storage for member in group.members if member.memory.storage is not None]
    start = min(storage.address or 0 for storage in storages)
    stop = max((storage.address or 0) + (storage.nbytes or 0) for storage in storages)
    return sum(last - first for first, last in forecast.runs if start <= first and last <= stop)


def _place(storage: Storage) -> tuple[int | None, int | None]:
    return storage.address, storage.nbytes
