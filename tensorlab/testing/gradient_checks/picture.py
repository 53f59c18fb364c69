"""A check of gradients as a scene: the sentence, what was checked, and the worst numbers of backward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.sections import section
from tensorlab.scene.record import Cell, Group, Span, Table, Text
from tensorlab.testing.gradient_checks.record import element

if TYPE_CHECKING:
    from tensorlab.scene.record import Element
    from tensorlab.testing.gradient_checks.record import GradientCheck, GradientEntry, GradientInput

_HEAD = ("derivative of", "by", "backward", "finite differences", "relative error", "")


def gradients_scene(found: GradientCheck) -> Group:
    """The verdict, a row for each input, and the worst numbers: backward beside finite differences."""
    verdict = Span("AGREE", "good") if found.passed else Span("WRONG", "bad")
    sentences = [Text((verdict, Span("  "), Span(found.headline, "strong")))]
    sentences += [Text((Span(words, "bad"),)) for words in found.failures]
    notes = section(Text((Span(words, "dim"),)) for words in found.notes)
    return Group((*section(sentences), _inputs(found.inputs), *_worst(found), *notes, _limits(found)))


def _inputs(inputs: tuple[GradientInput, ...]) -> Table:
    rows = []
    for one in inputs:
        shape = "" if one.shape is None else str(one.shape)
        checked = Span("checked", "good") if one.checked else Span("not checked", "dim")
        words = (Span(f"input {one.position}"), Span(one.type), Span(shape), checked, Span(one.note, "dim"))
        rows.append(tuple(map(Cell, words)))
    return Table(("input", "type", "shape", "", ""), tuple(rows))


def _worst(found: GradientCheck) -> list[Element]:
    """A table for each layout that an entry has, in the order in which they come."""
    layouts = dict.fromkeys(entry.layout for entry in found.worst)
    tables = {layout: tuple(_row(entry) for entry in found.worst if entry.layout == layout) for layout in layouts}
    return [Group((Table(_HEAD, rows),), title=layout) for layout, rows in tables.items()]


def _row(entry: GradientEntry) -> tuple[Cell, ...]:
    verdict = Span("wrong", "bad") if entry.wrong else Span("good", "good")
    result = element("output", entry.result)
    return (
        Cell(Span(f"derivative {result}" if entry.order == 2 else result)),
        Cell(Span(element("input", entry.source))),
        Cell(Span(f"{entry.analytic:.6g}", "bad" if entry.wrong else "plain"), right=True),
        Cell(Span(f"{entry.numeric:.6g}"), right=True),
        Cell(Span(f"{entry.error:.2g}"), right=True),
        Cell(verdict),
    )


def _limits(found: GradientCheck) -> Text:
    words = f"step {found.eps:g}, differences up to {found.atol:g} + {found.rtol:g} of the number are rounding"
    return Text((Span(words, "dim"),))
