"""What strides cost: times beside predictions, a table for each operation of each library, and a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import Quantity, digits, prefixed
from tensorlab.scene.record import Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.striding.record import StrideRow, StrideRun

HEAD = ("stride", "ns/element", "predicted", "ratio", "GB/s", "lines", "pages")
NAMES = {"numpy": "NumPy"}
TRANSPOSED = (
    "x.T.sum() shows nothing: a sum may go in any order, so both libraries read x.T in the order of memory, as they "
    "read x; copy it, or go along its columns, and the layout shows"
)
WORDS = (
    ("row, column", "a square matrix, a call for each row or for each column"),
    ("transposed", "its transpose, in one call"),
    ("expanded", "one element with strides of 0"),
    ("channels_last", "a copy of images into channels last; a sum of images that lie so"),
    ("unaligned", "every element begins a byte late"),
    ("gather", "elements at places drawn at random; lines and pages are counted by the places"),
)


def stride_scene(run: StrideRun) -> Group:
    """The picture of a run: a table for each operation of each library, plots, how close the predictions are.

    >>> from tensorlab.bench.striding.record import Costs, StrideRun
    >>> costs = Costs(reads=((1, 1.0),), writes=((1, 1.0),), starts=((1, 1.0),), alone=((1, 1.0),), walks=((1, 1.0),),
    ...               kernels=())
    >>> run = StrideRun(machine="a machine", nbytes=64, dtype="float32", line=64, page=4096, costs=costs, rows=(),
    ...                 rounds=1)
    >>> stride_scene(run).title
    'what strides cost: float32 in 64 B, 1 thread, a machine'
    """
    operations = dict.fromkeys(row.operation for row in run.rows)
    kinds = dict.fromkeys((row.operation, row.library) for row in run.rows)
    tables = [_table(run, operation, library) for operation, library in kinds]
    plots = [_plot(run, operation) for operation in operations]
    size = Quantity(run.nbytes, "B")
    return Group(
        (*_verdict(run), *tables, *plots, *_notes(run)),
        title=f"what strides cost: {run.dtype} in {size}, 1 thread, {run.machine}",
    )


def _verdict(run: StrideRun) -> Iterable[Text]:
    if run.rows:
        yield Text((Span(str(run), "strong"),))


def _table(run: StrideRun, operation: str, library: str) -> Group:
    rows = [row for row in run.rows if (row.operation, row.library) == (operation, library)]
    close, strides = run.close(rows[0].operation, library)
    title = f"{operation}, {NAMES.get(library, library)}: {close} of {strides} strides within 30%"
    return Group((Table(HEAD, tuple(map(_row, rows))),), title=title)


def _row(row: StrideRow) -> tuple[Cell, ...]:
    name = row.pattern if row.stride is None else f"{row.stride:,}"
    low, high = (f"{digits(seconds / row.elements * 1e9)}" for seconds in (row.low, row.high))
    values = (
        Cell(Span(digits(row.seconds / row.elements * 1e9), "strong"), note=f"{low} to {high}", right=True),
        Cell(Span(digits(row.forecast.seconds / row.elements * 1e9)), note=f"mostly {row.forecast.bound}", right=True),
        Cell(Span(f"{digits(row.off)}x", "good" if row.close else "dim"), note="measured over predicted", right=True),
        Cell(Span(digits(row.nbytes / row.seconds / 1e9)), right=True),
        Cell(Span(_count(row.lines)), right=True),
        Cell(Span(_count(row.pages)), right=True),
    )
    return (Cell(Span(name), right=row.stride is not None), *values)


def _count(number: int | None) -> str:
    return "unknown" if number is None else f"{number:,}"


def _plot(run: StrideRun, operation: str) -> Plot:
    """Times over strides, both in equal factors; a series of predictions beside each of measurements."""
    series = []
    rows = [row for row in run.rows if row.operation == operation and row.stride is not None]
    for library in dict.fromkeys(row.library for row in rows):
        own = [row for row in rows if row.library == library]
        told = NAMES.get(library, library)
        series.append((told, tuple(_point(row, row.seconds, row.low, row.high) for row in own)))
        series.append((f"{told}, predicted", tuple(_point(row, *[row.forecast.seconds] * 3) for row in own)))
    return Plot(
        "stride in elements",
        "ns an element",
        tuple(series),
        log=True,
        log_x=True,
        title=f"{operation}: ns an element over the stride",
    )


def _point(row: StrideRow, value: float, low: float, high: float) -> tuple[float, float, float, float]:
    assert row.stride is not None, "patterns are not plotted"
    scale = 1e9 / row.elements
    return float(row.stride), value * scale, low * scale, high * scale


def _notes(run: StrideRun) -> Iterable[Text]:
    if not run.rows:
        return
    costs = run.costs
    dear = [
        f"a line with neighbours {prefixed(costs.reads[-1][1], 's')}",
        f"the first few of a page {prefixed(costs.starts[-1][1], 's')}",
        f"one alone {prefixed(costs.alone[-1][1], 's')}",
        f"the look-up of its page {prefixed(costs.walks[-1][1], 's')}",
    ]
    lines = [
        "ratio: measured over predicted",
        f"lines of {run.line} B and pages of {run.page} B, from the layouts, of what is read and written",
        f"predicted from what probes beside the rows cost, none of which is a row; from memory: {', '.join(dear)}",
    ]
    lines += [f"{name}: {words}" for name, words in WORDS if any(row.pattern in name for row in run.rows)]
    lines += [TRANSPOSED] if any(row.pattern == "transposed" for row in run.rows) else []
    for line in lines:
        yield Text((Span(line, "dim"),))
