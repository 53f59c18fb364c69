"""From the memory of a tensor that is spread over ranks to the layouts of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.shard import Sharding

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import MemoryMap


def sharding_of(memory: MemoryMap) -> Sharding | None:
    """How the whole is spread; None for what is not, and where the library does not tell enough.

    What other ranks hold is dense in the order of this one's axes: torch tells the strides of the local tensor alone.
    """
    shard, kind = memory.shard, memory.dtype
    if shard is None or kind is None or len(shard.placements) != len(shard.mesh) or not shard.mesh:
        return None
    local = dict(memory.parts).get("local")
    layout = None if local is None else local.layout
    return Sharding(
        shape=shard.global_shape,
        itemsize=kind.itemsize,
        mesh=shard.mesh,
        placements=shard.placements,
        mesh_names=shard.mesh_names,
        orders=shard.orders,
        ranks=shard.ranks,
        axes=() if layout is None else _axes(layout),
        own=shard.rank,
    )


def _axes(layout: Layout) -> tuple[int, ...]:
    """From the slowest to the fastest; empty for C order, which ties and axes of one element do not break."""
    wide = [n for n, size in enumerate(layout.shape) if size > 1]
    sorted_wide = sorted(wide, key=lambda n: -abs(layout.strides[n]))
    if sorted_wide == wide:
        return ()
    turns = iter(sorted_wide)
    return tuple(next(turns) if size > 1 else n for n, size in enumerate(layout.shape))
