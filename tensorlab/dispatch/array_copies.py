"""Copies of NumPy arrays that lie as the originals do, for a run that may write them."""

from __future__ import annotations

from typing import Any

import numpy as np


def read_only(array: Any) -> Any:  # noqa: ANN401 - an array of any dtype
    """The array itself, that cannot be written by this name.

    >>> read_only(np.zeros(3)).flags.writeable
    False
    """
    made = array.view()
    made.flags.writeable = False
    return made


def copied(array: Any, blocks: dict[int, Any], most: int) -> Any:  # noqa: ANN401 - an array, or a scalar of NumPy's
    """An array like it over a copy of the bytes that own its elements; arrays of one owner stay together.

    None where those are more than ``most``.

    One whose owner is no array of bytes that can be copied as they are (a mapped file) is copied alone.

    >>> x = np.arange(6).reshape(2, 3)
    >>> made = copied(x[:, ::-1], {}, 1000)
    >>> made.tolist(), made.strides, np.shares_memory(made, x)
    ([[2, 1, 0], [5, 4, 3]], (24, -8), False)
    """
    if isinstance(array, np.generic):
        return array
    owner = array
    while type(owner.base) is np.ndarray:
        owner = owner.base
    start = owner.__array_interface__["data"][0]
    distance = array.__array_interface__["data"][0] - start
    is_plain = owner.flags.c_contiguous or owner.flags.f_contiguous
    if max(owner.nbytes, array.nbytes if not is_plain else 0) > most:
        return None
    if type(array) is not np.ndarray or array.dtype.hasobject or not is_plain or not owner.nbytes:
        return array.copy(order="K")
    if start not in blocks:
        blocks[start] = np.frombuffer(bytearray(owner.tobytes(order="A")), np.uint8)
    made: Any = np.ndarray(array.shape, array.dtype, blocks[start], distance, array.strides)
    made.flags.writeable = array.flags.writeable
    return made
