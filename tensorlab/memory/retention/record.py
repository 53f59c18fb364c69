"""What an object, or a file, keeps: its tensors grouped by storage. Nothing here refers to the object itself."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.errors import LayoutError
from tensorlab.memory.record import Doubt, MemoryMap
from tensorlab.memory.retention.records_of_archive import archive_length, letters_of
from tensorlab.quantity import Quantity, counted, listed, ratio

MOST_LINES = 12
"""Of a sentence that lists groups."""
_NAMED = 4
"""Members of a group that a line names."""
_COMMON = (1, 30)
"""Letters that names of files commonly have before the dot."""
_MUCH = 1024
"""Bytes that the name of a file may add before a sentence tells of it."""
_CURES = {
    "torch": "clone() before saving",
    "numpy": "copy() to let the rest go",
    "buffer": "copy what is used to let the rest go",
}
"""What lets go of bytes that nothing uses, the first library of a group that is here deciding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One tensor, array or buffer, or a component of one, by the name under which it was found."""

    name: str
    """"layers.0.weight", "state[0].exp_avg", "v.values" of a sparse v; "" for the object itself."""
    memory: MemoryMap
    used: int | None
    """Bytes that its elements cover, each once; None where its layout is not told."""
    exact: bool = True
    """False where ``used`` is a bound: no more than that."""

    @property
    def label(self) -> str:
        """What it is called in a sentence."""
        return self.name or "it"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageGroup:
    """The members that index one run of bytes: one storage, or several that overlap.

    Raises:
        LayoutError: It has no members, or uses more bytes than it keeps.

    >>> from tensorlab.layout.record import Layout
    >>> map = MemoryMap(type="torch.Tensor", library="torch", shape=(10,), dtype=None, layout=Layout((10,), (4,)))
    >>> print(StorageGroup(members=(Member(name="v", memory=map, used=40),), used=40, kept=4_000_000, device="cpu"))
    v uses 40 B, retains 4,000,000 B (100000x); clone() before saving
    """

    members: tuple[Member, ...]
    used: int
    """Bytes that some member covers, each once."""
    kept: int | None
    """Bytes of the storage; None where its extent is unknown."""
    device: str
    """"cpu", "cuda:0", "meta", "file"."""
    exact: bool = True
    """False where ``used`` is a bound: no more than that."""
    held: bool = True
    """False where the bytes are only described, as on meta."""
    left: int | None = None
    """Of a file: bytes of it that a slimmed copy has; None where none would be smaller."""

    def __post_init__(self) -> None:
        if not self.members:
            raise LayoutError("a group of tensors has one member or more; got none")
        if self.kept is not None and not 0 <= self.used <= self.kept:
            raise LayoutError(f"a storage of {self.kept:,} B cannot have {self.used:,} B in use")

    @property
    def waste(self) -> int:
        """Bytes kept that no member uses; at least so many where ``used`` is a bound."""
        return (self.kept or 0) - self.used if self.kept is not None else 0

    @property
    def names(self) -> str:
        """The first few members, and how many more there are."""
        return listed([member.label for member in self.members], _NAMED, last=" and ")

    @property
    def cure(self) -> str:
        """What lets go of the bytes that are not used; empty where all are, or none is held."""
        libraries = {member.memory.library for member in self.members}
        if not self.waste or not self.held:
            return ""
        if "file" in libraries:
            return self._slimming
        return next((_CURES[library] for library in _CURES if library in libraries), "")

    @property
    def _slimming(self) -> str:
        dropped = 0 if self.left is None else (self.kept or 0) - self.left
        if dropped <= 0:
            return ""
        return f"slimming drops {'the rest' if dropped >= self.waste else Quantity(dropped, 'B')}"

    def __str__(self) -> str:
        one = len(self.members) == 1
        words = f"{self.names} {'uses' if one else 'share a storage, use'} "
        used = f"{'' if self.exact else 'at most '}{Quantity(self.used, 'B')}"
        if self.kept is None:
            return f"{words}{used} of a storage of unknown extent"
        if not self.held and self.device == "meta":
            return f"{words}{used} of {Quantity(self.kept, 'B')} on meta: no bytes are held"
        if self.kept == 0:
            return f"{self.names} {'retains' if one else 'retain'} no bytes"
        if self.waste == 0:
            return f"{words}all {Quantity(self.kept, 'B')} that {'it retains' if one else 'they retain'}"
        times = f" ({ratio(self.kept / self.used)})" if self.used else ""
        words += f"{used}, {'retains' if one else 'retain'} {Quantity(self.kept, 'B')}{times}"
        return f"{words}; {self.cure}" if self.cure else words


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSize:
    """How large the file would be.

    The name of a file stands in each record of torch's archive: ``nbytes`` is for a buffer or a name of seven letters
    before the dot, ``for_name`` for any. ``str()`` tells the range for names of 1 to 30 letters where it is wide.

    >>> saved = SaveSize(writer="torch.save", least=1000240, most=1000240, records=((9, 10**6),))
    >>> print(saved)
    torch.save writes 1,000,240 B
    >>> saved.for_name("best-model-of-all-that-we-had.pt")
    1000326
    """

    writer: str
    """"torch.save", "numpy.save"."""
    least: int | None
    """Bytes of the file; None where they are not predicted."""
    most: int | None
    """The same, but where the size depends on values that were not read: then no more than this."""
    subject: str = ""
    """What is saved, where it is not the object itself: "state_dict()"."""
    records: tuple[tuple[int, int], ...] = ()
    """Of each record of the archive, letters of its name after that of the file, and bytes; empty where not told."""
    reason: str = ""
    """Why nothing is predicted."""

    def __post_init__(self) -> None:
        if (self.least is None) != (self.most is None) or (self.least is None) != bool(self.reason):
            raise LayoutError("a size has two bounds, or a reason why it is not known")

    @property
    def nbytes(self) -> int | None:
        """Bytes of the file; the most where only bounds are known, None where nothing is."""
        return self.most

    def for_name(self, path: str) -> int | None:
        """Bytes of a file of that name, as ``nbytes``; None where nothing is known, or not what the name adds."""
        if self.records:
            return archive_length(self.records, letters_of(path))
        return None if self.writer == "torch.save" else self.nbytes

    def __str__(self) -> str:
        what = f" of its {self.subject}" if self.subject else ""
        if self.least is None or self.most is None:
            return f"the size that {self.writer}{what} writes is not predicted: {self.reason}"
        if self.least == self.most:
            return f"{self.writer}{what} writes {Quantity(self.most, 'B')}{self._range}"
        return f"{self.writer}{what} writes {Quantity(self.least, 'B')} to {Quantity(self.most, 'B')}"

    @property
    def _range(self) -> str:
        """What the name of the file makes of it, where that is much."""
        if not self.records:
            return ""
        low, high = (archive_length(self.records, letters) for letters in _COMMON)
        if high - low <= _MUCH:
            return ""
        words = f"{Quantity(low, 'B')} to {Quantity(high, 'B')}"
        return f" to archive.pt; {words} for names of {_COMMON[0]} to {_COMMON[1]} letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is kept alive: the groups, those that waste most first; ``str()`` says so, a line a group and a doubt."""

    subject: str
    """Type of the object, or the path of the file."""
    groups: tuple[StorageGroup, ...]
    used: int
    """Bytes that the members cover, each once; those that are held."""
    kept: int
    """Bytes of all storages that are held, each once."""
    exact: bool = True
    """False where ``used`` is a bound: no more than that."""
    unplaced: tuple[Member, ...] = ()
    """What has no storage that its library tells."""
    skipped: int = 0
    """Entries that are neither containers nor anything with elements in memory."""
    saved: SaveSize | None = None
    """The size of its file, where that was asked for."""
    doubts: tuple[Doubt, ...] = ()

    @property
    def count(self) -> int:
        """How many members there are."""
        return sum(len(group.members) for group in self.groups) + len(self.unplaced)

    @property
    def described(self) -> int:
        """Bytes that are only described, as on meta."""
        return sum(group.kept or 0 for group in self.groups if not group.held)

    @property
    def totals(self) -> str:
        """The whole in one sentence."""
        if not self.count:
            sure = not any(doubt.code == "not-looked-into" for doubt in self.doubts)
            return f"keeps no tensor, array or buffer alive{'' if sure else ' that was found'}"
        inside = (*(member for group in self.groups for member in group.members), *self.unplaced)
        word = "tensor" if all(member.memory.library in {"torch", "file"} for member in inside) else "array"
        used = f"{'' if self.exact else 'at most '}{Quantity(self.used, 'B')}"
        words = f"{counted(self.count, word)} in {counted(len(self.groups), 'storage')}: "
        words += f"{used} used, {Quantity(self.kept, 'B')} kept alive"
        if 0 < self.used < self.kept:
            words += f" ({ratio(self.kept / self.used)})"
        return words + (f"; {Quantity(self.described, 'B')} described, not held" if self.described else "")

    def __str__(self) -> str:
        doubts = [doubt.text for doubt in self.doubts]
        if len(self.groups) == 1 and not self.unplaced:
            return "\n".join([str(self.groups[0]), *doubts])
        telling = [group for group in self.groups if group.waste or len(group.members) > 1]
        lines = [self.totals, *map(str, telling[:MOST_LINES])]
        if len(telling) > MOST_LINES:
            lines.append(f"and {counted(len(telling) - MOST_LINES, 'more group')}")
        return "\n".join([*lines, *doubts])
