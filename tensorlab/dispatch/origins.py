"""Which place in the code made a node of autograd's, by the node's sequence number."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

_VIEWS = """
    alias asstrided detach diagonal expand imag movedim narrow permute real reshapealias select slice split
    splitwithsizes squeeze swapaxes t transpose unbind unfold unsafeview unsqueeze view viewascomplex viewasreal
"""
"""Stems of views: autograd makes their nodes again, for a view that was written, wherever that is used next."""


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


def may_make(operators: Collection[str], node: str, known: frozenset[str]) -> bool:
    """Whether one of the operators may have made a node of that name; yes where there is no telling.

    Args:
        operators: Those of one call: "aten.mul.Tensor".
        node: "MulBackward0".
        known: Stems of all operators that there are: a node of any other name is a custom Function's.

    >>> known = frozenset({"mul", "sin", "nllloss"})
    >>> may_make(["aten.mul_.Tensor"], "MulBackward0", known), may_make(["aten.mul.Tensor"], "SinBackward0", known)
    (True, False)
    >>> may_make(["aten.nll_loss_forward.default"], "NllLossBackward0", known), may_make([], "SinBackward0", known)
    (True, True)

    Operators on lists make nodes of their elements:

    >>> may_make(["aten._foreach_mul_.Scalar"], "MulBackward1", known)
    True
    """
    stem = stem_of_node(node).removeprefix("foreach")
    if not operators or stem not in known or stem in _VIEWS.split():
        return True
    stems = (stem_of(operator).removeprefix("foreach") for operator in operators)
    return any(own.startswith(stem) or stem.startswith(own) for own in stems)


def stem_of_node(name: str) -> str:
    """What a node's name has in common with that of its operator.

    >>> stem_of_node("NllLossBackward0")
    'nllloss'
    """
    return re.sub(r"Backward\d*$", "", name).lower()


@lru_cache(maxsize=10_000)
def stem_of(operator: str) -> str:
    """What is left of an operator's name in that of its node.

    >>> stem_of("aten.native_layer_norm.default"), stem_of("aten::_log_softmax")
    ('nativelayernorm', 'logsoftmax')
    """
    name = operator.replace("::", ".").split(".")
    return (name[1] if len(name) > 1 else name[0]).strip("_").replace("_", "").lower()
