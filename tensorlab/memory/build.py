"""The inverse of a map: an operand becomes a NumPy array with exactly its layout. Torch's twin is build_tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.errors import UnsupportedError
from tensorlab.layout.facts import broadcast_axes, coverage
from tensorlab.layout.shapes import canonical_strides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.layout.dtype import DType
    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import Operand

NUMBERS = frozenset({"bool", "int", "uint", "float", "complex"})
"""Kinds of dtype that a fill can be written in."""


def build_array(operand: Operand, *, seed: int = 0) -> NDArray[Any]:
    """The operand as an array: its shape, strides and offset over a fresh storage of exactly ``operand.nbytes`` bytes.

    The storage is a one-dimensional uint8 array, the result's ``base``; bytes that no element covers are zero. Where
    several indices share bytes, the last of them in C order is what was written.

    Args:
        operand: What to build.
        seed: Of a "random" fill, so that two operands of one workload differ.

    Raises:
        UnsupportedError: NumPy has no such dtype, or takes no such offset.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.memory.record import Operand
    >>> built = build_array(Operand(Layout((2, 3), (4, -8), offset=16, itemsize=4), dtype("int32"), nbytes=24))
    >>> built.tolist(), built.strides, built.base.view("int32").tolist()
    ([[0, 1, 2], [3, 4, 5]], (4, -8), [2, 5, 1, 4, 0, 3])
    """
    kind = numpy_dtype(operand.dtype)
    storage = np.zeros(operand.nbytes, np.uint8)
    layout = operand.layout
    try:
        built: NDArray[Any] = np.ndarray(layout.shape, kind, storage, layout.offset, layout.strides)
    except ValueError as error:
        raise UnsupportedError(f"NumPy takes no array of {layout} over {operand.nbytes} bytes: {error}") from error
    if operand.fill != "zeros":
        written = written_once(built, layout)
        values = fill_values(operand, seed).astype(kind, copy=False)
        if coverage(reduced(layout)) == "once":
            written[...] = values
        else:
            for index in np.ndindex(values.shape):
                written[index] = values[index]
    return built


def numpy_dtype(dtype: DType) -> np.dtype[Any]:
    """NumPy's dtype for one of ours.

    Raises:
        UnsupportedError: NumPy has none.

    >>> from tensorlab.layout.dtype import dtype
    >>> numpy_dtype(dtype("float16"))
    dtype('float16')
    >>> numpy_dtype(dtype("bfloat16"))
    Traceback (most recent call last):
    tensorlab.errors.UnsupportedError: NumPy has no dtype bfloat16
    hint: torch has it: build a tensor
    """
    try:
        found = np.dtype(dtype.name) if dtype.kind in NUMBERS and not dtype.fields else None
    except TypeError:
        found = None
    if found is None or found.itemsize != dtype.itemsize:
        raise UnsupportedError(f"NumPy has no dtype {dtype.name}", hint="torch has it: build a tensor")
    return found.newbyteorder("S") if dtype.swapped else found


def fill_values(operand: Operand, seed: int = 0) -> NDArray[Any]:
    """What to write: one value for each index, but a single one along axes that repeat (the last index there).

    "index" counts in int64, "shuffled" in an order that is drawn. "random" is uniform in [-1, 1) and representable in
    float32, except for dtypes of 64 bits or more; integers get -100 to 99 (unsigned ones 0 to 199), booleans the sign.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.memory.record import Operand
    >>> fill_values(Operand(Layout((2, 3), (0, 4), itemsize=4), dtype("int32"), nbytes=12)).tolist()
    [[3, 4, 5]]
    """
    shape = operand.layout.shape
    repeated = broadcast_axes(operand.layout)
    kept = tuple(1 if axis in repeated else n for axis, n in enumerate(shape))
    if operand.fill == "zeros":
        return np.zeros(kept, np.int64)
    if operand.fill == "random":
        return _random(kept, operand.dtype, seed)
    if operand.fill == "shuffled":
        return np.random.default_rng(seed).permutation(np.prod(kept, dtype=np.int64)).reshape(kept)
    values = np.zeros((1,) * len(shape), np.int64)
    for axis, (n, step) in enumerate(zip(shape, canonical_strides(shape), strict=True)):
        along = np.arange(n - 1 if axis in repeated else 0, n, dtype=np.int64)
        values = values + (along * step).reshape(tuple(-1 if a == axis else 1 for a in range(len(shape))))
    return values


def _random(shape: tuple[int, ...], dtype: DType, seed: int) -> NDArray[Any]:
    generator = np.random.default_rng(seed)
    parts = 2 if dtype.kind == "complex" else 1
    precision: Any = np.float64 if dtype.itemsize // parts >= 8 else np.float32
    values = generator.random(shape, precision) * 2 - 1
    if dtype.kind == "complex":
        return np.asarray(values + 1j * (generator.random(shape, precision) * 2 - 1))
    if dtype.kind in {"int", "uint"}:
        return np.asarray(np.floor(values * 100 + (100 if dtype.kind == "uint" else 0)), np.int64)
    return np.asarray(values > 0 if dtype.kind == "bool" else values)


def reduced(layout: Layout) -> Layout:
    """The layout with a single index along axes that repeat, since one write reaches them all.

    >>> from tensorlab.layout.record import Layout
    >>> reduced(Layout((5, 3), (0, 4), itemsize=4)).shape
    (1, 3)
    """
    repeated = broadcast_axes(layout)
    shape = tuple(1 if axis in repeated else n for axis, n in enumerate(layout.shape))
    return type(layout)(shape, layout.strides, layout.offset, layout.itemsize)


def written_once(built: Any, layout: Layout) -> Any:  # noqa: ANN401 - an array or a tensor: both slice alike
    """The last index along each axis that repeats: what has to be written of an array or a tensor."""
    repeated = broadcast_axes(layout)
    return built[(*(slice(-1, None) if a in repeated else slice(None) for a in range(len(layout.shape))), ...)]
