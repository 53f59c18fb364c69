"""Bugs on NumPy arrays: strides in bytes, negative ones, addresses, and orders of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.planted.record import Planted, array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def _memory(x: Array) -> NDArray[np.uint8]:
    """Every byte of the array's owner."""
    owner: Array = x
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return np.ndarray(owner.nbytes, np.uint8, owner)


def _start(x: Array) -> int:
    """The byte of the owner at which the first element starts."""
    return int(x.__array_interface__["data"][0] - _memory(x).__array_interface__["data"][0])


def _typed(x: Array, start: int) -> Array:
    """The owner's bytes from there on as whole elements."""
    rest = _memory(x)[start:]
    return rest[: rest.size // x.itemsize * x.itemsize].view(x.dtype)


def total_from_pointer(x: Array) -> Any:  # noqa: ANN401 - NumPy's own scalar
    """As many elements as there are, from the first one up."""
    return _typed(x, _start(x))[: x.size].sum()


def total(x: Array) -> Any:  # noqa: ANN401 - NumPy's own scalar
    return x.sum()


def doubled_by_size_of_stride(x: Array) -> Array:
    """Strides lose their signs."""
    strides = tuple(map(abs, x.strides))
    return 2 * np.ndarray(x.shape, x.dtype, _memory(x), _start(x), strides)


def doubled_by_whole_elements(x: Array) -> Array:
    """Strides are divided by the itemsize, and may have a remainder."""
    steps = [s // x.itemsize * x.itemsize for s in x.strides]
    return 2 * np.ndarray(x.shape, x.dtype, _memory(x), _start(x), steps)


def doubled_if_not_reversed(x: Array) -> Array:
    """Only a first axis that runs backwards is looked out for."""
    if x.ndim > 1 and x.strides[0] > 0 and abs(x.strides[-1]) == x.itemsize:
        strides = (*x.strides[:-1], x.itemsize)
        return 2 * np.ndarray(x.shape, x.dtype, _memory(x), _start(x), strides)
    return x * 2


def doubled_on_buffer(x: Array) -> Array:
    """np.frombuffer of the owner starts where the owner does."""
    if x.flags.c_contiguous and x.size:
        return 2 * _typed(x, 0)[: x.size].reshape(x.shape)
    return x * 2


def doubled(x: Array) -> Array:
    return x * 2


def ravelled_as_stored(x: Array) -> Array:
    """Order A is Fortran's where the array is in Fortran order."""
    return x.ravel(order="A").copy()


def flattened_in_order_k(x: Array) -> Array:
    """Order K is that of the addresses."""
    return x.flatten(order="K")


def flattened(x: Array) -> Array:
    return x.flatten()


def centred_in_place(x: Array) -> Array:
    """ascontiguousarray copies only where it has to."""
    y = np.ascontiguousarray(x)
    y -= 1
    return y.reshape(x.shape)


def centred(x: Array) -> Array:
    return x - 1


def cleared_by_ravel(x: Array) -> Array:
    """ravel copies where it has to, and the copy is cleared."""
    x.ravel()[...] = 0
    return x


def cleared(x: Array) -> Array:
    x[...] = 0
    return x


def copied_as_is(x: Array) -> Array:
    """asarray is no copy, and a copy keeps its order."""
    return np.array(x, copy=True, order="K")


def copied_in_c_order(x: Array) -> Array:
    return np.array(x, copy=True, order="C")


def dot_from_lowest(x: Array, y: Array) -> Any:  # noqa: ANN401 - NumPy's own scalar
    """BLAS wants the lowest address for a negative step; only the first vector gets it."""
    step = y.strides[0]
    if step < 0 and x.strides[0] > 0:
        y = np.ndarray(y.shape, y.dtype, _memory(y), _start(y) + (len(y) - 1) * step, (-step,))
    return (x * y).sum()


def dot(x: Array, y: Array) -> Any:  # noqa: ANN401 - NumPy's own scalar
    return (x * y).sum()


ANY = (array("..."),)
VECTORS = (array("n"), array("n"))
PLANTED = (
    Planted(total_from_pointer, total, ANY, ("pure",), "numpy"),
    Planted(doubled_by_size_of_stride, doubled, ANY, ("pure",), "numpy"),
    Planted(doubled_by_whole_elements, doubled, (array("n", kinds="float64|int32"),), ("pure",), "numpy"),
    Planted(doubled_if_not_reversed, doubled, (array("n", "m"),), ("pure",), "numpy"),
    Planted(doubled_on_buffer, doubled, ANY, ("pure",), "numpy"),
    Planted(ravelled_as_stored, flattened, ANY, ("pure",), "numpy"),
    Planted(flattened_in_order_k, flattened, ANY, ("fresh",), "numpy"),
    Planted(centred_in_place, centred, ANY, ("pure",), "numpy"),
    Planted(cleared_by_ravel, cleared, ANY, ("in-place",), "numpy"),
    Planted(copied_as_is, copied_in_c_order, ANY, ("contiguous-out",), "numpy"),
    Planted(dot_from_lowest, dot, VECTORS, ("pure",), "numpy"),
)
