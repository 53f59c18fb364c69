"""What a file of tensors holds, and what of it is dead weight. Nothing here refers to an open file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.memory.record import Doubt, MemoryMap, Storage
from tensorlab.memory.retention.record import MOST_LINES, Retention
from tensorlab.memory.sharing_groups.record import SharingMap
from tensorlab.quantity import Quantity, counted

FileKind = Literal["torch archive", "TorchScript archive", "safetensors file", "npy file", "npz archive"]

FILE_DOUBTS = {
    "big-endian": "elements have their bytes in the other order than this machine's",
    "compressed": "elements are deflated: they lie in the file in no layout",
    "hole": "bytes of the file that no tensor is told to use",
    "no-storage": "the file has no bytes of this tensor",
    "no-strides": "its elements lie in components: indices and values, one buffer of several tensors",
    "overlap": "two tensors are told to use the same bytes, where the format allows that no tensor shares any",
    "packed": "several values share a byte, and the shape counts the values",
    "pickled": "elements are pickled objects: no pickle is read",
    "storage-too-small": "elements lie outside the record of their storage: they are never read",
    "trailing": "bytes behind the last tensor",
    "unknown-dtype": "the file names a dtype that no table here has",
    "unread": "the pickle names classes or functions that are neither imported nor called",
}
"""Every code of a doubt that a file, or a tensor in one, can carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """The tensors of a file, by their dotted names, and where they lie in it."""

    path: str
    kind: FileKind
    nbytes: int
    """Of the whole file."""
    tensors: tuple[tuple[str, MemoryMap], ...]
    """Name and memory: the storage is a record of the file, "file" its device, its address a position in the file."""
    records: tuple[Storage, ...] = ()
    """Every run of bytes that is there to hold elements, whether a tensor refers to it or not."""
    unread: tuple[str, ...] = ()
    """Classes and functions that a pickle names and that are neither imported nor called."""
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRetention:
    """How the tensors of a file lie in it, which of them share, and what is dead weight.

    Raises:
        LayoutError: The storages have more bytes than the file.

    >>> empty = Retention(subject="x.pt", groups=(), used=0, kept=0)
    >>> none = SharingMap(groups=(), alone=())
    >>> print(FileRetention(path="x.pt", kind="torch archive", nbytes=500, retention=empty, sharing=none))
    x.pt, torch archive, 500 B: no tensor; 500 B of names and directory
    """

    path: str
    kind: FileKind
    nbytes: int
    """Of the whole file."""
    retention: Retention
    """Tensors by storage, bytes used against bytes kept."""
    sharing: SharingMap
    """Which tensors have bytes in common."""
    idle: tuple[Storage, ...] = ()
    """Records that are there to hold elements, and that no tensor refers to."""
    idle_bytes: int = 0
    """Bytes of these, each once."""
    slimmable: int = 0
    """Bytes by which a slimmed copy of an archive of torch is smaller, to the byte; 0 where there is none."""
    unread: tuple[str, ...] = ()
    """Classes and functions that a pickle names and that are neither imported nor called."""
    doubts: tuple[Doubt, ...] = ()

    def __post_init__(self) -> None:
        if self.overhead < 0:
            raise LayoutError(f"storages of {self.retention.kept + self.idle_bytes:,} B in a file of {self.nbytes:,} B")

    @property
    def overhead(self) -> int:
        """Bytes of the file that hold no elements: names, numbers, directory, padding."""
        return self.nbytes - self.retention.kept - self.idle_bytes

    @property
    def dead(self) -> int:
        """Bytes that are there to hold elements and that no tensor touches."""
        return self.retention.kept - self.retention.used + self.idle_bytes

    @property
    def totals(self) -> str:
        """The whole file in one sentence."""
        there = self.retention.count
        words = "no tensor; " if not there else f"{counted(there, 'tensor')} "
        if there:
            at_most = "" if self.retention.exact else "at most "
            words += "uses " if there == 1 else "use "
            words += f"{at_most}{Quantity(self.retention.used, 'B')} of {Quantity(self.retention.kept, 'B')}, "
        if self.idle_bytes:
            words += f"{Quantity(self.idle_bytes, 'B')} that no tensor refers to, "
        return f"{words}{Quantity(self.overhead, 'B')} of names and directory"

    def __str__(self) -> str:
        lines = [f"{self.path}, {self.kind}, {Quantity(self.nbytes, 'B')}: {self.totals}"]
        wasteful = [group for group in self.retention.groups if group.waste]
        lines += map(str, wasteful[:MOST_LINES])
        if len(wasteful) > MOST_LINES:
            lines.append(f"and {counted(len(wasteful) - MOST_LINES, 'more record')} with bytes that no tensor touches")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slimmed:
    """What slimming a file did.

    >>> print(Slimmed(path="a.pt", output="b.pt", before=4_001_577, after=1_577, storages=1))
    a.pt 4,001,577 B -> b.pt 1,577 B: 4,000,000 B dropped
    """

    path: str
    output: str | None
    """The new file; None where none was written."""
    before: int
    """Bytes of the file."""
    after: int
    """Bytes of the new one; as many as before where none was written."""
    storages: int = 0
    """Records of elements in the new file."""
    reason: str = ""
    """Why the bytes were kept as they are, or nothing was written; empty where some were dropped."""

    def __str__(self) -> str:
        sizes = f"{self.path} {Quantity(self.before, 'B')}"
        if self.output is None:
            return f"nothing to slim: {self.reason}"
        sizes += f" -> {self.output} {Quantity(self.after, 'B')}"
        if self.reason:
            return f"{sizes}: {self.reason}"
        return f"{sizes}: {Quantity(self.before - self.after, 'B')} dropped"
