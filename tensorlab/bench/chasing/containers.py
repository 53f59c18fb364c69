"""The same work on lists, arrays of the standard library, NumPy arrays and tensors; all of float64."""

from __future__ import annotations

from array import array
from operator import mul
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from tensorlab.bench.chasing.record import Container, Operation

    Calls: TypeAlias = dict[Operation, Callable[[], object]]


def prepared(operation: Operation, container: Container, size: int) -> Callable[[], object]:
    """The call to be timed, on values of its own.

    Args:
        operation: A sum of two, the sum of all, or the product of two square matrices.
        container: What holds the values.
        size: Elements; of a product, rows.

    >>> [len(prepared("add", name, 3)()) for name in ("list", "array", "numpy", "torch")]
    [3, 3, 3, 3]
    """
    shape = (size, size) if operation == "matmul" else (size,)
    random = np.random.default_rng(size)
    one, other = random.random(shape), random.random(shape)
    if container in {"list", "array"}:
        return _python(operation, container, (one.ravel().tolist(), other.ravel().tolist()), size)
    if container == "numpy":
        arrays: Calls = {"add": lambda: one + other, "sum": one.sum, "matmul": lambda: one @ other}
        return arrays[operation]
    left, right = torch.from_numpy(one), torch.from_numpy(other)
    tensors: Calls = {"add": lambda: left + right, "sum": left.sum, "matmul": lambda: left @ right}
    return tensors[operation]


def _python(
    operation: Operation, container: Container, values: tuple[list[float], list[float]], size: int
) -> Callable[[], object]:
    def held(given: Sequence[float]) -> Sequence[float]:
        return array("d", given) if container == "array" else list(given)

    one, other = map(held, values)
    if operation == "sum":
        return lambda: sum(one)
    if operation == "add" and container == "list":
        return lambda: [x + y for x, y in zip(one, other)]  # noqa: B905 - as people write it
    if operation == "add":
        return lambda: array("d", [x + y for x, y in zip(one, other)])  # noqa: B905 - as people write it
    rows = [held(values[0][start : start + size]) for start in range(0, size * size, size)]
    columns = [held(values[1][start::size]) for start in range(size)]
    return lambda: [held([sum(map(mul, row, column)) for column in columns]) for row in rows]
