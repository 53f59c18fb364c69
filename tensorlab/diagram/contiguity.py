"""In which memory formats a layout is, and the first stride that breaks each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.address import in_elements
from tensorlab.layout.reports.words import contiguity_sentences, stride_words
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout
    from tensorlab.layout.reports.record import Contiguity, Format
    from tensorlab.scene.record import Element

_HEAD = ("format", "in it", "first stride that breaks it", "needs")
_FORMATS: tuple[Format, ...] = ("contiguous", "F order", "channels_last", "channels_last_3d")


def contiguity_scene(found: Contiguity) -> Group:
    """The sentence, a row for each format that exists for so many axes, and what torch makes of it."""
    return Group(tuple(_elements(found)), title=_title(found))


def _title(found: Contiguity) -> str:
    if found.layout is None:
        return found.type
    return f"{found.type} {found.layout.shape}, strides {_strides(found.layout, found.layout.strides)}"


def _strides(layout: Layout, strides: tuple[int, ...]) -> str:
    if in_elements(layout) is None:
        return f"{strides} B"
    return f"{tuple(stride // layout.itemsize for stride in strides)}"


def _elements(found: Contiguity) -> list[Element]:
    if found.layout is None:
        parts = (Group(tuple(_elements(part)), title=f"{name}: {_title(part)}") for name, part in found.parts)
        return [Text((Span(found.doubt),)), *parts]
    sentences = Group(tuple(Text((Span(words, "strong"),)) for words in contiguity_sentences(found)))
    return [sentences, _formats(found, found.layout), _consequences(found, found.layout)]


def _formats(found: Contiguity, layout: Layout) -> Table:
    broken = {one.format: one for one in found.breaks}
    rows = []
    for name in _FORMATS:
        if name in broken:
            place = broken[name]
            words = f"stride[{place.axis}]={stride_words(layout, place.stride)}"
            needed = stride_words(layout, place.needed)
            rows.append((Cell(Span(name)), Cell(Span("no", "bad")), Cell(Span(words)), Cell(Span(needed), right=True)))
        elif name in found.formats:
            rows.append((Cell(Span(name)), Cell(Span("yes", "good")), Cell(Span("")), Cell(Span(""))))
    return Table(_HEAD, tuple(rows))


def _consequences(found: Contiguity, layout: Layout) -> Table:
    copied = "returns itself" if "contiguous" in found.formats else f"copies {Quantity(found.copied, 'B')}"
    rows = [("suggested memory format", found.suggested or "none"), (".contiguous()", copied)]
    if found.kept is not None:
        rows.append(("strides that clone() keeps", _strides(layout, found.kept)))
    return Table(("", ""), tuple((Cell(Span(name, "dim")), Cell(Span(words))) for name, words in rows))
