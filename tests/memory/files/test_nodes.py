from __future__ import annotations

from tensorlab.memory.files.nodes import Node, items


def test_items_of_one_kind_only() -> None:
    node = Node("list")
    node.add([1])
    node.add([2])
    assert node.values == [1, 2]
    assert items(node, kind="list") == [1, 2]
    assert (items(node), items(3)) == ((), ())
    node.add_pairs(["a", 1])
    node.add_pairs(["b", 2])
    assert node.pairs == ["a", 1, "b", 2]
