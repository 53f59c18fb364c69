"""Who refers to an object: from holder to holder up to a variable, as far as the garbage collector sees."""

from __future__ import annotations

import gc
import re
import sys
from collections import defaultdict, deque
from itertools import islice
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CellType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    GetSetDescriptorType,
    ModuleType,
)
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ReferenceType

from tensorlab.memory.living.frames import is_ours, running, variables
from tensorlab.memory.living.record import Referrer
from tensorlab.memory.naming import type_name
from tensorlab.memory.retention.walk import attributes, own_dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

MOST_REFERRERS = 4
"""Of one tensor."""
_LEVELS = 7
"""Holders of holders that are followed."""
_MOST_HOLDERS = 50_000
_FEW = 40
"""Objects for which the interpreter's own search is quicker."""
_LONGEST_KEY = 40
_FLAT = re.compile(r"\._(?:parameters|buffers|modules)\['(\w+)'\]")
"""Where a module keeps what it shows as attributes."""
_WAITING = (GeneratorType, CoroutineType, AsyncGeneratorType)
_STOPPED = frozenset({*_WAITING, FrameType})
_PASSED = frozenset({*_STOPPED, ModuleType, FunctionType, BuiltinFunctionType, ReferenceType, GetSetDescriptorType})
"""What holds by names that are read elsewhere, or holds nothing that is looked for."""
_FRAMES = ("gi_frame", "cr_frame", "ag_frame")
_SEQUENCES = (list, tuple, deque)


class _Step(NamedTuple):
    """One holder of an object, and what leads from it to the object."""

    holder: object
    piece: str


class Roots(NamedTuple):
    """What names refer to."""

    variables: dict[int, list[tuple[str, str]]]
    """Identity of a value -> names and their functions, the innermost first."""
    modules: dict[int, str]
    """Identity of a dictionary of globals -> name of the module."""
    cells: dict[int, tuple[str, str]]
    """Identity of a cell -> name and function, of a closure."""


def referrers(things: Sequence[object], heap: Sequence[object], roots: Roots) -> list[tuple[Referrer, ...]]:
    """For each of the things, who refers to it, the first few; best effort: what C code holds is not seen.

    Args:
        things: Objects that the garbage collector tracks.
        heap: What the garbage collector tracks, listed before any list of our own was made.
        roots: The names, found before that list was made.

    >>> held = [object]
    >>> referrers([object], [held], find_roots())[0][0].path
    '[0]'
    """
    roots.cells.update(_captured(heap))
    steps = _climb(things, [thing for thing in heap if type(thing) not in _PASSED], roots)
    return [tuple(islice(_paths(thing, steps, roots), MOST_REFERRERS)) for thing in things]


def find_roots() -> Roots:
    """The names of running functions, of generators that wait, and of modules.

    To be asked before everything is listed: a list that holds the frames' own copies of their variables would keep
    them from being emptied.

    >>> "tensorlab.memory.living.referrers" in find_roots().modules.values()
    True
    """
    modules: dict[int, str] = {}
    for name, module in list(sys.modules.items()):
        if type(module) is ModuleType:
            modules.setdefault(id(vars(module)), name)  # the first name, where it has several
    named: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for frame in running():
        modules.setdefault(id(frame.f_globals), str(frame.f_globals.get("__name__", frame.f_code.co_filename)))
        _note_variables(frame, named)
    for waiting in [thing for thing in gc.get_objects() if type(thing) in _STOPPED and not _is_our_frame(thing)]:
        for frame in _frames(waiting):
            _note_variables(frame, named)
    return Roots(dict(named), modules, {})


def _is_our_frame(thing: object) -> bool:
    """A frame of ours that a variable of its own refers to would be a cycle, and keep all that it knows."""
    return type(thing) is FrameType and is_ours(thing)


def _frames(waiting: Any) -> list[FrameType]:  # noqa: ANN401 - a generator, a coroutine, a frame that a traceback keeps
    if type(waiting) is FrameType:
        return [waiting]
    found = [getattr(waiting, word, None) for word in _FRAMES]
    return [frame for frame in found if frame is not None]


def _note_variables(frame: FrameType, named: defaultdict[int, list[tuple[str, str]]]) -> None:
    for name, value in variables(frame):
        known = named[id(value)]
        found = (name, frame.f_code.co_qualname)
        if len(known) < MOST_REFERRERS and found not in known:
            known.append(found)


def _captured(heap: Iterable[object]) -> Iterator[tuple[int, tuple[str, str]]]:
    """The cells that functions have captured, with the name of each in its function."""
    for thing in heap:
        if type(thing) is FunctionType and thing.__closure__:
            for name, cell in zip(thing.__code__.co_freevars, thing.__closure__, strict=False):
                yield id(cell), (name, thing.__qualname__)


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
    elif issubclass(kind, _SEQUENCES):
        base = next(base for base in _SEQUENCES if issubclass(kind, base))
        for number, item in enumerate(list(base.__iter__(holder))):
            yield f"[{number}]", item
    elif kind is not CellType and not issubclass(kind, type):
        yield from attributes(holder) or ()
        yield from ((".__dict__", own) for own in own_dictionary(holder))


def _key(key: object) -> str:
    if type(key) in {str, int, float, bool, bytes, type(None)}:
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
