"""What of a run, and of the files beside it, is drawn."""

from __future__ import annotations

from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING

from tensorlab.diagram.roofline import placed, roofs
from tensorlab.page.report.charts import Axis, Bar, Bars, Chart, Curve, Point, Word
from tensorlab.page.report.crossing import COLOURS, marks_of, who
from tensorlab.quantity import Quantity, counted, digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Figures
    from tensorlab.bench.striding.record import StrideRow, StrideRun
    from tensorlab.diagram.roofline import Roof
    from tensorlab.models.record import Cost, LayerTimes
    from tensorlab.page.report.charts import Colour

MOST_MARKS = 400
"""Signs under one roof."""
MOST_ROOFLINES = 6
NETWORK = "alexnet"
KINDS: Mapping[str, Colour] = {
    "conv": 3,
    "linear": 2,
    "relu": 4,
    "maxpool": 5,
    "avgpool": 5,
    "dropout": "soft",
    "flatten": "soft",
}


def rooflines(rows: Iterable[Figures], ceilings: Ceilings | None) -> tuple[Chart, ...]:
    """Operations a second over operations a byte, a plot for each dtype, number of threads and device."""
    groups: dict[tuple[str, int, str], list[Figures]] = {}
    for row in rows:
        case = row.run.case
        if placed(case, row.time.value) is not None:
            groups.setdefault((case.dtype, case.threads, case.device), []).append(row)
    largest = sorted(groups, key=lambda place: -len(groups[place]))[:MOST_ROOFLINES]
    return tuple(_roofline(place, groups[place], ceilings) for place in groups if place in largest)


def _roofline(place: tuple[str, int, str], rows: list[Figures], ceilings: Ceilings | None) -> Chart:
    dtype, threads, device = place
    drawn = rows[:: -(-len(rows) // MOST_MARKS)]
    signs = _signs(drawn)
    places = [point.x for curve in signs for point in curve.points]
    lines, words = _roofs(place, ceilings, (min(places) / 2, max(places) * 2))
    notes = [f"{len(drawn):,} of {len(rows):,} rows are drawn"] if len(drawn) < len(rows) else []
    if not lines:
        notes.append(
            f"no roof: no ceilings of {dtype} on {device} were given: tensorlab ceilings --json > ceilings.json"
        )
    return Chart(
        f"roofline-{dtype}-{threads}-{device}".replace(":", "-"),
        f"roofline: {dtype}, {counted(threads, 'thread')}, {device}",
        Axis("operations a byte"),
        Axis("operations a second"),
        (*lines, *signs),
        words=words,
        notes=tuple(notes),
    )


def _signs(rows: list[Figures]) -> tuple[Curve, ...]:
    """The rows of a library have one colour."""
    found: dict[str, list[Point]] = {}
    for row in rows:
        case = row.run.case
        spot = placed(case, row.time.value)
        if spot is not None:
            told = f"{who(case)}, {case.workload} {case.size:,} {case.unit}: {row.rate}, {row.time}"
            found.setdefault(case.backend, []).append(Point(spot.intensity, spot.rate, told))
    return tuple(Curve(name, tuple(points), COLOURS.get(name, 6), "none") for name, points in found.items())


def _roofs(
    place: tuple[str, int, str], ceilings: Ceilings | None, span: tuple[float, float]
) -> tuple[tuple[Curve, ...], tuple[Word, ...]]:
    dtype, threads, device = place
    peak = ceilings.peak(dtype, threads, device) if ceilings else None
    if ceilings is None or peak is None:
        return (), ()
    curves, words = [], []
    found = roofs(ceilings, threads, device)
    left, right = min(span[0], *(peak.rate / roof.bandwidth / 8 for roof in found)), span[1]
    right = max(right, *(4 * peak.rate / roof.bandwidth for roof in found))
    for roof in found:
        ridge = peak.rate / roof.bandwidth
        points = tuple(Point(x, min(peak.rate, x * roof.bandwidth)) for x in sorted({left, ridge, right}))
        curves.append(Curve("", points, "soft", marks=False))
        words.append(Word(left * 1.1, left * 1.25 * roof.bandwidth, _words(roof), 1.0))
    words.append(Word(right / 12, peak.rate * 1.08, f"peak {peak.quantity}"))
    return tuple(curves), tuple(words)


def _words(roof: Roof) -> str:
    return f"{roof.name} {Quantity(roof.bandwidth, 'B/s')}"


def stride_charts(run: StrideRun) -> tuple[Chart, ...]:
    """Nanoseconds an element by stride, measured and predicted, a plot for each operation."""
    strides = [row for row in run.rows if row.stride is not None]
    operations = dict.fromkeys(row.operation for row in strides)
    return tuple(_strides(run, operation, strides) for operation in operations)


def _strides(run: StrideRun, operation: str, rows: list[StrideRow]) -> Chart:
    own = sorted((row for row in rows if row.operation == operation), key=lambda row: (row.library, row.stride or 0))
    curves: list[Curve] = []
    for library, group in groupby(own, key=lambda row: row.library):
        several = list(group)
        colour = COLOURS.get(library, 6)
        curves += [
            Curve(f"{library}, measured", tuple(_measured(row) for row in several), colour),
            Curve(f"{library}, predicted", tuple(map(_predicted, several)), colour, "dashed", marks=False),
        ]
    near, every = run.close(own[0].operation)
    told = f"{near} of {every} predictions are within 30% of what was measured, over the libraries"
    size = f"{run.dtype} in {Quantity(run.nbytes, 'B')}"
    return Chart(
        f"stride-{operation}",
        f"{operation} of {size} by stride",
        Axis("stride (elements)", marks=marks_of(row.stride or 1 for row in own)),
        Axis("ns an element"),
        tuple(curves),
        notes=(told,),
    )


def _measured(row: StrideRow) -> Point:
    each = row.seconds / row.elements * 1e9
    told = f"{row.library} {row.operation}, stride {row.stride:,}: {digits(each)} ns an element"
    lines = "" if row.lines is None or row.pages is None else f", {row.lines:,} lines, {row.pages:,} pages"
    ahead = digits(row.forecast.seconds / row.elements * 1e9)
    return Point(row.stride or 0, each, f"{told}, predicted {ahead} ns{lines}")


def _predicted(row: StrideRow) -> Point:
    return Point(row.stride or 0, row.forecast.seconds / row.elements * 1e9)


def network_charts(rows: Iterable[Figures]) -> tuple[Chart, ...]:
    """AlexNet: images a second by batch, a curve for each library, device and dtype."""
    found: dict[str, list[Figures]] = {}
    for row in rows:
        case = row.run.case
        if case.workload == NETWORK and row.time.value > 0:
            found.setdefault(f"{who(case)}, {case.dtype}, {counted(case.threads, 'thread')}", []).append(row)
    if not found:
        return ()
    curves = tuple(_images(name, own, number) for number, (name, own) in enumerate(found.items()))
    return (
        Chart(
            "alexnet-images",
            "AlexNet: images a second",
            Axis("images in a batch", marks=marks_of(row.run.case.size for own in found.values() for row in own)),
            Axis("images a second", log=False),
            curves,
            workload=NETWORK,
        ),
    )


def _images(name: str, rows: list[Figures], number: int) -> Curve:
    points = []
    for row in sorted(rows, key=lambda row: row.run.case.size):
        size = row.run.case.size
        rate = size / row.time.value
        points.append(Point(size, rate, f"{name}: {counted(size, 'image')} in {row.time}, {digits(rate)} images/s"))
    backend = rows[0].run.case.backend
    return Curve(name, tuple(points), COLOURS.get(backend, 5) if number < 2 else (4 + number) % 8)


def layer_bars(times: LayerTimes) -> Bars:
    """A bar for each layer of a forward pass: its median time and its part of the whole."""
    middles = [median(layer.wall) for layer in times.layers]
    whole = sum(middles) or 1.0
    bars = tuple(
        Bar(
            _named(layer.cost),
            1e3 * seconds,
            _colour(layer.cost.kind),
            f"{digits(1e3 * seconds)} ms, {100 * seconds / whole:.0f}%",
            f"{layer.cost.name} {layer.cost.kind}: {Quantity(seconds, 's')}, {100 * seconds / whole:.1f}% of all, "
            f"{layer.cost.macs:,} multiply-adds, {layer.cost.nbytes:,} B",
        )
        for layer, seconds in zip(times.layers, middles, strict=True)
    )
    where = f"{counted(times.batch, 'image')} of {times.image} x {times.image}, {times.dtype} on {times.device}"
    told = f"the whole pass by itself: {Quantity(median(times.whole), 's')}; {counted(len(times.whole), 'round')}"
    title = f"AlexNet layer by layer: {where}, {counted(times.threads, 'thread')}"
    return Bars("alexnet-layers", title, "milliseconds", bars, (told, *(doubt.text for doubt in times.doubts)), NETWORK)


def _named(cost: Cost) -> str:
    return cost.name if cost.name == cost.kind else f"{cost.name} {cost.kind}"


def _colour(kind: str) -> Colour:
    return KINDS.get(kind, 6)
