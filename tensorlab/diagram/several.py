"""Several objects in one picture: who shares with whom, each storage once under all views of it, then each object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count, product
from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.diagram.boxes import boxes_scene
from tensorlab.diagram.cells import ruler
from tensorlab.diagram.memory import components, elements, filling, formula_line, grid_of, situated, title_of
from tensorlab.diagram.relations import Member, relations
from tensorlab.diagram.strips import PLACES, ROWS, Run, View, in_step
from tensorlab.layout.address import extent, in_elements
from tensorlab.layout.shapes import numel
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import HUES, Cells, Group, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.diagram.cells import Spot
    from tensorlab.diagram.filling import Content, Filling
    from tensorlab.diagram.memory import Shown
    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import MemoryMap, Storage
    from tensorlab.memory.sharing.record import Sharing
    from tensorlab.scene.record import Element

_PLACES_TOGETHER, _LEAST_PLACES = 4 * PLACES, 8
"""Of all storages that are drawn, and of each where there are very many."""


@dataclass(frozen=True, slots=True)
class Several:
    """What is drawn together."""

    objects: tuple[tuple[str, Shown], ...]
    """With their names."""
    answers: tuple[Sharing, ...] = ()
    """On pairs of them, by these names."""
    unchecked: int = 0
    """Pairs of which it was not asked."""
    records: tuple[Group, ...] = ()
    """Pictures of other records, to be drawn below."""
    common: tuple[tuple[str, str, int], ...] = ()
    """Two of them, and how many objects the pointers of both lead to."""


def names() -> Iterator[str]:
    """A, B, C, ..., Z, AA, AB, ...

    >>> from itertools import islice
    >>> found = list(islice(names(), 704))
    >>> found[:2], found[25:28], found[701:]
    (['A', 'B'], ['Z', 'AA', 'AB'], ['ZZ', 'AAA', 'AAB'])
    """
    for letters in count(1):
        yield from map("".join, product(ascii_uppercase, repeat=letters))


def several_scene(several: Several) -> Group:
    """The picture of several objects, the records among them below."""
    hues = [n % HUES for n in range(len(several.objects))]
    placed = situated([shown for _, shown in several.objects], hues)
    objects = [(name, shown) for (name, _), shown in zip(several.objects, placed, strict=True)]
    runs = [run for run in runs_of(objects) if run.nbytes]
    members = [_member(name, shown) for name, shown in objects]
    said = relations(members, several.answers, several.unchecked, several.common)
    children: list[Element] = [Group(tuple(said))] if said else []
    children += [in_step(run) for run in runs if run.views]
    tables = [(shown.boxed, shown.spot) for _, shown in objects if shown.boxed is not None]
    children += [boxes_scene(tables)] if tables else []
    children += [_noted(name, object_scene(name, shown)) for name, shown in objects]
    title = f"{counted(len(objects), 'object')}, {counted(len(runs), 'storage')}" if objects else ""
    return Group((*children, *several.records), title=title)


class _Held(NamedTuple):
    """An object, or a component of one, and the storage that it lies in."""

    name: str
    layout: Layout | None
    spot: Spot
    storage: Storage
    filling: Filling


def _held(name: str, shown: Shown, above: MemoryMap | None = None) -> Iterator[_Held]:
    """An object and its components; one that lies where the whole does is told once."""
    memory = shown.memory
    is_same = above is not None and (above.layout, above.storage) == (memory.layout, memory.storage)
    if memory.storage is not None and not is_same:
        yield _Held(name.replace(".[", "["), memory.layout, shown.spot, memory.storage, filling(shown))
    for word, part in shown.parts:
        yield from _held(f"{name}.{word}", part, memory)


def _member(name: str, shown: Shown) -> Member:
    layout = shown.memory.layout
    own = None if layout is None or shown.memory.storage is None else View(name, layout, shown.spot)
    return Member(name, own, frozenset(part.spot.space for part in _held(name, shown) if part.storage.nbytes != 0))


def runs_of(objects: Sequence[tuple[str, Shown]]) -> list[Run]:
    """The storages, each from the first byte to the last that any object says it holds."""
    together: dict[str, list[_Held]] = {}
    for name, shown in objects:
        for part in _held(name, shown):
            together.setdefault(part.spot.space, []).append(part)
    places = max(_LEAST_PLACES, min(PLACES, _PLACES_TOGETHER // max(len(together), 1)))
    return [replace(_run(space, found), places=places) for space, found in together.items()]


def _run(space: str, found: list[_Held]) -> Run:
    views = [
        View(part.name, part.layout, part.spot, part.storage.nbytes, part.filling)
        for part in found
        if part.layout is not None
    ]
    asked = {view.filling.content for view in views}
    content: Content = "address" if "address" in asked else "value" if "value" in asked else "index"
    known = [part.spot.shift + (part.storage.nbytes or 0) for part in found]
    touched = [extent(view.placed).stop for view in views] if any(part.storage.nbytes is None for part in found) else []
    device, hidden = found[0].storage.device, max(0, len(views) - ROWS)
    return Run(space, device, max(known + touched), tuple(views[:ROWS]), hidden, content)


def _noted(name: str, element: Element) -> Element:
    """The same, but the note of each box begins with the name of its object."""
    if isinstance(element, Cells):
        cells = (replace(cell, note=f"{name}, {cell.note}") if cell.note else cell for cell in element.cells)
        return replace(element, cells=tuple(cells))
    if isinstance(element, Group):
        children = []
        for child in element.children:
            part = child.title.partition(": ")[0] if isinstance(child, Group) else ""
            children.append(_noted(f"{name}.{part}".replace(".[", "[") if part else name, child))
        return replace(element, children=tuple(children))
    return element


def object_scene(name: str, shown: Shown) -> Group:
    """One object: its numbers in a line, its formula, its grid; all its facts where it has no layout."""
    memory, layout = shown.memory, shown.memory.layout
    title = f"{name}: {title_of(memory)}"
    if layout is None:
        return Group(tuple(elements(shown)), title=title)
    children: list[Element] = [Text((Span(_numbers(layout)),))]
    children += [Text((Span(doubt.text),)) for doubt in memory.doubts]
    if numel(layout.shape) == 0:
        children.append(Text((Span("no elements: no byte is touched", "dim"),)))
        return Group(tuple(children), title=title)
    unit = ruler(layout, memory.storage.nbytes if memory.storage else None)
    children += [formula_line(layout, unit), grid_of(shown, layout, unit)]
    return Group((*children, *components(shown)), title=title)


def _numbers(layout: Layout) -> str:
    whole = in_elements(layout)
    if whole is None:
        return f"shape {layout.shape}, strides {layout.strides} B, offset {Quantity(layout.offset, 'B')}"
    offset = f"offset {Quantity(whole[0], 'elements')} = {Quantity(layout.offset, 'B')}"
    return f"shape {layout.shape}, strides {whole[1]} elements = {layout.strides} B, {offset}"
