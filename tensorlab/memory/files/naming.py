"""Names of what lies nested in a pickle: the keys of dicts, the numbers of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import StoreError
from tensorlab.memory.files.nodes import Node
from tensorlab.memory.retention.names import key_piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tensorlab.memory.files.nodes import Value

MOST_DEPTH = 10_000
"""Containers within one another that are followed."""
MOST_LEAVES = 200_000
"""That are told of one pickle."""
MOST_LETTERS = 32 * 2**20
"""Of the names of all leaves together."""
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
        StoreError: Containers lie deeper in one another than is followed, or leaves and their names are too many.

    >>> leaf, outer = Node("persistent"), Node("dict")
    >>> outer.add_pairs(["a", leaf, "b", outer, "c", leaf])
    >>> [name for name, _ in walk(outer, lambda node: () if node is leaf else None)]
    ['a', 'c']
    """
    found = letters = 0
    for name, beside, value in _places(root, open_leaf):
        if beside is not None:
            found, letters = found + 1, letters + len(name)
            if found > MOST_LEAVES or letters > MOST_LETTERS:
                raise StoreError(f"it tells more than {MOST_LEAVES:,} tensors, or {MOST_LETTERS:,} letters of names")
            yield name, value


def _places(
    root: Value, open_leaf: Callable[[Node], Sequence[Value] | None]
) -> Iterator[tuple[str, Sequence[Value] | None, Node]]:
    """Every place with its name; no more names are held at once than containers lie in one another."""
    seen: set[int] = set()
    pending: list[tuple[str, Iterator[tuple[str, Value]]]] = [("", iter([("", root)]))]
    while pending:
        above, inner = pending[-1]
        piece, value = next(inner, (None, None))
        if piece is None:
            pending.pop()
        if piece is None or not isinstance(value, Node) or value.kind == "global":
            continue
        name = _joined(above, piece)
        beside = open_leaf(value)
        yield name, beside, value
        if id(value) in seen:
            continue
        seen.add(id(value))
        if len(pending) > MOST_DEPTH:
            raise StoreError(f"containers lie more than {MOST_DEPTH:,} deep in one another")
        pending.append((name, _inside(value) if beside is None else (("", thing) for thing in beside)))


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
    last: dict[object, int] = {}
    for number, (key, value) in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
        if isinstance(key, Node) or isinstance(value, Node) or last:
            last[_identity(key)] = number
    for number in last.values():
        key, value = pairs[2 * number], pairs[2 * number + 1]
        if isinstance(key, Node):
            yield f"[key {number}]", key
        if isinstance(value, Node):
            yield _piece(key, number), value


def _identity(key: Value) -> object:
    """What tells one key from another; a key that is a node, or bytes that can change, is only ever itself."""
    if type(key) in {str, int}:
        return key  # most are; they take no pair each
    return (type(key), id(key) if isinstance(key, (Node, bytearray)) else key)


def _piece(key: Value, number: int) -> str:
    if isinstance(key, str) and key in _TRANSPARENT:
        return ""
    return f"[key {number}]" if isinstance(key, Node) else key_piece(key, number)
