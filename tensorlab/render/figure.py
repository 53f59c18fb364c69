"""What ``show`` and ``compare`` return: the record, and the picture of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.render import html as html_renderer
from tensorlab.render import text as text_renderer

if TYPE_CHECKING:
    from tensorlab.scene.record import Group


@dataclass(frozen=True, slots=True, repr=False)
class Figure:
    """A picture with the record that it was drawn from.

    A terminal shows it as text in 80 columns, a notebook as HTML. Nothing is printed before somebody asks.

    >>> import tensorlab
    >>> figure = tensorlab.show(b"abc")
    >>> figure.data.shape
    (3,)
    >>> print(figure.text(width=40).splitlines()[0])
    bytes uint8 (3,)
    """

    data: object
    """The record, for programs."""
    scene: Group
    """The picture, for renderers."""

    def text(self, *, width: int = 80, color: bool = False, ascii: bool = False) -> str:  # noqa: A002 - the word
        """The picture as lines of text in at most ``width`` columns.

        Raises:
            LayoutError: ``width`` is less than 20.

        >>> import tensorlab
        >>> tensorlab.show(b"abc").text(ascii=True).isascii()
        True
        """
        return text_renderer.text(self.scene, width=width, color=color, ascii=ascii)

    def html(self, *, page: bool = False) -> str:
        """The picture as an HTML fragment, or as a whole page.

        >>> import tensorlab
        >>> tensorlab.show(b"abc").html().startswith("<div")
        True
        >>> tensorlab.show(b"abc").html(page=True).startswith("<!doctype html>")
        True
        """
        return html_renderer.page(self.scene) if page else html_renderer.html(self.scene)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()
