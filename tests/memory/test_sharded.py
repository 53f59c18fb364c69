from __future__ import annotations

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shard import Placement, Shard
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.sharded import sharding_of

SHARD = Shard((8, 3), (4,), ("dp",), (Placement("shard", axis=0),), (2,), (4, 0))


def spread(layout: Layout | None, shard: Shard | None = SHARD) -> MemoryMap:
    kind = dtype("float32")
    local = MemoryMap(type="torch.Tensor", library="torch", shape=(2, 3), dtype=kind, layout=layout)
    parts = (("local", local),)
    return MemoryMap(type="DTensor", library="torch", shape=(8, 3), dtype=kind, parts=parts, shard=shard)


def test_the_whole_is_told_with_this_process_in_it() -> None:
    found = sharding_of(spread(Layout((2, 3), (12, 4), itemsize=4)))
    assert found is not None
    assert (found.shape, found.itemsize, found.mesh, found.mesh_names) == ((8, 3), 4, (4,), ("dp",))
    assert (found.own, found.axes) == ((2,), ())


def test_axes_are_ordered_as_the_local_tensors() -> None:
    found = sharding_of(spread(Layout((2, 3), (4, 8), itemsize=4)))
    assert found is not None
    assert found.axes == (1, 0)


def test_an_axis_of_one_element_orders_nothing() -> None:
    found = sharding_of(spread(Layout((2, 1), (4, 8), itemsize=4)))
    assert found is not None
    assert found.axes == ()


def test_what_is_not_spread_has_none() -> None:
    assert sharding_of(spread(None, shard=None)) is None
    found = sharding_of(spread(None))
    assert found is not None
    assert found.axes == ()
