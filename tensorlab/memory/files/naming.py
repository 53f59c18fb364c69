"""Names of what lies nested in a pickle: the keys of dicts, the numbers of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import StoreError
from tensorlab.memory.files.nodes import Node
from tensorlab.memory.retention.names import key_piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tensorlab.memory.files.nodes import Value

MOST_DEPTH = 200
"""Containers within one another that are followed."""
_LONGEST_NAME = 400
_TRANSPARENT = frozenset({"_parameters", "_buffers", "_modules"})
"""Where a pickled module keeps its members: its own names do not show them."""


def walk(root: Value, open_leaf: Callable[[Node], Sequence[Value] | None]) -> Iterator[tuple[str, Node]]:
    """Every leaf, in order, with the name of its place.

    A container that several places refer to is looked into at the first of them only, so that a few bytes of
    references to references cannot make the walk endless; a leaf is told at each.

    Args:
        root: Where to begin.
        open_leaf: What lies beside the elements of a leaf; None for a node that is none.

    Raises:
        StoreError: Containers lie deeper in one another than is followed.

    >>> leaf, outer = Node("persistent"), Node("dict")
    >>> outer.add_pairs(["a", leaf, "b", outer, "c", leaf])
    >>> [name for name, _ in walk(outer, lambda node: () if node is leaf else None)]
    ['a', 'c']
    """
    seen: set[int] = set()
    pending: list[tuple[str, int, Value]] = [("", 0, root)]
    while pending:
        name, depth, value = pending.pop()
        if not isinstance(value, Node) or value.kind == "global":
            continue
        beside = open_leaf(value)
        if beside is not None:
            yield name, value
        if id(value) in seen:
            continue
        seen.add(id(value))
        if depth == MOST_DEPTH:
            raise StoreError(f"containers lie more than {MOST_DEPTH} deep in one another")
        inner = _inside(value) if beside is None else (("", thing) for thing in beside)
        pending += reversed([(_joined(name, piece), depth + 1, thing) for piece, thing in inner])


def _joined(name: str, piece: str) -> str:
    words = f"{name}{piece}" if name else piece.removeprefix(".")
    return words if len(words) <= _LONGEST_NAME else f"…{words[-_LONGEST_NAME:]}"


def _inside(node: Node) -> Iterator[tuple[str, Value]]:
    """What a container holds, each with the piece that its name adds."""
    if node.kind == "call" and isinstance(node.arguments, Node):
        yield from _numbered(node.arguments.values)
        yield from _keyed(node.arguments.pairs)
    yield from _numbered(node.values)
    yield from _keyed(node.pairs)
    if isinstance(node.state, Node):
        yield "", node.state


def _numbered(values: Iterable[Value]) -> Iterator[tuple[str, Value]]:
    return ((f"[{n}]", value) for n, value in enumerate(values) if isinstance(value, Node))


def _keyed(pairs: Sequence[Value]) -> Iterator[tuple[str, Value]]:
    """The last value of each key, as in a dict; keys that are no plain values are all told."""
    last: dict[object, tuple[int, Value, Value]] = {}
    for number, (key, value) in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
        identity = (type(key), id(key) if isinstance(key, (Node, bytearray)) else key)
        last[identity] = (number, key, value)
    for number, key, value in last.values():
        if isinstance(key, Node):
            yield f"[key {number}]", key
        if isinstance(value, Node):
            yield _piece(key, number), value


def _piece(key: Value, number: int) -> str:
    if isinstance(key, str) and key in _TRANSPARENT:
        return ""
    return f"[key {number}]" if isinstance(key, Node) else key_piece(key, number)
