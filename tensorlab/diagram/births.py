"""Where a NaN or an infinity was made: the sentence of the first, then all in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.autograd.births.record import NanBirth, NanFinding
    from tensorlab.scene.record import Element

MOST_BIRTHS = 12


def births_scene(finding: NanFinding) -> Group:
    """What was made first, what went nowhere, and what could not be seen; or that all is finite.

    >>> from tensorlab.autograd.births.record import NanFinding
    >>> births_scene(NanFinding()).children[0].spans[0].text
    'no NaN and no infinity was made'
    """
    births = [birth for birth in (finding.first, *finding.masked) if birth is not None]
    if finding.first is not None:
        head = Span(str(finding.first), "bad")
    elif births:
        head = Span(f"what was made did not reach the loss, which is {finding.loss}", "strong")
    else:
        head = Span("no NaN and no infinity was made", "good")
    children: list[Element] = [Text((head,))]
    if births:
        rows = tuple(_row(birth) for birth in births[:MOST_BIRTHS])
        children.append(Table(("what", "made by", "line", "module", "elements", "of"), rows))
    rest = len(births) - MOST_BIRTHS
    notes = [*([f"... {rest:,} more"] if rest > 0 else []), *finding.notes]
    children += [Text((Span(note, "dim"),)) for note in notes]
    return Group(tuple(children), title="NaN")


def _row(birth: NanBirth) -> tuple[Cell, ...]:
    made = birth.op if birth.within or not birth.node else birth.node
    words = (
        (f"{birth.what}, masked" if birth.masked else birth.what, "" if birth.masked else "bad"),
        (f"{made} in a hook" if birth.within else made, ""),
        (birth.line, ""),
        (birth.module, ""),
        (_amount(birth.nans + birth.infinities, birth.numel), ""),
        (birth.of or ("finite inputs" if birth.source == "op" else birth.source), ""),
    )
    return tuple(Cell(Span(word, "bad") if role else Span(word)) for word, role in words)


def _amount(count: int, numel: int) -> str:
    if count <= 0 or not numel:
        return ""
    return "the only one" if numel == 1 else f"{count:,} of {numel:,}"
