"""A diagram in HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.render.html_words import safe
from tensorlab.render.pen import Pen
from tensorlab.render.text_tree import tree_lines

if TYPE_CHECKING:
    from tensorlab.scene.record import Diagram


def diagram_html(diagram: Diagram) -> str:
    """The tree of it.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> diagram_html(Diagram((Cell(Span("a < b")),), ()))
    '<pre>a &lt; b</pre>'
    """
    return f"<pre>{chr(10).join(map(safe, tree_lines(diagram, Pen())))}</pre>"
