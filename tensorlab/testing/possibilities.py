"""The cases between a failing one and nothing: what can be simplified of it, one choice beside another."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tensorlab.errors import TensorlabError
from tensorlab.layout.dtype import DType
from tensorlab.layout.shapes import numel
from tensorlab.testing.laying import lay_out
from tensorlab.testing.record import CLASSES
from tensorlab.testing.simplifying import Departure, Plan, laid_by, plan_of
from tensorlab.testing.source import Seeded

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from tensorlab.testing.record import Case, Laid, LayoutClass, Spec

FEW = 4
"""Elements that are few."""
_Bits: TypeAlias = tuple[bool, bool, DType | None]
_PLAIN: _Bits = (False, False, None)
_FIXED, _FREE, _NAMED = "fixed", "free", "named"
_USUAL: frozenset[LayoutClass] = frozenset({"permuted", "gaps", "offset"})
"""Layouts that a bug is looked for in, whatever it was found in."""
_SHAPES, _DRAWS = 12, 3


class Space:
    """The simplifications of one case: for each thing that can be simpler, what it can be, the simplest first.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Case, Laid
    >>> wide = Layout((2,), (8,), 0, 4)
    >>> case = Case(arguments=(Laid(layout=wide, dtype=dtype("int32"), nbytes=16, classes=frozenset()),))
    >>> space = Space(case, ())
    >>> space.case(space.found).arguments[0].layout == wide, space.case((0,) * len(space.found)).arguments[0].layout
    (True, Layout(shape=(), strides=(), offset=0, itemsize=4))
    """

    def __init__(self, case: Case, specs: Sequence[Spec | None]) -> None:
        self._case = case
        self._keys = keys_of(case, specs)
        self.options: list[tuple[Any, ...]] = []
        self._sizes: dict[Hashable, int] = {}
        for key, n in dict.fromkeys(pair for row in self._keys for pair in row):
            if key not in self._sizes:
                going: tuple[int | None, ...] = (None,) if key[0] == _FREE else ()
                self._sizes[key] = self._add(*((n,) if key[0] == _FIXED else (*going, *range(n + 1))))
        self._together = self._add((), case.together)
        self._fill = self._add("ramp", case.fill)
        self._places = [self._simpler(laid) for laid in case.arguments]

    def _add(self, *options: object) -> int:
        self.options.append(tuple(dict.fromkeys(options)))
        return len(self.options) - 1

    def _simpler(self, laid: Laid) -> tuple[int, ...]:
        plan, size = plan_of(laid), laid.dtype.itemsize
        in_c_order = tuple(reversed(range(len(plan.order))))
        plain = Plan(in_c_order, (Departure(),) * len(in_c_order), 0, plan.tail)
        first = [
            self._add(True, plain == plan and (laid.conj, laid.neg, laid.stored) == _PLAIN),
            self._add(_PLAIN, (laid.conj, laid.neg, laid.stored)),
            self._add(in_c_order, plan.order),
            self._add(0, min(size, plan.lead), plan.lead),
            self._add(0, min(size, plan.tail), plan.tail),
        ]
        return (*first, *(self._add(*departure.simpler(size)) for departure in plan.departures))

    @property
    def found(self) -> tuple[int, ...]:
        """The choices that give the case as it was found."""
        return tuple(len(options) - 1 for options in self.options)

    def case(self, chosen: Sequence[int]) -> Case | None:
        """The case of those choices; None for what cannot be. Storages that are one are as long as the longest."""
        values = [options[place] for options, place in zip(self.options, chosen, strict=True)]
        together = values[self._together]
        try:
            arguments = [
                self._laid(laid, [values[at] for at in places], [values[self._sizes[key]] for key, _ in row])
                for laid, places, row in zip(self._case.arguments, self._places, self._keys, strict=True)
            ]
        except TensorlabError:
            return None
        for group in together:
            longest = max(arguments[place].nbytes for place in group)
            for place in group:
                arguments[place] = replace(arguments[place], nbytes=longest)
        return replace(self._case, arguments=tuple(arguments), together=together, fill=values[self._fill])

    @staticmethod
    def _laid(laid: Laid, values: list[Any], sizes: list[int | None]) -> Laid:
        plain, bits, order, lead, tail, *departures = values
        plan = Plan(order, tuple(departures), lead, tail)
        if plain:
            in_c_order = tuple(reversed(range(len(sizes))))
            plan, bits = Plan(in_c_order, (Departure(),) * len(sizes), 0, tail), _PLAIN
        return laid_by(replace(laid, conj=bits[0], neg=bits[1], stored=bits[2]), plan, sizes)


class Size(NamedTuple):
    """How large a case is, what matters most first."""

    elements: int
    axes: int
    storage: int
    unlike: int
    """Arguments that are not as the simplest ones, storages that are one, and elements that are no ramp."""


def size_of(case: Case) -> Size:
    """To tell the simpler of two cases.

    >>> from tensorlab.testing.record import Case
    >>> size_of(Case(arguments=()))
    Size(elements=0, axes=0, storage=0, unlike=0)
    """
    laid = case.arguments
    bits = sum(one.conj + one.neg + (one.stored is not None) for one in laid)
    return Size(
        sum(numel(one.layout.shape) for one in laid),
        sum(len(one.layout.shape) for one in laid),
        sum(one.nbytes for one in laid),
        bits + len(case.together) + (case.fill != "ramp"),
    )


def beginnings(case: Case, specs: Sequence[Spec | None]) -> Iterator[Case]:
    """Calls of few elements that are like a case in kind, one argument or all of them strided: it may fail for these.

    What shows on 8 elements with a gap between rows may show on 4 with a gap between columns, which leaving out alone
    does not come to.
    """
    if case.together:
        return
    places = range(len(case.arguments))
    for shapes in islice(_few(case, specs), _SHAPES):
        for name in CLASSES:
            for moved in dict.fromkeys(((place,) for place in places), None) | {tuple(places): None}:
                for draw in range(_DRAWS):
                    made = [
                        _drawn(case.arguments[place], shapes[place], name if place in moved else "contiguous", draw)
                        for place in places
                    ]
                    if all(one is not None for one in made):
                        yield replace(case, arguments=tuple(one for one in made if one is not None))


def _drawn(laid: Laid, shape: tuple[int, ...], name: LayoutClass, draw: int) -> Laid | None:
    """A layout of that class, where the argument was of it, or it is one of the usual ones."""
    if name != "contiguous" and name not in laid.classes | _USUAL:
        return None
    within = laid.classes | {name}
    return lay_out(Seeded(draw), shape, laid.dtype, name, library=laid.library, within=within)


def _few(case: Case, specs: Sequence[Spec | None]) -> Iterator[list[tuple[int, ...]]]:
    """Shapes of few elements, the ones with most of them first: they are made smaller later."""
    keys = keys_of(case, specs)
    sizes = dict.fromkeys(pair for row in keys for pair in row)
    ways: list[tuple[int | None, ...]] = [
        (n,) if key[0] == _FIXED else tuple(m for m in (2, 1, 4, 3) if m <= n) or (n,) for key, n in sizes
    ]
    found = []
    for chosen in islice(product(*ways), 256):
        named = dict(zip(sizes, chosen, strict=True))
        shapes = [tuple(n for pair in row if (n := named[pair]) is not None) for row in keys]
        if max(map(numel, shapes), default=0) <= FEW:
            found.append(shapes)
    found.sort(key=lambda shapes: -sum(map(numel, shapes)))
    yield from found


_Key: TypeAlias = "tuple[str, Hashable]"


def keys_of(case: Case, specs: Sequence[Spec | None]) -> list[list[tuple[_Key, int]]]:
    """What each axis of each argument is called, and its size: axes of one name change together.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Case, Laid, Spec
    >>> flat = Laid(layout=Layout((5, 3), (12, 4), 0, 4), dtype=dtype("int32"), nbytes=60, classes=frozenset())
    >>> keys_of(Case(arguments=(flat,)), [Spec(shape=("n", 3), dtypes=(dtype("int32"),))])
    [[(('named', 'n'), 5), (('fixed', (0, 1)), 3)]]
    """
    rows = [_row(case, place, specs[place] if place < len(specs) else None) for place in range(len(case.arguments))]
    named = {n: key for row in rows for key, n in reversed(row) if key[0] == _NAMED}
    return [[((named.get(n, key) if _is_sized(key) else key), n) for key, n in row] for row in rows]


def _row(case: Case, place: int, spec: Spec | None) -> list[tuple[_Key, int]]:
    shape = case.arguments[place].layout.shape
    words = _sized(case, place) if spec is None or "=..." in spec.shape else _words(spec.shape, len(shape))
    row: list[tuple[_Key, int]] = []
    for axis, (word, n) in enumerate(zip(words, shape, strict=True)):
        if isinstance(word, tuple):
            row.append(((_FREE, word), n))
        elif isinstance(word, int):
            row.append(((_FIXED, (place, axis)), n))
        else:
            row.append(((_NAMED, (place, axis) if word == "_" else word), n))
    return row


def _is_sized(key: _Key) -> bool:
    """Whether an axis has no name but its size: then it is the one that has a name and that size."""
    return key[0] == _FREE and isinstance(key[1], tuple) and key[1][0] == "size"


def _sized(case: Case, place: int) -> list[int | str | tuple[str, int]]:
    """Where no spec says: of several arguments, axes of one size are one; of a single one, each is its own."""
    shape = case.arguments[place].layout.shape
    return [("size", n) if len(case.arguments) > 1 else ("axis", axis) for axis, n in enumerate(shape)]


def _words(shape: tuple[int | str, ...], ndim: int) -> list[int | str | tuple[str, int]]:
    """What a spec calls each axis; those of "..." by their number."""
    words: list[int | str | tuple[str, int]] = []
    for word in shape:
        if word == "...":
            words += [("...", number) for number in range(ndim - len(shape) + 1)]
        else:
            words.append(word)
    return words
