"""What takes the place of a user's values while a function is explained, so that explaining changes none of them."""

from __future__ import annotations

import gc
import inspect
from copy import deepcopy
from functools import partial
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, MethodWrapperType, ModuleType
from typing import TYPE_CHECKING, Any

from tensorlab.diagram.several import names
from tensorlab.dispatch.operands import map_of
from tensorlab.dispatch.recorder import MOST_BYTES
from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.naming import FOREIGN, reason, short_name, type_name
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.dispatch.recorder import Recorder
    from tensorlab.memory.record import MemoryMap

_MOST_VALUES = 100_000
"""That are looked through for arrays."""
_SHARED = (type, ModuleType, FunctionType, BuiltinFunctionType, str, int, float, complex, type(None), type(Ellipsis))
"""What is not copied, and holds nothing that is."""
_TABLES = frozenset({"_parameters", "_buffers", "_modules"})
"""In which torch's modules keep what they name."""


def stand_ins(
    function: Callable[..., object], things: tuple[object, ...], recorder: Recorder
) -> tuple[Callable[..., object], list[Any]]:
    """What is run, and on what: copies of everything that is given, its arrays told to the recorder by their names.

    What the function itself holds is copied too: the object whose method it is, a module, and values with arrays in its
    closure, its defaults, and the globals that it names.

    Raises:
        UnsupportedError: Something that is given cannot be copied.

    >>> from tensorlab.dispatch.recorder import Recorder
    >>> stand_ins(len, ([1, 2],), Recorder())[1]
    [[1, 2]]
    """
    copies = Copies(recorder)
    made = [copies.of(thing, name) for name, thing in zip(_parameters(function), things, strict=False)]
    return _own(function, copies), made


def _parameters(function: Callable[..., object]) -> Iterator[str]:
    """The names of the parameters, then letters."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        found = {}.values()
    plain = [p.name for p in found if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    yield from plain
    rest = [p.name for p in found if p.kind is p.VAR_POSITIONAL]
    yield from (f"{rest[0]}[{n}]" if rest else word for n, word in enumerate(names()))


class Copies:
    """Copies of values, one of each: what lies in one storage or is held twice stays together.

    >>> from tensorlab.dispatch.recorder import Recorder
    >>> held = [1]
    >>> first, second = Copies(Recorder()).of((held, {"again": held}), "x")
    >>> first is second["again"], first is held
    (True, False)
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._memo: dict[int, Any] = {}
        self._blocks: tuple[dict[int, Any], dict[int, Any]] = ({}, {})

    def of(self, thing: object, name: str, *, given: bool = True) -> Any:  # noqa: ANN401 - a copy of whatever it is
        """A copy; ``given`` are arrays that are drawn from the start, the others are told where a call reads them.

        Raises:
            UnsupportedError: It cannot be copied.
        """
        try:
            for word, array, memory, is_near in _arrays(thing, name):
                if id(array) not in self._memo:
                    self._memo[id(array)] = self._array(array, word, memory)
                self._recorder.give(_watched(self._memo[id(array)]), word, drawn=given and is_near)
            return deepcopy(thing, self._memo)
        except TensorlabError:
            raise
        except FOREIGN as error:
            raise UnsupportedError(
                f"{name} is not copied: {short_name(error)}: {reason(error)}",
                hint="explain changes nothing that it is given: make it inside the function",
            ) from error

    def held(self, thing: object, name: str) -> Any:  # noqa: ANN401 - a copy of whatever it is
        """A copy of what a function holds beside its arguments; the thing itself where there is no array in it."""
        try:
            if next(_arrays(thing, name), None) is None:
                return thing
            return self.of(thing, name, given=False)
        except (TensorlabError, *FOREIGN):
            self._recorder.doubt(f"{name}, which the function holds, is not copied: what is written there stays")
            return thing

    def _array(self, array: Any, name: str, memory: MemoryMap) -> object:  # noqa: ANN401 - any array
        """An array like it, over a copy of its storage."""
        if memory.library == "torch":
            return self._tensor(array, name)
        if memory.library == "numpy":
            return self._numpy(array, name)
        return _buffer(array) if type(array) is memoryview else deepcopy(array, self._memo)

    def _tensor(self, tensor: Any, name: str) -> object:  # noqa: ANN401 - any tensor
        from tensorlab.dispatch.tensor_calls import stand_in

        made, is_whole = stand_in(tensor, self._blocks[0])
        if not is_whole:
            self._recorder.empty = True
            words = f"{name} is more than {Quantity(MOST_BYTES, 'B')}: it stands without elements (meta device)"
            self._recorder.doubt(words)
        gradient = tensor.grad if tensor.is_leaf else None
        if gradient is not None:
            made.grad = self.of(gradient, f"{name}.grad", given=False)
        return made

    def _numpy(self, array: Any, name: str) -> object:  # noqa: ANN401 - any array
        from tensorlab.dispatch.array_calls import is_followed, tracked
        from tensorlab.dispatch.array_copies import copied, read_only

        made = deepcopy(array, self._memo) if array.dtype.hasobject else copied(array, self._blocks[1], MOST_BYTES)
        if made is None:
            made = read_only(array)
            self._recorder.doubt(f"{name} is more than {Quantity(MOST_BYTES, 'B')}: it is not copied, only read")
        if not is_followed(made):
            self._recorder.doubt(f"{name} is a {type_name(array)}: calls on it are not followed")
        return tracked(made, self._recorder)


def _arrays(thing: object, name: str) -> Iterator[tuple[str, object, MemoryMap, bool]]:
    """The arrays in a value with their names, and whether they lie in plain lists, tuples and dicts alone.

    Raises:
        UnsupportedError: There are too many values to look through.
    """
    seen: dict[int, object] = {}
    waiting: list[tuple[str, object, bool]] = [(name, thing, True)]
    while waiting:
        word, value, is_near = waiting.pop(0)
        if id(value) in seen or isinstance(value, _SHARED):
            continue
        seen[id(value)] = value
        memory = map_of(value)
        if memory is not None:
            yield word, value, memory, is_near
        elif len(seen) > _MOST_VALUES:
            raise UnsupportedError(
                f"{name} holds more than {_MOST_VALUES:,} values", hint="give the arrays that the function uses"
            )
        else:
            is_near = is_near and type(value) in {list, tuple, dict}
            waiting += [(inner, item, is_near) for inner, item in _inside(word, value)]


def _watched(made: Any) -> object:  # noqa: ANN401 - any array
    """What calls are recorded on: of an array that tells of its calls, the plain one inside."""
    return getattr(made, "plain_array", made)


def _inside(name: str, value: object) -> Iterator[tuple[str, object]]:
    """What a value holds, by the names that it would be reached by; of an object in C, what it refers to."""
    if isinstance(value, list | tuple):
        yield from ((f"{name}[{n}]", item) for n, item in enumerate(value))
    elif isinstance(value, dict):
        table, dot, last = name.rpartition(".")
        is_table = bool(dot) and last in _TABLES
        yield from ((f"{table}.{key}" if is_table else f"{name}[{key!r}]", item) for key, item in value.items())
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict):
        yield from ((f"{name}.{key}", item) for key, item in own.items())
    if not isinstance(value, list | tuple | dict):
        yield from ((f"{name}[..]", item) for item in gc.get_referents(value) if item is not own)


def _buffer(view: memoryview) -> memoryview:
    """A copy of a memoryview, as writable as it was.

    Raises:
        UnsupportedError: It has gaps.
    """
    if not view.c_contiguous:
        raise UnsupportedError("a memoryview with gaps is not copied", hint="give np.asarray of it")
    held = view.tobytes() if view.readonly else bytearray(view.tobytes())
    flat = memoryview(held).cast("B")
    return flat.cast(view.format, view.shape) if view.nbytes else flat  # type: ignore[call-overload]  # any format


def _own(function: Any, copies: Copies) -> Any:  # noqa: ANN401 - anything that can be called
    """The function over copies of what it holds; itself where it holds nothing, or what it holds cannot be copied."""
    if isinstance(function, FunctionType):
        return _over_copies(function, copies)
    if isinstance(function, BuiltinFunctionType | MethodWrapperType | MethodType):
        holder = getattr(function, "__self__", None)
        return function if isinstance(holder, _SHARED) else getattr(copies.held(holder, "self"), function.__name__)
    return copies.held(function, "self")


def _over_copies(function: FunctionType, copies: Copies) -> FunctionType:
    """A function of Python over copies of the values with arrays in its closure, its defaults and its globals."""
    code, scope = function.__code__, function.__globals__
    closure = tuple(map(partial(_cell, copies), code.co_freevars, function.__closure__ or ()))
    named = {name: scope[name] for name in _global_names(code) if name in scope}
    made = {name: copies.held(value, name) for name, value in named.items()}
    changed = {name: value for name, value in made.items() if value is not named[name]}
    own = FunctionType(code, {**scope, **changed} if changed else scope, function.__name__, None, closure)
    own.__defaults__ = copies.held(function.__defaults__, "default")
    own.__kwdefaults__ = copies.held(function.__kwdefaults__, "default")
    return own


def _cell(copies: Copies, name: str, cell: CellType) -> CellType:
    try:
        value = cell.cell_contents
    except ValueError:  # nothing is in it yet
        return cell
    made = copies.held(value, name)
    return cell if made is value else CellType(made)


def _global_names(code: CodeType) -> set[str]:
    """What a function, and those that are made in it, may take from its globals."""
    inner = (_global_names(value) for value in code.co_consts if isinstance(value, CodeType))
    return set(code.co_names).union(*inner)
