"""The variables of running functions, read without keeping anything alive."""

from __future__ import annotations

import ctypes
import inspect
import sys
from types import CellType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

_OURS = "tensorlab."
_INNER, _CODE, _BACK, _VALUES = 24, 32, 40, 72
"""Where CPython 3.11 keeps, in a frame, the address of the inner frame; in that its code, its frame, its variables."""


class Variable(NamedTuple):
    """A name in a running function or a module."""

    kind: str
    """"local" or "global"."""
    name: str
    place: str


def running() -> list[FrameType]:
    """Every frame of every thread, but those of this package.

    None of our own frames stays in a variable of its own: such a cycle would keep alive all that is looked at.

    >>> any(frame.f_globals["__name__"].startswith("tensorlab.") for frame in running())
    False
    """
    return [frame for top in sys._current_frames().values() for frame in _chain(top)]  # noqa: SLF001 - public in 2.5


def _chain(frame: FrameType | None) -> list[FrameType]:
    found = []
    while frame is not None:
        found += [] if is_ours(frame) else [frame]
        frame = frame.f_back
    return found


def is_ours(frame: FrameType) -> bool:
    """Whether a frame runs code of this package.

    >>> is_ours(inspect.currentframe())
    True
    """
    return str(frame.f_globals.get("__name__", "")).startswith(_OURS)


def variables(frame: FrameType) -> list[tuple[str, object]]:
    """The variables of a function's frame that have a value; none for a module's, whose names are globals.

    Read one by one, since asking a frame for ``f_locals`` leaves a copy with it before Python 3.13, which keeps every
    value alive until the function ends and is the very dictionary that ``locals()`` gave to the program. Python 3.11
    cannot read one variable: there the frame's own memory is read, for what runs in this thread; for other threads and
    for generators the copy is asked for and emptied, unless somebody else holds it or a debugger may write it back.

    >>> def function(): x = 3; return variables(inspect.currentframe())
    >>> function()
    [('x', 3)]
    """
    if not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        return []
    if _get_variable is not None:
        return list(_one_by_one(frame))
    slots = _slots(frame) if _runs_here(frame) else None
    return _copied(frame) if slots is None else slots


def _names(code: CodeType) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars)))


def _one_by_one(frame: FrameType) -> Iterator[tuple[str, object]]:
    assert _get_variable is not None
    for name in _names(frame.f_code):
        try:
            yield name, _get_variable(frame, name)
        except NameError:
            continue  # it has no value yet, or no more


def _runs_here(frame: FrameType) -> bool:
    """Whether it is below the frame that asks, so that it cannot end before it is read."""
    here: FrameType | None = sys._getframe()  # noqa: SLF001 - its name since Python 2.1
    while here is not None and here is not frame:
        here = here.f_back
    return here is frame


def _slots(frame: FrameType) -> list[tuple[str, object]] | None:
    """What the frame's memory holds, in CPython 3.11; None where it is not laid out as it should be."""
    if sys.implementation.name != "cpython" or sys.version_info[:2] != (3, 11) or object.__basicsize__ != 16:
        return None
    inner = ctypes.c_void_p.from_address(id(frame) + _INNER).value
    if inner is None or ctypes.c_void_p.from_address(inner + _CODE).value != id(frame.f_code):
        return None
    if ctypes.c_void_p.from_address(inner + _BACK).value != id(frame):
        return None
    found = []
    captured = {*frame.f_code.co_cellvars, *frame.f_code.co_freevars}
    for number, name in enumerate(_names(frame.f_code)):
        value = _value(inner + _VALUES + 8 * number, captured=name in captured)
        found += [(name, value[0])] if value else []
    return found


def _value(address: int, *, captured: bool) -> tuple[()] | tuple[object]:
    """The object that is pointed to there, or what its cell holds; nothing where there is none."""
    if ctypes.c_void_p.from_address(address).value is None:
        return ()
    value: Any = ctypes.py_object.from_address(address).value
    if not captured or type(value) is not CellType:
        return (value,)
    try:
        return (value.cell_contents,)
    except ValueError:
        return ()


def _copied(frame: FrameType) -> list[tuple[str, object]]:
    copy = frame.f_locals
    found = list(copy.items())
    if sys.getrefcount(copy) <= _REFERENCES and frame.f_trace is None and sys.gettrace() is None:
        copy.clear()
    return found


def _references() -> int:
    """References to a fresh copy: the frame's own, a variable's, the argument's."""

    def function() -> int:
        x = 0
        copy = inspect.currentframe().f_locals  # type: ignore[union-attr]  # CPython has frames
        return sys.getrefcount(copy) - x

    return function()


def _reader() -> Callable[[object, object], object] | None:
    """CPython's function for one variable of a frame, since 3.12."""
    api = ctypes.pythonapi if sys.implementation.name == "cpython" else None
    function = getattr(api, "PyFrame_GetVar", None)
    if function is not None:
        function.argtypes, function.restype = [ctypes.py_object, ctypes.py_object], ctypes.py_object
    return function


_REFERENCES = _references()
_get_variable = _reader()
