"""An autograd graph as a scene."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from support.graphs import blocks, doublings, made

from tensorlab.diagram.autograd_graphs import graph_scene
from tensorlab.render.text import text
from tensorlab.scene.record import Diagram

if TYPE_CHECKING:
    from tensorlab.autograd.record import Graph


def diagram_of(graph: Graph, most: int | None = 160) -> Diagram:
    return next(child for child in graph_scene(graph, most=most).children if isinstance(child, Diagram))


def test_sixty_doublings_are_three_lines() -> None:
    assert text(graph_scene(doublings(60))).splitlines() == [
        "autograd graph: 62 nodes, 121 edges",
        "folded: 60 nodes in repeats",
        "",
        "SumBackward0",
        "AddBackward0 x 60  2 edges each",
        "x (2 arrows)",
    ]


def test_all_of_it_is_every_node_and_every_edge() -> None:
    diagram = diagram_of(doublings(60), None)
    assert (len(diagram.nodes), len(diagram.edges)) == (62, 121)


def test_blocks_that_are_alike_are_counted() -> None:
    drawn = text(graph_scene(blocks(12)), ascii=True)
    assert "x 10 more  blocks.1 ... blocks.10, 3 nodes each  10 leaves" in drawn
    assert "blocks.11.weight" in drawn


def test_modules_are_clusters_with_the_leaves_that_only_they_use() -> None:
    diagram = diagram_of(blocks(2))
    names = [name for name, _ in diagram.clusters]
    assert names == ["blocks", "blocks.0", "blocks.1"]
    inside = {name: {str(diagram.nodes[n].span.text) for n in boxes} for name, boxes in diagram.clusters}
    assert "blocks.0.weight" in inside["blocks.0"]
    assert "x" not in inside["blocks.1"]


def test_what_is_special_is_told_in_the_tooltip_and_below() -> None:
    graph = made([("AccumulateGrad", []), ("CopySlices", [0])], labels=["x"], notes="a write to a view")
    assert "a write to a view" in diagram_of(graph).nodes[0].note
    assert "#1 CopySlices: a write to a view" in text(graph_scene(graph))


def test_a_graph_of_nothing_is_drawn() -> None:
    assert text(graph_scene(made([]))) == "autograd graph: 0 nodes, 0 edges\n"[:-1]


def test_what_was_given_is_told_where_it_is_several() -> None:
    one = made([("AccumulateGrad", []), ("Sin", [0]), ("Exp", [1]), ("Cos", [0])])
    assert diagram_of(one).heads == ()
    several = replace(one, roots=((2, 0), (3, 0), (1, 0), (1, 0)))
    said = {str(diagram_of(several).nodes[box].span.text): words for box, words in diagram_of(several).heads}
    assert said == {"Exp": "output 0 of 4", "Cos": "output 1 of 4", "Sin": "output 2, 3 of 4"}
