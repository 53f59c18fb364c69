"""Graphs in columns: what they refuse, and what they say."""

from __future__ import annotations

from array import array

import pytest

from tensorlab.autograd.record import Graph, Node, Saved
from tensorlab.errors import LayoutError, OutOfBoundsError

SQUARE = Graph(
    names=("AccumulateGrad", "MulBackward0"),
    kinds=array("q", [0, 1]),
    edges=array("q", [1, 0, 0, 0, 1, 1, 0, 0]),
    roots=((1, 0),),
    details={0: Node(number=0, name="AccumulateGrad", role="leaf", label="x")},
)


def test_two_edges_of_a_square_are_two() -> None:
    assert list(SQUARE.each_edge()) == [(1, 0, 0, 0), (1, 1, 0, 0)]
    assert str(SQUARE) == "nodes=2 edges=2"


def test_a_node_has_its_details_or_at_least_its_name() -> None:
    assert SQUARE.node(0).label == "x"
    assert SQUARE.node(1) == Node(number=1, name="MulBackward0")


@pytest.mark.parametrize("number", [-1, 2])
def test_a_node_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(OutOfBoundsError, match=f"a node is one of 0 to 1; got {number}"):
        SQUARE.node(number)


def test_half_an_edge_is_refused() -> None:
    with pytest.raises(LayoutError, match="an edge is four integers; got 3 of them"):
        Graph(names=(), kinds=array("q"), edges=array("q", [1, 2, 3]), roots=())


def test_what_is_freed_has_no_bytes() -> None:
    assert Saved(node=1, slot="self", state="freed").nbytes == 0
