"""Why a call is slow: what was found, what ran, what was predicted, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import Quantity, digits
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.slowness.record import OpRun, Suggestion, WhySlow
    from tensorlab.scene.record import Element, Role

MOST = 20
"""Operators that have a row; of more, those that move most."""


def slowness_scene(found: WhySlow) -> Group:
    """The picture of a call that was looked at.

    >>> from tensorlab.bench.slowness.record import WhySlow
    >>> slowness_scene(WhySlow(name="add", given=("float32 (2,)",), seconds=1e-6, clock="cpu", threads=1)).title
    'why add(float32 (2,)) is slow'
    """
    parts: list[Element] = [_line(found.told)]
    parts += [_line(sentence, "bad" if not place else "plain") for place, sentence in enumerate(found.sentences)]
    if found.ops:
        parts.append(Group((_operators(found),), title=f"operators: {found.calls:,} a call"))
    if found.predicted:
        parts.append(Group((_times(found),), title="time, predicted and measured"))
    helping = [one for one in found.suggestions if one.helps]
    parts.append(Group((_help(helping),) if helping else (_line(found.in_vain),), title="what helps"))
    others = [one for one in found.suggestions if not one.helps]
    parts += [_line(str(one), "dim") for one in others]
    parts += [_line(note, "dim") for note in found.notes]
    return Group(tuple(parts), title=f"why {found.name}({', '.join(found.given)}) is slow")


def _operators(found: WhySlow) -> Table:
    ops = found.ops
    if len(ops) > MOST:
        chosen = {id_ for id_, _ in sorted(enumerate(ops), key=lambda pair: -pair[1].moved)[:MOST]}
        ops = tuple(op for place, op in enumerate(ops) if place in chosen)
    return Table(("operator", "", "calls", "called by", "new memory", "moved"), tuple(map(_operator, ops)))


def _operator(op: OpRun) -> tuple[Cell, ...]:
    role: Role = "bad" if op.kind == "copy" else "dim" if op.kind == "view" else "plain"
    return (
        Cell(Span(op.name.removesuffix(".default"), role)),
        Cell(Span(op.kind, role)),
        Cell(Span(f"{op.calls:,}", role), right=True),
        Cell(Span(op.user or "-", role)),
        Cell(Span(str(Quantity(op.made, "B")) if op.made else "-", role), right=True),
        Cell(Span(str(Quantity(op.moved, "B")) if op.moved else "-", role), right=True),
    )


def _times(found: WhySlow) -> Table:
    rows = [(word, seconds, "plain") for word, seconds in found.predicted if seconds]
    lines = [_time(word, seconds) for word, seconds, _ in rows]
    return Table(
        ("", "seconds"),
        (*lines, _time("predicted", found.expected, "strong"), _time("measured", found.seconds, "strong")),
    )


def _time(word: str, seconds: float, role: Role = "plain") -> tuple[Cell, ...]:
    return Cell(Span(word, role)), Cell(Span(str(Quantity(seconds, "s")), role), right=True)


def _help(helping: list[Suggestion]) -> Table:
    return Table(
        ("", "faster", "interval", ""),
        tuple(
            (
                Cell(Span(one.what, "good")),
                Cell(Span(f"{digits(1 / one.ratio.value)}x", "good"), right=True),
                Cell(Span(f"[{digits(1 / one.ratio.high)}, {digits(1 / one.ratio.low)}]")),
                Cell(Span(one.how)),
            )
            for one in helping
        ),
    )


def _line(words: str, role: Role = "plain") -> Text:
    return Text((Span(words, role),))
