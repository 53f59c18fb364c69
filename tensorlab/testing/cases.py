"""Calls to test, in an order in which a few of them go far: each argument alone in each class, all alike, all apart."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Literal, NamedTuple

from tensorlab.testing.classing import default_classes
from tensorlab.testing.laying import classes_for, lay_out
from tensorlab.testing.record import CLASSES, Case
from tensorlab.testing.source import Seeded, pick
from tensorlab.testing.together import lay_together

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.dtype import DType
    from tensorlab.testing.calling import Subject
    from tensorlab.testing.frames import Frame
    from tensorlab.testing.record import Laid, LayoutClass

_SHARED: frozenset[LayoutClass] = frozenset({"stride 0", "overlapping"})
"""Classes in which elements share bytes: nobody can write them."""
_SELDOM: frozenset[LayoutClass] = frozenset({"zero-size", "0-d"})
"""Classes with few layouts: tested in every third round."""
_FILLS: tuple[Literal["ramp", "signed", "few"], ...] = ("ramp", "signed", "ramp", "signed", "ramp", "signed", "few")
_SPREAD = tuple(prime**0.5 for prime in (2, 3, 5, 7, 11, 13, 17, 19))
"""Steps that meet every part of a range alike, whatever the others do."""
_VARIANTS = 64
"""Layouts of one class, shape and dtype."""
_ROUNDS = 4
"""How often a class is passed by when no frame had room for it, before it is given up."""


class Plan(NamedTuple):
    """A case, and the number of the frame that it is of."""

    frame: int
    case: Case


class Planner:
    """Gives case after case, without end, the same ones for the same seed; frames may be given up on the way.

    A round goes through all classes. In each, every argument is of that class alone while the others are contiguous,
    then all are of it alike, with the same strides where their shapes are the same, then all are of it or of others,
    each in its own way.
    """

    def __init__(self, subject: Subject, frames: tuple[Frame, ...]) -> None:
        self._specs = subject.specs
        self._written = subject.written
        self._sharing = "alias-ok" in subject.contract and len(self._specs) > 1
        positions = range(len(self._specs))
        able = subject.shareable
        self._pairs = [
            (one, two)
            for one in positions
            for two in positions[one + 1 :]
            if self._specs[one].library == self._specs[two].library
            if (able[one] and able[two]) or subject.alike(one, two)
        ]
        """Arguments that may lie in one storage, where they have one dtype."""
        self._within = [
            frozenset(spec.classes or default_classes(spec.dtypes))
            - (_SHARED if position in self._written else frozenset())
            for position, spec in enumerate(self._specs)
        ]
        self._frames = frames
        self._source = Seeded(subject.seed)
        self._first = subject.seed * 7
        self._able = [tuple(self._classes(position, frame) for position in range(len(self._specs))) for frame in frames]
        self.dead: set[int] = set()
        """Frames whose contiguous arguments the function refuses."""
        self._next: dict[object, int] = {}
        self._rows: dict[object, list[int]] = {}
        """By class and arguments: the frames in which one of them can be of that class."""
        self._axes = [tuple(map(len, frame.shapes)) for frame in frames]

    def plans(self) -> Iterator[Plan]:
        """The cases; none at all where nothing can be laid out, or every frame was given up."""
        for turn in count():
            found = False
            for plan in self._round(turn):
                found = True
                yield plan
            if not found and turn > 2 * _ROUNDS:
                return

    def _round(self, turn: int) -> Iterator[Plan]:
        positions = range(len(self._specs))
        several, many = len(positions) > 1, len(positions) > 2
        for name in CLASSES:
            if name in _SELDOM and turn % 3:
                continue
            for position in positions if not many or turn % 2 == 0 else ():
                yield from self._alone(turn, name, position)
            for position in positions if many and turn % 2 else ():
                yield from self._all(turn, name, but=position)
            if several:
                yield from self._all(turn, name)
                yield from self._mixed(turn, name)
            if self._sharing:
                yield from self._together(turn)
                yield from self._together(turn)

    def _classes(self, position: int, frame: Frame) -> frozenset[LayoutClass]:
        spec = self._specs[position]
        able = classes_for(frame.shapes[position], frame.kinds[position], spec.library)
        return frozenset(able) & self._within[position]

    def _frame(self, key: object, wanted: LayoutClass, positions: tuple[int, ...]) -> int | None:
        """The next frame in which an argument can be of that class."""
        rows = self._rows.get((wanted, positions))
        if rows is None:
            rows = [number for number, able in enumerate(self._able) if any(wanted in able[at] for at in positions)]
            self._rows[wanted, positions] = rows
        start = self._next.get(key, 0)
        for step in range(len(rows)):
            number = rows[(start + step) % len(rows)]
            if number not in self.dead:
                self._next[key] = start + step + 1
                return number
        return None

    def _alone(self, turn: int, name: LayoutClass, position: int) -> Iterator[Plan]:
        """One argument of that class, the others contiguous."""
        number = self._frame((name, position), name, (position,))
        if number is None:
            return
        variant = self._variant((name, position), number)
        laid = [
            self._lay(number, other, name, variant) if other == position else self._lay(number, other, "contiguous")
            for other in range(len(self._specs))
        ]
        yield from self._plan(number, laid, turn + position)

    def _all(self, turn: int, name: LayoutClass, but: int | None = None) -> Iterator[Plan]:
        """All arguments of that class, with the same strides where their shapes are the same; or all but one."""
        number = self._frame((name, "all", but), name, tuple(range(len(self._specs))))
        if number is None:
            return
        variant = self._variant((name, "all", but), number)
        laid = [
            self._lay(number, position, "contiguous" if position == but else name, variant)
            for position in range(len(self._specs))
        ]
        yield from self._plan(number, laid, turn + 1)

    def _mixed(self, turn: int, name: LayoutClass) -> Iterator[Plan]:
        """Every argument in its own way: of that class in another variant, or of another class."""
        number = self._frame((name, "mixed"), name, tuple(range(len(self._specs))))
        if number is None:
            return
        laid = []
        for position in range(len(self._specs)):
            able = tuple(one for one in CLASSES if one in self._able[number][position])
            mine = (
                name
                if name in able and (turn % 2 or self._source.integer(0, 2))
                else pick(self._source, able or ("contiguous",))
            )
            laid.append(self._lay(number, position, mine))
        yield from self._plan(number, laid, turn)

    def _variant(self, key: object, number: int) -> int:
        """The next one of a class, counted for each number of axes: the first ones are unlike on purpose."""
        place = (key, self._axes[number])
        found = self._next.get(place, 0)
        self._next[place] = found + 1
        return (found + self._first) % _VARIANTS

    def _together(self, turn: int) -> Iterator[Plan]:
        alive = [number for number in range(len(self._frames)) if number not in self.dead]
        if not alive:
            return
        number = alive[self._next.get("together", 0) % len(alive)]
        self._next["together"] = self._next.get("together", 0) + 1
        frame = self._frames[number]
        laid = [self._lay(number, position, "contiguous") for position in range(len(self._specs))]
        pairs = [(one, two) for one, two in self._pairs if frame.kinds[one] == frame.kinds[two]]
        if not pairs or any(one is None for one in laid):
            return
        pair = pick(self._source, tuple(pairs))
        placed = lay_together(self._source, [one for one in laid if one is not None], pair, self._written)
        if placed is not None:
            yield Plan(number, Case(arguments=placed, together=(pair,), fill=_FILLS[turn % len(_FILLS)]))

    def _lay(self, number: int, position: int, name: LayoutClass, variant: int | None = None) -> Laid | None:
        frame, spec = self._frames[number], self._specs[position]
        within = self._within[position]
        shape, kind = frame.shapes[position], frame.kinds[position]
        chosen = self._source.integer(0, _VARIANTS - 1) if variant is None else variant
        found = _laid(shape, kind, name, spec.library, within=within, variant=chosen)
        if found is None:
            plain: LayoutClass = "zero-size" if 0 in shape else "contiguous"
            found = _laid(shape, kind, plain, spec.library, within=within, variant=0)
        return None if found is None or (position in self._written and found.classes & _SHARED) else found

    def _plan(self, number: int, laid: list[Laid | None], turn: int) -> Iterator[Plan]:
        arguments = tuple(one for one in laid if one is not None)
        if len(arguments) == len(laid):
            yield Plan(number, Case(arguments=arguments, fill=_FILLS[turn % len(_FILLS)]))


@lru_cache(maxsize=1 << 16)
def _laid(  # noqa: PLR0913 - what a layout is drawn from
    shape: tuple[int, ...],
    kind: DType,
    name: LayoutClass,
    library: Literal["torch", "numpy"],
    *,
    within: frozenset[LayoutClass],
    variant: int,
) -> Laid | None:
    """One of the layouts of a class: drawn once, used in every test."""
    return lay_out(_Led(variant), shape, kind, name, library=library, within=within)


class _Led:
    """A source whose first choice goes through all that there are, the last one first; the next ones are spread evenly.

    The first choice of a permutation is its rank: all axes reversed, then the last two swapped, then three turned.
    """

    def __init__(self, variant: int) -> None:
        self._variant = variant
        self._drawn = 0
        self._rest = Seeded(variant)

    def integer(self, low: int, high: int) -> int:
        """One of ``low`` to ``high``, both included."""
        self._drawn += 1
        if self._drawn == 1:
            return high if self._variant == 0 else low + (self._variant - 1) % (high - low + 1)
        if self._drawn - 2 < len(_SPREAD):
            place = (self._variant + 0.5) * _SPREAD[self._drawn - 2] % 1.0
            return low + int(place * (high - low + 1))
        return self._rest.integer(low, high)
