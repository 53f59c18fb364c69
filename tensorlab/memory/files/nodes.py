"""What a pickle says, as inert nodes: nothing in it is looked up, imported or called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

NodeKind = Literal["tuple", "list", "set", "dict", "global", "call", "persistent"]


class Node:
    """One container, name or call of a pickle; numbers, words, bytes and None stand for themselves.

    It is filled while the pickle is read, and may hold itself.

    >>> Node("call", "collections.OrderedDict").name
    'collections.OrderedDict'
    """

    __slots__ = ("arguments", "kind", "name", "pairs", "spans", "state", "values")

    def __init__(self, kind: NodeKind, name: str = "", arguments: Value = None) -> None:
        self.kind = kind
        self.name = name
        """Of a global, or of what a call would call: "torch._utils._rebuild_tensor_v2"."""
        self.arguments = arguments
        """Of a call; the identifier of something persistent."""
        self.values: list[Value] | tuple[()] = ()
        """Items of a sequence, also those that are appended to what a call would give."""
        self.pairs: list[Value] | tuple[()] = ()
        """Keys and values in turn."""
        self.state: Value = None
        """What the object would be built up with."""
        self.spans: tuple[int, ...] = ()
        """Of a tuple of four to eight: where in the pickle each item was pushed."""

    def add(self, values: list[Value]) -> None:
        """More items at the end; a list of them is only made where there are any, since most nodes have none.

        >>> node = Node("list")
        >>> node.add([1, 2])
        >>> node.values
        [1, 2]
        """
        if isinstance(self.values, list):
            self.values += values
        else:
            self.values = values

    def add_pairs(self, pairs: list[Value]) -> None:
        """More keys and values at the end.

        >>> node = Node("dict")
        >>> node.add_pairs(["a", 1])
        >>> node.pairs
        ['a', 1]
        """
        if isinstance(self.pairs, list):
            self.pairs += pairs
        else:
            self.pairs = pairs

    def is_call(self, *names: str) -> bool:
        """Whether it calls one of these.

        >>> Node("call", "torch.Size").is_call("torch.Size"), Node("list").is_call("torch.Size")
        (True, False)
        """
        return self.kind == "call" and self.name in names


Value: TypeAlias = "Node | bool | int | float | str | bytes | bytearray | None"


def items(value: Value, *, kind: NodeKind = "tuple") -> Sequence[Value]:
    """The items of a tuple (or another sequence); none of anything else.

    >>> items(None), items(Node("tuple"))
    ((), ())
    """
    return value.values if isinstance(value, Node) and value.kind == kind else ()
