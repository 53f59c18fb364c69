"""The parts of the page, each from what the files hold; where nothing is, the command that measures it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tensorlab.bench.ceilings.record import Ceilings
from tensorlab.bench.chasing.record import ChaseRun
from tensorlab.bench.crossing.record import Crossings
from tensorlab.bench.honesty.record import Honesty
from tensorlab.bench.striding.record import StrideRun
from tensorlab.models.record import LayerTimes
from tensorlab.page.report import crossing, plots
from tensorlab.page.report.charts import Bars
from tensorlab.page.report.devices import device_charts
from tensorlab.page.report.overtakings import overtakings
from tensorlab.page.report.rows import doubts, looks_of, table_rows
from tensorlab.page.report.words import Entry, heads, paragraphs, table
from tensorlab.quantity import counted, digits, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tensorlab.bench.store import Loaded
    from tensorlab.page.report.charts import Plot
    from tensorlab.page.report.rows import Rows, Told

Record: TypeAlias = Ceilings | StrideRun | ChaseRun | Crossings | LayerTimes | Honesty
"""What a file beside the run holds."""
SHOWN = 200
"""Rows that are in the table at first: the others are kept apart, and come when they are asked for."""
MOST_PLOTS = 60
LEGEND = (
    "Median: seconds a call. 10% under: what a tenth of the blocks stay under. 95% interval: of the ratio to NumPy. "
    "With scripts, a click on a row shows its every raw value."
)
MISSING = {
    "roofline": "tensorlab ceilings --json > ceilings.json",
    "stride": "tensorlab bench stride --json > stride.json",
    "chase": "tensorlab bench chase --json > chase.json",
    "alexnet": "tensorlab alexnet --json > alexnet.json",
}


class Section(NamedTuple):
    """A part of the page."""

    key: str
    title: str
    body: str


def sections(
    loaded: Loaded, rows: Rows, beside: tuple[Record, ...], paint: Callable[[Plot], str]
) -> tuple[Section, ...]:
    """Summary, doubts, results and plots.

    Args:
        loaded: The file of runs.
        rows: Its rows.
        beside: Records of the other files.
        paint: What makes SVG of a plot.
    """
    ceilings = next((one for one in beside if isinstance(one, Ceilings)), loaded.header.ceilings)
    strides = [one for one in beside if isinstance(one, StrideRun)]
    chases = [one for one in beside if isinstance(one, ChaseRun)]
    layers = [one for one in beside if isinstance(one, LayerTimes)]
    chased = [chart for one in chases for chart in crossing.chase_charts(one)]
    strided = [chart for one in strides for chart in plots.stride_charts(one)]
    network: list[Plot] = [*plots.network_charts(rows.figures), *map(plots.layer_bars, layers)]
    crossed = crossing.every_crossing(rows)
    every = crossing.time_charts(rows.figures, crossed, MOST_PLOTS)
    devices = [one for one in beside if isinstance(one, Crossings)]
    against = [chart for one in devices for chart in device_charts(one)]
    listed_ = overtakings((one for several in crossed.values() for one in several), (*chases, *devices))
    crossover = listed_ + (_plots((*against, *every, *chased), paint) or _absent("chase"))
    found = [
        Section("summary", "Summary", _summary(loaded, rows)),
        Section("doubts", "Doubts", _doubts(rows)),
        Section("results", "Results", _results(rows, ceilings)),
        Section("roofline", "Roofline", _plots(plots.rooflines(rows.figures, ceilings), paint) + _ceilings(ceilings)),
        Section("crossover", "Crossover", crossover),
        Section("stride", "Stride", (_plots(strided, paint) or _absent("stride")) + _patterns(strides)),
        Section("alexnet", "AlexNet", _plots(network, paint) or _absent("alexnet")),
    ]
    honest = [one for one in beside if isinstance(one, Honesty)]
    return (*found, *(Section("aa", "A/A", _honesty(one)) for one in honest[:1]))


def _absent(what: str) -> str:
    command = f"<code>{escape(MISSING[what])}</code>"
    return f'<p class="none">Not measured in these files: run {command} and name that file behind the run.</p>'


def _summary(loaded: Loaded, rows: Rows) -> str:
    workloads = dict.fromkeys(case.workload for case in rows.lines)
    blocks = sum(len(run.wall) for several in rows.runs.values() for run in several)
    tiles = [
        (counted(len(workloads), "workload"), listed(list(workloads), 6)),
        (f"{len(rows.figures):,} measured", f"{counted(blocks, 'block')}, every one kept"),
        (f"{len(rows.skipped):,} without a time", "each says why"),
        (counted(len(doubts(rows)), "doubt"), "with penalty and cure below"),
    ]
    told = "".join(f"<li><strong>{escape(head)}</strong><span>{escape(text)}</span></li>" for head, text in tiles)
    cut = paragraphs(["The last line of the file was cut off: it is left out."], "notice") if loaded.truncated else ""
    return f'<ul class="tiles">{told}</ul>{cut}'


def _doubts(rows: Rows) -> str:
    found = doubts(rows)
    if not found:
        return paragraphs(["The run found no reason to doubt its figures."], "none")
    lines = [
        (
            Entry(told.doubt.code, kind="warn"),
            _seen(told),
            Entry(f"{digits(told.doubt.penalty)}x", told.doubt.penalty, "times as long because of it, measured")
            if told.doubt.penalty is not None
            else Entry("not measured", -1.0, kind="dim"),
            Entry(told.doubt.cure or "-"),
            Entry(f"{len(told.rows):,}", len(told.rows), listed(told.rows, 12)),
        )
        for told in found
    ]
    return table(("doubt", "what was seen", "penalty ", "cure", "rows "), lines)


def _seen(told: Told) -> Entry:
    """One of the texts, and how many others there are with other numbers."""
    others = len(told.texts) - 1
    more = f"; so {counted(others, 'time')} more, with other numbers" if others else ""
    return Entry(f"{told.doubt.text}{more}", note="; ".join(list(told.texts)[1:13]))


def _results(rows: Rows, ceilings: Ceilings | None) -> str:
    looks = looks_of(rows)
    lines = table_rows(rows, ceilings)
    names = dict.fromkeys(case.workload for case in rows.lines)
    options = "".join(f"<option>{escape(name)}</option>" for name in names)
    rest = f'<template id="rest">{"".join(lines[SHOWN:])}</template>' if len(lines) > SHOWN else ""
    more = f"The first {SHOWN} of {len(lines):,} rows; scripts show the others." if rest else ""
    return (
        '<div class="bar" id="filters" hidden><label>workload <select id="workload">'
        f'<option value="">all</option>{options}</select></label>'
        '<label>search <input id="search" type="search" placeholder="torch float32"></label>'
        '<output id="count"></output></div>'
        f'<p class="note" id="more-note">{more}</p>'
        f'<div class="wide"><table class="sortable rows" id="rows">{heads(looks.heads())}<tbody>\n'
        + "\n".join(lines[:SHOWN])
        + f'\n</tbody></table></div>{rest}<p class="bar"><button id="more" hidden>Show more</button></p>'
        + paragraphs([*looks.left_out, LEGEND])
    )


def _plots(charts: Iterable[Plot], paint: Callable[[Plot], str]) -> str:
    found = "".join(_figure(chart, paint(chart)) for chart in charts)
    return f'<div class="plots">{found}</div>' if found else ""


def _figure(chart: Plot, picture: str) -> str:
    of = f' data-w="{escape(chart.workload)}"' if chart.workload else ""
    return (
        f'<figure{of}><figcaption>{escape(chart.title)}</figcaption><div class="scroll">{picture}</div>'
        f"{paragraphs(chart.notes)}{_values(chart)}</figure>"
    )


def _values(chart: Plot) -> str:
    """What can be pointed at, as a list in a folded part, for whoever does not point."""
    if isinstance(chart, Bars):
        lines = [bar.told for bar in chart.bars]
    else:
        lines = [point.told for curve in chart.curves if curve.marks for point in curve.points if point.told]
    told = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<details><summary>{counted(len(lines), 'value')}</summary><ul>{told}</ul></details>" if lines else ""


def _ceilings(ceilings: Ceilings | None) -> str:
    if ceilings is None:
        return ""
    lines = [
        (
            Entry(one.kind),
            Entry(one.probe),
            Entry(one.level or "-"),
            Entry(one.dtype or "-"),
            Entry(str(one.threads), one.threads),
            Entry(one.device),
            Entry(str(one.quantity), one.quantity.value),
        )
        for one in ceilings.figures
    ]
    head = ("ceiling", "probe", "level", "dtype", "threads ", "device", "reached ")
    told = f"{counted(len(lines), 'ceiling')} of this machine, measured {escape(ceilings.created)}"
    return f"<details><summary>{told}</summary>{table(head, lines)}</details>"


def _patterns(runs: list[StrideRun]) -> str:
    lines = [
        (
            Entry(f"{row.operation}, {row.library}"),
            Entry(row.pattern, row.stride, left=True),
            Entry(f"{digits(row.seconds / row.elements * 1e9)} ns", row.seconds / row.elements),
            Entry(f"{digits(row.forecast.seconds / row.elements * 1e9)} ns", row.forecast.seconds / row.elements),
            Entry(f"{digits(row.off)}x", row.off, kind="good" if row.close else "warn"),
            Entry(f"{digits(row.nbytes / row.seconds / 1e9)} GB/s", row.nbytes / row.seconds),
            Entry("unknown" if row.lines is None else f"{row.lines:,}", row.lines or 0),
            Entry("unknown" if row.pages is None else f"{row.pages:,}", row.pages or 0),
        )
        for run in runs
        for row in run.rows
    ]
    head = ("what", "layout", "an element ", "predicted ", "measured over predicted ", "rate ", "lines ", "pages ")
    return table(head, lines) if lines else ""


def _honesty(found: Honesty) -> str:
    lines = [
        (
            Entry(gate.name),
            Entry(gate.asked),
            Entry(gate.seen),
            Entry("passed" if gate.passed else "FAILED", kind="good" if gate.passed else "bad"),
        )
        for gate in found.gates
    ]
    return table(("gate", "asked", "seen", ""), lines)
