"""A session as tables: one a workload, with a row for every case, and what is to be said of it below."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.ceilings.record import CODE
from tensorlab.bench.record import Figures, Skipped
from tensorlab.diagram.bench_doubts import doubt_lines
from tensorlab.diagram.bench_rows import by_device_and_dtype, case_of, judged, said
from tensorlab.diagram.bench_words import SAME, compact, giga, interval, percent, standing
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.bench.record import Case, Cause, Header
    from tensorlab.scene.record import Role


WORDS: Mapping[Cause, str] = {
    "device": "no device",
    "dtype": "no dtype",
    "backend": "not written",
    "absent": "not there",
    "cost": "too slow",
    "memory": "too large",
    "wrong": "WRONG",
    "failed": "FAILED",
}
"""What stands in the last column of a case that has no time."""

OWN = frozenset({"size", "calls"})
"""Units of workloads of a user's own, which make numbers of what dtype they like."""
SHORT: Mapping[str, str] = {"torch.compile": "compiled"}
"""Names that leave no room for the figures beside them; a note below the table says them whole."""
UNPAIRED = "± of a ratio to a run that was not measured in turns with it holds 5% for the moment more"

ALARMING = frozenset({"wrong", "failed"})

LARGE = 2**20
ANEW = "an elementwise result of 1 MiB or more is allocated anew each call; the time includes its page faults"
"""Said of the CPU. Measured for 10 million float32: 22.5 ms in torch with 9,766 faults a call, 2.9 ms with ``out=``."""


def bench_scene(rows: Iterable[Figures | Skipped], header: Header | None = None) -> Group:
    """One table a workload; a note on several of them stands once, at the end.

    Args:
        rows: In the order of the cases: what ``bench.comparison.told_rows`` makes of a session's.
        header: Where they were measured; it becomes the first line.
    """
    tables = [table for group in _by_workload(rows) for table in by_device_and_dtype(group)]
    notes = [_notes(group) for group in tables]
    told = Counter(chain.from_iterable(notes))
    common = [note for note, tables_with_it in told.items() if tables_with_it > 1]
    parts = [
        Group((_table(group), *(_line(note) for note in own if note not in common)), title=_title(group))
        for group, own in zip(tables, notes, strict=True)
    ]
    where = (_host_line(header),) if header else ()
    below = (Group(tuple(map(_line, common)), title="for several tables"),) if common else ()
    return Group((*where, *parts, *below))


def _by_workload(rows: Iterable[Figures | Skipped]) -> list[list[Figures | Skipped]]:
    """Of a run that was gone on with, rows of one workload may stand in several places."""
    found: dict[str, list[Figures | Skipped]] = {}
    for row in rows:
        found.setdefault(case_of(row).workload, []).append(row)
    return list(found.values())


def _title(rows: list[Figures | Skipped]) -> str:
    case = said(rows)
    where = "" if not judged(rows) else f", {case.dtype}{'' if case.device == 'cpu' else f' on {case.device}'}"
    return f"{case.workload}, {counted(case.threads, 'thread')}{'' if case.unit in OWN else where}"


def _host_line(header: Header) -> Text:
    host = header.host
    libraries = ", ".join(f"{name} {version or 'missing'}" for name, version in host.libraries)
    usable = counted(host.usable, "usable processor")
    words = [host.cpu, usable, host.python, libraries, f"fingerprint {header.fingerprint}"]
    if header.reading:
        empty, reading = Quantity(header.empty, "s"), Quantity(header.reading, "s")
        words.append(f"measuring costs {empty} a call and {reading} a block, not taken off")
    return Text((Span(f"{header.profile} profile on {'; '.join(words)}", "dim"),))


def _table(rows: list[Figures | Skipped]) -> Table:
    cases = [case_of(row) for row in rows]
    sizes = {case.size for case in cases}
    spoken = said(rows) if judged(rows) else None
    devices = spoken is None and {case.device for case in cases} != {"cpu"}
    looks = Looks(devices=devices, flops=_computing(cases[0]), judged=spoken)
    lines: list[tuple[Cell, ...]] = []
    whole: dict[tuple[str, str, str, Cause], tuple[Cell, ...]] = {}
    for row in rows:
        if isinstance(row, Figures):
            lines.append(_measured(row, looks))
        elif _sizes_like(row, rows) == sizes:
            whole.setdefault(_kind(row), _skipped(row, "all" if len(sizes) > 1 else compact(row.case.size), looks))
        else:
            lines.append(_skipped(row, compact(row.case.size), looks))
    return Table((cases[0].unit, *looks.head()), (*lines, *whole.values()))


class Looks(NamedTuple):
    """Which columns a table has after the size."""

    devices: bool
    """Whether it says the device: not where all is on the CPU."""
    flops: bool
    """Whether the rate is of operations instead of bytes."""
    judged: Case | None = None
    """Whether rows stand beside their ceilings; then its device and dtype are those of the title."""

    def head(self) -> tuple[str, ...]:
        """The words: 10% is the 10th percentile, ± how far the interval of the ratio reaches."""
        rate = "GFLOP/s" if self.flops else "GB/s"
        where = () if self.judged else ("device", "dtype") if self.devices else ("dtype",)
        return ("backend", *where, "median", "10%", rate, "vs NumPy", "±", *(("of ceiling",) if self.judged else ()))


def _computing(case: Case) -> bool:
    """Whether many operations are done with each byte: then their rate is what counts."""
    return case.flops > 4 * (case.reads + case.writes)


def _sizes_like(row: Skipped, rows: list[Figures | Skipped]) -> set[int]:
    """The sizes at which the same library on the same device has no time for the same cause."""
    return {other.case.size for other in rows if isinstance(other, Skipped) and _kind(other) == _kind(row)}


def _kind(row: Skipped) -> tuple[str, str, str, Cause]:
    return _lacking(row), row.case.device, row.case.dtype, row.cause


def _lacking(row: Skipped) -> str:
    """What is not there is not there whatever it would have been asked."""
    return row.case.backend if row.cause in {"device", "absent"} else _who(row.case)


def _who(case: Case) -> str:
    """The library, and what is unusual: a result that is there already, operands that take turns."""
    name = SHORT.get(case.backend, case.backend)
    return f"{name}{'' if case.allocates else ' out='}{' cold' if case.cache == 'cold' else ''}"


def _names(case: Case, size: str, looks: Looks, role: Role = "plain") -> tuple[Cell, ...]:
    if looks.judged:
        words: tuple[str, ...] = (_who_else(case, looks.judged),)
    else:
        words = (_who(case), *((case.device,) if looks.devices else ()), "-" if case.unit in OWN else case.dtype)
    return (Cell(Span(size, role), right=True), *(Cell(Span(word, role)) for word in words))


def _who_else(case: Case, other: Case) -> str:
    """Who, and where, if that is not what the title says."""
    device = "" if case.device == other.device else f" {case.device}"
    kind = "" if case.dtype == other.dtype or case.backend == "list" else f" {case.dtype}"
    return f"{_who(case)}{device}{kind}"


def _measured(row: Figures, looks: Looks) -> tuple[Cell, ...]:
    sure = row.standing is not None and row.standing.verdict == "faster"
    rate = row.rate if looks.flops else row.bandwidth
    numbers = str(row.time), str(row.least), giga(rate.value) if rate and rate.value else "-"
    ratio = row.standing
    told = f"{row.run.case.backend} over NumPy: {ratio.value:.4g} [{ratio.low:.4g}, {ratio.high:.4g}]" if ratio else ""
    return (
        *_names(row.run.case, compact(row.run.case.size), looks),
        *(Cell(Span(number), right=True) for number in numbers),
        Cell(Span(_verdict(row), "good" if sure else "plain"), note=told, right=True),
        Cell(Span(interval(ratio), "dim"), right=True),
        *((_beside(row),) if looks.judged else ()),
    )


def _verdict(row: Figures) -> str:
    """How much faster or slower, where the interval says that it is either."""
    found = standing(row.speedup)
    unsure = row.standing is not None and row.standing.verdict == "can't tell"
    return "can't tell" if unsure and found != SAME else found


def _beside(row: Figures) -> Cell:
    """What part of which ceiling the row reaches; one above it is marked."""
    if not row.ceiling:
        return Cell(Span("-"))
    doubtful = any(doubt.code == CODE for doubt in row.run.doubts)
    return Cell(Span(f"{percent(row.part)} {row.ceiling}", "unknown" if doubtful else "plain"))


def _skipped(row: Skipped, size: str, looks: Looks) -> tuple[Cell, ...]:
    role: Role = "bad" if row.cause in ALARMING else "dim"
    nothing = (Cell(Span("-", role), right=True),) * 3
    last = Cell(Span(WORDS[row.cause], role), note=row.reason, right=True), Cell(Span("", role), right=True)
    return (*_names(row.case, size, looks, role), *nothing, *last, *((Cell(Span("", role)),) if looks.judged else ()))


def _notes(rows: list[Figures | Skipped]) -> list[str]:
    """What is to be said below a table, each once: why cases have no time, doubts, what NumPy was compared in."""
    lines = [_why(row) for row in rows if isinstance(row, Skipped)]
    measured = [row for row in rows if isinstance(row, Figures)]
    lines += [_other_base(f) for f in measured if f.base and f.base != f.run.case.dtype]
    lines += [ANEW for f in measured if _allocates(f)]
    lines += [UNPAIRED for f in measured if f.standing and not f.standing.paired]
    lines += doubt_lines([f.run for f in measured])
    there = {case_of(row).backend for row in rows}
    lines += [f"{short} is {name}" for name, short in SHORT.items() if name in there]
    return list(dict.fromkeys(lines))


def _allocates(row: Figures) -> bool:
    """Whether an operation on the CPU makes a large result in each call, and nobody counted its page faults."""
    case = row.run.case
    return (
        case.unit == "elements"
        and case.device == "cpu"
        and case.writes >= LARGE
        and case.allocates
        and not row.run.faults
    )


def _why(row: Skipped) -> str:
    size = "" if row.cause in {"device", "dtype", "backend", "absent"} else f" {compact(row.case.size)}"
    where = "" if row.case.device == "cpu" else f" on {row.case.device}"
    return f"{_lacking(row)}{where}{size}: {row.reason}"


def _other_base(row: Figures) -> str:
    why = ": a Python float is a C double" if row.run.case.backend == "list" else ""
    return f"{row.run.case.backend} computes in {row.run.case.dtype}{why}; compared with NumPy's {row.base}"


def _line(note: str) -> Text:
    return Text((Span(note, "dim"),))
