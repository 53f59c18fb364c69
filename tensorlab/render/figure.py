"""What ``show`` and ``compare`` return: the record, and the picture of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tensorlab.render import html as html_renderer
from tensorlab.render import saving
from tensorlab.render import svg as svg_renderer
from tensorlab.render import text as text_renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike
    from pathlib import Path

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
    whole: Callable[[], Group] | None = field(default=None, compare=False)
    """What makes the picture of a page, where that has room for more than others."""
    formats: Mapping[str, Callable[[], str]] = field(default_factory=dict, compare=False)
    """Suffixes of files that only such a record is saved as, and what makes their text."""

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
        if page:
            return html_renderer.page(self.scene if self.whole is None else self.whole())
        return html_renderer.html(self.scene)

    def svg(self) -> str:
        """The picture as an SVG document: a light card with dark text, alike in browsers and in programs that print.

        It has no script and no style sheet, and asks for nothing outside itself. Of any object it is below 64 KB:
        where there is too much, boxes lose their tooltips, then more of them are left out and counted.

        >>> import tensorlab
        >>> picture = tensorlab.show(b"abc").svg()
        >>> picture.startswith("<svg"), 'role="img"' in picture, "script" in picture
        (True, True, False)
        """
        return svg_renderer.svg(self.scene)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file: ``.svg``, ``.html``, ``.txt`` (80 columns) or ``.png`` (twice the pixels).

        An autograd graph is also saved as ``.dot``, ``.mmd`` (Mermaid) or ``.json``.

        The file is there as a whole or not at all; one that was there is replaced.

        Returns:
            Where it was written.

        Raises:
            UnknownNameError: The suffix is none of these.
            UnavailableError: PNG, without ``pip install "tensorlab-toolkit[png]"``.
            StoreError: The file cannot be written.

        >>> import tempfile, tensorlab
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     tensorlab.show(b"abc").save(f"{folder}/bytes.txt").read_text().splitlines()[0]
        'bytes uint8 (3,)'
        """
        return saving.save(
            path,
            {
                ".svg": self.svg,
                ".html": lambda: self.html(page=True),
                ".txt": lambda: f"{self.text()}\n",
                ".png": lambda: saving.paint(".png", self.svg()),
                **self.formats,
            },
        )

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()
