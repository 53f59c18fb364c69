"""One judge for all generators: whether a call breaks what the function promises.

A call is held against the same call on copies in C order. The whole storages are compared byte by byte, so that writes
into gaps are seen whatever drew the arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.layout.record import Answer
from tensorlab.memory.sharing.answers import shares

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tensorlab.testing.record import Contract

Thing = torch.Tensor | np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """An argument, with its storage as it was before the call."""

    thing: Thing
    memory: NDArray[np.uint8]
    before: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    """The bytes of its elements."""
    values: NDArray[Any]


class NotJudgedError(Exception):
    """The function refuses these arguments in C order too, or only in another layout."""


def broken(function: Callable[..., Any], contract: Sequence[Contract], arguments: Sequence[Thing]) -> str | None:
    """The promise that this call breaks, in a word; None where it keeps them.

    Raises:
        NotJudgedError: The function raised, and did not promise to refuse nothing.
    """
    plain = [in_c_order(x) for x in arguments]
    try:
        usual = _called(function, contract, plain)
    except Exception as error:
        raise NotJudgedError(str(error)) from error
    if usual.broken:
        return usual.broken
    try:
        found = _called(function, contract, list(arguments))
    except Exception as error:
        if "total" in contract:
            return "REFUSED"
        raise NotJudgedError(str(error)) from error
    return found.broken or (None if _same(found.values, usual.values) else "SILENT-WRONG")


def in_c_order(x: Thing) -> Thing:
    """A copy that shares nothing and has neither gaps nor bits."""
    if isinstance(x, np.ndarray):
        return np.array(x, order="C", copy=True)
    return x.resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)


@dataclass(frozen=True, slots=True)
class _Outcome:
    broken: str | None
    values: tuple[Any, ...]


def _called(function: Callable[..., Any], contract: Sequence[Contract], arguments: Sequence[Thing]) -> _Outcome:
    watched = [_watch(x) for x in arguments]
    with torch.no_grad() if "in-place" in contract else torch.enable_grad():
        result = function(*arguments)
    return _Outcome(
        _written(watched, contract) or _shared(result, watched, contract) or _lies(result, contract),
        (_plain_values(result), *([_in_memory(watched[0])] if "in-place" in contract else [])),
    )


def _written(watched: Sequence[Watched], contract: Sequence[Contract]) -> str | None:
    for one in watched:
        changed = one.memory != one.before
        if "in-place" in contract and watched[0].memory.ctypes.data == one.memory.ctypes.data:
            changed &= ~watched[0].inside
        if changed.any():
            return "STRAY-WRITE" if (changed & ~one.inside).any() else "MUTATED"
    return None


def _shared(result: object, watched: Sequence[Watched], contract: Sequence[Contract]) -> str | None:
    if not isinstance(result, torch.Tensor | np.ndarray) or not {"fresh", "view"} & set(contract) or 0 in result.shape:
        return None
    meets = any(shares(result, one.thing).answer is Answer.YES for one in watched)
    return "ALIAS" if meets != ("view" in contract) else None


def _lies(result: object, contract: Sequence[Contract]) -> str | None:
    if "contiguous-out" not in contract:
        return None
    if isinstance(result, np.ndarray):
        return None if result.flags.c_contiguous else "SILENT-WRONG"
    return None if not isinstance(result, torch.Tensor) or result.is_contiguous() else "SILENT-WRONG"


def memory_of(x: Thing) -> NDArray[np.uint8]:
    """Every byte of the storage."""
    if isinstance(x, torch.Tensor):
        return np.asarray(torch.empty(0, dtype=torch.uint8).set_(x.untyped_storage()).numpy())
    owner: np.ndarray[Any, Any] = x
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return np.ndarray(owner.nbytes, np.uint8, owner)


def _watch(x: Thing) -> Watched:
    memory = memory_of(x)
    inside = np.zeros(memory.size, np.bool_)
    if 0 not in x.shape:
        _elements(inside, x)[...] = True
    return Watched(x, memory, memory.copy(), inside, _plain_values(x))


def _elements(memory: NDArray[Any], x: Thing) -> NDArray[Any]:
    """The bytes of each element of ``x`` among those of its storage."""
    if isinstance(x, torch.Tensor):
        size = x.element_size()
        strides, start = tuple(size * s for s in x.stride()), size * int(x.storage_offset())
    else:
        size, strides = x.itemsize, x.strides
        start = int(x.__array_interface__["data"][0] - memory_of(x).ctypes.data)
    shape = (*x.shape, size)
    return np.lib.stride_tricks.as_strided(memory[start:], shape, (*strides, 1))


def _in_memory(one: Watched) -> NDArray[Any]:
    """The argument's elements read from the storage that it had, in case it was given another."""
    if isinstance(one.thing, np.ndarray):
        return np.array(one.thing)
    held = memory_of(one.thing).ctypes.data == one.memory.ctypes.data
    return _plain_values(one.thing) if held or 0 in one.thing.shape else one.values


def _plain_values(x: object) -> Any:  # noqa: ANN401 - an array, or what the function gave
    if isinstance(x, torch.Tensor):
        copied = in_c_order(x.detach())
        assert isinstance(copied, torch.Tensor)
        return copied.numpy()
    if isinstance(x, np.ndarray):
        return np.array(x, order="C", copy=True)
    return x


def _same(found: Sequence[Any], usual: Sequence[Any]) -> bool:
    return all(_equal(one, other) for one, other in zip(found, usual, strict=True))


def _equal(one: Any, other: Any) -> bool:  # noqa: ANN401 - what two calls gave
    first, second = np.asarray(one), np.asarray(other)
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    return np.array_equal(first, second, equal_nan=first.dtype.kind in "fc")
