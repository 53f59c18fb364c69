"""Tensors over several ranks, in a process with a process group that only pretends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from support.probe import run_python

from tensorlab.memory.dtensor import spread

if TYPE_CHECKING:
    import pytest

SETUP = """
import sys
import torch
from tensorlab.memory.registry import describe
describe(torch.zeros(3)), describe(torch.nn.Parameter(torch.zeros(3)))
assert "torch.distributed.tensor" not in sys.modules
import itertools
import torch.distributed
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.tensor import DTensor, Partial, Replicate, Shard, distribute_tensor
from torch.distributed.tensor._utils import compute_local_shape_and_global_offset as oracle
from torch.distributed.tensor.placement_types import _StridedShard
from torch.testing._internal.distributed.fake_pg import FakeStore

def start(ranks, rank):
    torch.distributed.init_process_group("fake", rank=rank, world_size=ranks, store=FakeStore())

def piece(shape, mesh, placements):
    held, _ = oracle(shape, mesh, placements)
    options = {"run_check": False, "shape": torch.Size(shape), "stride": (shape[1], 1)}
    return DTensor.from_local(torch.zeros(held), mesh, placements, **options)
"""
AGREE = """
from torch.distributed.tensor._utils import _compute_local_shape_and_global_offset as at_place
from tensorlab.layout.ranks import rank_layout, rank_layouts, totals
from tensorlab.memory.sharded import sharding_of

def assert_every_rank(memory, shape, sizes, placements):
    sharding = sharding_of(memory)
    all_ranks = list(rank_layouts(sharding))
    for one in all_ranks:
        assert (one.shape, one.start) == at_place(shape, sizes, list(one.place), placements), (placements, one)
        assert one.strides == tuple(4 * n for n in torch.empty(one.shape, device="meta").stride()), one
        assert one == rank_layout(sharding, one.place)
    held = [one.nbytes for one in all_ranks]
    sums = totals(sharding)
    assert (sums.ranks, sums.nbytes, sums.least, sums.most) == (len(held), sum(held), min(held), max(held))
    assert sums.empty == held.count(0) and sums.whole == 4 * shape[0] * shape[1]
    assert sums.nbytes == sums.whole * sums.copies * sums.terms

kinds = [Shard(0), Shard(1), Replicate(), Partial(), Partial("avg"), _StridedShard(0, split_factor=2)]
for rank in (0, 5):
    start(8, rank)
    count = 0
    for sizes in [(8,), (2, 4), (2, 2, 2)]:
        mesh = init_device_mesh("cpu", sizes, mesh_dim_names=tuple("abc"[: len(sizes)]))
        for placements in itertools.product(kinds, repeat=len(sizes)):
            for shape in [(8, 3), (7, 5), (3, 1), (0, 4), (13, 9)]:
                held, offset = oracle(shape, mesh, placements)
                memory = describe(piece(shape, mesh, placements))
                shard = memory.shard
                assert (shard.start, dict(memory.parts)["local"].shape) == (offset, held), (placements, shape, shard)
                assert (shard.global_shape, shard.mesh, shard.mesh_names) == (shape, sizes, mesh.mesh_dim_names)
                assert shard.rank == tuple(mesh.get_coordinate())
                assert (memory.layout, memory.storage) == (None, None)
                assert_every_rank(memory, shape, sizes, placements)
                count += 1
    print(count)
    torch.distributed.destroy_process_group()
"""
SHOWN = """
import tensorlab
from torch.distributed.tensor._dtensor_spec import DTensorSpec, ShardOrderEntry, TensorMeta
start(4, 2)
mesh = init_device_mesh("cpu", (4,))
for kind in (Shard(0), Replicate(), Partial(), Partial("avg")):
    print(next(line for line in str(tensorlab.show(piece((8, 3), mesh, [kind]))).splitlines() if "global" in line))
tensor = distribute_tensor(torch.arange(24.0).view(8, 3), mesh, [Shard(0)])
memory = describe(torch.nn.Parameter(tensor))
print(memory.type, *sorted(memory.traits), memory.shard.start, [doubt.code for doubt in memory.doubts])
print(dict(memory.parts)["local"].storage.address == tensor.to_local().data_ptr())
strided = describe(piece((8, 3), mesh, [_StridedShard(0, split_factor=2)]))
print(strided.shard.placements[0], strided.shard.start, strided.doubts[1].text)

others = DeviceMesh("cpu", [0, 1])
memory = describe(DTensor.from_local(torch.zeros(0), others, [Shard(0)], run_check=False, shape=(4,), stride=(1,)))
print(memory.shard.rank, memory.shard.start, memory.doubts[1].text)

square = init_device_mesh("cpu", (2, 2))
meta = TensorMeta(torch.Size((8,)), (1,), torch.float32)
for axes in [(0, 1), (1, 0)]:
    order = (ShardOrderEntry(tensor_dim=0, mesh_dims=axes),)
    spec = DTensorSpec(square, (Shard(0), Shard(0)), tensor_meta=meta, shard_order=order)
    print(describe(DTensor(torch.zeros(2), spec, requires_grad=False)).shard.start)
"""


INTERLEAVED = "the local piece is 2 runs along axis 0 of the whole (a strided shard): it starts with the first"


def run(code: str) -> list[str]:
    ran = run_python(SETUP + code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout.splitlines()


def test_the_place_of_a_piece_is_what_torch_computes() -> None:
    """Uneven pieces and several on one axis among them, on the first rank and another."""
    assert run(AGREE) == ["1290", "1290"]


def test_a_piece_is_shown_beside_the_whole() -> None:
    assert run(SHOWN) == [
        "local (2, 3) 24 B of global (8, 3) 96 B, Shard(0) over 4 ranks",
        "local (8, 3) 96 B of global (8, 3) 96 B, Replicate over 4 ranks",
        "local (8, 3) 96 B of global (8, 3) 96 B, Partial(sum) over 4 ranks",
        "local (8, 3) 96 B of global (8, 3) 96 B, Partial(avg) over 4 ranks",
        "torch.distributed.tensor.DTensor requires_grad (4, 0) ['wrapper']",
        "True",
        f"_StridedShard(0, sf=2) (2, 0) {INTERLEAVED}",
        "() () this process is no part of the mesh: it holds no piece",
        "(4,)",  # the first axis of the mesh halves first: place (1, 0) gets 4 and 5
        "(2,)",  # the last axis does: it gets 2 and 3
    ]


def test_a_mesh_that_does_not_tell_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.memory.dtensor.distribution", lambda _: object())
    found = spread(torch.zeros(3), (3,))
    assert found.shard is None
    assert found.doubts[0].text.startswith("torch does not tell the place in the mesh: 'object' object has no")


def test_any_other_tensor_has_no_place() -> None:
    assert spread(torch.zeros(3), (3,)) == (None, ())


MANY = """
import time
import tensorlab
start(1024, 77)
mesh = init_device_mesh("cpu", (32, 32), mesh_dim_names=("dp", "tp"))
strided = _StridedShard(0, split_factor=32)
for placements in [(Shard(0), Shard(1)), (strided, Shard(0)), (Partial(), Shard(1)), (Replicate(), Shard(0))]:
    tensor = piece((4100, 4096), mesh, placements)
    assert_every_rank(describe(tensor), (4100, 4096), (32, 32), placements)
    begun = time.process_time()
    lines = str(tensorlab.show(tensor)).splitlines()
    assert time.process_time() - begun < 5
    assert max(map(len, lines)) <= 80
    print(*next(line for line in lines if "here: " in line and line.split()[0] == "77").split())
"""


def test_the_ranks_of_a_large_group_that_never_started_are_what_torch_computes() -> None:
    assert run(AGREE.split("kinds =", maxsplit=1)[0] + MANY) == [
        "77 2,13 129,128 128,1 258,1664 66,048 B here: part 3/32, part 14/32",
        "77 2,13 5,4096 4096,1 1687,0 81,920 B here: part 3/32, part 14/32",
        "77 2,13 4100,128 128,1 0,1664 2,099,200 B here: term 3/32, part 14/32",
        "77 2,13 129,4096 4096,1 1677,0 2,113,536 B here: copy 3/32, part 14/32",
    ]
