"""The layouts of every rank's piece of a tensor, and what they add up to, from integers alone: no rank is started."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import LayoutError
from tensorlab.layout.pieces import piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.pieces import Runs
    from tensorlab.layout.shard import Sharding


class RankLayout(NamedTuple):
    """What one rank holds."""

    rank: int
    place: tuple[int, ...]
    """In the mesh."""
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    """In bytes, of a dense tensor."""
    start: tuple[int, ...]
    """Global index of the local element (0, ..., 0); along an axis of which it holds nothing, the axis's end."""
    nbytes: int
    rows: tuple[Runs, ...]
    """Of the whole, along each axis: more than one run where a strided shard interleaves them."""


class Totals(NamedTuple):
    """What all ranks hold together, exactly."""

    ranks: int
    whole: int
    """Bytes of the tensor itself."""
    nbytes: int
    """Bytes on all ranks together."""
    least: int
    """Bytes of the rank with the fewest."""
    most: int
    """Bytes of the rank with the most."""
    empty: int
    """Ranks that hold no element."""
    copies: int
    """Ranks that hold the same, where axes of the mesh replicate."""
    terms: int
    """Ranks whose pieces must be reduced to give a piece of the tensor, where axes of the mesh hold terms."""

    @property
    def imbalance(self) -> float | None:
        """The largest piece over the mean; None where no rank holds a byte."""
        return self.most * self.ranks / self.nbytes if self.nbytes else None


def rank_layouts(sharding: Sharding) -> Iterator[RankLayout]:
    """What each rank holds, in C order of the mesh.

    >>> from tensorlab.layout.shard import Placement, Sharding
    >>> for one in rank_layouts(Sharding(shape=(5, 3), itemsize=4, mesh=(3,), placements=(Placement("shard", 0),))):
    ...     print(one.rank, one.shape, one.strides, one.start, one.nbytes)
    0 (2, 3) (12, 4) (0, 0) 24
    1 (2, 3) (12, 4) (2, 0) 24
    2 (1, 3) (12, 4) (4, 0) 12
    """
    deals = [dealt(sharding, axis) for axis in range(len(sharding.shape))]
    orders = [sharding.order(axis) for axis in range(len(sharding.shape))]
    for number, place in enumerate(product(*map(range, sharding.mesh))):
        rows = tuple(deal[tuple(place[n] for n in order)] for deal, order in zip(deals, orders, strict=True))
        yield _laid(sharding, number, place, rows)


def rank_layout(sharding: Sharding, place: tuple[int, ...]) -> RankLayout:
    """What the rank at one place of the mesh holds; the others are not looked at.

    Raises:
        LayoutError: The mesh has no such place.

    >>> from tensorlab.layout.shard import Placement, Sharding
    >>> many = Sharding(shape=(2**20,), itemsize=2, mesh=(1024, 1024), placements=(Placement("shard", 0),) * 2)
    >>> rank_layout(many, (1023, 1023)).start
    (1048575,)
    """
    if len(place) != len(sharding.mesh) or any(not 0 <= n < size for n, size in zip(place, sharding.mesh, strict=True)):
        raise LayoutError(f"mesh {sharding.mesh} has no place {place}")
    number = 0
    for n, size in zip(place, sharding.mesh, strict=True):
        number = number * size + n
    rows = []
    for axis, size in enumerate(sharding.shape):
        runs: Runs = (range(size),)
        for n in sharding.order(axis):
            runs = piece(runs, sharding.mesh[n], place[n], rounds=sharding.placements[n].rounds)
        rows.append(runs)
    return _laid(sharding, number, place, tuple(rows))


def dealt(sharding: Sharding, axis: int) -> dict[tuple[int, ...], Runs]:
    """Rows of one axis at each place along the axes of the mesh that deal it out, in their order.

    >>> from tensorlab.layout.shard import Placement, Sharding
    >>> two = (Placement("shard", 0, rounds=2), Placement("shard", 0))
    >>> dealt(Sharding(shape=(8,), itemsize=4, mesh=(2, 2), placements=two), 0)[0, 1]
    (range(4, 6),)
    """
    found: dict[tuple[int, ...], Runs] = {(): (range(sharding.shape[axis]),)}
    for n in sharding.order(axis):
        count, rounds = sharding.mesh[n], sharding.placements[n].rounds
        found = {
            (*before, index): piece(runs, count, index, rounds=rounds)
            for before, runs in found.items()
            for index in range(count)
        }
    return found


def totals(sharding: Sharding) -> Totals:
    """What all ranks hold, without going through them: each axis adds up by itself.

    >>> from tensorlab.layout.shard import Placement, Sharding
    >>> over = (Placement("shard", 0), Placement("partial", reduction="sum"))
    >>> totals(Sharding(shape=(9, 4), itemsize=4, mesh=(4, 8), placements=over))
    Totals(ranks=32, whole=144, nbytes=1152, least=0, most=48, empty=8, copies=1, terms=8)
    """
    lengths = [[sum(map(len, runs)) for runs in dealt(sharding, axis).values()] for axis in range(len(sharding.shape))]
    kinds = {
        kind: prod(n for n, one in zip(sharding.mesh, sharding.placements, strict=True) if one.kind == kind)
        for kind in ("replicate", "partial")
    }
    ranks, beside = prod(sharding.mesh), kinds["replicate"] * kinds["partial"]
    full = beside * prod(sum(1 for n in one if n) for one in lengths)
    return Totals(
        ranks=ranks,
        whole=prod(sharding.shape) * sharding.itemsize,
        nbytes=prod(map(sum, lengths)) * beside * sharding.itemsize,
        least=prod(map(min, lengths)) * sharding.itemsize,
        most=prod(map(max, lengths)) * sharding.itemsize,
        empty=ranks - full,
        copies=kinds["replicate"],
        terms=kinds["partial"],
    )


def _laid(sharding: Sharding, number: int, place: tuple[int, ...], rows: tuple[Runs, ...]) -> RankLayout:
    shape = tuple(sum(map(len, runs)) for runs in rows)
    start = tuple(runs[0].start if runs else size for runs, size in zip(rows, sharding.shape, strict=True))
    strides, step = [0] * len(shape), sharding.itemsize
    for axis in reversed(sharding.axes or range(len(shape))):
        strides[axis] = step
        step *= max(shape[axis], 1)
    rank = sharding.ranks[number] if sharding.ranks else number
    return RankLayout(rank, place, shape, tuple(strides), start, prod(shape) * sharding.itemsize, rows)
