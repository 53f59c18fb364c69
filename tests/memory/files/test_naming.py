from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tensorlab.errors import StoreError
from tensorlab.memory.files.naming import MOST_DEPTH, MOST_LEAVES, walk
from tensorlab.memory.files.nodes import Node

if TYPE_CHECKING:
    from tensorlab.memory.files.nodes import Value


def leaf_only(node: Node) -> tuple[Value, ...] | None:
    return () if node.kind == "persistent" else None


def container(*pairs: Value) -> Node:
    node = Node("dict")
    node.add_pairs(list(pairs))
    return node


def test_keys_become_names() -> None:
    leaf = Node("persistent")
    tree = container(
        "a.b", leaf, 3, leaf, "two words", leaf, None, leaf, Node("tuple"), leaf, "_parameters", container("w", leaf)
    )
    names = [name for name, _ in walk(tree, leaf_only)]
    assert names == ["a.b", "[3]", "['two words']", "[None]", "[key 4]", "w"]


def test_the_last_value_of_a_key_counts() -> None:
    first, last = Node("persistent"), Node("persistent")
    assert [node for _, node in walk(container("a", first, "a", last), leaf_only)] == [last]
    assert len(list(walk(container(1, first, True, last), leaf_only))) == 2


def test_what_a_call_was_given_and_built_up_with() -> None:
    leaf = Node("persistent")
    call = Node("call", "a.B", Node("tuple"))
    assert isinstance(call.arguments, Node)
    call.arguments.add([1, leaf])
    call.add([leaf])
    call.state = container("x", leaf)
    assert [name for name, _ in walk(container("k", call), leaf_only)] == ["k[1]", "k[0]", "k.x"]


def test_the_walk_ends() -> None:
    leaf = Node("persistent")
    level = leaf
    for _ in range(60):
        outer = Node("list")
        outer.add([level] * 10)
        level = outer
    assert len(list(walk(level, leaf_only))) == 10
    for _ in range(MOST_DEPTH):
        outer = Node("list")
        outer.add([level])
        level = outer
    with pytest.raises(StoreError, match="more than 10,000 deep"):
        list(walk(level, leaf_only))


def test_long_names_are_cut() -> None:
    leaf = Node("persistent")
    tree: Node = leaf
    for _ in range(100):
        tree = container("key_" * 10, tree)
    ((name, _),) = walk(tree, leaf_only)
    assert len(name) < 420
    assert name.startswith("…")


def test_a_list_of_250_lists_within_one_another_is_followed() -> None:
    leaf = Node("persistent")
    level = leaf
    for _ in range(250):
        outer = Node("list")
        outer.add([level])
        level = outer
    assert [node for _, node in walk(level, leaf_only)] == [leaf]


def test_a_leaf_that_is_told_too_often_is_refused() -> None:
    many = Node("list")
    many.add([Node("persistent")] * (MOST_LEAVES + 1))
    with pytest.raises(StoreError, match="more than 200,000 tensors"):
        list(walk(many, leaf_only))


def test_names_are_made_when_they_are_asked_for() -> None:
    many = Node("list")
    many.add([Node("list") for _ in range(20_000)])
    tree = container("k" * 400, many)
    tracemalloc.start()
    assert list(walk(tree, leaf_only)) == []
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 * 2**20


def test_names_that_are_too_long_together_are_refused() -> None:
    many = Node("list")
    many.add([Node("persistent")] * 90_000)
    with pytest.raises(StoreError, match="letters of names"):
        list(walk(container("k" * 200, container("k" * 200, many)), leaf_only))
