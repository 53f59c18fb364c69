"""A session as tables: one a workload, with a row for every case, and what is to be said of it below."""

from __future__ import annotations

from collections import Counter
from itertools import chain, groupby
from typing import TYPE_CHECKING

from tensorlab.bench.comparison import figures
from tensorlab.bench.record import Run, Skipped
from tensorlab.quantity import counted, digits
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.bench.comparison import Figures
    from tensorlab.bench.record import Case, Cause, Header
    from tensorlab.scene.record import Role

HEAD = ("backend", "device", "dtype", "median", "±", "GB/s", "GFLOP/s", "vs NumPy")
"""After the size. "±" is half the distance between the quartiles, relative to the median."""

WORDS: Mapping[Cause, str] = {
    "device": "no device",
    "dtype": "no dtype",
    "backend": "not written",
    "cost": "too slow",
    "memory": "too large",
    "wrong": "WRONG",
    "failed": "FAILED",
}
"""What stands in the last column of a case that has no time."""

ALARMING = frozenset({"wrong", "failed"})

LARGE = 2**20
ANEW = "an elementwise result of 1 MiB or more is allocated anew each call; the time includes its page faults"
"""Said of the CPU. Measured for 10 million float32: 22.5 ms in torch with 9,766 faults a call, 2.9 ms with ``out=``."""


def bench_scene(rows: Iterable[Run | Skipped], header: Header | None = None) -> Group:
    """One table a workload; a note on several of them stands once, at the end.

    Args:
        rows: In the order of the cases.
        header: Where they were measured; it becomes the first line.
    """
    tables = [list(group) for _, group in groupby(rows, key=lambda row: row.case.workload)]
    notes = [_notes(group) for group in tables]
    told = Counter(chain.from_iterable(notes))
    common = [note for note, tables_with_it in told.items() if tables_with_it > 1]
    parts = [
        Group((_table(group), *(_line(note) for note in own if note not in common)), title=_title(group[0].case))
        for group, own in zip(tables, notes, strict=True)
    ]
    where = (_host_line(header),) if header else ()
    below = (Group(tuple(map(_line, common)), title="for several tables"),) if common else ()
    return Group((*where, *parts, *below))


def compact(size: int) -> str:
    """A size in few letters, without rounding it.

    >>> [compact(size) for size in (8, 1024, 1000, 100_000, 10_000_000, 16_777_216, 1_234_567, 10**15)]
    ['8', '1,024', '1k', '100k', '10M', '16Mi', '1,234,567', '1,000,000G']
    """
    for unit, word in ((10**9, "G"), (10**6, "M"), (10**3, "k"), (2**30, "Gi"), (2**20, "Mi")):
        if size % unit == 0:
            return f"{size // unit:,}{word}"
    return f"{size:,}"


def percent(part: float) -> str:
    """A part of the whole in two digits.

    >>> percent(0.0034), percent(0.0996), percent(0.31), percent(1.2)
    ('0.3%', '10%', '31%', '120%')
    """
    return f"{100 * part:.1f}%" if part < 0.0995 else f"{100 * part:.0f}%"


def giga(rate: float) -> str:
    """Billions in three digits, and no more than three of them after the point.

    >>> giga(117e9), giga(1.234e9), giga(48e6), giga(5.8e6), giga(1e3), giga(60123e9)
    ('117', '1.23', '0.048', '0.006', '0.000', '60,123')
    """
    return grouped(rate / 1e9) if rate >= 1e9 else f"{rate / 1e9:.3f}"


def grouped(value: float) -> str:
    """Three digits; from a thousand on all of them, in groups of three like every count.

    >>> grouped(12.34), grouped(999.4), grouped(1034.2)
    ('12.3', '999', '1,034')
    """
    return digits(value) if value < 999.5 else f"{value:,.0f}"


def standing(speedup: float | None) -> str:
    """How a time stands beside NumPy's, so that nobody need know which way the ratio goes.

    >>> standing(2.0), standing(1 / 1034), standing(1.001), standing(None)
    ('2.00x faster', '1,034x slower', '1.00x', '-')
    """
    if speedup is None:
        return "-"
    if 0.995 <= speedup < 1.005:
        return "1.00x"
    return f"{grouped(speedup)}x faster" if speedup > 1 else f"{grouped(1 / speedup)}x slower"


def _title(case: Case) -> str:
    return f"{case.workload}, {counted(case.threads, 'thread')}"


def _host_line(header: Header) -> Text:
    host = header.host
    libraries = ", ".join(f"{name} {version or 'missing'}" for name, version in host.libraries)
    usable = counted(host.usable, "usable processor")
    words = (host.cpu, usable, host.python, libraries, f"fingerprint {header.fingerprint}")
    return Text((Span(f"{header.profile} profile on {'; '.join(words)}", "dim"),))


def _table(rows: list[Run | Skipped]) -> Table:
    measured = {f.run.case: f for f in figures(row for row in rows if isinstance(row, Run))}
    sizes = {row.case.size for row in rows}
    lines: list[tuple[Cell, ...]] = []
    whole: dict[tuple[str, str, str, Cause], tuple[Cell, ...]] = {}
    for row in rows:
        if isinstance(row, Run):
            lines.append(_measured(measured[row.case]))
        elif _sizes_like(row, rows) == sizes:
            whole.setdefault(_kind(row), _skipped(row, "all" if len(sizes) > 1 else compact(row.case.size)))
        else:
            lines.append(_skipped(row, compact(row.case.size)))
    return Table((rows[0].case.unit, *HEAD), (*lines, *whole.values()))


def _sizes_like(row: Skipped, rows: list[Run | Skipped]) -> set[int]:
    """The sizes at which the same library on the same device has no time for the same cause."""
    return {other.case.size for other in rows if isinstance(other, Skipped) and _kind(other) == _kind(row)}


def _kind(row: Skipped) -> tuple[str, str, str, Cause]:
    return row.case.backend, row.case.device, row.case.dtype, row.cause


def _names(case: Case, size: str, role: Role = "plain") -> tuple[Cell, ...]:
    words = (case.backend, case.device, case.dtype)
    return (Cell(Span(size, role), right=True), *(Cell(Span(word, role)) for word in words))


def _measured(row: Figures) -> tuple[Cell, ...]:
    fast = row.speedup is not None and row.speedup >= 1.005
    numbers = (
        str(row.time),
        percent(row.spread),
        giga(row.bandwidth.value) if row.bandwidth else "-",
        giga(row.rate.value) if row.rate else "-",
    )
    return (
        *_names(row.run.case, compact(row.run.case.size)),
        *(Cell(Span(number), right=True) for number in numbers),
        Cell(Span(standing(row.speedup), "good" if fast else "plain"), right=True),
    )


def _skipped(row: Skipped, size: str) -> tuple[Cell, ...]:
    role: Role = "bad" if row.cause in ALARMING else "dim"
    nothing = (Cell(Span("-", role), right=True),) * 4
    return (*_names(row.case, size, role), *nothing, Cell(Span(WORDS[row.cause], role), note=row.reason, right=True))


def _notes(rows: list[Run | Skipped]) -> list[str]:
    """What is to be said below a table, each once: why cases have no time, doubts, what NumPy was compared in."""
    lines = [_why(row) for row in rows if isinstance(row, Skipped)]
    measured = figures(row for row in rows if isinstance(row, Run))
    lines += [_other_base(f) for f in measured if f.base and f.base != f.run.case.dtype]
    lines += [ANEW for f in measured if _allocates(f.run.case)]
    lines += [
        f"{f.run.case.backend}: {doubt.text}{f'; {doubt.cure}' if doubt.cure else ''}"
        for f in measured
        for doubt in f.run.doubts
    ]
    return list(dict.fromkeys(lines))


def _allocates(case: Case) -> bool:
    """Whether it is an elementwise operation on the CPU (the others that count elements return a single one)."""
    return case.unit == "elements" and case.device == "cpu" and case.writes >= LARGE


def _why(row: Skipped) -> str:
    size = "" if row.cause in {"device", "dtype", "backend"} else f" {compact(row.case.size)}"
    where = "" if row.case.device == "cpu" else f" on {row.case.device}"
    return f"{row.case.backend}{where}{size}: {row.reason}"


def _other_base(row: Figures) -> str:
    why = ": a Python float is a C double" if row.run.case.backend == "list" else ""
    return f"{row.run.case.backend} computes in {row.run.case.dtype}{why}; compared with NumPy's {row.base}"


def _line(note: str) -> Text:
    return Text((Span(note, "dim"),))
