"""Functions of a user's own, as libraries of one workload each: what they are given, and what they give, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from inspect import Parameter, signature
from numbers import Number
from operator import call
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.bench.record import Catalogue, Workload
from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Operand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from tensorlab.layout.dtype import DType

KIND = "float64"
"""What is asked for: the functions make what they like."""
UNTOLD = 1e-5
"""Tolerance where none is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkload:
    """A function that somebody wants timed, and how it is called and checked."""

    name: str
    function: Callable[..., object]
    backend: str = "own"
    """The word in the table's first column: who computes."""
    inputs: Callable[[int], object] | None = None
    """Size to the function's arguments, made outside of the timed region."""
    reference: Callable[..., object] | None = None
    """The same arguments to the result that is right."""
    tolerance: float = UNTOLD
    """Largest error, relative to the largest value of what is right."""
    sizes: tuple[int, ...] = ()


def own_catalogue(functions: tuple[OwnWorkload, ...]) -> tuple[Catalogue, dict[str, Backend]]:
    """Functions of one name are one workload; where no reference is given, the first of them is what is right.

    >>> catalogue, libraries = own_catalogue((OwnWorkload(name="nothing", function=lambda: None),))
    >>> [workload.name for workload in catalogue.workloads], list(libraries)
    (['nothing'], ['own'])
    """
    named: dict[str, list[OwnWorkload]] = {}
    for one in functions:
        named.setdefault(one.name, []).append(one)
    numbers = {name: number for number, name in enumerate(named)}
    libraries: dict[str, dict[int, OwnWorkload]] = {}
    for one in functions:
        libraries.setdefault(one.backend, {})[numbers[one.name]] = one
    return (
        Catalogue(
            tuple(_workload(number, tuple(ones)) for number, ones in enumerate(named.values())),
            {(one.backend, one.name): always(call) for one in functions},
        ),
        {name: _backend(name, table) for name, table in libraries.items()},
    )


def takes_size(function: Callable[..., object]) -> bool:
    """Whether a function has a parameter that must be given.

    >>> takes_size(lambda size: None), takes_size(lambda: None), takes_size(lambda n=3: None)
    (True, False, False)
    """
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):  # some that are written in C say nothing
        return False
    return any(one.default is Parameter.empty and one.kind in _PLACED for one in parameters)


_PLACED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def _workload(number: int, ones: tuple[OwnWorkload, ...]) -> Workload:
    first = ones[0]
    sized = first.inputs is not None or takes_size(first.function)
    reference = first.reference or (first.function if len(ones) > 1 and first.inputs is not None else None)
    sizes = first.sizes or ((1_000, 1_000_000) if sized else (1,))
    return Workload(
        name=first.name,
        group="own",
        unit="size" if sized else "calls",
        operands=partial(_operand, number),
        writes=always(0),
        flops=always(0),
        parameters=always(0),
        tolerance={KIND: first.tolerance},
        sizes={"quick": sizes, "full": sizes},
        expected=partial(_expected, reference),
    )


def _operand(number: int, size: int, kind: DType) -> tuple[Operand, ...]:  # noqa: ARG001 - Workload.operands
    """No bytes: the first axis is the size, the offset the number of the workload."""
    return (Operand(Layout((size, 0), (0, 1), offset=number, itemsize=1), dtype("uint8"), number, "zeros"),)


def _expected(reference: Callable[..., object] | None, arguments: tuple[object, ...]) -> object:
    (placed,) = arguments
    assert isinstance(placed, partial)
    answer = None if reference is None else reference(*placed.args)
    if not _comparable(answer):
        told = f"what is right is an object of {type(answer).__name__}, which cannot be compared"
        raise UnsupportedError(told, hint="give back numbers, arrays, text, or lists and dicts of them")
    return answer


def _placed(table: Mapping[int, OwnWorkload], operand: Operand, device: str, seed: int) -> object:  # noqa: ARG001 - Backend.place
    """The call that is timed, with its arguments, which are made here."""
    (size, _), one = operand.layout.shape, table[operand.layout.offset]
    if one.inputs is not None:
        given = one.inputs(size)
        return partial(one.function, *(given if isinstance(given, tuple) else (given,)))
    if not takes_size(one.function):
        return partial(one.function)
    made = one.function(size)
    return partial(made) if callable(made) else partial(one.function, size)


def values(result: object) -> NDArray[Any]:
    """What can be compared of a result: numbers, one after another if they form no rectangle; text as its own mark.

    Lists, tuples, dicts and sets hold both; of any other object there is nothing to compare.

    >>> values([1.0, 2.0]).tolist(), values(None).tolist(), values((np.ones(1), 2)).tolist()
    ([1.0, 2.0], [], [1.0, 2.0])
    >>> np.array_equal(values("ab"), values("ba"), equal_nan=True), values([[1], [2, 3]]).tolist()
    (False, [1.0, 2.0, 3.0])
    """
    for kinds, take in _TAKEN.items():
        if isinstance(result, kinds):
            return take(result)
    return _of_array(result)


def _of_array(result: object) -> NDArray[Any]:
    host: Any = result.detach().cpu() if hasattr(result, "detach") else result
    host = host.double() if getattr(host, "is_floating_point", bool)() else host
    array = np.zeros(0) if host is None else np.asarray(host)
    if array.dtype.kind in "biufc":
        return array.astype(np.float64) if array.dtype.kind == "f" else array
    if isinstance(result, Number) or (isinstance(host, np.ndarray) and array.dtype.kind != "O"):
        return _mark(repr(array.tolist()))
    return _joined(array.ravel().tolist()) if isinstance(host, np.ndarray) else np.zeros(0)


def _of_list(result: Sequence[object]) -> NDArray[Any]:
    """Of numbers all at once; otherwise of each."""
    if isinstance(result[0] if result else 0, (int, float, complex, list, tuple)):
        try:
            array = np.asarray(result)
        except ValueError:  # of several lengths
            return _joined(result)
        if array.dtype.kind in "biufc":
            return array.astype(np.float64) if array.dtype.kind == "f" else array
    if result and all(isinstance(item, (str, bytes)) for item in result):
        return _mark(repr(result))
    return _joined(result)


def _of_dict(result: Mapping[object, object]) -> NDArray[Any]:
    return _joined([part for key, item in sorted(result.items(), key=_told) for part in (_told(key), item)])


def _joined(parts: Iterable[object]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0), *(_part(one).ravel() for one in parts)])


def _part(item: object) -> NDArray[Any]:
    """Nothing in a list is something: the others would take its place."""
    return _mark("None") if item is None else values(item)


def _told(item: object) -> str:
    return repr(item)


def _mark(text: str | bytes | bytearray) -> NDArray[Any]:
    """So many zeros and NaNs: those of another text differ by infinitely much, whatever the tolerance."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    bits = np.unpackbits(np.frombuffer(blake2b(data, digest_size=16).digest(), np.uint8))
    return np.where(bits == 1, np.nan, 0.0)


_TAKEN: Mapping[Any, Callable[[Any], NDArray[Any]]] = {
    partial: lambda call_: _joined(call_.args),
    dict: _of_dict,
    (set, frozenset): lambda items: _joined(sorted(map(_told, items))),
    (str, bytes, bytearray): _mark,
    (list, tuple): _of_list,
}
"""Types of results, and what there is to compare of each; all others are arrays or hold nothing."""


def _comparable(answer: object) -> bool:
    """Whether there is anything in a result by which a wrong one could be told."""
    if isinstance(answer, (list, tuple, set, frozenset)):
        return all(map(_comparable, answer))
    if isinstance(answer, dict):
        return all(map(_comparable, answer.values()))
    known = answer is None or isinstance(answer, (str, bytes, bytearray)) or hasattr(answer, "detach")
    return known or isinstance(answer, Number) or hasattr(answer, "__array__") or hasattr(answer, "__len__")


def _backend(name: str, table: Mapping[int, OwnWorkload]) -> Backend:
    return Backend(
        name=name,
        devices=always(("cpu",)),
        kinds=("cpu",),
        missing=always(""),
        computes=always(dtype(KIND)),
        lacks=always(""),
        place=partial(_placed, table),
        adopt=lambda array: array,
        values=values,
        synchronize=always(None),
        free=lambda device: free_memory(),  # noqa: ARG005 - the signature of Backend.free
        box=0,
        pace=always(0.0),
        implementations={},
        quick=frozenset({"own"}),
    )
