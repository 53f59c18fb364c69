"""Graphs in columns: what they refuse, and what they say."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from tensorlab.autograd.record import Graph, Known, Node, Saved, SavedColumns
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


@pytest.mark.parametrize(
    ("column", "numbers", "told"),
    [
        ("kinds", [0, 9], "numbers in kinds are 0 to 1; got 9"),
        ("edges", [9, 0, 0, 0], "numbers in edges are 0 to 1; got 9"),
        ("edges", [1, 0, -7, 0], "numbers in edges are 0 to 1; got -7"),
        ("edges", [0, 0, 1, 0], "edges lead from higher numbers"),
        ("outputs", [0, 0], "numbers in outputs are none"),
        ("made", [0, -1], "numbers in made are none: .*; got 0"),
        ("made", [0], "made has one number for each node, 2 in all; got 1"),
        ("sequences", [0], "sequences has one number for each node"),
    ],
)
def test_a_number_of_nothing_is_refused(column: str, numbers: list[int], told: str) -> None:
    with pytest.raises(LayoutError, match=told):
        replace(SQUARE, **{column: array("q", numbers)})  # type: ignore[arg-type]  # all of them are columns


def test_what_is_said_of_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(LayoutError, match="numbers in roots are 0 to 1; got 5"):
        replace(SQUARE, roots=((5, 0),))
    with pytest.raises(LayoutError, match="numbers in kinds are none"):
        replace(SQUARE, names=())
    with pytest.raises(LayoutError, match="numbers in roots are 0 to 0; got 1"):
        replace(SQUARE, kinds=array("q", [0]))
    with pytest.raises(LayoutError, match="numbers in details are 0 to 1; got 2"):
        replace(SQUARE, details={2: Node(number=2, name="x")})
    with pytest.raises(LayoutError, match="numbers in tensors are 0 to 1; got 3"):
        replace(SQUARE, tensors=(Known(name="x", owner="input", nbytes=4, node=3),))
    one = array("q", [0])
    none = array("q", [-1])
    slots = SavedColumns(nodes=array("q", [2]), words=("self",), names=one, states=one, forms=none, storages=none)
    with pytest.raises(LayoutError, match=r"numbers in slots.nodes are 0 to 1; got 2"):
        replace(SQUARE, slots=slots)


def test_what_is_freed_has_no_bytes() -> None:
    assert Saved(node=1, slot="self", state="freed").nbytes == 0
