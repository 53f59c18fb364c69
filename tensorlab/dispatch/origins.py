"""Which place in the code made a node of autograd's, by the node's sequence number."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Origin(NamedTuple):
    """Where a node was made."""

    line: str
    """ "train.py:41"."""
    module: str
    """Path of the module: "features.0"; "" outside any."""
    call: str
    """What the user called: "torch.nn.functional.linear"; "" where that was no function of torch's."""


Owner = int | tuple[str, int] | None
"""Who made nodes: a site by its number, a node whose backward did it, or nobody that is known."""


class Origins:
    """Runs of sequence numbers, each made at one place.

    >>> origins = Origins()
    >>> origins.note(3, 0), origins.note(5, ("MulBackward0", 1)), origins.note(6, None)
    (None, None, None)
    >>> [origins.owner(n) for n in range(7)]
    [0, 0, 0, 0, 0, None, None]
    """

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._owners: list[Owner] = []

    def note(self, end: int, owner: Owner) -> None:
        """Nodes from the last end up to this one were made by that owner."""
        self._ends.append(end)
        self._owners.append(owner)

    def owner(self, sequence: int) -> int | None:
        """The site where a node was made; None where that is not known."""
        found: Owner = ("", sequence)
        while isinstance(found, tuple):
            below = self.direct(found[1])
            if isinstance(below, tuple) and below[1] >= found[1]:
                return None
            found = below
        return found

    def direct(self, sequence: int) -> Owner:
        """The same; for a node that a backward made, the node whose backward it was."""
        place = bisect_right(self._ends, sequence)
        return self._owners[place] if place < len(self._ends) else None
