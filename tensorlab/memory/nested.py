"""Strided nested tensors: several tensors of different sizes over one buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.record import Layout
from tensorlab.memory.internals import nested_tables, without_dispatch
from tensorlab.memory.tensor_dtype import tensor_dtype
from tensorlab.memory.tensor_parts import MOST_PARTS

if TYPE_CHECKING:
    import torch


class Nested(NamedTuple):
    """What a nested tensor holds."""

    total: int
    layouts: tuple[Layout, ...]
    """Of the first ``MOST_PARTS``, over the buffer that all share."""


def nested_layouts(tensor: torch.Tensor) -> Nested:
    """The layouts of the tensors that a strided nested one holds, from its tables of sizes: no element is read.

    >>> import torch, warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     pair = torch.nested.nested_tensor([torch.zeros(2, 3), torch.zeros(4, 3)])
    >>> nested_layouts(pair).layouts[1]
    Layout(shape=(4, 3), strides=(12, 4), offset=24, itemsize=4)
    """
    itemsize = tensor_dtype(tensor).itemsize
    with without_dispatch():
        tables = nested_tables(tensor)
        count = int(tables[0].shape[0]) if tables[0].ndim else 0
        sizes, strides, offsets = (table[:MOST_PARTS].tolist() if count else [] for table in tables)
    rows = zip(sizes, strides, offsets, strict=True)
    return Nested(
        count,
        tuple(
            Layout(tuple(shape), tuple(step * itemsize for step in steps), first * itemsize, itemsize)
            for shape, steps, first in rows
        ),
    )
