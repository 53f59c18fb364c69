"""Calls that were timed side by side: a row for each, and a row for each two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary, tenth
from tensorlab.quantity import Quantity, counted, digits
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.pairing.record import Blocks, Measured, Ratio, Verdict
    from tensorlab.memory.record import Doubt
    from tensorlab.scene.record import Element, Role

HEAD = ("", "median", "10th pct", "±", "first call", "faults", "later", "blocks")
WORDS = "faults: new pages in the first call; later: in each call after it; blocks: how many, of so many calls"
_ROLES: dict[Verdict, Role] = {"faster": "good", "slower": "bad", "can't tell": "unknown"}


def measured_scene(found: Measured) -> Group:
    """The times, the ratios with their intervals, what measuring costs, and every doubt with its cure."""
    times = Table(HEAD, tuple(_times(one, found) for one in found.blocks))
    parts: list[Element] = [times]
    if found.ratios:
        parts.append(Group((Table(("", "ratio", "95% interval", "pairs", ""), tuple(map(_ratio, found.ratios))),)))
    parts += [Text((Span(words, "dim"),)) for words in (WORDS, _cost(found))]
    parts += [line for doubt in found.doubts for line in _doubt(doubt)]
    clock = "the processor's clock" if found.clock == "cpu" else "the clock on the wall"
    return Group(tuple(parts), title=f"{counted(found.threads, 'thread')}, by {clock}")


def _times(one: Blocks, found: Measured) -> tuple[Cell, ...]:
    seconds = one.seconds(found.clock)
    told = summary(seconds)
    calls = one.loops * len(one.wall)
    numbers = (
        str(Quantity(told.median, "s")),
        str(Quantity(tenth(seconds), "s")),
        f"{100 * told.spread:.1f}%",
        str(Quantity(one.first, "s")),
        f"{one.first_faults:,}",
        digits(sum(one.faults) / calls) if sum(one.faults) else "0",
        f"{len(one.wall):,} of {one.loops:,}",
    )
    return (Cell(Span(one.name, "strong")), *(Cell(Span(number), right=True) for number in numbers))


def _ratio(one: Ratio) -> tuple[Cell, ...]:
    return (
        Cell(Span(f"{one.of} / {one.to}")),
        Cell(Span(f"{one.value:.4g}"), right=True),
        Cell(Span(f"{one.low:.4g}..{one.high:.4g}"), right=True),
        Cell(Span(f"{one.pairs:,}"), right=True),
        Cell(Span(one.verdict, _ROLES[one.verdict])),
    )


def _cost(found: Measured) -> str:
    empty, reading = Quantity(found.empty, "s"), Quantity(found.reading, "s")
    return f"measuring costs {empty} a call and {reading} a block; it is not taken off"


def _doubt(doubt: Doubt) -> tuple[Text, ...]:
    said = doubt.penalty is None or f"{digits(doubt.penalty)}x" in doubt.text
    penalty = "" if said else f" (penalty {doubt.penalty:.2f}x)"
    lines = [Text((Span("doubt: ", "unknown"), Span(f"{doubt.text}{penalty}")))]
    if doubt.cure:
        lines.append(Text((Span(f"cure: {doubt.cure}"),)))
    return tuple(lines)
