"""What a picture is made of. A renderer is a function over these records; a scene is a ``Group``."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, prod
from typing import Literal, TypeAlias

from tensorlab.errors import LayoutError
from tensorlab.quantity import Quantity

Role = Literal["plain", "strong", "dim", "good", "bad", "used", "reused", "hole", "unknown"]
"""What a piece of text means; a palette turns it into colour and into marks that need no colour."""


Tie: TypeAlias = tuple[str, int, int]
"""Places that a box stands for: the space they are in ("storage 0"), and a range of it, from its first to before its
last. Boxes with ranges of one space that meet light up together."""

Point: TypeAlias = tuple[float, float, float, float]
"""Of a plot: a place, a value, and the lowest and highest value there."""

HUES = 8
"""Colours that tell rows of one view, or several views, apart."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with one meaning."""

    text: str | Quantity
    role: Role = "plain"


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a table, a strip or a grid.

    Raises:
        LayoutError: The width is less than 1, or the hue none of ``HUES``.
    """

    span: Span
    note: str = ""
    """What the box is, in words: the tooltip."""
    right: bool = False
    """Whether it is aligned to the right, as numbers are."""
    ties: tuple[Tie, ...] = ()
    """What the box has in common with others: bytes of a storage, a boxed object."""
    hue: int | None = None
    """Which of ``HUES`` colours it has where it is used; never the only carrier of a fact."""
    width: int = 1
    """Places of a strip that it covers: an int32 stands over four int8."""

    def __post_init__(self) -> None:
        if self.width < 1:
            raise LayoutError(f"a box covers 1 place or more; got width {self.width}")
        if self.hue is not None and not 0 <= self.hue < HUES:
            raise LayoutError(f"a hue is one of 0 to {HUES - 1}; got {self.hue}")


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
    """A strip (one axis), a grid (two or more: nested blocks), or strips in step (two axes, the rows named).

    Boxes come in C order. Of a strip and of strips in step, a box may cover several places.

    Raises:
        LayoutError: The boxes cover more or fewer places than the shape has, or reach over the end of a strip; there is
            not a name a row; boxes of a grid are wider than a place.
    """

    shape: tuple[int, ...]
    """Places along each axis that are drawn."""
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
    names: tuple[Span, ...] = ()
    """Of the rows of strips in step; empty for a strip and a grid."""

    def __post_init__(self) -> None:
        places, covered = prod(self.shape), sum(cell.width for cell in self.cells)
        if places != covered:
            raise LayoutError(f"cells of shape {self.shape} need {places} boxes; got {covered}")
        if self.names and (len(self.shape) != 2 or len(self.names) != self.shape[0]):
            raise LayoutError(f"strips in step have a name each; got {len(self.names)} names, shape {self.shape}")
        if len(self.shape) > 1 and not self.names and covered != len(self.cells):
            raise LayoutError(f"boxes of a grid are one place wide; got {covered} places for {len(self.cells)} boxes")
        is_wide = covered != len(self.cells)
        if is_wide and any(sum(cell.width for cell in row) != self.shape[-1] for row in self.rows() if row):
            raise LayoutError(f"a box reaches over the end of its strip of {self.shape[-1]} places")

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The boxes along the last axis, row by row.

        >>> wide, narrow = Cell(Span("a"), width=2), Cell(Span("b"))
        >>> [len(row) for row in Cells((2, 2), (wide, narrow, narrow), names=(Span("A"), Span("B"))).rows()]
        [1, 2]
        """
        places = self.shape[-1] if self.shape else 1
        found: list[list[Cell]] = [[]]
        covered = 0
        for cell in self.cells:
            if covered >= places:
                found.append([])
                covered = 0
            found[-1].append(cell)
            covered += cell.width
        return tuple(map(tuple, found))


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes joined by arrows, in layers: an autograd graph, a chain of modules.

    Raises:
        LayoutError: An arrow or a cluster names a box that is not there, or boxes are not as many as their solids.
    """

    nodes: tuple[Cell, ...]
    edges: tuple[tuple[int, int, str], ...]
    """From which box to which, and what is written at the arrow; two arrows may join the same boxes."""
    clusters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Names, as "features.0", and the boxes inside; one whose boxes all lie in another lies within it."""
    title: str = ""
    legend: tuple[Cell, ...] = ()
    """What the colours of boxes mean."""
    heads: tuple[tuple[int, str], ...] = ()
    """Boxes that it is asked from, where there are several, with what each is: "output 0"."""
    solids: tuple[tuple[int, int, int], ...] = ()
    """Channels, rows and columns of what each box stands for, where they are drawn as solids in a row; the lines of a
    box's note stand below its solid."""

    def __post_init__(self) -> None:
        if self.solids and (len(self.solids) != len(self.nodes) or min(map(min, self.solids)) < 1):
            raise LayoutError(f"each of {len(self.nodes)} boxes has sizes of 1 or more; got {self.solids}")
        ends = [end for edge in self.edges for end in edge[:2]] + [n for _, inside in self.clusters for n in inside]
        ends += [box for box, _ in self.heads]
        outside = next((end for end in ends if not 0 <= end < len(self.nodes)), None)
        if outside is not None:
            raise LayoutError(f"a diagram of {len(self.nodes)} boxes has none numbered {outside}")


@dataclass(frozen=True, slots=True)
class Plot:
    """Values over places, such as the gradients of a network over its depth.

    Raises:
        LayoutError: A value is not finite, not within its range, or not above 0 on a logarithmic axis; there are more
            series than ``HUES``, or more curves than series.
    """

    x: str
    """What lies along the axis."""
    y: str
    series: tuple[tuple[str, tuple[Point, ...]], ...]
    """Names, and points by their places. One that has the same value as its low and its high has no range."""
    log: bool = False
    """Whether equal ways up are equal factors."""
    marks: tuple[tuple[float, float | None, Span], ...] = ()
    """Places that something is to be said of, and at which value; at None, there is none to be drawn at."""
    title: str = ""
    lines: bool = True
    """Whether the points of the first series are joined; those of others are not."""
    log_x: bool = False
    """Whether equal ways along are equal factors."""
    curves: int = 1
    """How many of the first series are joined, where any are."""
    words: tuple[tuple[float, float, Span], ...] = ()
    """Words that stand at a place and a value, such as the name of a curve beside it."""

    def __post_init__(self) -> None:
        if len(self.series) > HUES:
            raise LayoutError(f"a plot has {HUES} series at most; got {len(self.series)}")
        if not 1 <= self.curves <= max(len(self.series), 1):
            raise LayoutError(f"a plot of {len(self.series)} series has 1 curve to all of them; got {self.curves}")
        for place, value, low, high in (point for _, points in self.series for point in points):
            if not (isfinite(place) and isfinite(low) and isfinite(high) and low <= value <= high):
                raise LayoutError(f"a point is a place and low <= value <= high; got {place}, {low}, {value}, {high}")
            if self.log and low <= 0:
                raise LayoutError(f"a logarithmic axis has values above 0; got {low}")
        self._check_axes()

    def _check_axes(self) -> None:
        places = [point[0] for _, points in self.series for point in points]
        places += [one[0] for one in (*self.marks, *self.words)]
        if self.log_x and any(place <= 0 for place in places):
            raise LayoutError(f"a logarithmic axis has places above 0; got {min(places)}")
        for place, at, _ in (*self.marks, *self.words):
            if not isfinite(place) or (at is not None and not (isfinite(at) and (at > 0 or not self.log))):
                raise LayoutError(f"a mark stands at a place and a value of the axis; got {place}, {at}")


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures below one another."""

    children: tuple[Element, ...]
    title: str = ""
    links: tuple[tuple[Tie, Tie], ...] = ()
    """Arrows from a box with the first tie to one with the second: from a pointer to what it leads to."""


Element: TypeAlias = Text | Table | Cells | Diagram | Plot | Group
