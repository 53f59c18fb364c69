"""A diagram in SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.render.pen import Pen
from tensorlab.render.svg_plan import below, words
from tensorlab.render.text_tree import tree_lines

if TYPE_CHECKING:
    from tensorlab.render.svg_plan import Piece
    from tensorlab.scene.record import Diagram


def diagram_piece(diagram: Diagram) -> Piece:
    """The tree of it.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> diagram_piece(Diagram((Cell(Span("abc")),), ())).width
    24
    """
    return below([words(line) for line in tree_lines(diagram, Pen())])
