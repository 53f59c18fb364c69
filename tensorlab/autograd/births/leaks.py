"""Which nodes of a backward gave on what is not finite: some make a NaN and put it right before they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.autograd.births.lineage import is_odd

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tensorlab.autograd.births.lineage import Lineage
    from tensorlab.dispatch.record import OpCall

Node = tuple[str, int | None]
_LEAF = "AccumulateGrad"


def taken(calls: Sequence[OpCall], found: Lineage, rerun: Collection[int] = ()) -> set[Node]:
    """Nodes of which another node, or the leaf, took what is not finite.

    Args:
        calls: All that was recorded.
        found: What they had to do with what is not finite.
        rerun: Calls of forward that a checkpoint runs again: what they give is not the gradient.
    """
    nodes: set[Node] = set()
    for number, taint in found.taints.items():
        node = calls[number].node
        if node is not None and node[0].endswith(_LEAF):
            nodes.add(node)
        for parent in taint.parents:
            maker = calls[parent].node
            if maker is not None and maker != node and parent not in rerun:
                nodes.add(maker)
    return nodes


def left(calls: Sequence[OpCall], rerun: Collection[int] = ()) -> set[Node]:
    """Nodes whose last word is not finite: what they gave, and did not read themselves; of ``torch.autograd.grad``.

    >>> from tensorlab.dispatch.record import OpCall
    >>> div = OpCall(number=0, name="aten.div.Tensor", tensors=((0,), (1,)), storages=((0,), (1,)), versions=((0, 0),),
    ...              odd=(((0, 0),), ((0, 1),)), phase="backward", node=("SqrtBackward0", 3))
    >>> left([div])
    {('SqrtBackward0', 3)}
    """
    nodes: set[Node] = set()
    read: set[tuple[Node, int]] = set()
    for call in reversed(calls):
        if call.node is None or call.number in rerun:
            continue
        storages = call.storages[1]
        nodes |= {call.node for place in is_odd(call, 1) if (call.node, storages[place]) not in read}
        read |= {(call.node, storage) for storage in call.storages[0]}
    return nodes


def first_of(numbers: Iterable[int], calls: Sequence[OpCall], found: Lineage) -> int | None:
    """The call to blame: the first, or else the one of the same node that made something new."""
    first: int | None = None
    for number in sorted(numbers):
        first = number if first is None else first
        if calls[number].node == calls[first].node and found.taints[number].makes:
            return number
    return first
