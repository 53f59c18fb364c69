"""Tensors that torch makes of the Python numbers that stand in the code."""

from __future__ import annotations

from itertools import repeat
from operator import is_
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

NARROW = {
    wide: torch.zeros((), dtype=narrow)
    for wide, narrow in (
        (torch.float64, torch.float32),
        (torch.int64, torch.int8),
        (torch.complex128, torch.complex64),
    )
}
"""Dtypes in which torch makes a tensor of a number, and a tensor of a smaller one of the same kind."""


def is_number(tensor: torch.Tensor) -> bool:
    """Whether torch made the tensor of a Python number: such a one gives way to the dtype of others.

    >>> node = (torch.ones(3, requires_grad=True) / 2.0).grad_fn
    >>> is_number(node._raw_saved_other.data), is_number(torch.tensor(2.0, dtype=torch.float64))
    (True, False)

    Of True and False it cannot be told.
    """
    narrow = NARROW.get(tensor.dtype)
    return narrow is not None and not tensor.shape and torch.result_type(tensor, narrow) is narrow.dtype


def are_numbers(tensors: Sequence[torch.Tensor]) -> list[bool]:
    """The same of many of one dtype, one of those that numbers have, and none with a shape.

    >>> are_numbers([torch.tensor(2.0, dtype=torch.float64)])
    [False]
    """
    narrow = NARROW[tensors[0].dtype]
    return list(map(is_, map(torch.result_type, tensors, repeat(narrow)), repeat(narrow.dtype)))
