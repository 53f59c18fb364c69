"""A tensor spread over several ranks, in one line: what this rank holds, of how much, placed how."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tensorlab.layout.shapes import nbytes, numel
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from tensorlab.layout.shard import Shard
    from tensorlab.memory.record import MemoryMap


def shard_words(memory: MemoryMap) -> str:
    """What this rank holds of the global tensor; the local one is the component of that name.

    A size that the library does not tell is left out.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.layout.shard import Placement, Shard
    >>> from tensorlab.memory.record import MemoryMap
    >>> local = Layout((2, 3), (12, 4), itemsize=4)
    >>> part = MemoryMap(type="torch.Tensor", library="torch", shape=(2, 3), dtype=dtype("float32"), layout=local)
    >>> shard = Shard((8, 3), (4,), (), (Placement("shard", axis=0),), (0,), (0, 0))
    >>> whole = MemoryMap(
    ...     type="DTensor", library="torch", shape=(8, 3), dtype=dtype("float32"), parts=(("local", part),), shard=shard
    ... )
    >>> shard_words(whole)
    'local (2, 3) 24 B of global (8, 3) 96 B, Shard(0) over 4 ranks'
    """
    shard = memory.shard
    assert shard is not None, "the caller asked for one"
    local = dict(memory.parts).get("local")
    here = "no local tensor" if local is None else f"local {_sized(local)}"
    size = "" if memory.dtype is None else f" {Quantity(numel(shard.global_shape) * memory.dtype.itemsize, 'B')}"
    return f"{here} of global {shard.global_shape}{size}, {placed(shard)}"


def placed(shard: Shard) -> str:
    """The placements, and over how many ranks: those along each axis of the mesh where it has several.

    >>> from tensorlab.layout.shard import Placement, Shard
    >>> both = (Placement("shard", axis=0), Placement("replicate"))
    >>> placed(Shard((8, 3), (2, 2), ("dp", "tp"), both, (0, 1), (0, 0)))
    'Shard(0), Replicate over 2x2 ranks'
    >>> placed(Shard((8,), (1,), (), (Placement("partial", reduction="sum"),), (0,), (0,)))
    'Partial(sum) over 1 rank'
    """
    ranks = "x".join(map(str, shard.mesh))
    words = ", ".join(map(str, shard.placements))
    return f"{words} over {ranks} {'rank' if prod(shard.mesh) == 1 else 'ranks'}"


def _sized(local: MemoryMap) -> str:
    if local.layout is not None:
        return f"{local.shape} {Quantity(nbytes(local.layout), 'B')}"
    if local.sizes is None or local.dtype is None:
        return f"{local.shape}"
    return f"{local.shape} {Quantity(numel(local.sizes) * local.dtype.itemsize, 'B')}"
