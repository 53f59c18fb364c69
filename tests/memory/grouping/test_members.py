from __future__ import annotations

import numpy as np
import torch

from tensorlab.layout.record import Layout
from tensorlab.memory.grouping.members import members
from tensorlab.memory.record import MemoryMap, Storage
from tensorlab.memory.registry import describe

HELD = Storage(device="cpu", address=64, nbytes=8, owner="torch")


def packed(layout: Layout | None) -> MemoryMap:
    inner = MemoryMap(type="T", library="torch", shape=(8,), dtype=None, layout=Layout((8,), (1,)), storage=HELD)
    other = MemoryMap(
        type="T",
        library="torch",
        shape=(8,),
        dtype=None,
        storage=Storage(device="cpu", address=128, nbytes=8, owner=""),
    )
    return MemoryMap(
        type="P",
        library="torch",
        shape=(8,),
        dtype=None,
        layout=layout,
        storage=HELD,
        parts=(("in", inner), ("out", other)),
    )


def test_a_storage_is_told_once_by_the_map_with_strides() -> None:
    assert [name for name, _ in members("v", packed(None))] == ["v.in", "v.out"]
    assert [name for name, _ in members("v", packed(Layout((8,), (1,))))] == ["v", "v.out"]


def test_components_of_what_has_no_bytes_of_its_own() -> None:
    assert {name for name, _ in members("s", describe(torch.eye(3).to_sparse()))} == {"s.indices", "s.values"}
    assert members("s", describe(np.float32(3))) == []
