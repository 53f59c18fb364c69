"""The limits of a machine as tables, and bandwidth over the working set as a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.ceilings.record import VIEW
from tensorlab.diagram.machine import binary
from tensorlab.diagram.sections import section
from tensorlab.quantity import counted
from tensorlab.scene.record import Cell, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.ceilings.amounts import Pattern
    from tensorlab.bench.ceilings.record import Ceilings, Figure
    from tensorlab.scene.record import Element, Point, Role

PATTERNS: tuple[Pattern, ...] = ("read", "copy", "triad")
LEVELS = ("L1", "L2", "L3", "L4", "DRAM")


def ceilings_scene(ceilings: Ceilings) -> Group:
    """The picture of a machine's ceilings."""
    parts: list[Element] = [
        Text((Span(_origin(ceilings), "dim"),)),
        *_titled("memory, GB/s", memory_table(ceilings)),
        *([bandwidth_plot(ceilings)] if any(ceilings.find(pattern) for pattern in PATTERNS) else []),
        *_titled("products of matrices, 10^9 operations/s", product_table(ceilings)),
        *_titled("a call, before it computes anything", _table(ceilings, "dispatch")),
        *_titled("new memory", _table(ceilings, "allocation")),
        *(one for device in _devices(ceilings) for one in _device(ceilings, device)),
        *section(_line(text, "unknown") for text in _doubts(ceilings)),
        *section(_line(note, "dim") for note in ceilings.notes),
    ]
    return Group(tuple(parts), title="tensorlab ceilings")


def _origin(ceilings: Ceilings) -> str:
    libraries = ", ".join(f"{name} {version or 'missing'}" for name, version in ceilings.libraries)
    how = f"blocks of {ceilings.block * 1e3:g} ms, the best tenth of them"
    return f"fingerprint {ceilings.fingerprint}; {libraries}; measured {ceilings.created}; {how}"


def memory_table(ceilings: Ceilings) -> Table:
    """The best of each level of memory, by pattern and threads."""
    rows = []
    sizes = {name: size for name, size, _ in ceilings.levels}
    for threads in sorted({1, ceilings.threads}):
        best = {(one.level, one.kind): one for one in _best(ceilings, threads)}
        for level in LEVELS:
            found = [best.get((level, pattern)) for pattern in PATTERNS]
            if any(found):
                words = (level, binary(sizes[level]) if level in sizes else "", counted(threads, "thread"))
                rows.append((*map(_left, words), *(_right(_giga(one)) for one in found)))
    return Table(("level", "holds", "with", *PATTERNS), tuple(rows))


def _best(ceilings: Ceilings, threads: int) -> Iterable[Figure]:
    """The lower ones first, so that the last of a level and a pattern is its best."""
    found = (one for pattern in PATTERNS for one in ceilings.find(pattern, threads=threads))
    return sorted(found, key=lambda one: one.rate)


def bandwidth_plot(ceilings: Ceilings) -> Plot:
    """Bandwidth over the working set: one thread as lines, a copy by all of them as points."""
    series: list[tuple[str, tuple[Point, ...]]] = [
        (f"{pattern}, 1 thread", _points(ceilings, pattern, 1)) for pattern in PATTERNS
    ]
    if ceilings.threads > 1:
        series.append((f"copy, {ceilings.threads} threads", _points(ceilings, "copy", ceilings.threads)))
    return Plot(
        "working set, KiB",
        "GB/s",
        tuple(series),
        log=True,
        log_x=True,
        curves=len(PATTERNS),
        title="bandwidth over the working set",
    )


def _points(ceilings: Ceilings, pattern: Pattern, threads: int) -> tuple[Point, ...]:
    curve = ceilings.curve(pattern, threads)
    return tuple((one.working_set / 2**10, *(one.rate / 1e9,) * 3) for one in curve)


def product_table(ceilings: Ceilings, device: str = "cpu") -> Table:
    """Each library's best product by dtype, and what part of the best of all libraries it is."""
    threads = sorted({one.threads for one in ceilings.find("compute", device=device)})
    head = ("dtype", "library", "by", *(counted(count, "thread") for count in threads), "of the best")
    best: dict[tuple[str, str, str], dict[int, Figure]] = {}
    for one in ceilings.find("compute", device=device):
        way = best.setdefault((one.dtype, one.library, one.probe.partition(",")[0]), {})
        if one.threads not in way or one.rate > way[one.threads].rate:
            way[one.threads] = one
    rows = []
    for (dtype, library, _), way in best.items():
        first = way[min(way)]
        peak = ceilings.peak(dtype, first.threads, device)
        assert peak is not None
        numbers = (_right(_giga(way.get(count))) for count in threads)
        part = _right(f"{100 * first.rate / peak.rate:.0f}%", "good" if first is peak else "plain")
        rows.append((*map(_left, (dtype, library, first.probe)), *numbers, part))
    return Table(head, tuple(rows))


def _table(ceilings: Ceilings, kind: str, device: str = "cpu") -> Table:
    """The figures of a kind, a row each."""
    rows = []
    for one in ceilings.figures:
        if one.kind == kind and one.device == device:
            more = f"{one.faults:,.0f} page faults" if one.faults >= 1 else ""
            unit = {"element": "an element", "call": "a call"}.get(one.unit, more)
            words = (one.library, one.probe.replace(VIEW, "a view, "))
            rows.append((*map(_left, words), _right(str(one.quantity)), _left(unit or more)))
    return Table(("library", "what", "at best", ""), tuple(rows))


def _devices(ceilings: Ceilings) -> list[str]:
    return list(dict.fromkeys(one.device for one in ceilings.figures if one.device != "cpu"))


def _device(ceilings: Ceilings, device: str) -> list[Element]:
    """Transfers, copies on it, its products, and asking it."""
    rows = [
        (
            _left(one.probe if one.kind == "transfer" else f"copy on it, {binary(one.working_set)}"),
            _right(str(one.quantity)),
        )
        for one in ceilings.figures
        if one.device == device and one.kind in {"transfer", "copy"}
    ]
    return [
        *_titled(f"{device}: bytes", Table(("what", "at best"), tuple(rows))),
        *_titled(f"{device}: products of matrices, 10^9 operations/s", product_table(ceilings, device)),
        *_titled(f"{device}: asking it", _table(ceilings, "dispatch", device)),
    ]


def _doubts(ceilings: Ceilings) -> list[str]:
    return [f"doubt: {one.text}{f'; {one.cure}' if one.cure else ''}" for one in ceilings.doubts]


def _titled(title: str, table: Table) -> list[Element]:
    return [Group((table,), title=title)] if table.rows else []


def _giga(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    value = figure.rate / 1e9
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}"


def _left(word: str) -> Cell:
    return Cell(Span(word))


def _right(word: str, role: Role = "plain") -> Cell:
    return Cell(Span(word, role), right=True)


def _line(text: str, role: Role) -> Text:
    return Text((Span(text, role),))
