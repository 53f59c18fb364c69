"""What a layout makes the memory do, what that costs on this machine, and what the clock said."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.quantity import counted

Operation = Literal["sum", "copy"]
Bound = Literal["call", "elements", "lines", "pages"]
"""What the larger part of a predicted time is spent on."""
Curve = tuple[tuple[float, float], ...]
"""Seconds by bytes or by pages, in increasing order of these."""
CLOSE = 0.3
"""How far a prediction may be from what was measured, of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What one pass over a layout fetches.

    Raises:
        LayoutError: A count is negative.
    """

    lines: int
    """Cache lines fetched."""
    entries: int
    """Times that a page is entered: its address is looked up, and its first line comes alone."""
    pages: int
    """Pages that these are of."""
    footprint: int
    """Bytes of cache that it takes to keep all lines; more than they have where they compete for the same places."""
    crowding: int = 1
    """How many times too many lines there are for the places of a cache that they may take."""
    write: bool = False
    times: int = 1
    """Passes in a call: columns of a traversal by columns."""

    def __post_init__(self) -> None:
        if min(self.lines, self.entries, self.pages, self.footprint, self.times) < 0:
            raise LayoutError(f"counts of lines and pages are 0 or more; got {self.lines} and {self.pages}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """What an operation of a library costs beside the memory, from calls on what lies in the nearest cache."""

    library: str
    operation: Operation
    call: float
    """Seconds that a call takes whatever its size."""
    dense: float
    """Seconds an element, side by side."""
    strided: float
    """Seconds an element, apart."""
    apart: Curve = ()
    """Seconds a line from memory whose neighbours are left out, by crowding: some loops ask for fewer lines at once,
    and the fewer places lines may take, the fewer can be under way. None where no probe told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What this machine takes for a cache line and for a page, from a few probes; none is a row that it predicts."""

    reads: Curve
    """Seconds a line that is read with its neighbours, by the bytes that are read again and again."""
    writes: Curve
    """Seconds a line that is written."""
    starts: Curve
    """Seconds a line among the first of a page, that nothing fetches ahead yet."""
    alone: Curve
    """Seconds a line that is the first of its page."""
    walks: Curve
    """Seconds that looking up a page's address takes, by the number of pages."""
    kernels: tuple[Kernel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A predicted time and what it is made of."""

    call: float
    elements: float
    lines: float
    pages: float

    @property
    def seconds(self) -> float:
        """Of one call. Fetching and computing overlap, but not wholly: the root of their squares, summed."""
        return self.call + hypot(self.elements, self.lines + self.pages)

    @property
    def bound(self) -> Bound:
        """The largest part.

        >>> Forecast(call=0.0, elements=1.0, lines=0.8, pages=0.4).bound
        'lines'
        """
        if self.call > max(self.elements, self.lines + self.pages):
            return "call"
        if self.elements >= self.lines + self.pages:
            return "elements"
        return "lines" if self.lines >= self.pages else "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrideRow:
    """A layout that one operation of a library went over.

    Raises:
        LayoutError: There are no elements.
    """

    pattern: str
    """"stride 16", "column", "gather"."""
    stride: int | None
    """In elements; None for a pattern that is no stride."""
    library: str
    operation: Operation
    elements: int
    nbytes: int
    """Of the elements that are read, and of those that are written."""
    lines: int | None
    """Distinct cache lines, exactly; None where the count would pass its cap."""
    pages: int | None
    """Distinct pages."""
    seconds: float
    """Median of a call."""
    low: float
    """First quartile."""
    high: float
    """Third quartile."""
    forecast: Forecast

    def __post_init__(self) -> None:
        if self.elements < 1:
            raise LayoutError(f"a row has 1 element or more; got {self.elements}")

    @property
    def off(self) -> float:
        """Measured over predicted."""
        return self.seconds / self.forecast.seconds

    @property
    def close(self) -> bool:
        """Whether the prediction is within 30% of what was measured."""
        return abs(self.forecast.seconds - self.seconds) <= CLOSE * self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StrideRun:
    """Strides and patterns, measured beside what was predicted; ``str()`` says how many predictions are close."""

    machine: str
    nbytes: int
    """Of the block of memory that strides go through."""
    dtype: str
    line: int
    """Bytes."""
    page: int
    """Bytes."""
    costs: Costs
    rows: tuple[StrideRow, ...]
    rounds: int
    """Blocks of each row."""
    interrupted: bool = False
    """Whether Ctrl-C came before all rounds were measured."""

    def close(self, operation: Operation, library: str | None = None) -> tuple[int, int]:
        """How many strides are predicted within 30%, and how many there are."""
        rows = [
            row
            for row in self.rows
            if row.stride is not None and row.operation == operation and library in {None, row.library}
        ]
        return sum(row.close for row in rows), len(rows)

    def __str__(self) -> str:
        words = []
        for operation in dict.fromkeys(row.operation for row in self.rows if row.stride is not None):
            near, every = self.close(operation)
            words.append(f"{operation} {near} of {every}")
        cut = f"; interrupted after {counted(self.rounds, 'round')}" if self.interrupted else ""
        return f"predicted within 30% of what was measured: {', '.join(words)} strides{cut}"
