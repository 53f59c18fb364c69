"""Two graphs side by side."""

from __future__ import annotations

from support.graphs import blocks, doublings, made

from tensorlab.autograd.difference.aligning import difference
from tensorlab.autograd.difference.record import Change


def test_a_graph_does_not_differ_from_itself() -> None:
    found = difference(blocks(3), blocks(3))
    assert (found.added, found.removed, found.moved, found.lost, found.gained) == ((), (), 0, (), ())


def test_nodes_that_were_added_and_removed_are_counted_by_place() -> None:
    found = difference(blocks(2), blocks(3))
    at = {"module": "blocks.2", "line": "net.py:7"}
    assert found.added == (
        Change(name="AccumulateGrad blocks.2.weight", count=1),
        Change(name="AddBackward0", count=1, **at),
        Change(name="MulBackward0", count=1, **at),
        Change(name="TanhBackward0", count=1, **at),
    )
    assert (found.removed, found.gained, found.lost) == ((), ("blocks.2.weight",), ())
    assert difference(blocks(3), blocks(2)).lost == ("blocks.2.weight",)


def test_a_node_at_another_line_has_moved() -> None:
    nodes = [("AccumulateGrad", []), ("SinBackward0", [0])]
    one = made(nodes, labels=["x"], places=[("", ""), ("m", "net.py:3")])
    other = made(nodes, labels=["x"], places=[("", ""), ("m", "net.py:5")])
    assert (difference(one, other).moved, difference(one, other).added) == (1, ())


def test_a_leaf_that_is_cut_off_is_named() -> None:
    joined = made([("AccumulateGrad", []), ("AccumulateGrad", []), ("MulBackward0", [0, 1])], labels=["a", "b"])
    cut = made([("AccumulateGrad", []), ("MulBackward0", [0])], labels=["a"])
    assert difference(joined, cut).lost == ("b",)


def test_counts_of_many_equal_nodes_differ_by_their_number() -> None:
    found = difference(doublings(60), doublings(20))
    assert found.removed == (Change(name="AddBackward0", count=40),)
    assert str(found).startswith("nodes 62 -> 22 (+0 -40), edges 121 -> 41")
