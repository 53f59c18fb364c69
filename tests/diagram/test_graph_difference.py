"""A difference of two graphs as a scene."""

from __future__ import annotations

from support.graphs import blocks, doublings

from tensorlab.autograd.difference.aligning import difference
from tensorlab.diagram.graph_difference import difference_scene
from tensorlab.render.text import text


def test_the_sums_the_nodes_and_the_leaves() -> None:
    drawn = text(difference_scene(difference(blocks(2), blocks(1))), ascii=True)
    assert drawn.splitlines()[0].startswith("nodes 10 -> 6 (+0 -4), edges 11 -> 6")
    assert "-  TanhBackward0                   blocks.1  net.py:7" in drawn
    assert "no longer reached: blocks.1.weight" in drawn


def test_a_limit_that_is_met_is_said() -> None:
    drawn = text(difference_scene(difference(doublings(2), doublings(2), limit=-1)))
    assert "above the" in drawn
    assert "limit of -1 B" in drawn
