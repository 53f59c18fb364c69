"""What a plot of the page holds; ``painting`` draws it. Knows no library."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Colour: TypeAlias = int | Literal["ink", "soft"]
"""One of the hues that tell curves apart, the colour of text, or of what stands behind."""
HUES = 8


class Point(NamedTuple):
    """A place of a curve, and what is told of it when it is pointed at."""

    x: float
    y: float
    told: str = ""


class Curve(NamedTuple):
    """Points of one kind.

    Raises nothing: points that are not above 0 are left out where an axis is logarithmic.
    """

    name: str
    """For the legend; "" for none."""
    points: tuple[Point, ...]
    colour: Colour
    line: Literal["solid", "dashed", "none"] = "solid"
    marks: bool = True
    """Whether each point has a sign; only these can be pointed at."""


class Word(NamedTuple):
    """Text beside a curve."""

    x: float
    y: float
    text: str
    slope: float = 0.0
    """How steep the curve is there, which the text follows: 1.0 where both axes are logarithmic and y grows as x."""


class Axis(NamedTuple):
    """What an axis counts."""

    label: str
    """With its unit."""
    log: bool = True
    unit: str = ""
    """Of the numbers beside it: "s"; "" where the label says it."""
    marks: tuple[float, ...] = ()
    """Numbers that stand beside it; chosen where there are none."""


class Chart(NamedTuple):
    """A plot with lines and signs."""

    key: str
    """Of this plot alone: names inside the picture begin with it."""
    title: str
    x: Axis
    y: Axis
    curves: tuple[Curve, ...]
    words: tuple[Word, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences below it."""
    workload: str = ""
    """Which workload it shows, where it shows one: the page hides the others' when one is chosen."""


class Bar(NamedTuple):
    """One bar and what is told of it."""

    name: str
    value: float
    colour: Colour
    text: str
    """Behind its end."""
    told: str = ""


class Bars(NamedTuple):
    """A plot with one bar a row, the first on top."""

    key: str
    title: str
    label: str
    """Of the values, with their unit."""
    bars: tuple[Bar, ...]
    notes: tuple[str, ...] = ()
    workload: str = ""


Plot: TypeAlias = Chart | Bars


def visible(curve: Curve, chart: Chart) -> tuple[Point, ...]:
    """The points that the chart's axes have a place for.

    >>> axis = Axis("elements")
    >>> curve = Curve("add", (Point(0, 1), Point(2, 3)), 0)
    >>> visible(curve, Chart("a", "", axis, axis, (curve,)))
    (Point(x=2, y=3, told=''),)
    """
    found = curve.points
    if chart.x.log:
        found = tuple(point for point in found if point.x > 0)
    return tuple(point for point in found if point.y > 0) if chart.y.log else found
