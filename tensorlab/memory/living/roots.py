"""The names of a process: variables of running functions, of what waits, of modules, of closures."""

from __future__ import annotations

import sys
from collections import defaultdict
from types import AsyncGeneratorType, CoroutineType, FrameType, FunctionType, GeneratorType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.memory.living.frames import is_ours, running, variables
from tensorlab.memory.living.heap import tracked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_REFERRERS = 4
"""Of one tensor."""
_WAITING = (GeneratorType, CoroutineType, AsyncGeneratorType)
STOPPED = frozenset(map(id, (*_WAITING, FrameType)))
"""Identities of types: a class may refuse to be hashed."""
_FRAMES = ("gi_frame", "cr_frame", "ag_frame")


class Roots(NamedTuple):
    """What names refer to."""

    variables: dict[int, list[tuple[str, str]]]
    """Identity of a value -> names and their functions, the innermost first."""
    modules: dict[int, str]
    """Identity of a dictionary of globals -> name of the module."""
    cells: dict[int, tuple[str, str]]
    """Identity of a cell -> name and function, of a closure."""


def find_roots() -> Roots:
    """The names of running functions, of generators that wait, and of modules.

    To be asked before everything is listed: a list that holds the frames' own copies of their variables would keep
    them from being emptied.

    >>> "tensorlab.memory.living.roots" in find_roots().modules.values()
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
    for waiting in [thing for thing in tracked() if id(type(thing)) in STOPPED and not _is_our_frame(thing)]:
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


def captured(heap: Iterable[object]) -> Iterator[tuple[int, tuple[str, str]]]:
    """The cells that functions have captured, with the name of each in its function.

    >>> list(captured([len]))
    []
    """
    for thing in heap:
        if type(thing) is FunctionType and thing.__closure__:
            for name, cell in zip(thing.__code__.co_freevars, thing.__closure__, strict=False):
                yield id(cell), (name, thing.__qualname__)
