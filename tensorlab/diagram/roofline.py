"""The roofs of a machine, and what was measured below them: operations a second over operations a byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.quantity import Quantity, digits
from tensorlab.scene.record import HUES, Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.amounts import Pattern
    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Case
    from tensorlab.scene.record import Element, Point

ALIKE = 1.25
"""Levels of memory whose bandwidths are nearer than that have one roof: their lines would be one."""
DECADES = 16.0
"""The roofs begin so many times to the left of the first ridge, and go on as far behind the last."""
MOST_ROWS = 40
_STREAMS: tuple[Pattern, ...] = ("read", "copy", "triad")


class Placed(NamedTuple):
    """A measured row below the roofs."""

    series: str
    """"numpy", "torch": rows of one series have one sign."""
    label: str
    """"matmul 512"."""
    intensity: float
    """Operations a byte that is read or written."""
    rate: float
    """Operations a second."""
    share: str = ""
    """"93% of compute"."""


class Roof(NamedTuple):
    """A level of memory, or several alike."""

    name: str
    bandwidth: float
    """Bytes a second."""


def placed(case: Case, seconds: float, share: str = "") -> Placed | None:
    """Where a case stands that takes so long; None where it computes nothing, as a copy does.

    >>> from tensorlab.bench.ceilings.judging import Share
    >>> from types import SimpleNamespace
    >>> case = SimpleNamespace(backend="numpy", workload="add", size=1000, flops=1000, reads=8000, writes=4000)
    >>> placed(case, 1e-6, str(Share("L1", 0.5))).share
    '50% of L1'
    """
    moved = case.reads + case.writes
    if not case.flops or not moved or seconds <= 0:
        return None
    return Placed(case.backend, f"{case.workload} {case.size:,}", case.flops / moved, case.flops / seconds, share)


def roofs(ceilings: Ceilings, threads: int = 1, device: str = "cpu") -> tuple[Roof, ...]:
    """Of each level of memory the best bandwidth of any pattern, the highest first; those alike are one.

    Of more threads than were measured, the bandwidth of as many as were.
    """
    best: dict[str, float] = {}
    streams = [one for pattern in _STREAMS for one in ceilings.find(pattern, device=device)]
    counts = {one.threads for one in streams if one.threads <= threads}
    for one in streams:
        if one.threads == max(counts, default=1):
            level = one.level or ceilings.level_of_device(one.working_set, device)
            best[level] = max(best.get(level, 0.0), one.rate)
    found: list[Roof] = []
    for level, rate in sorted(best.items(), key=lambda one: -one[1]):
        if found and found[-1].bandwidth < rate * ALIKE:
            found[-1] = Roof(f"{found[-1].name}, {level}", found[-1].bandwidth)
        else:
            found.append(Roof(level, rate))
    return tuple(found)


def roofline_scene(
    ceilings: Ceilings,
    rows: tuple[Placed, ...] = (),
    *,
    dtype: str = "float32",
    threads: int = 1,
    device: str = "cpu",
) -> Group:
    """The plot, with a line for each level of memory up to the peak of that dtype; below it the rows as a table.

    A row lies under the roof of the level that its bytes come from, where it does not lie under a lower one: of calls.
    """
    peak = ceilings.peak(dtype, threads, device)
    found = roofs(ceilings, threads, device)
    if peak is None or not found:
        text = f"no roof: no product of {dtype} was measured on {device}, or no bandwidth"
        return Group((Text((Span(text, "unknown"),)),), title="roofline")
    children: list[Element] = [_plot(found, peak.rate, rows, f"{dtype} on {device}, threads: {threads}")]
    lines = ", ".join(f"{name} {Quantity(rate, 'B/s')}" for name, rate in found)
    told = f"memory: {lines}; compute: {peak.quantity}, the best product of {dtype} that was seen: {peak.probe}"
    children.append(Text((Span(told, "dim"),)))
    if rows:
        children.append(_table(rows))
    return Group(tuple(children), title="roofline")


def _plot(found: tuple[Roof, ...], peak: float, rows: tuple[Placed, ...], title: str) -> Plot:
    left = min([peak / found[0].bandwidth / DECADES, *(row.intensity for row in rows)])
    right = max([peak / found[-1].bandwidth * DECADES, *(2 * row.intensity for row in rows)])
    lines = [(name, _line(rate, peak, left, right)) for name, rate in found]
    series = lines[: HUES - 1]
    for name in dict.fromkeys(row.series for row in rows):
        points = sorted((row.intensity, row.rate / 1e9) for row in rows if row.series == name)
        series.append((name, tuple((place, rate, rate, rate) for place, rate in points)))
    return Plot(
        "operations a byte",
        "10^9 operations/s",
        tuple(series[:HUES]),
        log=True,
        log_x=True,
        curves=len(lines[: HUES - 1]),
        words=_words(found, peak, left, right),
        title=f"roofline: {title}",
    )


def _line(rate: float, peak: float, left: float, right: float) -> tuple[Point, ...]:
    """Up to the ridge, where memory gives enough, and on along the peak."""
    ridge = peak / rate
    places = sorted({left, min(max(ridge, left), right), right})
    return tuple((place, *(min(peak, rate * place) / 1e9,) * 3) for place in places)


def _words(found: tuple[Roof, ...], peak: float, left: float, right: float) -> tuple[tuple[float, float, Span], ...]:
    """Beside the peak, the highest and the lowest roof, where there is room."""
    flat = (right / DECADES, peak / 1e9, Span(f"compute {Quantity(peak, 'FLOP/s')}", "strong"))
    first, last = found[0], found[-1]
    top = (left, first.bandwidth * left * 2.5 / 1e9, Span(first.name, "strong"))
    if last is first:
        return flat, top
    place = peak / last.bandwidth / 4
    return flat, top, (place, last.bandwidth * place / 2.5 / 1e9, Span(last.name, "strong"))


def _table(rows: tuple[Placed, ...]) -> Table:
    shown = sorted(rows, key=lambda row: -row.rate)[:MOST_ROWS]
    lines = [
        (
            Cell(Span(row.label)),
            Cell(Span(row.series)),
            Cell(Span(digits(row.intensity)), right=True),
            Cell(Span(str(Quantity(row.rate, "FLOP/s"))), right=True),
            Cell(Span(row.share)),
        )
        for row in shown
    ]
    return Table(("what", "in", "operations a byte", "reached", "of its ceiling"), tuple(lines))
