"""What arguments hold: elements that can be told apart, and poison in every byte that belongs to none."""

from __future__ import annotations

from functools import cache
from math import prod
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.memory.build import numpy_dtype
from tensorlab.memory.build_tensor import torch_dtype

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.layout.dtype import DType

Poison: TypeAlias = Literal["nan", "huge"] | int
"""What stands in the bytes of no element: NaN, which no sum survives, in turn with large numbers of both signs, which
change when they are written, as NaN does not; or those alone. Where the dtype has no NaN, both are large odd numbers;
a number stands for itself, such as an index that would do."""
_HUGE = {1: 201, 2: 54_321, 4: 987_654_321, 8: 987_654_321_987}
"""Odd, larger than any index of a test, and yet no sum of a few of them overflows in int64."""


@cache
def poison_bytes(kind: DType, poison: Poison = "nan") -> bytes:
    """Elements of poison, to be repeated.

    >>> from tensorlab.layout.dtype import dtype
    >>> poison_bytes(dtype("int16")).hex(), poison_bytes(dtype("bool")).hex()
    ('31d4', '01')
    >>> np.frombuffer(poison_bytes(dtype("float32")), np.float32).tolist()
    [nan, 30000.5, -30000.5]
    """
    if isinstance(poison, int):
        return np.array(poison, np.int64).astype(numpy_dtype(kind)).tobytes()
    if kind.kind == "bool":
        return b"\x01"
    if kind.kind in {"int", "uint"}:
        return _HUGE[kind.itemsize].to_bytes(kind.itemsize, "big" if kind.swapped else "little")
    numbers = [30_000.5, -30_000.5] if poison == "huge" else [float("nan"), 30_000.5, -30_000.5]
    values = np.array([complex(number, number) for number in numbers] if kind.kind == "complex" else numbers)
    try:
        return values.astype(numpy_dtype(kind)).tobytes()
    except UnsupportedError:
        return bytes(torch.from_numpy(values).to(torch_dtype(kind)).view(torch.uint8).tolist())


_BITS = np.array([int(digit) for digit in "110100111010001011001000010111101001101100011010"], np.bool_)
"""Booleans in no regular order: true and false stand where no permutation of few axes maps them to themselves."""


def fill(  # noqa: PLR0913 - what elements are made of
    shape: tuple[int, ...],
    kind: DType,
    *,
    low: int | None = None,
    high: int | None = None,
    pattern: Literal["ramp", "signed", "few"] = "ramp",
    position: int = 0,
) -> NDArray[Any]:
    """The elements that an argument is given: whole numbers, all different where the dtype and the range allow it.

    Args:
        shape: Of the array.
        kind: The dtype that it will be converted to: what it cannot hold wraps around.
        low: The smallest value; 0 where only ``high`` is given.
        high: One past the largest value.
        pattern: In C order 1, 2, 3, ...; with alternating signs; or few distinct ones.
        position: Of an argument among others: the second counts 3, 5, 7, ..., the third 5, 8, 11, ....

    >>> from tensorlab.layout.dtype import dtype
    >>> fill((2, 3), dtype("float32")).tolist(), fill((4,), dtype("int64"), high=3).tolist()
    ([[1, 2, 3], [4, 5, 6]], [1, 2, 0, 1])
    >>> fill((3,), dtype("complex64"), pattern="signed").tolist()
    [(1+1.5j), (-2-1.5j), (3+3.5j)]
    """
    counted = np.arange(1, 1 + prod(shape), dtype=np.int64).reshape(shape)
    odd = counted % 2 == 1
    if kind.kind == "bool":
        turn = {"ramp": -1, "signed": 6, "few": 13}[pattern] + 5 * position
        return np.asarray(_BITS[(counted + turn) % len(_BITS)])
    if low is not None or high is not None:
        begin = 0 if low is None else low
        end = begin + 1000 if high is None else high
        return begin + counted * _stride_of(end - begin) % max(1, end - begin)
    counted = counted * (position + 1) + position
    if pattern == "few":
        counted = counted * counted % 5
    elif pattern == "signed" and kind.kind != "uint":
        counted = np.where(odd, counted, -counted)
    values = _wrapped(counted, kind)
    if kind.kind == "complex":
        return np.asarray(values + 1j * (values + 0.5))
    return values


def _stride_of(span: int) -> int:
    """A step that meets every value of the range before it meets one again, and that is not the order of the axes."""
    return next((step for step in (7, 5, 3) if span > step + 1 and span % step), 1)


def _wrapped(counted: NDArray[np.int64], kind: DType) -> NDArray[np.int64]:
    """What an integer of few bits can hold: 1 to 127 or 255, and again."""
    if kind.kind in {"int", "uint"} and kind.itemsize == 1:
        most = 127 if kind.kind == "int" else 255
        return np.asarray(np.sign(counted) * ((np.abs(counted) - 1) % most + 1))
    return counted
