"""Which of many objects share bytes with which. Nothing here refers to the objects themselves."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.errors import LayoutError
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.record import MemoryMap
from tensorlab.quantity import Quantity, counted, listed

_NAMED = 6
"""Names in a sentence."""
_LINES = 12
"""Groups in a sentence."""


@dataclass(frozen=True, slots=True)
class SharedPair:
    """Two objects that share a byte, or of which it is not known.

    Raises:
        LayoutError: They are known to share none.

    >>> print(SharedPair("a", "b", Overlap(Answer.YES, "bounds", ((10,), (0,)), 40)))
    a[10] and b[0]
    """

    first: str
    second: str
    overlap: Overlap

    def __post_init__(self) -> None:
        if self.overlap.answer is Answer.NO:
            raise LayoutError(f"{self.first} and {self.second} share nothing: they are no pair of a map")

    def __str__(self) -> str:
        if self.overlap.witness is None:
            return f"{self.first} and {self.second}: UNKNOWN, {self.overlap.cap}"
        one, other = (",".join(map(str, index)) or "()" for index in self.overlap.witness)
        return f"{self.first}[{one}] and {self.second}[{other}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingGroup:
    """Objects that share bytes, each with at least one other of the group.

    Raises:
        LayoutError: It has fewer than two members.
    """

    members: tuple[tuple[str, MemoryMap], ...]
    """Name and memory, in the order in which they were given."""
    nbytes: int
    """Bytes that some member covers, each once."""
    exact: bool
    """False where ``nbytes`` is a bound: no more than that."""
    pairs: tuple[SharedPair, ...]
    """Pairs that prove it: each with indices of one byte that both cover."""

    def __post_init__(self) -> None:
        if len(self.members) < 2:
            raise LayoutError(f"a group shares: it has two members or more; got {len(self.members)}")

    def __str__(self) -> str:
        words = f"{'' if self.exact else 'at most '}{Quantity(self.nbytes, 'B')}"
        proof = f": {self.pairs[0]} are the same byte" if self.pairs else ""
        return f"{listed([name for name, _ in self.members], _NAMED, last=' and ')} share memory, {words} in all{proof}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingMap:
    """The whole map; ``str()`` is a line a group."""

    groups: tuple[SharingGroup, ...]
    """The largest first."""
    alone: tuple[str, ...]
    """Names of those that share with none."""
    unknown: tuple[SharedPair, ...] = ()
    """Pairs of which it is not known."""
    unchecked: int = 0
    """Pairs that were not compared, since there were too many of them; at most so many."""
    skipped: int = 0
    """Entries that have no elements in memory."""

    @property
    def count(self) -> int:
        """Objects that were compared."""
        return len(self.alone) + sum(len(group.members) for group in self.groups)

    def __str__(self) -> str:
        lines = [str(group) for group in self.groups[:_LINES]]
        if len(self.groups) > _LINES:
            lines.append(f"and {counted(len(self.groups) - _LINES, 'more group')}")
        if self.alone:
            verb = "shares" if len(self.alone) == 1 else "share"
            names = listed(self.alone, _NAMED, last=" and ")
            lines.append(f"{names} {verb} with {'none' if self.groups else 'none of the others'}")
        lines += [str(pair) for pair in self.unknown[:_LINES]]
        if self.unchecked:
            lines.append(f"UNKNOWN: {counted(self.unchecked, 'pair')} not compared")
        return "\n".join(lines) or "nothing to compare"
