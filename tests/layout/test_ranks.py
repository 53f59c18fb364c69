"""Every rank's piece from integers; torch's own arithmetic is the oracle in tests/memory/test_dtensor.py."""

from __future__ import annotations

from itertools import product

import pytest

from tensorlab.errors import LayoutError
from tensorlab.layout.ranks import dealt, rank_layout, rank_layouts, totals
from tensorlab.layout.shard import Placement, Sharding

KINDS = (
    Placement("shard", 0),
    Placement("shard", 1),
    Placement("shard", 0, rounds=2),
    Placement("replicate"),
    Placement("partial", reduction="sum"),
)
MESHES = ((1,), (3,), (2, 2), (3, 2), (2, 1, 3))


def shardings() -> list[Sharding]:
    return [
        Sharding(shape=shape, itemsize=2, mesh=mesh, placements=placements)
        for mesh in MESHES
        for placements in product(KINDS, repeat=len(mesh))
        for shape in ((7, 5), (0, 4), (12, 1))
    ]


def test_each_element_lies_on_as_many_ranks_as_copies_and_terms() -> None:
    for one in shardings():
        sums = totals(one)
        found: dict[tuple[int, ...], int] = {}
        for held in rank_layouts(one):
            rows = [[n for run in runs for n in run] for runs in held.rows]
            assert tuple(map(len, rows)) == held.shape
            for index in product(*rows):
                found[index] = found.get(index, 0) + 1
        assert found == dict.fromkeys(product(*map(range, one.shape)), sums.copies * sums.terms)


def test_totals_are_those_of_the_ranks() -> None:
    for one in shardings():
        held = [rank.nbytes for rank in rank_layouts(one)]
        sums = totals(one)
        assert (sums.nbytes, sums.least, sums.most) == (sum(held), min(held), max(held))
        assert (sums.ranks, sums.empty) == (len(held), held.count(0))
        assert sums.imbalance == (max(held) * len(held) / sum(held) if sum(held) else None)


def test_one_rank_is_as_among_all() -> None:
    for one in shardings():
        assert [rank_layout(one, rank.place) for rank in rank_layouts(one)] == list(rank_layouts(one))


def test_no_axis_is_one_element_on_every_rank() -> None:
    (only,) = rank_layouts(Sharding(shape=(), itemsize=8, mesh=(1,), placements=(KINDS[3],)))
    assert (only.shape, only.strides, only.start, only.nbytes, only.rows) == ((), (), (), 8, ())


def test_ranks_and_axes_are_as_told() -> None:
    found = list(
        rank_layouts(Sharding(shape=(4, 6), itemsize=4, mesh=(2,), placements=(KINDS[0],), ranks=(5, 3), axes=(1, 0)))
    )
    assert [one.rank for one in found] == [5, 3]
    assert [one.strides for one in found] == [(4, 8), (4, 8)]


def test_the_order_of_the_meshs_axes_is_followed() -> None:
    over = Sharding(shape=(8,), itemsize=4, mesh=(2, 2), placements=(KINDS[0],) * 2, orders=((0, (1, 0)),))
    assert [one.start for one in rank_layouts(over)] == [(0,), (4,), (2,), (6,)]
    assert dealt(over, 0)[1, 0] == (range(4, 6),)


def test_a_million_ranks_add_up() -> None:
    over = Sharding(shape=(2**20, 3), itemsize=4, mesh=(1024, 1024), placements=(KINDS[0], KINDS[3]))
    sums = totals(over)
    assert (sums.ranks, sums.nbytes, sums.most, sums.copies) == (2**20, 1024 * 12 * 2**20, 12 * 1024, 1024)


def test_a_place_outside_the_mesh_is_refused() -> None:
    over = Sharding(shape=(8,), itemsize=4, mesh=(2, 2), placements=(KINDS[3],) * 2)
    for place in ((2, 0), (0,), (-1, 0)):
        with pytest.raises(LayoutError, match="has no place"):
            rank_layout(over, place)
