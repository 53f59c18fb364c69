"""The storage as a strip and the elements as a grid: which cells, in which units, in which roles and hues."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Literal, NamedTuple

from tensorlab.diagram.filling import BY_POSITION, HOLE, UNKNOWN, read_words
from tensorlab.diagram.notes import LEGEND, address_words, index_form, users_words
from tensorlab.diagram.users import STEPS, finder, searcher
from tensorlab.layout.address import extent, in_elements
from tensorlab.layout.diophantine import search_order
from tensorlab.layout.facts import broadcast_axes, coverage
from tensorlab.layout.record import Layout
from tensorlab.layout.window import visible_indices, window
from tensorlab.scene.record import HUES, Cell, Cells, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tensorlab.diagram.filling import Content, Filling
    from tensorlab.diagram.users import Users
    from tensorlab.layout.window import Window
    from tensorlab.scene.record import Role

STRIP_CELLS = 64


class Spot(NamedTuple):
    """Where a view is drawn: what its boxes are tied to, and how they are coloured."""

    space: str = "storage 0"
    """Name of the storage that is drawn."""
    shift: int = 0
    """Bytes from the first that is drawn of it to the first of the view's own storage."""
    hue: int | None = None
    """Of all boxes of the view; None where they tell the position along its first axis that moves."""
    lanes: int = 1
    """Values that an element packs."""
    steps: int = STEPS // 2
    """Of search for its strip, and as many for its grid."""


NOWHERE_ELSE = Spot()
"""A single view over a storage of its own."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """The unit in which a storage is counted: elements where offset and strides are whole ones, else bytes."""

    unit: Literal["elements", "bytes"]
    bytes: int
    """Bytes a cell of the strip stands for: the itemsize, or what divides offset, strides and itemsize."""
    cells: int
    """Cells in the whole storage, or up to the end of what is touched where its extent is not known."""
    rest: int = 0
    """Bytes at the end that make no whole cell."""

    def starts(self, layout: Layout, axes: tuple[Window, ...]) -> list[int]:
        """The first byte of each drawn element, in C order."""
        return starts(layout, [tuple(axis.positions()) for axis in axes])


def starts(layout: Layout, positions: Sequence[Sequence[int]]) -> list[int]:
    """The first byte of the element at each of these positions along the axes, in C order.

    >>> starts(Layout((2, 3), (12, 4), 8, 4), ((0, 1), (0, 2)))
    [8, 16, 20, 28]
    """
    found = [layout.offset]
    for axis, stride in zip(positions, layout.strides, strict=True):
        steps = [n * stride for n in axis]
        found = [start + step for start in found for step in steps]
    return found


def ruler(layout: Layout, nbytes: int | None) -> Ruler:
    """The unit for this layout.

    >>> from tensorlab.layout.record import Layout
    >>> ruler(Layout((2,), (8,), itemsize=4), 16), ruler(Layout((2,), (5,), 1, 4), 10)
    (Ruler(unit='elements', bytes=4, cells=4, rest=0), Ruler(unit='bytes', bytes=1, cells=10, rest=0))
    """
    size = max(extent(layout).stop, 0) if nbytes is None else nbytes
    if in_elements(layout) is not None:
        return Ruler("elements", layout.itemsize, size // layout.itemsize, size % layout.itemsize)
    step = _step(layout)
    return Ruler("bytes", step, size // step, size % step)


def _step(layout: Layout) -> int:
    """The largest number of bytes that divides the offset, the strides and the itemsize."""
    return gcd(layout.offset, layout.itemsize, *layout.strides) or 1


def hue_axis(layout: Layout | None, shape: Sequence[int]) -> int | None:
    """The axis whose positions are told by colour: the first that leads to other bytes; None where there is none.

    >>> hue_axis(Layout((1, 4, 3), (9, 0, 4), itemsize=4), (1, 4, 3))
    2
    """
    for axis, n in enumerate(shape):
        if n > 1 and (layout is None or layout.strides[axis]):
            return axis
    return None


def strip(layout: Layout, unit: Ruler, spot: Spot = NOWHERE_ELSE, filling: Filling = BY_POSITION) -> Cells:
    """The storage from its first cell to its last, those used marked; large ones only around what is used."""
    shown = _visible(layout, unit)
    find = finder(layout, unit.bytes, sum(map(len, shown)), spot.steps)
    found = [(cell * unit.bytes, find(cell * unit.bytes)) for part in shown for cell in part]
    words = read_words(layout, filling, [users for _, users in found])
    texts = _strip_texts(unit, filling.content, words)
    draw = _strip_drawer(layout, unit, spot)
    cells = tuple(draw(byte, users, texts(byte, users)) for byte, users in found)
    roles = {cell.span.role for cell in cells}
    strides = [abs(s) // unit.bytes for s, n in zip(layout.strides, layout.shape, strict=True) if n > 1]
    return Cells(
        (len(cells),),
        cells,
        gaps=gaps_between(shown, unit.cells),
        title=_strip_title(unit, filling.content, is_read=words is not None),
        row=max([1, *(s for s in strides if s <= 16)]),
        labels=False,
        legend=tuple(Span(LEGEND[role], role) for role in LEGEND if role in roles),
    )


def _strip_title(unit: Ruler, content: Content, *, is_read: bool) -> str:
    """How large the storage is, and what stands in its boxes."""
    numbered = f", numbered in {'bytes' if content == 'address' else unit.unit}"
    rest = f", and {unit.rest} B at the end" if unit.rest else ""
    cells = f"storage, {unit.cells:,} {'cell' if unit.cells == 1 else 'cells'} of {unit.bytes} B"
    if is_read:
        return f"{cells}{rest}; in a box: the value of its element"
    return f"{cells}{numbered}{rest}{'; not all values here are read' if content == 'value' else ''}"


def _strip_texts(unit: Ruler, content: Content, words: Mapping[int, str] | None) -> Callable[[int, Users], str]:
    """What stands in a box: the value of its element, else its number."""
    if words is None:
        size = unit.bytes if content != "address" and unit.unit == "elements" else 1
        return lambda byte, _users: str(byte // size)
    empty: dict[Role, str] = {"hole": HOLE, "unknown": UNKNOWN}
    return lambda _byte, users: words[users.starts[0]] if users.indices else empty[users.role]


def _strip_drawer(layout: Layout, unit: Ruler, spot: Spot) -> Callable[[int, Users, str], Cell]:
    """What makes a box of the strip: it has the hue of the element that lies there."""
    axis = hue_axis(layout, layout.shape)
    space, shift, own, *_ = spot
    size = unit.bytes
    packed, form = lanes_words(spot), index_form(layout)

    def draw(byte: int, users: Users, text: str) -> Cell:
        here = byte + shift
        ties = ((space, here, here + size),)
        span = Span(text, users.role)
        if not users.indices:
            return Cell(span, f"byte {byte}: {LEGEND[users.role]}", True, ties)
        hue = own if own is not None else 0 if axis is None else users.indices[0][axis] % HUES
        return Cell(span, f"byte {byte}: {users_words(users, form)}{packed}", True, ties, hue)

    return draw


def lanes_words(spot: Spot) -> str:
    """How many values a box packs, to be added to its note.

    >>> lanes_words(Spot(lanes=2)), lanes_words(Spot())
    ('   2 values in it', '')
    """
    return f"   {spot.lanes} values in it" if spot.lanes > 1 else ""


def _visible(layout: Layout, unit: Ruler) -> tuple[range, ...]:
    """All cells where they are few, else the first and last of those between the lowest and the highest touched."""
    whole = window(unit.cells, STRIP_CELLS, slack=True)
    if not whole.hidden:
        return (whole.head,)
    touched = extent(layout)
    low = min(max(touched.start // unit.bytes, 0), unit.cells)
    high = min(max(-(-touched.stop // unit.bytes), low), unit.cells)
    around = window(high - low, STRIP_CELLS, low, slack=True)
    return tuple(part for part in (around.head, around.tail) if part)


def gaps_between(shown: tuple[range, ...], cells: int, axis: int = 0) -> tuple[tuple[int, int, int], ...]:
    """What is hidden before, between and after the parts of a storage that are drawn, along an axis of the picture.

    >>> gaps_between((range(2, 4), range(7, 9)), 10)
    ((0, 0, 2), (0, 2, 3), (0, 4, 1))
    """
    gaps, before, position = [], 0, 0
    for part in (*shown, range(cells, cells)):
        if part.start > position:
            gaps.append((axis, before, part.start - position))
        before, position = before + len(part), max(part.stop, position)
    return tuple(gaps)


def grid(
    axes: tuple[Window, ...],
    words: tuple[str, ...],
    *,
    title: str,
    layout: Layout | None = None,
    spot: Spot = NOWHERE_ELSE,
) -> Cells:
    """The drawn elements by their index; where a layout is given, those that share bytes with others are marked.

    A box is tied to the bytes of its element, and its note tells its address as a sum.
    """
    positions = [tuple(axis.positions()) for axis in axes]
    hues = _hues(layout, axes, positions, spot)
    gaps = tuple((n, len(axis.head), axis.hidden) for n, axis in enumerate(axes) if axis.hidden)
    if layout is None:
        notes = [f"index {index}" for index in visible_indices(axes)]
        cells = tuple(
            Cell(Span(text, "used"), note, right=True, hue=hue)
            for text, note, hue in zip(words, notes, hues, strict=True)
        )
    else:
        cells = _laid_out(layout, positions, zip(words, hues, strict=True), spot)
    is_unknown = any(cell.span.role == "unknown" for cell in cells)
    legend = (Span(_SHARED["unknown"].strip(), "unknown"),) if is_unknown else ()
    return Cells(tuple(axis.shown for axis in axes), cells, gaps=gaps, title=title, legend=legend)


def _hues(
    layout: Layout | None, axes: tuple[Window, ...], positions: Sequence[Sequence[int]], spot: Spot
) -> list[int | None]:
    """The hue of each drawn element, in C order."""
    told = hue_axis(layout, [axis.shown + axis.hidden for axis in axes]) if spot.hue is None else None
    found: list[int | None] = [0 if spot.hue is None else spot.hue]
    for axis, drawn in enumerate(positions):
        found = [n % HUES if axis == told else hue for hue in found for n in drawn]
    return found


def _laid_out(
    layout: Layout, positions: Sequence[Sequence[int]], drawn: Iterable[tuple[str, int | None]], spot: Spot
) -> tuple[Cell, ...]:
    first = starts(layout, positions)
    roles = _grid_roles(layout, first, spot.steps)
    space, shift, *_ = spot
    size, packed = layout.itemsize, lanes_words(spot)
    ends = {role: packed + words for role, words in _SHARED.items()}
    notes = address_words(layout, positions)
    return tuple(
        Cell(Span(text, role), note + ends[role], True, ((space, start + shift, start + shift + size),), hue)
        for (text, hue), note, role, start in zip(drawn, notes, roles, first, strict=True)
    )


_SHARED: dict[Role, str] = {
    "used": "",
    "reused": "   other indices use its bytes too",
    "unknown": "   not known whether other indices use its bytes",
}


def _grid_roles(layout: Layout, first: list[int], budget: int) -> list[Role]:
    """By how many elements share a byte with each that starts at one of these bytes, itself included.

    Two elements do where their first bytes are less than an itemsize apart: an axis of all those distances, added to
    the layout, makes that one search.
    """
    if coverage(layout) == "once":
        return ["used"] * len(first)
    if broadcast_axes(layout):
        return ["reused"] * len(first)
    step = _step(layout)
    reach = layout.itemsize // step - 1
    near = Layout((*layout.shape, 2 * reach + 1), (*layout.strides, step), layout.offset, step)
    terms = search_order(zip(near.strides, near.shape, strict=True))
    asked = dict.fromkeys(first)
    search = searcher(terms, budget, len(asked))
    owners = {start: search(start + reach * step - near.offset, 2) for start in asked}
    return [_grid_role(owners[start]) for start in first]


def _grid_role(owners: list[tuple[int, ...] | None]) -> Role:
    """By the elements that meet one, itself included."""
    return "unknown" if None in owners else "used" if len(owners) < 2 else "reused"
