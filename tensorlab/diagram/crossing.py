"""The CPU beside a device: the sizes from which on the device wins, the times, and a plot of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tensorlab.bench.ceilings.judging import MOST, Share
from tensorlab.bench.crossing.record import WORDS, Crossing, Sample
from tensorlab.diagram.sections import cut_short
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.crossing.record import Aspect, Crossings, Transfer
    from tensorlab.scene.record import Point

Row = TypeVar("Row", Crossing, Sample)

SHOWN = 8
"""Sizes of one workload in the table of times."""
PRECISION = {
    "float32": "float32: TF32 off, products keep all bits",
    "tfloat32": "tfloat32: float32 with TF32 on, products rounded to 10 bits of fraction; the CPU computes in float32",
    "float8_e4m3fn": "float8_e4m3fn: operands of one byte, a result in bfloat16; the CPU computes in float32",
}
ASPECTS = (
    ("kernel", "kernel: what the device itself computes, between two of its events around many calls"),
    ("graph", "graph: a call of many in one CUDA graph, asked for once"),
    ("latency", "latency: one call from asking until it is done; operands and result stay on the device"),
    ("page-locked", "page-locked, pageable: the same with the operands' way there and the result's way back"),
    ("pageable", ""),
    ("overlapped", "overlapped: a call of many whose transfers run beside other calls, in three streams"),
)
NOTES = (
    "interval: sizes between which nobody can tell which is faster, as far as sizes were tried",
    "each result was compared with float64 before its time was told",
)


def crossings_scene(run: Crossings) -> Group:
    """The picture of a run.

    >>> from tensorlab.bench.crossing.record import Crossings
    >>> run = Crossings(machine="a machine", device="cuda", threads=1, model=None, crossings=(), samples=())
    >>> crossings_scene(run).title
    'CPU against cuda: 1 thread of a machine'
    """
    threads = f"{run.threads} thread{'s' if run.threads != 1 else ''}"
    parts: list[Group | Plot | Text | Table] = [_projected(run)] if run.projected else []
    parts += cut_short(interrupted=run.interrupted)
    parts += [_wins(list(own)) for own in _by_subject(run.crossings)]
    for own in _by_subject(run.samples):
        parts += [_times(run, list(own)), *_bounds(run, list(own)), _plot(run, list(own))]
    lines = [*run.missing, *run.wrong, *(f"doubt: {one.text}" for one in run.doubts)]
    parts += [Text((Span(line, "bad"),)) for line in lines]
    parts += [Text((Span(note, "dim"),)) for note in _notes(run)]
    return Group(tuple(parts), title=f"CPU against {run.device}: {threads} of {run.machine}")


def _projected(run: Crossings) -> Text:
    """What stands for the device, said before any figure."""
    assert run.model is not None
    said = f"projected: there is no {run.device} device here; its times follow from the figures of {run.model}"
    return Text((Span(said, "bad"),))


def _by_subject(rows: tuple[Row, ...]) -> list[list[Row]]:
    """Those of one workload and dtype together, in their order."""
    found: dict[tuple[str, str], list[Row]] = {}
    for one in rows:
        found.setdefault((one.workload, one.dtype), []).append(one)
    return list(found.values())


def _wins(crossings: list[Crossing]) -> Group:
    first = crossings[0]
    title = f"{first.workload}, {first.dtype}: where {first.device} overtakes the CPU"
    return Group(
        (Table(("transfer", first.unit, "interval", "device"), tuple(map(_crossing, crossings))),), title=title
    )


def _crossing(one: Crossing) -> tuple[Cell, ...]:
    return (
        Cell(Span(WORDS[one.transfer])),
        Cell(
            Span(
                f"past {one.most:,}" if one.size is None else f"{one.size:,}", "dim" if one.size is None else "strong"
            ),
            right=True,
        ),
        Cell(Span(one.interval), right=True),
        Cell(Span("projected" if one.projected else "measured", "bad" if one.projected else "plain")),
    )


def _aspects(one: Sample) -> dict[str, Aspect | None]:
    return {
        "kernel": one.kernel,
        "graph": one.graph,
        "latency": one.latency,
        "page-locked": one.locked,
        "pageable": one.pageable,
        "overlapped": one.overlapped,
    }


def _shown(samples: list[Sample]) -> list[Sample]:
    """Sizes that are powers of two; those of the search between them are in the record."""
    even = [one for one in samples if not one.size & (one.size - 1)]
    return even[:: -max(1, -(-len(even) // SHOWN))][::-1]


def _unit(run: Crossings, samples: list[Sample]) -> str:
    return next((one.unit for one in run.crossings if one.workload == samples[0].workload), "size")


def _times(run: Crossings, samples: list[Sample]) -> Group:
    """The times of a call, told apart."""
    shown = _shown(samples)
    known = [name for name, _ in ASPECTS if any(_aspects(one)[name] is not None for one in shown)]
    rows = []
    for one in shown:
        told = [one.cpu, *(_aspects(one)[name] for name in known)]
        best = min(part.seconds for part in told if part is not None)
        cells = [_cell(part, good=part is not None and part.seconds == best) for part in told]
        rows.append((Cell(Span(f"{one.size:,}"), right=True), *cells))
    title = f"{samples[0].workload}, {samples[0].dtype}: a call{', the device projected' if run.projected else ''}"
    return Group((Table((_unit(run, samples), "CPU", *known), tuple(rows)),), title=title)


def _bounds(run: Crossings, samples: list[Sample]) -> list[Group]:
    """What part of the ceiling that binds it each of the times reaches, where ceilings were at hand."""
    shown = _shown(samples)
    known = list(dict.fromkeys(what for one in shown for what, _, _ in one.bounds))
    if not known:
        return []
    rows = []
    for one in shown:
        told = {what: (ceiling, part) for what, ceiling, part in one.bounds}
        cells = [Cell(_share(*told[what]) if what in told else Span("-", "dim"), right=True) for what in known]
        rows.append((Cell(Span(f"{one.size:,}"), right=True), *cells))
    title = f"{samples[0].workload}, {samples[0].dtype}: part of the limit that binds"
    return [Group((Table((_unit(run, samples), *known), tuple(rows)),), title=title)]


def _share(ceiling: str, part: float) -> Span:
    """Above the limit one of the two cannot be true."""
    return Span(str(Share(ceiling, part)), "unknown" if part > MOST else "plain")


def _cell(part: Aspect | None, *, good: bool) -> Cell:
    if part is None:
        return Cell(Span("-", "dim"), right=True)
    return Cell(Span(str(Quantity(part.seconds, "s")), "good" if good else "plain"), right=True)


def _plot(run: Crossings, samples: list[Sample]) -> Plot:
    """Seconds over sizes, both in equal factors; a line where the device overtakes the CPU."""
    first = samples[0]
    crossings = [one for one in run.crossings if (one.workload, one.dtype) == (first.workload, first.dtype)]
    label = ", projected" if run.projected else ""
    series: list[tuple[str, tuple[Point, ...]]] = [("CPU", tuple(_point(one.size, one.cpu) for one in samples))]
    for way in (one.transfer for one in crossings):
        points = [(one.size, _way(one, way)) for one in samples]
        told = tuple(_point(size, part) for size, part in points if part is not None)
        series.append((f"{run.device} {WORDS[way]}{label}", told))
    return Plot(
        crossings[0].unit if crossings else "size",
        "seconds a call",
        tuple(series),
        log=True,
        log_x=True,
        curves=len(series),
        title=f"{first.workload}, {first.dtype}: where {run.device} overtakes the CPU{label}",
    )


def _way(one: Sample, way: Transfer) -> Aspect | None:
    return {"none": one.latency, "page-locked": one.locked, "pageable": one.pageable}[way]


def _point(size: int, part: Aspect) -> Point:
    return float(size), part.seconds, part.low, part.high


def _notes(run: Crossings) -> list[str]:
    notes = [PRECISION[dtype] for dtype in dict.fromkeys(one.dtype for one in run.samples) if dtype in PRECISION]
    if run.model is not None:
        notes += [f"assumed: {run.model.assumed}", "projected: latency and transfers; no clock saw them"]
    told = {name for one in run.samples for name, part in _aspects(one).items() if part is not None}
    notes += [words for name, words in ASPECTS if words and name in told]
    discarded = sum(one.discarded for one in run.samples)
    if discarded:
        notes.append(f"{discarded:,} blocks were thrown away: the device was held back while they ran")
    return [*notes, *NOTES] if run.samples else notes
