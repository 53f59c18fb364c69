"""A graph with fewer boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.graphs import blocks, doublings, made

from tensorlab.diagram.graph_folds import Piece, folded

if TYPE_CHECKING:
    from tensorlab.autograd.record import Graph
    from tensorlab.diagram.graph_folds import Folded


def chain(length: int) -> Graph:
    return made([("AccumulateGrad", []), *(("SinBackward0", [n]) for n in range(length))], labels=["x"])


def arrows_follow_the_order(graph: Graph, found: Folded) -> bool:
    """No arrow between boxes turns back."""
    pairs = {(found.box_of[source], found.box_of[target]) for source, _, target, _ in graph.each_edge()}
    return all(one == other or other < one or other >= found.steps for one, other in pairs)


def test_a_chain_is_one_box_and_its_leaf() -> None:
    found = folded(chain(2_000), most=50)
    assert found.boxes == [Piece(0, 2_000, "repeat", 2_000, 1), 0]


def test_nothing_is_folded_where_everything_is_asked_for() -> None:
    assert len(folded(doublings(60)).boxes) == 62


def test_of_equal_blocks_the_last_is_drawn_and_leaves_of_the_others_are_in_their_box() -> None:
    graph = blocks(12)
    found = folded(graph, most=160)
    pieces = [box for box in found.boxes if isinstance(box, Piece)]
    assert [(piece.kind, piece.times, piece.period) for piece in pieces] == [("repeat", 10, 3)]
    assert [len(leaves) for leaves in found.leaves_of.values()] == [10]
    assert arrows_follow_the_order(graph, found)


@pytest.mark.parametrize("most", [6, 20, 60])
def test_a_graph_without_repeats_is_cut_down_to_the_limit(most: int) -> None:
    nodes = [("AccumulateGrad", []), *((f"N{n}Backward0", [n] * (1 + n % 2)) for n in range(500))]
    graph = made(nodes, labels=["x"])
    found = folded(graph, most=most)
    assert len(found.boxes) <= most
    assert arrows_follow_the_order(graph, found)
    assert sorted(found.box_of) == list(range(501))


def test_modules_are_boxes_where_there_is_too_much() -> None:
    nodes = [("AccumulateGrad", []), *((f"N{n}Backward0", [n]) for n in range(40))]
    places = [("", ""), *((f"m.{n // 10}", "a.py:1") for n in range(40))]
    found = folded(made(nodes, labels=["x"], places=places), most=10)
    assert [box.name for box in found.boxes if isinstance(box, Piece)] == ["m.0", "m.1", "m.2", "m.3"]
