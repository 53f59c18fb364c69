"""Kinds of nodes: what is the same for all nodes of one type is asked of torch once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.autograd.internals import (
    FUNCTION_SLOTS,
    GENERIC,
    gives_one,
    metadata_reader,
    sequence_reader,
    slot_readers,
)
from tensorlab.autograd.vocabulary import bare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEAF = "AccumulateGrad"
_gives_one = cache(gives_one)
_HIDING = frozenset({"CopySlices"})
"""Nodes with a type of their own that hide what they save."""


class Kind(NamedTuple):
    """What is known of all nodes of one type."""

    place: int
    """Of the name among the names of the graph."""
    readers: tuple[tuple[str, Callable[[Any], Any]], ...]
    """Name of each slot, and what reads it."""
    metadata: Callable[[Any], Any]
    sequence: Callable[[Any], int]
    is_leaf: bool
    is_function: bool
    """Whether it is the node of a Python Function, which has one slot for all, and perhaps tensors on its ctx."""
    hides: bool
    """Whether it may save what nobody can see."""
    gives_one: bool
    """Whether the operation surely has one output."""


class Kinds:
    """The kinds of one graph's nodes, numbered as they are met.

    >>> import torch
    >>> kinds = Kinds()
    >>> kinds.number(torch.ones(3, requires_grad=True).sigmoid().grad_fn)
    0
    >>> kinds.made[0].readers[0][0], kinds.names
    ('result', {'SigmoidBackward0': 0})
    """

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.made: list[Kind] = []
        self._known: dict[object, int] = {}

    def numbers(self, nodes: Sequence[Any]) -> list[int]:
        """Of the kinds of many nodes."""
        types = list(map(type, nodes))
        different = set(types)
        if any(kind.__name__ == GENERIC for kind in different):
            return list(map(self.number, nodes))
        known = {kind: self.number(nodes[types.index(kind)]) for kind in sorted(different, key=types.index)}
        return list(map(known.__getitem__, types))

    def number(self, node: Any) -> int:  # noqa: ANN401 - nodes have no public type with all of this
        """Of a node's kind: by its type; by its name where many share one type."""
        found = self._known.get(type(node))
        return found if found is not None else self._asked(node)

    def _asked(self, node: Any) -> int:  # noqa: ANN401 - as above
        shared = type(node).__name__ == GENERIC
        key = node.name() if shared else type(node)
        if key not in self._known:
            self._known[key] = len(self.made)
            self.made.append(self._kind(node, hides=shared))
        return self._known[key]

    def _kind(self, node: Any, *, hides: bool) -> Kind:  # noqa: ANN401 - as above
        name = bare(node.name())
        readers = slot_readers(node)
        return Kind(
            place=self.names.setdefault(name, len(self.names)),
            readers=readers,
            metadata=metadata_reader(node),
            sequence=sequence_reader(node),
            is_leaf=name == LEAF,
            is_function=[slot for slot, _ in readers] == [FUNCTION_SLOTS],
            hides=hides or name in _HIDING,
            gives_one=_gives_one(name),
        )
