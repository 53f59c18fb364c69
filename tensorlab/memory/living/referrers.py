"""Who refers to an object: from holder to holder up to a variable, as far as the garbage collector sees."""

from __future__ import annotations

import gc
import re
from collections import defaultdict, deque
from itertools import islice
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    GetSetDescriptorType,
    MethodType,
    ModuleType,
)
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ReferenceType

from tensorlab.memory.cpython import tuple_items
from tensorlab.memory.living.descent import descend
from tensorlab.memory.living.record import Referrer
from tensorlab.memory.living.roots import MOST_REFERRERS, STOPPED, captured
from tensorlab.memory.naming import type_name
from tensorlab.memory.retention.walk import attributes, own_dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from tensorlab.memory.living.descent import Descent
    from tensorlab.memory.living.roots import Roots

_LEVELS = 7
"""Holders of holders that are followed."""
_MOST_HOLDERS = 50_000
_FEW = 40
"""Objects for which the interpreter's own search is quicker."""
_LONGEST_KEY = 40
_FLAT = re.compile(r"\._(?:parameters|buffers|modules)\['(\w+)'\]")
"""Where a module keeps what it shows as attributes."""
_GROUPS = re.compile(r"\.param_groups\b|\['params'\]")
_LONGEST_WAY = 200
_PASSED = STOPPED | set(map(id, (ModuleType, FunctionType, BuiltinFunctionType, ReferenceType, GetSetDescriptorType)))
"""What holds by names that are read elsewhere, or holds nothing that is looked for."""
_SEQUENCES = (list, deque)


class _Step(NamedTuple):
    """One holder of an object, and what leads from it to the object."""

    holder: object
    piece: str


def referrers(things: Sequence[object], heap: Sequence[object], roots: Roots) -> list[tuple[Referrer, ...]]:
    """For each of the things, who refers to it, the first few; best effort: what C code holds is not seen.

    Args:
        things: Objects that the garbage collector tracks.
        heap: What the garbage collector tracks, listed before any list of our own was made.
        roots: The names, found before that list was made.

    >>> from tensorlab.memory.living.roots import find_roots
    >>> held = [object]
    >>> referrers([object], [held], find_roots())[0][0].path
    '[0]'
    """
    roots.cells.update(captured(heap))
    by_id = {id(thing): thing for thing in heap}
    classes = [thing for thing in heap if issubclass(type(thing), type)]
    named = [by_id[key] for key in (*roots.modules, *roots.variables) if key in by_id]
    entered = [thing for thing in named if id(type(thing)) not in _PASSED and not issubclass(type(thing), type)]
    cells = [by_id[key] for key in roots.cells if key in by_id]
    found = descend({id(thing) for thing in things}, [[*entered, *classes], cells], _PASSED)
    rest = [thing for thing in heap if id(type(thing)) not in _PASSED and id(thing) not in found.parents]
    steps = _climb(things, rest, roots)
    ways = _Ways(roots, found, steps)
    return [ways.best(thing) for thing in things]


class _Ways:
    """The names of objects, by the ways that lead to them."""

    def __init__(self, roots: Roots, descent: Descent, steps: dict[int, list[_Step]]) -> None:
        self.roots = roots
        self.descent = descent
        self.steps = steps
        self.pieces: dict[int, dict[int, str]] = {}

    def best(self, thing: object) -> tuple[Referrer, ...]:
        """The first few, the best first."""
        found = [Referrer("local", name, place) for name, place in self.roots.variables.get(id(thing), ())]
        found += [self.name(holder, thing) for holder in self.descent.holders.get(id(thing), ())]
        found += islice(_paths(thing, self.steps, self.roots), MOST_REFERRERS)
        return ranked(found)

    def name(self, holder: object, thing: object) -> Referrer:
        """What leads to the thing through the holder."""
        tail = ""
        for _ in range(_LONGEST_WAY):
            piece = self.piece(holder, thing)
            found = _named(holder, piece, tail, self.roots)
            if found is not None:
                return found
            tail = piece + tail
            holder, thing = self.descent.parents[id(holder)], holder
        return Referrer("held", _tidy(tail), type_name(thing))

    def piece(self, holder: object, thing: object) -> str:
        """What leads from the holder to what it holds."""
        known = self.pieces.get(id(holder))
        if known is None:
            known = self.pieces[id(holder)] = {}
            for piece, item in _items(holder):
                known.setdefault(id(item), piece)
        return known.get(id(thing), "")


def ranked(found: Iterable[Referrer]) -> tuple[Referrer, ...]:
    """The first few: what a name leads to before what none does, attributes before an optimizer's groups, the short.

    >>> ranked([Referrer("held", "[0]", "list"), Referrer("global", "x.y", "app"), Referrer("local", "x", "f")])[0].path
    'x'
    """
    return tuple(sorted(dict.fromkeys(found), key=_rank)[:MOST_REFERRERS])


def _rank(one: Referrer) -> tuple[bool, bool, bool, int]:
    length = one.path.count(".") + one.path.count("[")
    return (one.kind == "held", bool(_GROUPS.search(one.path)), ".keys()" in one.path, length)


def _climb(things: Iterable[object], heap: Sequence[object], roots: Roots) -> dict[int, list[_Step]]:
    """The holders of each object, of those, and so on, until a name refers to them."""
    steps: defaultdict[int, list[_Step]] = defaultdict(list)
    known = set(map(id, heap))
    wanted = {id(thing): thing for thing in things}
    for _ in range(_LEVELS):
        if not wanted or len(steps) > _MOST_HOLDERS:
            break
        above = _holders(wanted, heap, known)
        for holder in above:
            _note(holder, wanted.keys(), steps)
        wanted = {id(one): one for one in above if not _is_root(one, roots) and id(one) not in steps}
    return steps


def _holders(wanted: dict[int, object], heap: Sequence[object], known: set[int]) -> list[object]:
    """What refers to one of them, of all that was listed."""
    if len(wanted) <= _FEW:
        return [holder for holder in gc.get_referrers(*wanted.values()) if id(holder) in known]
    keys = wanted.keys()
    return [holder for holder in heap if not keys.isdisjoint(map(id, gc.get_referents(holder)))]


def _is_root(holder: object, roots: Roots) -> bool:
    key = id(holder)
    named = key in roots.variables or key in roots.modules or key in roots.cells
    return named or issubclass(type(holder), type)


def _note(holder: object, wanted: AbstractSet[int], steps: defaultdict[int, list[_Step]]) -> None:
    found = False
    for piece, item in _items(holder):
        if id(item) in wanted:
            found = True
            if len(steps[id(item)]) < MOST_REFERRERS:
                steps[id(item)].append(_Step(holder, piece))
    if not found:
        for item in gc.get_referents(holder):
            if id(item) in wanted and len(steps[id(item)]) < MOST_REFERRERS:
                steps[id(item)].append(_Step(holder, ""))


def _items(holder: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - by its type
    """What it holds by name, as it is written."""
    kind = type(holder)
    if issubclass(kind, dict):
        for key, value in list(dict.items(holder)):
            yield _key(key), value
        yield from ((f".keys()[{n}]", key) for n, key in enumerate(list(dict.keys(holder))) if gc.is_tracked(key))
    elif issubclass(kind, tuple):
        yield from ((f"[{number}]", item) for number, item in tuple_items(holder))
    elif issubclass(kind, _SEQUENCES):
        base = next(base for base in _SEQUENCES if issubclass(kind, base))
        for number, item in enumerate(list(base.__iter__(holder))):
            yield f"[{number}]", item
    elif kind is MethodType:
        yield ".__self__", holder.__self__
    elif kind is not CellType and not issubclass(kind, type):
        yield from attributes(holder) or ()
        yield from ((".__dict__", own) for own in own_dictionary(holder))


def _key(key: object) -> str:
    if any(type(key) is plain for plain in (str, int, float, bool, bytes, type(None))):
        return f"[{repr(key)[:_LONGEST_KEY]}]"
    return f"[{type(key).__name__}]"


def _paths(thing: object, steps: dict[int, list[_Step]], roots: Roots) -> Iterator[Referrer]:
    """Breadth first from the thing to the names above it; each holder is passed once."""
    for name, place in roots.variables.get(id(thing), ()):
        yield Referrer("local", name, place)
    passed = {id(thing)}
    ways: deque[tuple[object, str]] = deque([(thing, "")])
    while ways:
        below, tail = ways.popleft()
        above = [step for step in steps.get(id(below), ()) if id(step.holder) not in passed]
        if not above and below is not thing:
            yield Referrer("held", _tidy(tail), type_name(below))
        for holder, piece in above:
            passed.add(id(holder))
            found = _named(holder, piece, tail, roots)
            if found is not None:
                yield found
            else:
                ways.append((holder, piece + tail))


def _named(holder: object, piece: str, tail: str, roots: Roots) -> Referrer | None:
    """Where a name refers to the holder."""
    key = id(holder)
    if key in roots.modules:
        name = piece[2:-2] if piece.startswith("['") else piece
        return Referrer("global", _tidy(name + tail), roots.modules[key])
    if key in roots.cells:
        name, place = roots.cells[key]
        return Referrer("closure", _tidy(name + piece + tail), place)
    if key in roots.variables:
        name, place = roots.variables[key][0]
        return Referrer("local", _tidy(name + piece + tail), place)
    if issubclass(type(holder), type):
        return Referrer(
            "global", _tidy(f"{type.__getattribute__(holder, '__qualname__')}.__dict__{piece}{tail}"), _module(holder)
        )
    return None


def _module(kind: Any) -> str:  # noqa: ANN401 - a class
    return str(type.__getattribute__(kind, "__module__"))


def _tidy(path: str) -> str:
    """As a person writes it: what a module's dictionaries hold are its attributes.

    >>> _tidy("net._modules['0']._parameters['weight']"), _tidy(".__dict__['x']")
    ('net.0.weight', '.x')
    """
    return _FLAT.sub(r".\1", re.sub(r"\.__dict__\['(\w+)'\]", r".\1", path))
