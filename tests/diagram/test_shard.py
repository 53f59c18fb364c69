from __future__ import annotations

import pytest

from tensorlab.diagram.shard import placed, shard_words
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shard import Placement, Shard
from tensorlab.memory.record import MemoryMap, Storage

SHARD, COPY, SUM = Placement("shard", axis=0), Placement("replicate"), Placement("partial", reduction="sum")


def of_ranks(mesh: tuple[int, ...], *placements: Placement) -> Shard:
    return Shard((8, 3), mesh, (), placements, (0,) * len(mesh), (0, 0))


def whole(*parts: tuple[str, MemoryMap]) -> MemoryMap:
    return MemoryMap(
        type="DTensor",
        library="torch",
        shape=(8, 3),
        dtype=dtype("float32"),
        parts=parts,
        shard=of_ranks((4,), SHARD),
    )


def local(layout: Layout | None, shape: tuple[int | str, ...] = (2, 3)) -> tuple[str, MemoryMap]:
    storage = Storage(device="cpu", address=64, nbytes=24, owner="torch")
    kind = dtype("float32")
    return "local", MemoryMap(type="t", library="torch", shape=shape, dtype=kind, layout=layout, storage=storage)


def test_what_this_rank_holds() -> None:
    plain = Layout((2, 3), (12, 4), itemsize=4)
    assert shard_words(whole(local(plain))) == "local (2, 3) 24 B of global (8, 3) 96 B, Shard(0) over 4 ranks"
    assert shard_words(whole(local(None))).startswith("local (2, 3) 24 B of global")
    assert shard_words(whole(local(None, ("s0", 3)))).startswith("local ('s0', 3) of global")
    assert shard_words(whole()).startswith("no local tensor of global (8, 3) 96 B")


@pytest.mark.parametrize(
    ("shard", "words"),
    [
        (of_ranks((4,), COPY), "Replicate over 4 ranks"),
        (of_ranks((4,), SUM), "Partial(sum) over 4 ranks"),
        (of_ranks((1,), SHARD), "Shard(0) over 1 rank"),
        (of_ranks((2, 2), SHARD, COPY), "Shard(0), Replicate over 2x2 ranks"),
        (of_ranks((2, 1, 4), SHARD, SUM, COPY), "Shard(0), Partial(sum), Replicate over 2x1x4 ranks"),
    ],
)
def test_placements(shard: Shard, words: str) -> None:
    assert placed(shard) == words
