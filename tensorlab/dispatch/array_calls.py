"""Calls on NumPy arrays as a user's code makes them: seen by arrays that hand each on to the plain one inside."""

from __future__ import annotations

import operator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tensorlab.dispatch.recorder import Written
from tensorlab.dispatch.writing import call_text, index_text, method_text, word_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tensorlab.dispatch.recorder import Recorder

_ATTRIBUTES = frozenset({"T", "mT", "real", "imag"})
"""That are arrays."""
_OWN = frozenset({"plain_array", "calls_recorder"})
AUGMENTED = {
    "iadd": "+", "isub": "-", "imul": "*", "itruediv": "/", "ifloordiv": "//", "imod": "%", "ipow": "**",
    "imatmul": "@", "iand": "&", "ior": "|", "ixor": "^", "ilshift": "<<", "irshift": ">>",
}  # fmt: skip
"""What writes ``+=`` and the like, by the names of its functions in Python's ``operator``."""
_UFUNC_OPERATORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//", "remainder": "%", "power": "**",
    "matmul": "@", "equal": "==", "not_equal": "!=", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=", "bitwise_and": "&", "bitwise_or": "|", "bitwise_xor": "^",
}  # fmt: skip


class WatchedArray(np.ndarray[Any, Any]):
    """An array that tells a recorder of each call on it; ``tracked`` makes one."""

    plain_array: Any
    calls_recorder: Recorder | None

    def __array_finalize__(self, other: object) -> None:
        """One that NumPy makes of another by itself is told of nothing."""
        self.plain_array = None
        self.calls_recorder = None

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - NumPy's own signature
        """Arithmetic and comparisons."""
        recorder = _recorder_of([*inputs, kwargs.get("out")])
        if isinstance(kwargs.get("out"), tuple) and len(kwargs["out"]) == 1:
            kwargs["out"] = kwargs["out"][0]
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        name = ufunc.__name__ if method == "__call__" else method
        if recorder is None:
            return function(*plain_in(inputs), **plain_in(kwargs))
        args, keywords = plain_in(inputs), plain_in(kwargs)
        text = _ufunc_text(ufunc.__name__, method, args, keywords, recorder)
        result = recorder.call(Written(name, text), function, args, keywords)
        return tracked(result, recorder)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401 - NumPy's own signature
        """Functions of NumPy."""
        recorder = _recorder_of([*args, *kwargs.values()])
        args, kwargs = plain_in(tuple(args)), plain_in(dict(kwargs))
        if recorder is None:
            return func(*args, **kwargs)
        owner = str(getattr(func, "__module__", "numpy")).replace("numpy", "np", 1)
        text = call_text("np" if "._" in owner else owner, func.__name__, words_of(args, kwargs, recorder.name_of))
        return tracked(recorder.call(Written(func.__name__, text), func, args, kwargs), recorder)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - NumPy's own signature
        """Square brackets that read."""
        return _on_plain(self, "getitem", lambda array, where: array[where], (index,))

    def __iter__(self) -> Any:  # noqa: ANN401 - NumPy's own signature
        """One row after the other, as square brackets give them."""
        return (self[n] for n in range(len(self)))

    def __setitem__(self, index: Any, value: Any) -> None:  # noqa: ANN401 - NumPy's own signature
        """Square brackets that write."""
        _on_plain(self, "setitem", _assign, (index, value))

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 - NumPy's own signature
        """A shape, a dtype or strides that are set are set of the plain array too."""
        if name not in _OWN and self.plain_array is not None:
            _on_plain(self, name, lambda array, given: setattr(array, name, given), (value,), how="set")
            value = plain_in(value)
        if name not in _ATTRIBUTES and name not in {"flat", "imag"}:
            super().__setattr__(name, value)


def _augmented(name: str) -> Callable[..., Any]:
    def method(self: WatchedArray, other: Any) -> Any:  # noqa: ANN401 - NumPy's own signature
        _on_plain(self, name, getattr(operator, name), (other,))
        return self

    method.__name__ = f"__{name}__"
    return method


for _name in AUGMENTED:
    setattr(WatchedArray, f"__{_name}__", _augmented(_name))


def _method(name: str) -> Callable[..., Any]:
    def method(self: WatchedArray, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - NumPy's own signature
        return _on_plain(self, name, lambda array, *a, **k: getattr(array, name)(*a, **k), args, kwargs)

    method.__name__ = name
    return method


def _attribute(name: str) -> property:
    return property(lambda self: _on_plain(self, name, lambda array: getattr(array, name), (), how="get"))


for _name in dir(np.ndarray):
    if _name in _ATTRIBUTES:
        setattr(WatchedArray, _name, _attribute(_name))
    elif not _name.startswith("_") and callable(getattr(np.ndarray, _name)):
        setattr(WatchedArray, _name, _method(_name))


@contextmanager
def converting(recorder: Recorder) -> Iterator[None]:
    """A block in which NumPy's functions that make an array of anything are recorded where they are called as ``np.``.

    >>> from tensorlab.dispatch.recorder import Recorder
    >>> recorder = Recorder()
    >>> with converting(recorder):
    ...     made = np.ascontiguousarray(tracked(np.zeros((2, 3)), recorder).T)
    >>> print(recorder.explanation().steps[1])
    COPY: the elements are asked for in another order
    """
    before = {
        name: getattr(np, name) for name in ("array", "asanyarray", "asarray", "ascontiguousarray", "asfortranarray")
    }
    try:
        for name, function in before.items():
            setattr(np, name, _recorded(name, function, recorder))
        yield
    finally:
        for name, function in before.items():
            setattr(np, name, function)


def _recorded(name: str, function: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - NumPy's own signature
        if not args or not isinstance(args[0], WatchedArray) or args[0].calls_recorder is not recorder:
            return function(*args, **kwargs)
        args, kwargs = plain_in(args), plain_in(kwargs)
        text = call_text("np", name, words_of(args, kwargs, recorder.name_of))
        return tracked(recorder.call(Written(name, text), function, args, kwargs), recorder)

    return call


def tracked(thing: Any, recorder: Recorder) -> Any:  # noqa: ANN401 - what is no array is given back
    """The array, or those of a list or tuple, as ones that tell the recorder of each call.

    >>> from tensorlab.dispatch.recorder import Recorder
    >>> recorder = Recorder()
    >>> made = tracked(np.arange(6), recorder).reshape(2, 3).T.reshape(6)
    >>> print(recorder.explanation().steps[2])
    COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6 elements
    """
    if is_followed(thing):
        made = np.ndarray.view(thing, WatchedArray)
        object.__setattr__(made, "plain_array", thing)
        object.__setattr__(made, "calls_recorder", recorder)
        return made
    if type(thing) in {list, tuple}:
        return type(thing)(tracked(item, recorder) for item in thing)
    return thing


def is_followed(array: object) -> bool:
    """Whether calls on it can be seen: not those on a scalar of NumPy's, nor on a subclass, which has its own ways.

    >>> is_followed(np.zeros(2)), is_followed(np.ma.array([1]))
    (True, False)
    """
    return type(array) is np.ndarray


def plain_in(value: Any) -> Any:  # noqa: ANN401 - anything
    """The same with the plain arrays inside.

    >>> plain_in([1, (2,)])
    [1, (2,)]
    """
    if isinstance(value, WatchedArray):
        return np.ndarray.view(value, np.ndarray) if value.plain_array is None else value.plain_array
    if type(value) in {list, tuple}:
        return type(value)(plain_in(item) for item in value)
    if type(value) is dict:
        return {key: plain_in(item) for key, item in value.items()}
    if isinstance(value, slice):
        return slice(plain_in(value.start), plain_in(value.stop), plain_in(value.step))
    return value


def _on_plain(  # noqa: PLR0913 - what a call is made of
    array: WatchedArray,
    name: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] | None = None,
    *,
    how: Literal["call", "get", "set"] = "call",
) -> Any:  # noqa: ANN401 - whatever the call gives
    """A call on the plain array, told to the recorder where there is one."""
    recorder, plain = array.calls_recorder, plain_in(array)
    args, keywords = plain_in(tuple(args)), plain_in(dict(kwargs or {}))
    if recorder is None:
        return function(plain, *args, **keywords)
    receiver = "" if recorder.is_last(plain) else word_of(plain, recorder.name_of)
    if how != "call" or name in AUGMENTED:
        text = _attribute_text(
            word_of(plain, recorder.name_of) if name in AUGMENTED else receiver,
            name,
            how,
            words_of(args, {}, recorder.name_of),
        )
    elif name in {"getitem", "setitem"}:
        words = (index_text(args[0], recorder.name_of), *(word_of(v, recorder.name_of) for v in args[1:]))
        text = method_text(receiver, name, words)
    else:
        text = method_text(receiver, name, words_of(args, keywords, recorder.name_of))
    return tracked(recorder.call(Written(name, text), function, (plain, *args), keywords), recorder)


def _attribute_text(receiver: str, name: str, how: str, words: tuple[str, ...]) -> str:
    """An attribute that is read or set, or an augmented assignment."""
    if name in AUGMENTED:
        return f"{receiver} {AUGMENTED[name]}= {words[0]}"
    return f"{receiver}.{name} = {words[0]}" if how == "set" else f"{receiver}.{name}"


def _assign(array: Any, index: Any, value: Any) -> None:  # noqa: ANN401 - any array, index and value
    array[index] = value


def _recorder_of(values: list[Any]) -> Recorder | None:
    for value in values:
        if isinstance(value, WatchedArray) and value.calls_recorder is not None:
            return value.calls_recorder
        found = _recorder_of(list(value)) if isinstance(value, list | tuple) else None
        if found is not None:
            return found
    return None


def _ufunc_text(name: str, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], recorder: Recorder) -> str:
    sign, words = _UFUNC_OPERATORS.get(name), [word_of(value, recorder.name_of) for value in args]
    if method != "__call__":
        return call_text(f"np.{name}", method, words_of(args, kwargs, recorder.name_of))
    if sign is not None and len(words) == 2 and not kwargs:
        return f"{words[0]} {sign} {words[1]}"
    return call_text("np", name, words_of(args, kwargs, recorder.name_of))
