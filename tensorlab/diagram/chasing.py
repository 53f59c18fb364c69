"""Following pointers, in tables: lists in two orders, containers side by side, and where one overtakes the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.chasing.record import UNITS, WORDS
from tensorlab.diagram.sections import cut_short
from tensorlab.quantity import Quantity, digits
from tensorlab.scene.record import Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.chasing.record import ChaseRun, OrderRow, Overtaking, Speed

ORDERS = ("elements", "in order", "shuffled", "ratio", "interval", "lines", "shuffled lines")
NOTES = (
    "lines: times that the next float lies in another cache line; a list holds pointers, each float lies by itself",
    "in order: as they were allocated; shuffled: the same floats in another list; a cache of all hides the order",
    "all compute in float64, on 1 thread; array.array has no arithmetic: its sums are made by a comprehension",
    "interval: sizes between which the interval of the ratio includes 1, as far as sizes were tried",
)


def chase_scene(run: ChaseRun) -> Group:
    """The picture of a run.

    >>> from tensorlab.bench.chasing.record import ChaseRun
    >>> chase_scene(ChaseRun(machine="a machine", orders=(), speeds=(), overtakings=())).title
    'what following pointers costs: 1 thread, a machine'
    """
    parts: list[Group | Plot | Text] = [*cut_short(interrupted=run.interrupted)]
    if run.orders:
        parts.append(Group((Table(ORDERS, tuple(map(_order, run.orders))),), title="sum of a list of floats"))
    parts += [
        _speeds([speed for speed in run.speeds if speed.operation == operation])
        for operation in dict.fromkeys(speed.operation for speed in run.speeds)
    ]
    if run.overtakings:
        head = ("", "small", "large", "overtakes at", "", "interval")
        parts.append(
            Group((Table(head, tuple(map(_overtaking, run.overtakings))),), title="where one overtakes the other")
        )
    parts += [
        _plot(operation, [one for one in run.overtakings if one.operation == operation])
        for operation in dict.fromkeys(one.operation for one in run.overtakings)
    ]
    parts += [Text((Span(note, "dim"),)) for note in NOTES if run.orders or run.speeds]
    return Group(tuple(parts), title=f"what following pointers costs: 1 thread, {run.machine}")


def _order(row: OrderRow) -> tuple[Cell, ...]:
    each = [f"{digits(seconds / row.elements * 1e9)} ns" for seconds in (row.ordered, row.shuffled)]
    return tuple(
        Cell(Span(word, "strong" if number == 3 else "plain"), right=True)
        for number, word in enumerate(
            (
                f"{row.elements:,}",
                *each,
                f"{digits(row.ratio)}x",
                f"[{digits(row.low)}, {digits(row.high)}]",
                f"{row.ordered_lines:,}",
                f"{row.shuffled_lines:,}",
            )
        )
    )


def _speeds(speeds: list[Speed]) -> Group:
    names = list(dict.fromkeys(speed.container for speed in speeds))
    rows = []
    for size in dict.fromkeys(speed.size for speed in speeds):
        own = {speed.container: speed.seconds for speed in speeds if speed.size == size}
        best = min(own.values())
        times = [
            Cell(Span(str(Quantity(own[name], "s")), "good" if own[name] == best else "plain"), right=True)
            if name in own
            else Cell(Span("-"), right=True)
            for name in names
        ]
        rows.append((Cell(Span(f"{size:,}"), right=True), *times))
    operation = speeds[0].operation
    return Group(
        (Table((UNITS[operation], *(WORDS[name] for name in names)), tuple(rows)),), title=f"{operation}: a call"
    )


def _overtaking(one: Overtaking) -> tuple[Cell, ...]:
    unit = UNITS[one.operation]
    if one.size is None:
        told, interval = f"not up to {one.most:,}", ""
    elif one.always:
        told, interval = f"faster from {one.size:,} on", ""
    else:
        told = f"{one.size:,}"
        interval = f"[{one.low or one.least:,}, {'?' if one.high is None else f'{one.high:,}'}]"
    return (
        Cell(Span(one.operation)),
        Cell(Span(WORDS[one.first])),
        Cell(Span(WORDS[one.second])),
        Cell(Span(told, "dim" if one.size is None else "strong"), right=True),
        Cell(Span(unit)),
        Cell(Span(interval), right=True),
    )


def _plot(operation: str, overtakings: list[Overtaking]) -> Plot:
    """Ratios over sizes, both in equal factors: below 1 the second container is the faster."""
    series = tuple(
        (
            f"{WORDS[one.second]}/{WORDS[one.first]}",
            tuple((float(trial.size), trial.ratio, trial.low, trial.high) for trial in one.trials),
        )
        for one in overtakings
    )
    return Plot(
        UNITS[overtakings[0].operation],
        "time of the one over time of the other",
        series,
        log=True,
        log_x=True,
        title=f"{operation}: below 1 the first of the two is faster",
    )
