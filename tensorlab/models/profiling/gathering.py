"""What was kept of a pass, brought together into rows and storages. Imports neither torch nor NumPy."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.models.profiling.record import BEFORE, FOREVER, Block, Row, alive_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tensorlab.models.profiling.record import Output, Phase, Role

    Place = tuple[Phase, int]

LOSS = -1
"""The stretch of what no part of the module ran: the loss, and the step of an optimizer."""
_ORDER = ("forward", "backward", "optimizer")
_MOST_WORDS = 3
"""Operators that say what a module does between its parts."""


class Visit(NamedTuple):
    """One call of a part of the module."""

    name: str
    call: int
    kind: str
    leaf: bool
    """Whether it has no parts of its own."""


class Ran(NamedTuple):
    """One operator."""

    name: str
    """"convolution", without the library and without the overload."""
    place: Place
    kind: str
    """"view", "copy", "write" or "compute"."""
    reads: int
    writes: int
    macs: int
    parameters: frozenset[int]
    """Numbers of the storages of parameters that it was given."""
    dtype: str
    """Of the first tensor that it gave; "" where it gave none."""
    moment: int


class Life(NamedTuple):
    """A storage: see ``Block``."""

    nbytes: int
    role: Role
    name: str
    place: Place | None
    """Where it was made; None where it was there before."""
    born: int
    died: int
    elements: int
    """Numbers of the parameters that lie in it."""


class Counted(NamedTuple):
    """Bytes since the beginning by torch's allocator: at the end of a stretch, and at most within it."""

    alive: int
    peak: int


class Seen(NamedTuple):
    """All that was kept of one pass."""

    visits: tuple[Visit | None, ...]
    """Of each stretch of the forward pass, whose it is."""
    outputs: Mapping[int, tuple[Output, ...]]
    """What a part gave at the end of a stretch."""
    ran: tuple[Ran, ...]
    held: tuple[Life, ...]
    moments: tuple[Place, ...]
    ends: tuple[tuple[int, Place], ...]
    """Of each stretch that ended, the moment and the place."""
    counted: tuple[Counted, ...]
    """The same by torch's allocator; empty where it was not asked."""


class Captured(NamedTuple):
    """What one pass did."""

    rows: tuple[Row, ...]
    steps: tuple[int, ...]
    blocks: tuple[Block, ...]
    places: Mapping[Place, int]
    """Which row a stretch belongs to; those of nobody are not in it."""
    visits: tuple[Visit | None, ...]
    allocator: str


class _Whole(NamedTuple):
    """What several rows are told from."""

    blocks: tuple[Block, ...]
    alive: tuple[int, ...]
    moments: Mapping[int, list[int]]
    """Of each row, in order."""
    ran: Mapping[Place, list[Ran]]
    base: int
    """Bytes that were there before."""


def gathered(seen: Seen, allocator: str) -> Captured:
    """Rows for every part that has no parts, and for whatever else ran an operator; storages with their rows.

    >>> gathered(Seen((None,), {}, (), (), (), (), ()), "").rows
    ()
    """
    ran: defaultdict[Place, list[Ran]] = defaultdict(list)
    for one in seen.ran:
        ran[one.place].append(one)
    keys = _keys(seen, ran)
    places = {key: n for n, key in enumerate(keys)}
    steps = tuple(places.get(place, BEFORE) for place in seen.moments)
    blocks = tuple(_block(life, places, seen) for life in seen.held)
    moments: defaultdict[int, list[int]] = defaultdict(list)
    for moment, row in enumerate(steps):
        moments[row].append(moment)
    base = sum(block.nbytes for block in blocks if block.born == BEFORE)
    whole = _Whole(blocks, alive_bytes(blocks, len(steps)), moments, ran, base)
    known: set[int] = set()
    rows = tuple(_row(key, n, seen, whole, known) for n, key in enumerate(keys))
    return Captured(rows, steps, blocks, places, seen.visits, allocator)


def _keys(seen: Seen, ran: Mapping[Place, list[Ran]]) -> list[Place]:
    forward: list[Place] = [
        ("forward", n)
        for n, visit in enumerate(seen.visits)
        if ("forward", n) in ran or (visit is not None and visit.leaf and n in seen.outputs)
    ]
    others = [place for place in ran if place[0] != "forward" or place[1] == LOSS]
    return [*forward, *sorted(others, key=lambda place: _ORDER.index(place[0]))]


def _visit(place: Place, seen: Seen) -> Visit | None:
    return None if place[1] == LOSS else seen.visits[place[1]]


def _name(place: Place, seen: Seen) -> str:
    visit = _visit(place, seen)
    if visit is None:
        return "optimizer" if place[0] == "optimizer" else "loss" if place[1] == LOSS else "outside"
    return visit.name


def _block(life: Life, places: Mapping[Place, int], seen: Seen) -> Block:
    row = BEFORE if life.place is None else places.get(life.place, BEFORE)
    name = life.name if life.place is None else f"{_name(life.place, seen)}: {life.name}"
    return Block(life.nbytes, life.role, name, row, life.born, life.died)


def _row(key: Place, number: int, seen: Seen, whole: _Whole, known: set[int]) -> Row:
    ran, visit = whole.ran.get(key, []), _visit(key, seen)
    used: frozenset[int] = frozenset().union(*(one.parameters for one in ran))
    fresh = used - known
    known |= used
    counted = _counts(key, seen, whole)
    last = max(moment for moment, place in seen.ends if place == key)
    largest = max(ran, key=lambda one: (one.macs, one.reads + one.writes), default=None)
    return Row(
        name=_name(key, seen),
        call=visit.call if visit is not None else 1,
        kind=visit.kind if visit is not None and visit.leaf else _words(ran),
        phase=key[0],
        outputs=_outputs(key, seen),
        parameters=sum(seen.held[n].elements for n in used),
        fresh=sum(seen.held[n].elements for n in fresh),
        macs=sum(one.macs for one in ran),
        reads=sum(one.reads for one in ran),
        writes=sum(one.writes for one in ran),
        dtype=largest.dtype if largest is not None else "",
        operators=tuple(one.name for one in ran),
        views=sum(one.kind == "view" for one in ran),
        copies=sum(one.kind == "copy" for one in ran),
        copied=sum(one.writes for one in ran if one.kind == "copy"),
        made=sum(block.nbytes for block in whole.blocks if block.row == number),
        alive=whole.alive[last],
        peak=max(whole.alive[moment] for moment in whole.moments[number]),
        counted=counted.alive if counted is not None else None,
        counted_peak=counted.peak if counted is not None else None,
        last=last,
    )


def _outputs(key: Place, seen: Seen) -> tuple[Output, ...]:
    """Of a part without parts, what it gave; a stretch of any other gives nothing by itself."""
    visit = _visit(key, seen)
    return seen.outputs.get(key[1], ()) if key[0] == "forward" and visit is not None and visit.leaf else ()


def _words(ran: Sequence[Ran]) -> str:
    words = list(dict.fromkeys(one.name for one in ran))
    return ", ".join([*words[:_MOST_WORDS], *["…"] * (len(words) > _MOST_WORDS)])


def _counts(key: Place, seen: Seen, whole: _Whole) -> Counted | None:
    """What the allocator says, with what was there before it began to count: of the end of that it says nothing."""
    ends = zip(seen.ends, seen.counted, strict=False)
    found = [(moment, counted) for (moment, place), counted in ends if place == key]
    if not found:
        return None
    before = [one for one in whole.blocks if one.born == BEFORE and one.died != FOREVER]
    gone = sum(one.nbytes for one in before if one.died <= found[-1][0])
    return Counted(whole.base + found[-1][1].alive - gone, whole.base + max(one.peak for _, one in found))
