from __future__ import annotations

import pytest

from tensorlab.memory.files.machine import Machine
from tensorlab.memory.files.nodes import Node


def test_a_mark_guards_what_lies_below() -> None:
    machine = Machine()
    machine.push(1, 0)
    machine.marks.append(1)
    with pytest.raises(IndexError, match=r"^$"):
        machine.pop()
    with pytest.raises(IndexError, match=r"^$"):
        machine.top()
    for place in range(4):
        machine.push(place, 10 + place)
    assert machine.pop_mark() == ([0, 1, 2, 3], (10, 11, 12, 13))
    assert machine.pop() == 1


def test_names_are_one_node_each() -> None:
    machine = Machine()
    assert machine.named("__builtin__", "set") is machine.named("builtins", "set")
    assert machine.call(machine.named("a", "b"), None, 0).name == "a.b"
    assert machine.call(machine.stack[-1], None, 0).name == "a.b()"
    assert machine.call(machine.stack[-1], None, 0).name == "a.b()"
    assert machine.call(3, None, 0).name == "int()"
    with pytest.raises(TypeError, match=r"^$"):
        machine.named(3, "x")
    machine.push("word", 0)
    with pytest.raises(TypeError, match=r"^$"):
        machine.top()
    assert isinstance(machine.stack[0], Node)


def test_to_a_tuple_nothing_is_added() -> None:
    machine = Machine()
    machine.push(Node("tuple"), 0)
    with pytest.raises(TypeError, match=r"^$"):
        machine.top()


def test_a_name_that_leads_into_another_module_is_noted() -> None:
    machine = Machine()
    machine.named("torch", "os.system")
    machine.named("a", "Outer.Inner")
    assert machine.astray == {"torch.os.system"}
