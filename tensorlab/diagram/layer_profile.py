"""A profiled module as tables of 80 columns: what layers give, what they work, and what is alive when."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary
from tensorlab.diagram.architecture_solids import architecture
from tensorlab.diagram.layer_memory import memory_section
from tensorlab.diagram.sections import section
from tensorlab.quantity import Quantity, counted, digits, prefixed
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.models.profiling.record import Output, Phase, Profile, Row
    from tensorlab.scene.record import Element, Role

_BY = "\N{MULTIPLICATION SIGN}"
_SOURCES = {"new": "new", "view": "view", "given": "in place"}
_PHASES: tuple[Phase, ...] = ("forward", "backward", "optimizer")
_MOST_DOUBTFUL = 1.05
"""Of a ceiling: what is above is marked, and a doubt says so."""


def profile_scene(profile: Profile) -> Group:
    """The picture of a profile: a table of layouts, one of work for each direction, memory over time, doubts."""
    solids = architecture(profile)
    children: list[Element] = [
        *section(_facts(profile)),
        *([solids] if solids is not None else []),
        Group((_layouts(profile),), title="what each layer gives"),
    ]
    for phase in _PHASES:
        rows = [row for row in profile.rows if row.phase == phase]
        if rows:
            children.append(Group((_work(rows),), title=_titled(phase)))
    children += [
        *section(_work_words()),
        memory_section(profile),
        *section(_doubts(profile)),
    ]
    return Group(tuple(children), title=_title(profile))


def _title(profile: Profile) -> str:
    threads = f", {counted(profile.threads, 'thread')}" if profile.device == "cpu" else ""
    mode = "one training step" if profile.train else "forward pass"
    return f"{profile.name}: {mode} on {', '.join(profile.inputs) or 'nothing'}, {profile.device}{threads}"


def _titled(phase: Phase) -> str:
    return {"forward": "forward", "backward": "backward", "optimizer": "step of the optimizer"}[phase]


def _facts(profile: Profile) -> Iterable[Text]:
    forward = sum(row.macs for row in profile.rows if row.phase == "forward")
    yield _line(
        f"{Quantity(profile.parameters, '')} parameters, {Quantity(forward, '')} multiply-adds forward"
        + (f", {Quantity(profile.macs - forward, '')} backward" if profile.train else ""),
        "strong",
    )
    if profile.whole:
        spread = 100 * summary(profile.whole).spread
        within = sum(row.time for row in profile.rows) / (median(profile.whole) or 1.0)
        time = f"{prefixed(median(profile.whole), 's')} ±{spread:.0f}%"
        yield _line(f"a whole pass takes {time}; its rows add up to {100 * within:.0f}% of it", "strong")
    if profile.optimizer:
        yield _line(f"loss: the mean of the squares of what it gives; optimizer: {profile.optimizer}")
    for note in profile.notes:
        yield _line(f"note: {note}")


def _layouts(profile: Profile) -> Table:
    rows = [row for row in profile.rows if row.phase == "forward"]
    head = ("layer", "kind", "output", "strides", "memory", "copies")
    copies = any(row.copies for row in rows)
    lines = [_layout_row(row) for row in rows]
    return Table(head if copies else head[:-1], tuple(line if copies else line[:-1] for line in lines))


def _layout_row(row: Row) -> tuple[Cell, ...]:
    first = row.outputs[0] if row.outputs else None
    more = f" +{len(row.outputs) - 1}" if len(row.outputs) > 1 else ""
    note = ", ".join(row.operators) or "no operator"
    return (
        Cell(Span(row.label), note),
        Cell(Span(row.kind), note),
        Cell(Span((_BY.join(map(str, first.layout.shape)) or "scalar") + more if first else "-")),
        Cell(Span(_strides(first) if first else "-")),
        Cell(Span(_memory(row, first), "used" if first and first.source == "new" else "dim")),
        Cell(Span(f"{row.copies} of {prefixed(row.copied, 'B')}" if row.copies else "-"), right=True),
    )


def _strides(output: Output) -> str:
    """In elements, as torch tells them."""
    return " ".join(str(stride // (output.layout.itemsize or 1)) for stride in output.layout.strides)


def _memory(row: Row, first: Output | None) -> str:
    if first is None:
        return f"{counted(row.views, 'view')}" if row.views and not row.moved else "-"
    where = _SOURCES[first.source] if row.operators or first.source == "new" else "passed on"
    return where if first.format == "contiguous" else f"{where}, {first.format}"


def _work(rows: Sequence[Row]) -> Table:
    head = ("layer", "MACs", "read", "written", "FLOP/B", "time", "±%", "of ceiling")
    return Table(head, (*(_work_row(row) for row in rows), *([_total(rows)] if len(rows) > 1 else [])))


def _work_row(row: Row) -> tuple[Cell, ...]:
    return _numbers(
        row.label,
        (row.macs, row.reads, row.writes),
        row.seconds,
        Span(f"{100 * row.part:.0f}% {row.ceiling}", "unknown" if row.part > _MOST_DOUBTFUL else "plain")
        if row.ceiling
        else Span("-"),
        "plain",
    )


def _total(rows: Sequence[Row]) -> tuple[Cell, ...]:
    work = (sum(row.macs for row in rows), sum(row.reads for row in rows), sum(row.writes for row in rows))
    seconds = tuple(map(sum, zip(*(row.seconds for row in rows), strict=True)))
    return _numbers("together", work, seconds, Span(""), "strong")


def _numbers(
    label: str, work: tuple[int, int, int], seconds: tuple[float, ...], ceiling: Span, role: Role
) -> tuple[Cell, ...]:
    macs, reads, writes = work
    moved = reads + writes
    words = (
        prefixed(macs, "").rstrip() if macs else "-",
        prefixed(reads, "B") if moved else "-",
        prefixed(writes, "B") if moved else "-",
        digits(2 * macs / moved) if moved and macs else "-",
        prefixed(median(seconds), "s") if seconds else "-",
        _percent(summary(seconds).spread) if seconds else "-",
    )
    return (Cell(Span(label, role)), *(Cell(Span(word, role), right=True) for word in words), Cell(ceiling, right=True))


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.0f}" if fraction < 9.99 else ">99"


def _work_words() -> tuple[Text, ...]:
    return (
        _line("MACs: multiply-adds; read, written: bytes of its operators, views none; FLOP/B: 2 a multiply-add"),
        _line("time: median of the rounds, within whole passes; ±%: half the quartiles' distance"),
        _line("of ceiling: what part of the limit that binds (compute, a memory, dispatch) the median reaches"),
    )


def _doubts(profile: Profile) -> Iterable[Text]:
    for doubt in profile.doubts:
        yield Text((Span("doubt: ", "unknown"), Span(doubt.text)))
        if doubt.cure:
            yield _line(f"cure: {doubt.cure}")


def _line(words: str, role: Role = "dim") -> Text:
    return Text((Span(words, role),))
