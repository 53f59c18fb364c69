"""A memory map as a picture: facts, address formula, storage strip, logical grid, and its components below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tensorlab.diagram.boxes import boxes_scene, pointers_tied, rows_told, told_exactly
from tensorlab.diagram.cells import NOWHERE_ELSE, Spot, grid, ruler, starts, strip
from tensorlab.diagram.facts import boxes_table, facts_table, fields_table, short_name
from tensorlab.diagram.filling import UNKNOWN, Filling
from tensorlab.diagram.ranks import ranks_elements
from tensorlab.diagram.shard import shard_words
from tensorlab.diagram.users import STEPS, is_hard
from tensorlab.layout.address import AXIS_LETTERS, formula
from tensorlab.layout.shapes import numel
from tensorlab.layout.window import visible_indices
from tensorlab.memory.grouping.storages import by_storage
from tensorlab.memory.sharded import sharding_of
from tensorlab.quantity import counted
from tensorlab.scene.record import Group, Span, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tensorlab.diagram.cells import Ruler
    from tensorlab.diagram.filling import Content
    from tensorlab.layout.record import Layout
    from tensorlab.layout.window import Window
    from tensorlab.memory.boxed import Boxed
    from tensorlab.memory.record import MemoryMap, Storage
    from tensorlab.scene.record import Cells, Element

_MASKED = "None"
"""Value of a masked element, which is not read."""
_PACKED = "packed"
"""Name of the component that holds the bytes of packed values."""
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
    boxed: Boxed | None = None
    """What the drawn pointers lead to, of a list or an array of objects."""
    spot: Spot = NOWHERE_ELSE
    """What its boxes are tied to, and how they are coloured."""
    exact: tuple[str, ...] = ()
    """Of each value that is rounded in its box, all digits, else ""; for all of them, or none."""
    element: Callable[[tuple[int, ...]], str] | None = None
    """Reads the value at an index, for boxes of the strip whose elements are not in the grid."""


def memory_scene(shown: Shown) -> Group:
    """The picture of one object, and below it those of its components."""
    (placed,) = situated([shown])
    return Group(tuple(elements(placed)), title=title_of(placed.memory))


def situated(objects: Sequence[Shown], hues: Sequence[int | None] = (None,)) -> list[Shown]:
    """The same objects, with the storages that they and their components lie in numbered in order.

    Those without a byte, which are not drawn, come last. Storages that hold common bytes are one, from the first byte
    of all of them.

    Args:
        objects: What is drawn.
        hues: Of each of them; None where boxes are coloured by their position.
    """
    storages = [storage for shown in objects for storage in _storages(shown)]
    spots: dict[int, Spot] = {}
    groups = sorted(by_storage(storages), key=lambda group: all(storages[n].nbytes == 0 for n in group))
    for number, group in enumerate(groups):
        first = min((storages[n].address or 0 for n in group), default=0)
        spots |= {n: Spot(f"storage {number}", (storages[n].address or 0) - first) for n in group}
    hard = sum(is_hard(layout) for shown in objects for layout in _layouts(shown))
    found = (spots[n]._replace(steps=STEPS // (2 * max(hard, 1))) for n in range(len(storages)))
    return [_placed(shown, found, hue, 1) for shown, hue in zip(objects, hues, strict=True)]


def _storages(shown: Shown) -> Iterator[Storage]:
    """Those of an object and of its drawn components, the whole before its parts."""
    if shown.memory.storage is not None:
        yield shown.memory.storage
    for _, part in shown.parts:
        yield from _storages(part)


def _layouts(shown: Shown) -> Iterator[Layout]:
    """Those of an object and of its drawn components."""
    if shown.memory.layout is not None:
        yield shown.memory.layout
    for _, part in shown.parts:
        yield from _layouts(part)


def _placed(shown: Shown, spots: Iterator[Spot], hue: int | None, lanes: int) -> Shown:
    """Each with its place; a component that holds the bytes of packed values is packed as the whole is."""
    memory = shown.memory
    spot = NOWHERE_ELSE if memory.storage is None else next(spots)
    own = lanes if memory.dtype is None else max(memory.dtype.lanes, lanes)
    below = own if memory.layout is None else 1
    parts = tuple((name, _placed(part, spots, hue, below if name == _PACKED else 1)) for name, part in shown.parts)
    return replace(shown, spot=spot._replace(hue=hue, lanes=own), parts=parts)


def elements(shown: Shown) -> list[Element]:
    """What is drawn of an object, its title apart."""
    memory = shown.memory
    children: list[Element] = [facts_table(memory)]
    if memory.shard is not None:
        children.append(Text((Span(shard_words(memory)),)))
        sharding = sharding_of(memory)
        local = dict(memory.parts).get("local")
        strides = None if local is None or local.layout is None else local.layout.strides
        children += [] if sharding is None else ranks_elements(sharding, strides)
    if memory.dtype is not None and memory.dtype.fields:
        children.append(fields_table(memory.dtype))
    if memory.doubts:
        children.append(Group(tuple(Text((Span(d.text),)) for d in memory.doubts)))
    children += _elements_of_it(shown)
    if memory.boxes is not None:
        children.append(boxes_table(memory.boxes))
    return children + components(shown)


def _elements_of_it(shown: Shown) -> list[Element]:
    memory = shown.memory
    if memory.sizes is not None and numel(memory.sizes) == 0:
        return [Text((Span("no elements: no byte is touched", "dim"),))]
    if memory.layout is not None:
        return _drawing(shown, memory.layout)
    if not shown.values:
        return []
    cells = told_exactly(grid(shown.axes, shown.values, title="elements", spot=shown.spot), shown.exact)
    if shown.boxed is None:
        return [cells]
    indices = list(visible_indices(shown.axes))
    return [*_pointers(shown), rows_told(cells, indices, shown.boxed, shown.spot)]


def _pointers(shown: Shown) -> list[Element]:
    """Arrows to the boxes, in a picture of one object; those of several are drawn together."""
    return [] if shown.boxed is None or shown.boxed.name else [boxes_scene([(shown.boxed, shown.spot)])]


def _tied(cells: Cells, shown: Shown) -> Cells:
    return cells if shown.boxed is None else pointers_tied(cells, shown.boxed, shown.spot)


def components(shown: Shown) -> list[Element]:
    """The components that are drawn of an object, each below its name."""
    children: list[Element] = [_component(name, part, shown.memory) for name, part in shown.parts]
    hidden = len(shown.memory.parts) - len(shown.parts)
    if shown.parts and hidden:
        children.append(Text((Span(f"… {counted(hidden, 'more component')} not drawn", "dim"),)))
    return children


def _component(name: str, part: Shown, whole: MemoryMap) -> Group:
    """Its picture, but for one that lies where the whole does, which is drawn above."""
    title = f"{name}: {title_of(part.memory)}"
    if part.memory.layout is not None and (part.memory.layout, part.memory.storage) == (whole.layout, whole.storage):
        return Group((Text((Span("lies as drawn above", "dim"),)),), title=title)
    return Group(tuple(elements(part)), title=title)


def title_of(memory: MemoryMap) -> str:
    """What an object is: type, dtype and shape."""
    kind = "" if memory.dtype is None or memory.library == "python" else f" {short_name(memory.dtype)}"
    shape = "" if memory.shape is None else f" {_shape_words(memory.shape)}"
    return f"{memory.type}{kind}{shape}"


def _shape_words(shape: tuple[int | str, ...]) -> str:
    """As Python writes a tuple, but for symbolic sizes, which stand without quotes."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _drawing(shown: Shown, layout: Layout) -> list[Element]:
    unit = ruler(layout, shown.memory.storage.nbytes if shown.memory.storage else None)
    children: list[Element] = [formula_line(layout, unit)]
    if shown.memory.storage is not None and shown.memory.storage.nbytes:
        children.append(_tied(strip(layout, unit, shown.spot, filling(shown)), shown))
    return [*children, *_pointers(shown), grid_of(shown, layout, unit)]


def filling(shown: Shown) -> Filling:
    """What stands in the boxes of its strip: a pointer holds no value, and what is masked is not what lies there."""
    memory, layout = shown.memory, shown.memory.layout
    if memory.dtype is not None and memory.dtype.kind == "object":
        return Filling("address" if shown.content == "address" else "index")
    if layout is None or not set(shown.values) - {UNKNOWN}:
        return Filling(shown.content)
    first = starts(layout, [tuple(axis.positions()) for axis in shown.axes])
    there = {byte: word for byte, word in zip(first, shown.values, strict=True) if word != _MASKED}
    return Filling(shown.content, there, _lying(shown))


def _lying(shown: Shown) -> Callable[[tuple[int, ...]], str | None] | None:
    """Reads what lies at an index; None for what cannot be read, and for what is masked."""
    element = shown.element
    if element is None:
        return None

    def read(index: tuple[int, ...]) -> str | None:
        word = element(index)
        return None if word in {UNKNOWN, _MASKED} else word

    return read


def formula_line(layout: Layout, unit: Ruler) -> Text:
    """The formula that every index goes through."""
    sums = formula(layout, unit.unit)
    if len(layout.shape) > len(AXIS_LETTERS):
        sums = sums.replace(",", ", ")  # so that it can be wrapped
    return Text((Span(sums, "strong"), Span(f"   ({unit.unit})", "dim")))


def grid_of(shown: Shown, layout: Layout, unit: Ruler) -> Cells:
    """The drawn elements by their index, with positions, addresses or values in the boxes."""
    words = shown.values or tuple(_addresses(shown, layout, unit))
    title = {"index": f"element at each index, by its position in the storage ({unit.unit})"}
    title |= {"address": "address of each element (bytes from the first of the storage)"}
    title |= {"value": "value at each index"}
    cells = grid(shown.axes, words, title=title[shown.content], layout=layout, spot=shown.spot)
    return _tied(told_exactly(cells, shown.exact), shown)


def _addresses(shown: Shown, layout: Layout, unit: Ruler) -> list[str]:
    from_bytes = unit.bytes if shown.content == "index" and unit.unit == "elements" else 1
    return [str(byte // from_bytes) for byte in unit.starts(layout, shown.axes)]
