"""Two graphs side by side, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.quantity import Quantity, counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Nodes of one kind and place that only one of the two graphs has.

    >>> print(Change(name="ExpBackward0", count=2, module="head", line="net.py:7"))
    ExpBackward0 x 2 head net.py:7
    """

    name: str
    """As torch calls them; of a leaf also its name."""
    count: int
    module: str = ""
    line: str = ""

    def __str__(self) -> str:
        times = f" x {self.count:,}" if self.count > 1 else ""
        return " ".join(filter(None, (f"{self.name}{times}", self.module, self.line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one graph keeps for backward, each byte counted once."""

    nodes: int
    edges: int
    activations: int = 0
    parameters: int = 0
    inputs: int = 0
    buffers: int = 0
    unclear: int = 0
    """Of no owner that is known."""
    double_counted: int = 0
    """Bytes that several slots keep, beyond the first."""
    retained: int = 0
    """Bytes of the storages that this keeps alive."""
    unseen: int = 0
    """Slots that were freed, or cannot be looked at: their bytes are in none of the sums."""

    @property
    def saved(self) -> int:
        """All bytes that are kept, each counted once.

        >>> Weight(nodes=1, edges=0, activations=8, parameters=4).saved
        12
        """
        return self.activations + self.parameters + self.inputs + self.buffers + self.unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The second graph as against the first; ``str()`` is a sentence.

    >>> one, other = Weight(nodes=2, edges=1, activations=8), Weight(nodes=3, edges=2, activations=20)
    >>> added = (Change(name="ExpBackward0", count=1),)
    >>> print(Difference(before=one, after=other, added=added, lost=("w",)))
    nodes 2 -> 3 (+1 -0), edges 1 -> 2, leaves +0 -1, saved 8 B -> 20 B
    """

    before: Weight
    after: Weight
    added: tuple[Change, ...] = ()
    """Nodes that only the second has."""
    removed: tuple[Change, ...] = ()
    """Nodes that only the first has."""
    moved: int = 0
    """Nodes that both have, made at another line or in another module."""
    lost: tuple[str, ...] = ()
    """Leaves that only the first leads to."""
    gained: tuple[str, ...] = ()
    """Leaves that only the second leads to."""
    limit: int | None = None
    """Bytes that the second may keep."""

    @property
    def exceeds(self) -> bool:
        """Whether the second keeps more than it may.

        >>> weight = Weight(nodes=1, edges=0, activations=8)
        >>> [Difference(before=weight, after=weight, limit=limit).exceeds for limit in (None, 8, 7)]
        [False, False, True]
        """
        return self.limit is not None and self.after.saved > self.limit

    def __str__(self) -> str:
        one, other = self.before, self.after
        plus, minus = (sum(change.count for change in changes) for changes in (self.added, self.removed))
        moved = f", {counted(self.moved, 'node')} moved" if self.moved else ""
        words = (
            f"nodes {one.nodes:,} -> {other.nodes:,} (+{plus} -{minus}){moved}, "
            f"edges {one.edges:,} -> {other.edges:,}, leaves +{len(self.gained)} -{len(self.lost)}, "
            f"saved {Quantity(one.saved, 'B')} -> {Quantity(other.saved, 'B')}"
        )
        return f"{words}: above the limit of {Quantity(self.limit or 0, 'B')}" if self.exceeds else words
