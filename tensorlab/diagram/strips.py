"""One storage under several views: strips in step, a row a view, each box as wide as the places that it covers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from math import gcd
from typing import TYPE_CHECKING, Literal, NamedTuple

from tensorlab.diagram.cells import gaps_between, lanes_words
from tensorlab.diagram.filling import BY_POSITION, HOLE, UNKNOWN, read_words
from tensorlab.diagram.notes import LEGEND, index_form, users_words
from tensorlab.diagram.users import finder, only_start
from tensorlab.layout.address import extent, in_elements
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import nbytes
from tensorlab.layout.window import window
from tensorlab.quantity import Quantity, counted, listed
from tensorlab.scene.record import Cell, Cells, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from tensorlab.diagram.cells import Spot
    from tensorlab.diagram.filling import Content, Filling
    from tensorlab.diagram.users import Users

    Found: TypeAlias = list[list[tuple[int, Users]]]

PLACES = 64
"""Of one storage, that are drawn at most, where so many show the ends of every view; fewer of one among many."""
ROWS = 16
"""Views of one storage that are drawn."""
_SHARES = (32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
"""Places at each end of a view, the most that fit."""
_MOST_ALIGNED = 16
"""Places of a box at most, so that what is drawn begins and ends between such boxes."""
_NO_GAP = 2
"""Places that are drawn rather than counted."""
_MOST_INDEX = 7
"""Characters of an index in a box; where one is longer, boxes hold positions."""


@dataclass(frozen=True, slots=True)
class View:
    """One row: a name, and elements over the storage that is drawn."""

    name: str
    layout: Layout
    """In its own storage."""
    spot: Spot
    """Where that storage begins in the one that is drawn, and the hue of the row."""
    nbytes: int | None = None
    """Of its own storage, where that is known."""
    filling: Filling = BY_POSITION
    """What its boxes are asked to hold."""

    @property
    def placed(self) -> Layout:
        """The same elements, counted from the first byte that is drawn."""
        own = self.layout
        return Layout(own.shape, own.strides, own.offset + self.spot.shift, own.itemsize)


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes that lie together, under one view or several."""

    space: str
    """Its name in the picture: "storage 0"."""
    device: str
    nbytes: int
    views: tuple[View, ...]
    hidden: int = 0
    """Views that are not drawn."""
    content: Content = "index"
    """What boxes are asked to hold."""
    places: int = PLACES
    """Drawn at most."""


class _Scale(NamedTuple):
    """What a place is, how places are numbered, and what stands in a box."""

    bytes: int
    is_element: bool
    """Whether a place is an element of every view."""
    content: Literal["index", "position", "byte", "value"]
    """Of the element that a box is."""


def in_step(run: Run) -> Cells:
    """The storage, with the boxes of each view over the bytes that they cover; what is hidden is counted."""
    scale = _scale(run)
    count = run.nbytes // scale.bytes
    shown = _shown(run, scale, count)
    found = [_found(view, scale, shown) for view in run.views]
    views = _with_values(run, found)
    if views:
        scale = scale._replace(content="value")
    drawn = zip(views or run.views, found, strict=True)
    rows = [_ruler(run, scale, shown), *(_row(view, scale, parts) for view, parts in drawn)]
    cells = tuple(cell for row in rows for cell in row)
    roles = {cell.span.role for cell in cells}
    return Cells(
        (len(rows), sum(map(len, shown))),
        cells,
        gaps=gaps_between(shown, count, axis=1),
        title=_title(run, scale, count),
        row=_line(run, scale),
        labels=False,
        legend=tuple(Span(words, role) for role, words in LEGEND.items() if role in roles),
        names=(Span("at" if scale.is_element else "byte", "dim"), *(Span(view.name, "strong") for view in run.views)),
    )


def _scale(run: Run) -> _Scale:
    """The largest places that the elements of every view begin and end at."""
    placed = [view.placed for view in run.views if nbytes(view.layout)]
    unit = 0
    for layout in placed:
        steps = (stride for stride, n in zip(layout.strides, layout.shape, strict=True) if n > 1)
        unit = gcd(unit, layout.offset, layout.itemsize, *steps)
    unit = unit if unit <= run.nbytes else 1
    sizes = {layout.itemsize for layout in placed}
    fits = all(_longest_index(view.layout) <= _MOST_INDEX for view in run.views)
    content: Literal["index", "position", "byte"] = (
        "byte" if run.content == "address" else "index" if fits else "position"
    )
    return _Scale(unit or 1, bool(unit) and sizes == {unit}, content)


def _longest_index(layout: Layout) -> int:
    return sum(len(str(n - 1)) + 1 for n in layout.shape) - 1


def _title(run: Run, scale: _Scale, count: int) -> str:
    names = listed([view.name for view in run.views], ROWS, last=" and ")
    names += f" and {counted(run.hidden, 'more view')}" if run.hidden else ""
    rest = run.nbytes % scale.bytes
    end = f", and {rest} B at the end" if rest else ""
    unit = "elements" if scale.is_element else "bytes"
    size = f"{Quantity(run.nbytes, 'B')} on {run.device}"
    places = f"{counted(count, 'place')} of {scale.bytes} B, numbered in {unit}{end}"
    lacking = "; not all values here are read" if run.content == "value" and scale.content != "value" else ""
    return f"{run.space} under {names}: {size}, {places}; in a box: the {scale.content} of its element{lacking}"


def _shown(run: Run, scale: _Scale, count: int) -> tuple[range, ...]:
    """All places where they are few, else those where each view begins and ends, as many as fit."""
    whole = window(count, run.places, slack=True)
    if not whole.hidden:
        return (whole.head,)
    touched = [extent(view.placed) for view in run.views if nbytes(view.layout)]
    ends = {(part.start // scale.bytes, part.stop // scale.bytes) for part in touched} or {(0, count)}
    wide = max([1, *(view.layout.itemsize // scale.bytes for view in run.views)])
    wide = wide if wide <= _MOST_ALIGNED else 1
    found: tuple[range, ...] = ()
    for share in _SHARES:
        found = _merged(_ends(ends, share, wide), count)
        if sum(map(len, found)) <= run.places:
            break
    return found


def _ends(touched: set[tuple[int, int]], share: int, wide: int) -> Iterator[tuple[int, int]]:
    """The first and the last places of each, from the edge of a wide box to the edge of another."""
    for start, stop in touched:
        for first, last in ((start, min(start + share, stop)), (max(stop - share, start), stop)):
            yield first // wide * wide, -(-last // wide) * wide


def _merged(parts: Iterator[tuple[int, int]], count: int) -> tuple[range, ...]:
    """The same places as ranges that are apart, in order, inside the storage; one place or two are not worth a gap."""
    found: list[range] = []
    for start, stop in sorted(parts):
        low, high = max(start, 0), min(stop, count)
        if low >= high:
            continue
        if found and low <= found[-1].stop + _NO_GAP:
            found[-1] = range(found[-1].start, max(found[-1].stop, high))
        else:
            found.append(range(low, high))
    return tuple(found) or (range(min(count, PLACES)),)


def _line(run: Run, scale: _Scale) -> int:
    """Places of which a line holds a multiple: a row of the first view, and at least the widest box."""
    for view in run.views:
        strides = [abs(s) for s, n in zip(view.layout.strides, view.layout.shape, strict=True) if n > 1]
        rows = [s // scale.bytes for s in strides if s // scale.bytes <= _MOST_ALIGNED]
        wide = view.layout.itemsize // scale.bytes
        if rows:
            return max(1, *rows, wide)
    return max([1, *(view.layout.itemsize // scale.bytes for view in run.views)])


def _ruler(run: Run, scale: _Scale, shown: tuple[range, ...]) -> list[Cell]:
    per = 1 if scale.is_element else scale.bytes
    return [
        Cell(
            Span(str(place * per), "dim"),
            f"byte {place * scale.bytes} of {run.space}",
            True,
            ((run.space, place * scale.bytes, (place + 1) * scale.bytes),),
        )
        for part in shown
        for place in part
    ]


def _found(view: View, scale: _Scale, shown: tuple[range, ...]) -> Found:
    """Who uses each place, stretch by stretch."""
    find = finder(view.placed, scale.bytes, sum(map(len, shown)), view.spot.steps)
    return [[(place, find(place * scale.bytes)) for place in part] for part in shown]


def _with_values(run: Run, found: Sequence[Found]) -> list[View]:
    """The views, with the values by the bytes of what is drawn; none where not all that are drawn are known."""
    views: list[View] = []
    for view, parts in zip(run.views if run.content == "value" else (), found, strict=False):
        filling = _shifted(view)
        words = read_words(view.placed, filling, (users for part in parts for _, users in part))
        if words is None:
            return []
        views.append(replace(view, filling=filling._replace(words=words)))
    return views


def _shifted(view: View) -> Filling:
    """What boxes hold, by the bytes of what is drawn."""
    words, shift = view.filling.words, view.spot.shift
    moved = None if words is None else {byte + shift: word for byte, word in words.items()}
    return view.filling._replace(words=moved)


def _row(view: View, scale: _Scale, found: Found) -> Iterator[Cell]:
    """A box an element where one begins and none other covers a part of it, else a box a place."""
    whole = in_elements(view.layout) is not None
    for part in found:
        for key, group in groupby(part, key=lambda piece: only_start(piece[1], whole=whole)):
            pieces = list(group)
            boxes = [(pieces[0], len(pieces))] if key is not None else [(piece, 1) for piece in pieces]
            yield from (_box(view, scale, place, width, users) for (place, users), width in boxes)


def _box(view: View, scale: _Scale, place: int, width: int, users: Users) -> Cell:
    byte, size = place * scale.bytes, width * scale.bytes
    space, _, hue, *_ = view.spot
    if not users.indices:
        span = Span(HOLE if users.role == "hole" else UNKNOWN, users.role)
        return Cell(span, _note(view, byte, LEGEND[users.role]), True, ((space, byte, byte + size),))
    start = only_start(users, whole=in_elements(view.layout) is not None)
    if start is not None:
        byte, size = start, view.layout.itemsize
    text = _text(view, scale, byte, users)
    words = users_words(users, index_form(view.layout)) + lanes_words(view.spot)
    return Cell(Span(text, users.role), _note(view, byte, words), True, ((space, byte, byte + size),), hue, width)


def _text(view: View, scale: _Scale, byte: int, users: Users) -> str:
    """What stands in the box of an element that begins at this byte of what is drawn."""
    if scale.content == "value" and view.filling.words is not None:
        return view.filling.words[byte]
    if scale.content == "index":
        return index_form(view.layout).format(*users.indices[0]).strip("(,)").replace(", ", ",") or "()"
    own = byte - view.spot.shift
    return str(own // (view.layout.itemsize if scale.content == "position" and in_elements(view.layout) else 1))


def _note(view: View, byte: int, words: str) -> str:
    """Which byte of the view's storage, and of what is drawn where that begins elsewhere."""
    own = byte - view.spot.shift
    where = f" ({view.spot.space}: byte {byte})" if view.spot.shift else ""
    is_outside = own < 0 or (view.nbytes is not None and own >= view.nbytes)
    if is_outside and words == LEGEND["hole"]:
        return f"{view.name}{where or f', byte {byte}'}: outside {view.name}'s storage"
    return f"{view.name}, byte {own}{where}: {words}"
