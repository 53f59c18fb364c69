"""Memory that strides go through, and views of it for NumPy and torch: the same bytes, so the same pages, for both."""

from __future__ import annotations

import mmap
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import torch

from tensorlab.layout.record import Layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tensorlab.bench.striding.record import Operation

    Array: TypeAlias = NDArray[Any]

LIBRARIES = ("torch", "numpy")
ASKEW = 2**22
"""Elements that are not aligned, at most."""
LEAST = 2**17
"""Elements that a timed call goes over at least; of a small view several times, so that it is found in cache."""


class Ground(NamedTuple):
    """Two blocks of memory of one size, one to read and one to write."""

    source: Array
    target: Array
    askew: Array
    """One that begins a byte late, so that no element is aligned; smaller."""


def laid(nbytes: int) -> Ground:
    """Blocks of ordinary pages, touched and full of ones.

    The system would back some of NumPy's memory, and none of torch's, with huge pages: then the two would not be
    compared on the same ground, and nobody would know how many pages there are.

    >>> ground = laid(2**16)
    >>> ground.source.sum() == ground.source.size == 2**14
    True
    """
    count = min(nbytes // 8, ASKEW)
    askew = np.frombuffer(mmap.mmap(-1, 4 * count + 4), np.float32, count, offset=1)
    askew[:] = 1
    return Ground(_block(nbytes), _block(nbytes), askew)


def _block(nbytes: int) -> Array:
    memory = mmap.mmap(-1, nbytes)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        memory.madvise(mmap.MADV_NOHUGEPAGE)
    array = np.frombuffer(memory, dtype=np.float32)
    array[:] = 1
    return array


def address(array: Array) -> int:
    """Of the first element."""
    return int(array.__array_interface__["data"][0])


def layout(array: Array) -> Layout:
    """Of an array, from its first element on.

    >>> layout(np.zeros((2, 3), np.float32).T)
    Layout(shape=(3, 2), strides=(4, 12), offset=0, itemsize=4)
    """
    low = sum(min(0, s * (n - 1)) for s, n in zip(array.strides, array.shape, strict=True) if n)
    return Layout(tuple(array.shape), tuple(array.strides), offset=-low, itemsize=array.itemsize)


def kernel(library: str, operation: Operation, source: Array, target: Array) -> Callable[[], object]:
    """A call that sums the source, or copies it into the target.

    >>> target = np.zeros(3, np.float32)
    >>> _ = kernel("torch", "copy", np.ones(3, np.float32), target)()
    >>> target.tolist()
    [1.0, 1.0, 1.0]
    """
    if library == "torch":
        given = torch.from_numpy(source)
        return given.sum if operation == "sum" else partial(torch.from_numpy(target).copy_, given)
    return source.sum if operation == "sum" else partial(np.copyto, target, source)


def gathering(library: str, source: Array, index: Array, target: Array) -> Callable[[], object]:
    """A call that collects elements of the source by their numbers.

    >>> target = np.zeros(2, np.float32)
    >>> _ = gathering("torch", np.arange(4, dtype=np.float32), np.array([3, 1]), target)()
    >>> target.tolist()
    [3.0, 1.0]
    """
    if library == "torch":
        numbers = torch.from_numpy(index)
        return partial(torch.index_select, torch.from_numpy(source), 0, numbers, out=torch.from_numpy(target))
    return partial(np.take, source, index, out=target, mode="clip")  # other modes buffer what they write


def in_turn(calls: list[Callable[[], object]]) -> Callable[[], object]:
    """All of them, one after another.

    >>> found = []
    >>> in_turn([partial(found.append, 1), partial(found.append, 2)])()
    >>> found
    [1, 2]
    """

    def run() -> None:
        for call in calls:
            call()

    return run


def again(call: Callable[[], object], times: int) -> Callable[[], object]:
    """The same call several times.

    >>> found = []
    >>> again(partial(found.append, 1), 3)()
    >>> found
    [1, 1, 1]
    """
    if times == 1:
        return call

    def run() -> None:
        for _ in repeat(None, times):
            call()

    return run
