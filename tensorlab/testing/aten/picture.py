"""A sweep of torch's operators as tables: how much was tested, what was not and why, and each finding's script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.scene.record import Element, Role
    from tensorlab.testing.aten.record import AtenFinding, AtenSweep, Waived
    from tensorlab.testing.record import Laid

_MOST = 60
"""Characters of a reason that are drawn."""
_OPS = 3
"""Operators that are named beside a reason that many share."""


def aten_scene(swept: AtenSweep, *, scripts: bool = True) -> Group:
    """The picture of a sweep.

    The head of the table counts samples and calls; below it stand refusals, skipped samples and differences that are
    an operator's right, each with its reason; then the findings, each with its script, where they are wanted: long
    lines of a script are broken as all text is.

    >>> from tensorlab.testing.aten.record import AtenSweep
    >>> numbers = dict(seed=0, ops=1, samples=2, tested=2, calls=16, seconds=1.0, workers=2)
    >>> swept = AtenSweep(torch="2.13.0", dtype="float32", **numbers)
    >>> aten_scene(swept).title
    '1 operator of torch 2.13.0, float32, seed 0, 1 s in 2 processes'
    """
    children: list[Element] = [
        Table(("", "samples", "share", "reason"), tuple(_samples(swept))),
        Text((Span(f"{swept.calls:,} calls under other layouts than C order"),)),
        *_counts("refused, calls", swept.refused),
        *_waived(swept.waived),
        *(_finding(found, script=scripts) for found in swept.findings),
        *(_unconfirmed(found) for found in swept.unconfirmed),
        _verdict(swept),
    ]
    return Group(tuple(children), title=_title(swept))


def _title(swept: AtenSweep) -> str:
    return (
        f"{counted(swept.ops, 'operator')} of torch {swept.torch}, {swept.dtype}, seed {swept.seed}, "
        f"{swept.seconds:.0f} s in {swept.workers} process{'' if swept.workers == 1 else 'es'}"
    )


def _samples(swept: AtenSweep) -> Iterable[tuple[Cell, ...]]:
    total = max(swept.samples, 1)
    yield _row("tested", swept.tested, total, "under at least 4 layouts each", "good")
    yield _row("skipped", swept.samples - swept.tested, total, "", "plain")
    for reason, count in swept.skipped:
        yield _row("", count, total, reason, "dim")


def _row(word: str, count: int, total: int, reason: str, role: Role) -> tuple[Cell, ...]:
    return (
        Cell(Span(word, role)),
        Cell(Span(f"{count:,}"), right=True),
        Cell(Span(f"{100 * count / total:.1f} %"), right=True),
        Cell(Span(_brief(reason), "dim")),
    )


def _counts(title: str, rows: tuple[tuple[str, int], ...]) -> list[Element]:
    if not rows:
        return []
    cells = tuple((Cell(Span(f"{count:,}"), right=True), Cell(Span(_brief(reason), "dim"))) for reason, count in rows)
    return [Group((Table(("", ""), cells),), title=title)]


def _waived(rows: tuple[Waived, ...]) -> list[Element]:
    """Differences by reason, with the operators that showed them."""
    reasons: dict[str, list[Waived]] = {}
    for row in rows:
        reasons.setdefault(row.reason, []).append(row)
    counts = tuple((f"{reason}: {_ops(same)}", sum(row.calls for row in same)) for reason, same in reasons.items())
    if not counts:
        return []
    lines = tuple(
        Text((Span(f"{count:,} "), Span(words, "dim"))) for words, count in sorted(counts, key=lambda row: -row[1])
    )
    return [Group(lines, title="differences that are an operator's right, calls")]


def _ops(rows: list[Waived]) -> str:
    names = [row.op for row in sorted(rows, key=lambda row: (-row.calls, row.op))]
    more = f" and {len(names) - _OPS} more" if len(names) > _OPS else ""
    return f"{', '.join(names[:_OPS])}{more}"


def _finding(found: AtenFinding, *, script: bool) -> Group:
    lines = tuple(Text((Span(line),)) for line in found.script.splitlines()) if script else ()
    return Group((Text((Span(found.message, "bad"),)), *lines), title=_named(found))


def _named(found: AtenFinding) -> str:
    form = {"call": "", "in-place": " in place", "out": " with out="}[found.variant]
    where = ", ".join(f"{one.name} {_classes(one.laid)}" for one in found.relaid)
    return f"{found.verdict}: {found.op}{form}, {where} ({counted(found.alike, 'sample')})"


def _classes(laid: Laid) -> str:
    return " and ".join(sorted(laid.classes)) or "laid out anew"


def _unconfirmed(found: AtenFinding) -> Text:
    return Text((Span(f"not counted, for no script of it fails: {_named(found)}", "dim"),))


def _verdict(swept: AtenSweep) -> Text:
    if swept.passed:
        return Text((Span("no operator breaks its promise", "good"),))
    ops = len({found.op for found in swept.findings})
    return Text((Span(f"{counted(len(swept.findings), 'finding')} in {counted(ops, 'operator')}", "bad"),))


def _brief(words: str) -> str:
    return words if len(words) <= _MOST else f"{words[: _MOST - 3]}..."
