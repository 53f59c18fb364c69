"""What backward keeps: bytes by owner, then where the activations went, then what keeps more than it uses."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from tensorlab.diagram.sections import section
from tensorlab.quantity import Quantity, counted, listed, ratio
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.autograd.ledger.record import Ledger, Subtotal
    from tensorlab.autograd.saved.record import Saved
    from tensorlab.scene.record import Element, Role

By = Literal["module", "line", "slot"]
"""What a table of activations has a row for."""

MOST_ROWS = 12
_MOST_WASTEFUL = 4
_NAMED = 4
_LONGEST = 36
"""Characters of a slot's name in a table."""


def ledger_scene(ledger: Ledger, by: By | None = None, limit: int = MOST_ROWS) -> Group:
    """The picture: totals by owner, then the largest modules, lines or slots, then what to know of them.

    Left out, ``by`` is what was recorded: modules, else lines, else each slot.
    """
    title = f"what backward keeps: {counted(ledger.count, 'slot')}, {counted(ledger.nodes, 'node')}"
    if not ledger.slots:
        return Group((Text((Span("these nodes keep no tensor for backward", "dim"),)),), title=title)
    children: list[Element] = []
    if ledger.held:
        children += [_totals(ledger), _table(ledger, by or _finest(ledger), limit)]
    children += section(_waste(ledger))
    children += section(_notes(ledger))
    return Group(tuple(children), title=title)


def _finest(ledger: Ledger) -> By:
    if any(saved.module for saved in ledger.slots):
        return "module"
    return "line" if any(saved.line for saved in ledger.slots) else "slot"


def _totals(ledger: Ledger) -> Table:
    owned = (
        ("parameters", ledger.parameters),
        ("buffers", ledger.buffers),
        ("inputs", ledger.inputs),
        ("activations", ledger.activations),
        ("of no owner that is known", ledger.unclear),
    )
    rows = [_total(word, size, "strong" if word == "activations" else "plain") for word, size in owned if size]
    rows.append(_total("counted more than once", ledger.double_counted, "dim"))
    rows.append(_total("all slots as they are", ledger.naive, "dim"))
    return Table(("", "bytes"), tuple(rows))


def _total(word: str, size: int, role: Role) -> tuple[Cell, ...]:
    return Cell(Span(word, role)), Cell(Span(str(Quantity(size, "B")), role), right=True)


def _table(ledger: Ledger, by: By, limit: int) -> Table:
    if by == "slot":
        return _slots(ledger, limit)
    found = ledger.by_module() if by == "module" else ledger.by_line()
    rows = [_subtotal(total, ledger) for total in found[:limit]]
    rest = found[limit:]
    if rest:
        rows.append(_row((f"… {counted(len(rest), f'more {by}')}", "dim"), *_figures(rest, ledger)))
    return Table((by, "activations", "share", "parameters", "slots"), tuple(rows))


def _subtotal(total: Subtotal, ledger: Ledger) -> tuple[Cell, ...]:
    return _row((total.name or "elsewhere", "plain" if total.name else "dim"), *_figures((total,), ledger))


def _figures(totals: Sequence[Subtotal], ledger: Ledger) -> tuple[str, ...]:
    kept, owned = sum(total.activations for total in totals), sum(total.parameters for total in totals)
    share = f"{kept / ledger.activations:.1%}" if ledger.activations and kept else ""
    return _bytes(kept), share, _bytes(owned), f"{sum(total.slots for total in totals):,}"


def _bytes(size: int) -> str:
    return str(Quantity(size, "B")) if size else ""


def _row(name: tuple[str, Role], *figures: str) -> tuple[Cell, ...]:
    return (Cell(Span(*name)), *(Cell(Span(figure), right=True) for figure in figures))


def _slots(ledger: Ledger, limit: int) -> Table:
    """What a slot keeps and one above it keeps too is told as shared."""
    found = sorted(ledger.held, key=lambda saved: (saved.owner == "parameter", -saved.fresh, -saved.nbytes, saved.node))
    rows = [_slot(saved) for saved in found[:limit]]
    rest = found[limit:]
    if rest:
        words = f"… {counted(len(rest), 'more slot')}"
        rows.append((*_row((words, "dim"), "", _bytes(sum(saved.fresh for saved in rest))), Cell(Span(""))))
    names = ("slot", "shape", "bytes", "of")
    if not any(saved.version is not None for saved in ledger.held):
        return Table(names, tuple(rows))
    versions = [Cell(Span("" if saved.version is None else f"v{saved.version}")) for saved in found[:limit]]
    versions += [Cell(Span(""))] * (len(rows) - len(versions))
    return Table((*names, "written"), tuple((*row, cell) for row, cell in zip(rows, versions, strict=True)))


def _slot(saved: Saved) -> tuple[Cell, ...]:
    shape = "" if saved.memory is None or saved.memory.shape is None else str(saved.memory.shape)
    return (
        Cell(Span(_short(saved.label)), note=str(saved)),
        Cell(Span(shape)),
        Cell(Span(_bytes(saved.fresh) or "shared", "plain" if saved.fresh else "dim"), right=True),
        Cell(Span(saved.owner or "not known", "plain" if saved.owner else "unknown")),
    )


def _short(label: str) -> str:
    """A long name without the word that all nodes have; whole in the note."""
    return label if len(label) <= _LONGEST else label.replace("Backward0.", "….")


def _waste(ledger: Ledger) -> Iterator[Text]:
    """Slices that keep the whole of what they were cut from."""
    groups: defaultdict[int, list[Saved]] = defaultdict(list)
    for saved in ledger.held:
        if saved.storage is not None and saved.owner != "parameter":
            groups[saved.storage].append(saved)
    found = []
    for group in groups.values():
        kept, used = _kept(group[0]), sum(saved.fresh for saved in group)
        if kept > used > 0:
            found.append((kept - used, used, kept, group))
    for _, used, kept, group in sorted(found, key=lambda row: (-row[0], row[3][0].node))[:_MOST_WASTEFUL]:
        names = listed([f"{saved.label}{f' {saved.line}' if saved.line else ''}" for saved in group], _NAMED)
        words = f"{'uses' if len(group) == 1 else 'use'} {Quantity(used, 'B')} of the {Quantity(kept, 'B')} kept for "
        text = f"{names} {words}{'it' if len(group) == 1 else 'them'} ({ratio(kept / used)})"
        yield Text((Span(text, "bad"),))


def _kept(saved: Saved) -> int:
    storage = None if saved.memory is None else saved.memory.storage
    return 0 if storage is None else storage.nbytes or 0


def _notes(ledger: Ledger) -> Iterator[Text]:
    if ledger.freeable:
        yield _note(f"backward frees up to {Quantity(ledger.freeable, 'B')} of it")
    freed = sum(saved.state == "freed" for saved in ledger.slots)
    if freed:
        yield _note(f"{counted(freed, 'slot')} freed: backward has run through those nodes")
    packed = sum(saved.state == "packed" for saved in ledger.slots)
    if packed:
        size = f", {Quantity(ledger.packed, 'B')} as they are packed" if ledger.packed else ""
        yield _note(f"{counted(packed, 'slot')} held by hooks{size}; not counted above")
    aside = sum(saved.state == "ctx" for saved in ledger.slots)
    if aside:
        size = f"{counted(aside, 'tensor')} on ctx, {Quantity(ledger.aside, 'B')}"
        yield _note(f"{size}: backward does not free {'it' if aside == 1 else 'them'}; not counted above")
    hidden = [saved.label for saved in ledger.slots if saved.state == "unknown"]
    if hidden:
        verb = "hides what it saves" if len(hidden) == 1 else "hide what they save"
        yield Text((Span(f"unknown: {listed(hidden, _NAMED)} {verb}; record it to count", "unknown"),))


def _note(words: str) -> Text:
    return Text((Span(words, "dim"),))
