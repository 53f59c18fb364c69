"""The state of an unpickler: a stack with its marks, a memo, and the names that were met."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from tensorlab.memory.files.nodes import Node, items
from tensorlab.memory.files.suspects import is_hostile, leaves_module

if TYPE_CHECKING:
    from tensorlab.memory.files.nodes import Value

_TRACED = range(4, 9)
"""Items of a tuple whose places in the pickle are kept: as many as tell a storage, or a tensor."""
_CALLER = "torch._tensor._rebuild_from_type_v2"
"""Calls the function that is its first argument."""
_OLD_MODULES = {"__builtin__": "builtins", "copy_reg": "copyreg"}


class Machine:
    """A stack, its marks and a memo. What an opcode asks for and is not there is an ``IndexError``, or its like."""

    __slots__ = ("astray", "called", "marks", "memo", "names", "places", "stack")

    def __init__(self) -> None:
        self.stack: list[Value] = []
        self.places = array("q")
        """Where in the pickle each entry of the stack was pushed."""
        self.marks: list[int] = []
        self.memo: dict[int, Value] = {}
        """What was kept for later, by its number."""
        self.names: dict[str, Node] = {}
        self.called: set[str] = set()
        self.astray: set[str] = set()
        """Names whose way leads out of the module that they are asked of."""

    def push(self, value: Value, place: int) -> None:
        """One value more, and where in the pickle it was pushed."""
        self.stack.append(value)
        self.places.append(place)

    def pop(self) -> Value:
        """The last value, which lies above the last mark."""
        if self.marks and self.marks[-1] == len(self.stack):
            raise IndexError
        self.places.pop()
        return self.stack.pop()

    def pop_mark(self) -> tuple[list[Value], tuple[int, ...]]:
        """The values above the last mark, and where they were pushed where they are few."""
        at = self.marks.pop()
        values, places = self.stack[at:], tuple(self.places[at:]) if len(self.places) - at in _TRACED else ()
        del self.stack[at:], self.places[at:]
        return values, places

    def top(self) -> Node:
        """The container on top; to a tuple nothing is added, and one without items is the same node everywhere."""
        if self.marks and self.marks[-1] == len(self.stack):
            raise IndexError
        node = self.stack[-1]
        if not isinstance(node, Node) or node.kind == "tuple":
            raise TypeError
        return node

    def call(self, function: Value, arguments: Value, place: int) -> Node:
        """What it would be to call a function; it is noted, not called.

        A function that it is given to call counts as called too: always where torch does that, else where it runs
        more than data needs. What a call gives, called in turn any number of times, has one name, of one length.
        """
        inner = function if isinstance(function, Node) else Node("call", type(function).__name__)
        name = inner.name if inner.kind == "global" else f"{inner.name.removesuffix('()') or inner.kind}()"
        self.called.add(name)
        given = [item.name for item in items(arguments) if isinstance(item, Node) and item.kind == "global"]
        self.called.update(given[:1] if name == _CALLER else filter(is_hostile, given))
        node = Node("call", name, arguments)
        self.push(node, place)
        return node

    def named(self, module: Value, name: Value) -> Node:
        """The global of that name, one node for each."""
        if not isinstance(module, str) or not isinstance(name, str):
            raise TypeError
        full = f"{_OLD_MODULES.get(module, module)}.{name}"
        if leaves_module(name):
            self.astray.add(full)
        return self.names.setdefault(full, Node("global", full))
