"""A comparison as tables: bytes, C types, addresses, and one boxed float byte by byte."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tensorlab.layout.shapes import numel
from tensorlab.quantity import Quantity, counted, digits, ratio
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.memory.record import BoxedFloat, Boxes, Comparison, ForkCost, Sample
    from tensorlab.scene.record import Element

_LEAST = 0.01
"""Bytes an element that are told in digits; fewer are left where elements share nearly all of their bytes."""


def comparison_scene(comparison: Comparison) -> Group:
    """The picture of a comparison."""
    children: list[Element] = [_bytes_table(comparison.samples), *_notes(comparison)]
    if any(sample.first for sample in comparison.samples):
        children.append(_address_table(comparison.samples))
    if comparison.box is not None:
        children.append(_box_table(comparison.box))
    if comparison.forks:
        children.append(_fork_table(comparison.forks))
    shape = comparison.samples[0].memory.sizes or ()
    count = numel(shape)
    return Group(tuple(children), title=f"{count:,} {'value' if count == 1 else 'values'}, shape {shape}")


def _bytes_table(samples: tuple[Sample, ...]) -> Table:
    least = min((s.nbytes for s in samples if s.nbytes), default=1)
    head = ("container", "in all", "an element", "C type", "of least")
    return Table(head, tuple(_bytes_row(sample, least) for sample in samples))


def _bytes_row(sample: Sample, least: int) -> tuple[Cell, ...]:
    kind = sample.memory.dtype
    c_type = "-" if kind is None or kind.c_name is None else _precisely(kind.c_name)
    return (
        Cell(Span(sample.label + ("*" if sample.rounded else ""), "strong")),
        Cell(Span(sample.words), right=True),
        Cell(Span(_element_words(sample)), right=True),
        Cell(Span(c_type)),
        Cell(Span(ratio(sample.nbytes / least)), right=True),
    )


def _precisely(c_name: str) -> str:
    """Of "int64_t (long)" the type that it is here, since the itemsize stands beside it."""
    return c_name.partition(" (")[2].removesuffix(")") or c_name


def _element_words(sample: Sample) -> str:
    count = max(numel(sample.memory.sizes or ()), 1)
    boxes = sample.memory.boxes
    if boxes is None:
        return _each(sample.table / count)
    if sample.memory.layout is None:
        return f"{_each(sample.nbytes / count)} in tables and boxes"
    pointer = f"{_each(sample.table / count)} pointer"
    if 0 < 2 * boxes.unique <= boxes.count:
        return f"{pointer} + shared boxes"
    return f"{pointer} + {_each(sample.boxes / count)} box"


def _each(nbytes: float) -> str:
    if 0 < nbytes < _LEAST:
        return f"less than {_LEAST} B"
    return f"{nbytes:.0f} B" if nbytes.is_integer() else f"{digits(nbytes)} B"


def _notes(comparison: Comparison) -> list[Element]:
    notes = list(comparison.notes)
    if any(sample.rounded for sample in comparison.samples):
        notes.append("* too narrow for some of these values: they are rounded")
    if any(sample.at_most for sample in comparison.samples):
        notes.append("at most: elements overlap in a pattern that is not counted")
    for sample in comparison.samples:
        if sample.memory.boxes is not None:
            notes += _box_notes(sample.label, sample.memory.boxes)
    return [Text((Span(note, "dim"),)) for note in notes]


def _box_notes(label: str, boxes: Boxes) -> list[str]:
    """What the boxes of a container have in common with others, and what its table holds beside pointers."""
    notes = [_interned_words(label, boxes)] if boxes.interned else []
    if boxes.unique < boxes.count:
        pointers, objects = counted(boxes.count, "pointer"), counted(boxes.unique, "different object")
        notes.append(f"the {pointers} of the {label} lead to {objects}")
    if boxes.spare:
        spare = Quantity(boxes.spare, "B")
        notes.append(f"the table of the {label} has {spare} in reserve, not counted above: it grew")
    return notes


def _interned_words(label: str, boxes: Boxes) -> str:
    if boxes.count == 1:
        return f"the pointer of the {label} leads to an object that the interpreter shares"
    words = f"{boxes.interned:,} of the {boxes.count:,} pointers of the {label} lead to objects"
    return f"{words} that the interpreter shares"


def _address_table(samples: tuple[Sample, ...]) -> Group:
    rows = []
    for sample in samples:
        steps = [after - before for before, after in pairwise(sample.first)]
        even = "" if len(steps) < 2 else "evenly spaced" if len(set(steps)) == 1 else "scattered"
        rows.append(
            (
                Cell(Span(sample.label)),
                Cell(Span(hex(sample.first[0]) if sample.first else "no address")),
                Cell(Span(" ".join(f"{step:+d}" for step in steps))),
                Cell(Span(even)),
            )
        )
    return Group((Table(("container", "first element at", "bytes to the next ones", ""), tuple(rows)),))


def _fork_table(costs: tuple[ForkCost, ...]) -> Group:
    rows = tuple(
        (
            Cell(Span(cost.label)),
            Cell(Span("-" if cost.grown is None else Quantity(cost.grown, "B")), right=True),
            Cell(Span(cost.reason)),
        )
        for cost in costs
    )
    words = "pages that reading makes private, measured in a fork: a list's, since each read writes a reference count"
    return Group((Table(("container", "copied", ""), rows), Text((Span(words, "dim"),))), title="cost of a fork")


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
