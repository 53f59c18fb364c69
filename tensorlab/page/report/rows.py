"""The rows of a run as rows of a table of the page, and its doubts."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.ceilings.judging import Share, bound_of, share
from tensorlab.bench.comparison import figures
from tensorlab.bench.record import Run
from tensorlab.diagram.bench import WORDS
from tensorlab.diagram.bench_words import compact, grouped, standing
from tensorlab.page.report.words import Entry, cell
from tensorlab.quantity import counted, digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Case, Figures, Skipped, Standing
    from tensorlab.memory.record import Doubt

FIGURES = ("median ", "10% under ", "GB/s ", "GFLOP/s ", "of its ceiling ", "beside NumPy ", "95% interval ", "doubts")
_NUMBER = re.compile(r"\d[\d,.]*")
NOTHING = Entry("-", kind="dim n")


class Looks(NamedTuple):
    """Which columns tell rows apart; what is the same of all is said once."""

    device: bool
    threads: bool
    left_out: tuple[str, ...]
    """Sentences on what has no column."""

    def heads(self) -> tuple[str, ...]:
        """Heads of the columns; one that ends in a space is of numbers."""
        device = ("device",) if self.device else ()
        threads = ("threads ",) if self.threads else ()
        return ("workload", "size ", "library", *device, "dtype", *threads, *FIGURES)


class Rows(NamedTuple):
    """What the tables and the plots are made of."""

    figures: tuple[Figures, ...]
    runs: Mapping[Case, list[Run]]
    """All of each case: one a process."""
    skipped: Mapping[Case, Skipped]
    lines: Mapping[Case, list[int]]
    """In which lines of the file a case stands, the first being 1."""


class Told(NamedTuple):
    """A doubt, and the rows that it is of."""

    doubt: Doubt
    rows: list[str]
    texts: dict[str, None]
    """Its words, with every number that was seen."""


def gathered(rows: Iterable[Run | Skipped], first: int = 2) -> Rows:
    """Rows of a file, in its order, by their cases; the first of them stands in that line."""
    runs: dict[Case, list[Run]] = {}
    skipped: dict[Case, Skipped] = {}
    lines: dict[Case, list[int]] = {}
    for number, row in enumerate(rows, start=first):
        lines.setdefault(row.case, []).append(number)
        if isinstance(row, Run):
            runs.setdefault(row.case, []).append(row)
        else:
            skipped[row.case] = row
    measured = figures(run for several in runs.values() for run in several)
    return Rows(measured, runs, {case: row for case, row in skipped.items() if case not in runs}, lines)


def looks_of(rows: Rows) -> Looks:
    """The columns that rows need."""
    devices = sorted({case.device for case in rows.lines})
    threads = sorted({case.threads for case in rows.lines})
    told = [f"All on {devices[0]}."] if len(devices) == 1 else []
    told += [f"All with {counted(threads[0], 'thread')}."] if len(threads) == 1 and threads[0] else []
    return Looks(len(devices) > 1, len(threads) > 1, (" ".join(told),))


def table_rows(rows: Rows, ceilings: Ceilings | None) -> list[str]:
    """A ``tr`` for each case, in the order of the file."""
    measured = {row.run.case: row for row in rows.figures}
    looks = looks_of(rows)
    return [
        _tr(
            case,
            [
                *_case(case, looks, "" if case in measured else _kind_of(rows.skipped[case])),
                *(_measured(measured[case], ceilings) if case in measured else _skipped(rows.skipped[case])),
            ],
            numbers,
        )
        for case, numbers in rows.lines.items()
    ]


def _tr(case: Case, entries: list[Entry], numbers: list[int]) -> str:
    places = " ".join(map(str, numbers))
    return f'<tr data-w="{escape(case.workload)}" data-l="{places}">{"".join(map(cell, entries))}</tr>'


def _case(case: Case, looks: Looks, kind: str) -> list[Entry]:
    extras = f"{'' if case.allocates else ' out='}{' cold' if case.cache == 'cold' else ''}"
    size = f"{case.size:,} {case.unit}"
    device = [Entry(case.device, kind=kind)] if looks.device else []
    threads = [Entry(str(case.threads), case.threads, kind=kind)] if looks.threads else []
    return [
        Entry(case.workload, kind=kind),
        Entry(compact(case.size), case.size, size, kind),
        Entry(f"{case.backend}{extras}", kind=kind),
        *device,
        Entry(case.dtype, kind=kind),
        *threads,
    ]


def _measured(row: Figures, ceilings: Ceilings | None) -> list[Entry]:
    run, ratio = row.run, row.standing
    found = {doubt.code: doubt for doubt in run.doubts}
    told = "; ".join(doubt.text for doubt in found.values())
    return [
        Entry(str(row.time), row.time.value, f"half of the blocks lie within {100 * row.spread:.1f}% of it"),
        Entry(str(row.least), row.least.value),
        Entry(digits(row.bandwidth.value / 1e9), row.bandwidth.value) if row.bandwidth else NOTHING,
        Entry(digits(row.rate.value / 1e9), row.rate.value) if row.rate else NOTHING,
        _ceiling(row, ceilings),
        Entry(standing(row.speedup), row.speedup, kind=_kind(ratio)) if ratio else NOTHING,
        _interval(ratio, row.base if row.base != run.case.dtype else ""),
        Entry(", ".join(found), note=told, kind="warn" if found else ""),
    ]


def _ceiling(row: Figures, ceilings: Ceilings | None) -> Entry:
    found = share_of(row, ceilings)
    if found is None or not found.ceiling:
        return NOTHING
    return Entry(str(found), found.part, kind="warn" if found.doubtful else "")


def share_of(row: Figures, ceilings: Ceilings | None) -> Share | None:
    """What part of its ceiling a row reaches, as the run says it; else by the ceilings; None without them."""
    if row.ceiling:
        return Share(row.ceiling, row.part)
    return None if ceilings is None else share(bound_of(ceilings, row.run.case), row.time.value)


def _kind(ratio: Standing) -> str:
    return {"faster": "good", "slower": "bad"}.get(ratio.verdict, "dim")


def _interval(ratio: Standing | None, base: str) -> Entry:
    """In the words of the column beside it: how many times as fast, or as slow."""
    if ratio is None or ratio.low == ratio.high:
        return NOTHING
    faster = ratio.value < 1
    low, high = (1 / ratio.high, 1 / ratio.low) if faster else (ratio.low, ratio.high)
    how = "paired" if ratio.paired else "not paired: 5% wider"
    other = f"; NumPy in {base}" if base else ""
    note = f"{ratio.verdict}; {how}; time over NumPy's {ratio.value:.4g} [{ratio.low:.4g}, {ratio.high:.4g}]{other}"
    return Entry(f"{_edge(low)}x to {_edge(high)}x", high / low, note)


def _edge(value: float) -> str:
    return f"{value:.3f}" if 0.9 < value < 1.1 else grouped(value)


def _skipped(row: Skipped) -> list[Entry]:
    return [Entry(f"{WORDS[row.cause]}: {row.reason}", kind=f"why {_kind_of(row)}", span=len(FIGURES))]


def _kind_of(row: Skipped) -> str:
    return "bad" if row.cause in {"wrong", "failed"} else "dim"


def doubts(rows: Rows) -> list[Told]:
    """Each doubt once, the costliest first, with the rows that it is of; what differs in its numbers alone is one."""
    found: dict[tuple[str, str, str, float | None], Told] = {}
    for several in rows.runs.values():
        for run in several:
            case = run.case
            for doubt in run.doubts:
                alike = doubt.code, _NUMBER.sub("0", doubt.text), doubt.cure, doubt.penalty
                told = found.setdefault(alike, Told(doubt, [], {}))
                told.rows.append(f"{case.workload} {compact(case.size)} {case.backend}")
                told.texts[doubt.text] = None
    return sorted(found.values(), key=lambda told: -(told.doubt.penalty or 0.0))
