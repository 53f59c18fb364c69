"""What a picture is made of. A renderer is a function over these records; a scene is a ``Group``."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal, TypeAlias

from tensorlab.errors import LayoutError
from tensorlab.quantity import Quantity

Role = Literal["plain", "strong", "dim", "good", "bad", "used", "reused", "hole", "unknown"]
"""What a piece of text means; a palette turns it into colour and into marks that need no colour."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with one meaning."""

    text: str | Quantity
    role: Role = "plain"


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a table, a strip or a grid."""

    span: Span
    note: str = ""
    """What the box is, in words: the tooltip."""
    right: bool = False
    """Whether it is aligned to the right, as numbers are."""


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; a renderer may wrap it."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; a head of empty words is not drawn."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        widths = {len(row) for row in self.rows} - {len(self.head)}
        if widths:
            raise LayoutError(f"a table with {len(self.head)} columns got a row of {widths.pop()}")


@dataclass(frozen=True, slots=True)
class Cells:
    """A strip (one axis) or a grid (two or more: nested blocks) of equal boxes, in C order.

    Raises:
        LayoutError: There are more or fewer cells than the shape has places.
    """

    shape: tuple[int, ...]
    """Boxes along each axis that are drawn."""
    cells: tuple[Cell, ...]
    gaps: tuple[tuple[int, int, int], ...] = ()
    """Axis, how many drawn boxes come before, how many are hidden there."""
    title: str = ""
    row: int = 1
    """For a strip: a drawn line holds a multiple of this many boxes where it can."""
    labels: bool = True
    """Whether positions are written at the edges."""
    legend: tuple[Span, ...] = ()
    """What each role that occurs means; a renderer puts its mark or colour before the words."""

    def __post_init__(self) -> None:
        if len(self.cells) != prod(self.shape):
            raise LayoutError(f"cells of shape {self.shape} need {prod(self.shape)} boxes; got {len(self.cells)}")


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures below one another."""

    children: tuple[Element, ...]
    title: str = ""


Element: TypeAlias = Text | Table | Cells | Group
