"""A memory map as a picture: facts, address formula, storage strip, logical grid, and its components below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tensorlab.diagram.cells import grid, ruler, strip
from tensorlab.diagram.facts import boxes_table, facts_table, fields_table, short_name
from tensorlab.diagram.shard import shard_words
from tensorlab.layout.address import AXIS_LETTERS, formula
from tensorlab.layout.shapes import numel
from tensorlab.quantity import counted
from tensorlab.scene.record import Group, Span, Text

if TYPE_CHECKING:
    from tensorlab.diagram.cells import Ruler
    from tensorlab.layout.record import Layout
    from tensorlab.layout.window import Window
    from tensorlab.memory.record import MemoryMap
    from tensorlab.scene.record import Element

Content = Literal["index", "address", "value"]
PARTS = 6
"""Components that are drawn of one object."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn of one object: its memory, which cells, and their values where they were asked for."""

    memory: MemoryMap
    axes: tuple[Window, ...]
    content: Content = "index"
    values: tuple[str, ...] = ()
    parts: tuple[tuple[str, Shown], ...] = ()
    """The components that are drawn, ``PARTS`` at most, with their names."""


def memory_scene(shown: Shown) -> Group:
    """The picture of one object, and below it those of its components."""
    return Group(tuple(_elements(shown)), title=_title(shown.memory))


def _elements(shown: Shown) -> list[Element]:
    memory = shown.memory
    children: list[Element] = [facts_table(memory)]
    if memory.shard is not None:
        children.append(Text((Span(shard_words(memory)),)))
    if memory.dtype is not None and memory.dtype.fields:
        children.append(fields_table(memory.dtype))
    if memory.doubts:
        children.append(Group(tuple(Text((Span(d.text),)) for d in memory.doubts)))
    children += _elements_of_it(shown)
    if memory.boxes is not None:
        children.append(boxes_table(memory.boxes))
    return children + _components(shown)


def _elements_of_it(shown: Shown) -> list[Element]:
    memory = shown.memory
    if memory.sizes is not None and numel(memory.sizes) == 0:
        return [Text((Span("no elements: no byte is touched", "dim"),))]
    if memory.layout is not None:
        return _drawing(shown, memory.layout)
    return [grid(shown.axes, shown.values, title="elements")] if shown.values else []


def _components(shown: Shown) -> list[Element]:
    children: list[Element] = [_component(name, part, shown.memory) for name, part in shown.parts]
    hidden = len(shown.memory.parts) - len(shown.parts)
    if shown.parts and hidden:
        children.append(Text((Span(f"… {counted(hidden, 'more component')} not drawn", "dim"),)))
    return children


def _component(name: str, part: Shown, whole: MemoryMap) -> Group:
    """Its picture, but for one that lies where the whole does, which is drawn above."""
    title = f"{name}: {_title(part.memory)}"
    if part.memory.layout is not None and (part.memory.layout, part.memory.storage) == (whole.layout, whole.storage):
        return Group((Text((Span("lies as drawn above", "dim"),)),), title=title)
    return Group(tuple(_elements(part)), title=title)


def _title(memory: MemoryMap) -> str:
    kind = "" if memory.dtype is None or memory.library == "python" else f" {short_name(memory.dtype)}"
    shape = "" if memory.shape is None else f" {_shape_words(memory.shape)}"
    return f"{memory.type}{kind}{shape}"


def _shape_words(shape: tuple[int | str, ...]) -> str:
    """As Python writes a tuple, but for symbolic sizes, which stand without quotes."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _drawing(shown: Shown, layout: Layout) -> list[Element]:
    unit = ruler(layout, shown.memory.storage.nbytes if shown.memory.storage else None)
    sums = formula(layout, unit.unit)
    if len(layout.shape) > len(AXIS_LETTERS):
        sums = sums.replace(",", ", ")  # so that it can be wrapped
    children: list[Element] = [Text((Span(sums, "strong"), Span(f"   ({unit.unit})", "dim")))]
    if shown.memory.storage is not None and shown.memory.storage.nbytes:
        children.append(strip(layout, unit))
    words = shown.values or tuple(_addresses(shown, layout, unit))
    title = {"index": f"element at each index, by its position in the storage ({unit.unit})"}
    title |= {"address": "address of each element (bytes from the first of the storage)"}
    title |= {"value": "value at each index"}
    children.append(grid(shown.axes, words, title=title[shown.content], layout=layout))
    return children


def _addresses(shown: Shown, layout: Layout, unit: Ruler) -> list[str]:
    from_bytes = unit.bytes if shown.content == "index" and unit.unit == "elements" else 1
    return [str(byte // from_bytes) for byte in unit.starts(layout, shown.axes)]
