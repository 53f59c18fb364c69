"""A comparison as tables: bytes, C types, addresses, and one boxed float byte by byte."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tensorlab.layout.shapes import numel
from tensorlab.quantity import Quantity, digits, ratio
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.memory.record import BoxedFloat, Comparison, Sample
    from tensorlab.scene.record import Element


def comparison_scene(comparison: Comparison) -> Group:
    """The picture of a comparison."""
    children: list[Element] = [_bytes_table(comparison.samples), *_notes(comparison)]
    if any(sample.first for sample in comparison.samples):
        children.append(_address_table(comparison.samples))
    if comparison.box is not None:
        children.append(_box_table(comparison.box))
    shape = comparison.samples[0].memory.shape or ()
    return Group(tuple(children), title=f"{numel(shape):,} values, shape {shape}")


def _bytes_table(samples: tuple[Sample, ...]) -> Table:
    least = min((s.nbytes for s in samples if s.nbytes), default=1)
    head = ("container", "in all", "an element", "C type", "of least")
    return Table(head, tuple(_bytes_row(sample, least) for sample in samples))


def _bytes_row(sample: Sample, least: int) -> tuple[Cell, ...]:
    kind = sample.memory.dtype
    c_type = "-" if kind is None or kind.c_name is None else kind.c_name
    return (
        Cell(Span(sample.label + ("*" if sample.rounded else ""), "strong")),
        Cell(Span(Quantity(sample.nbytes, "B")), right=True),
        Cell(Span(_element_words(sample)), right=True),
        Cell(Span(c_type)),
        Cell(Span(ratio(sample.nbytes / least)), right=True),
    )


def _element_words(sample: Sample) -> str:
    count = max(numel(sample.memory.shape or ()), 1)
    if sample.memory.boxes is None:
        return _each(sample.table / count)
    if sample.memory.layout is None:
        return f"{_each(sample.nbytes / count)} in tables and boxes"
    return f"{_each(sample.table / count)} pointer + {_each(sample.boxes / count)} box"


def _each(nbytes: float) -> str:
    return f"{nbytes:.0f} B" if nbytes.is_integer() else f"{digits(nbytes)} B"


def _notes(comparison: Comparison) -> list[Element]:
    notes = [Text((Span(note, "dim"),)) for note in comparison.notes]
    if any(sample.rounded for sample in comparison.samples):
        notes.append(Text((Span("* too narrow for some of these values: they are rounded", "dim"),)))
    boxed = next((s for s in comparison.samples if s.memory.boxes is not None and s.memory.boxes.interned), None)
    if boxed is not None and boxed.memory.boxes is not None:
        boxes = boxed.memory.boxes
        words = f"{boxes.interned:,} of the {boxes.count:,} pointers of the {boxed.label} lead to objects "
        words += "that the interpreter shares"
        notes.append(Text((Span(words, "dim"),)))
    return list(notes)


def _address_table(samples: tuple[Sample, ...]) -> Group:
    rows = []
    for sample in samples:
        steps = [after - before for before, after in pairwise(sample.first)]
        even = "-" if not steps else "evenly spaced" if len(set(steps)) == 1 else "scattered"
        rows.append(
            (
                Cell(Span(sample.label)),
                Cell(Span(hex(sample.first[0]) if sample.first else "no address")),
                Cell(Span(" ".join(f"{step:+d}" for step in steps))),
                Cell(Span(even)),
            )
        )
    return Group((Table(("container", "first element at", "bytes to the next ones", ""), tuple(rows)),))


def _box_table(box: BoxedFloat) -> Group:
    width = len(box.raw) - len(box.payload)
    half = width // 2
    parts = (
        (f"0..{half - 1}", box.raw[:half], f"reference count: {_refcount(box.refcount)}"),
        (f"{half}..{width - 1}", box.raw[half:width], f"type pointer: {hex(box.type_address)}, the address of float"),
        (f"{width}..{len(box.raw) - 1}", box.payload, f"the C double: {box.value!r}"),
    )
    rows = tuple((Cell(Span(where)), Cell(Span(raw.hex(" "))), Cell(Span(what))) for where, raw, what in parts)
    title = f"one boxed float, {len(box.raw)} B at {hex(box.address)}, as it lies in memory"
    return Group((Table(("bytes", "hex", "meaning"), rows),), title=title)


def _refcount(count: int) -> str:
    return "immortal" if count >= 2**29 else str(count)
