"""Tensors that are spread over several ranks: where the piece that this process holds lies in the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.layout.pieces import piece
from tensorlab.layout.shard import Placement, Shard
from tensorlab.memory.internals import distribution
from tensorlab.memory.naming import reason
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

    from tensorlab.layout.pieces import Runs


class Spread(NamedTuple):
    """Where the local piece lies, as far as torch tells."""

    shard: Shard | None = None
    doubts: tuple[Doubt, ...] = ()


class _Deal(NamedTuple):
    """How one axis of the mesh deals out rows."""

    ranks: int
    rank: int
    rounds: int


def spread(tensor: torch.Tensor, sizes: tuple[int, ...] | None) -> Spread:
    """The place of this rank's piece in a ``DTensor`` of those sizes; nothing for any other tensor.

    The mesh is asked for its shape and this rank's place in it; nothing is sent.

    >>> import torch
    >>> spread(torch.zeros(3), (3,))
    Spread(shard=None, doubts=())
    """
    try:
        found = distribution(tensor)
        return Spread() if found is None or sizes is None else _spread(found, sizes)
    except Exception as error:  # noqa: BLE001 - a mesh without its process group raises what it likes
        return Spread(doubts=(Doubt("mesh-unknown", f"torch does not tell the place in the mesh: {reason(error)}"),))


def _spread(found: Any, sizes: tuple[int, ...]) -> Spread:  # noqa: ANN401 - a private type of torch's
    mesh = found.mesh
    counts = tuple(map(int, mesh.shape))
    rank = tuple(map(int, mesh.get_coordinate() or ()))
    placements = tuple(_placement(placed, len(sizes)) for placed in found.placements)
    names = tuple(map(str, mesh.mesh_dim_names or ()))
    orders = _orders(found, sizes, placements)
    unusual = tuple((axis, order) for axis, _, order in orders if order != tuple(sorted(order)))
    shard = Shard(sizes, counts, names, placements, rank, (), unusual, _ranks(mesh))
    if len(rank) < len(counts):
        return Spread(shard, (Doubt("other-ranks", "this process is no part of the mesh: it holds no piece"),))
    deals = {
        n: _Deal(counts[n], rank[n], placed.rounds) for n, placed in enumerate(placements) if placed.kind == "shard"
    }
    rows = {axis: _rows(n, deals, order) for axis, n, order in orders}
    start = tuple(_first(rows[axis], n) if axis in rows else 0 for axis, n in enumerate(sizes))
    doubts = tuple(_interleaved(axis, len(runs)) for axis, runs in rows.items() if len(runs) > 1)
    return Spread(replace(shard, start=start), doubts)


def _placement(placed: Any, axes: int) -> Placement:  # noqa: ANN401 - a private type of torch's
    """By what it holds rather than by its class, of which torch has several for each kind."""
    reduction, axis = getattr(placed, "reduce_op", None), getattr(placed, "dim", None)
    if reduction is not None:
        return Placement("partial", reduction=str(reduction))
    if axis is None:
        return Placement("replicate")
    return Placement("shard", axis=int(axis) % axes, rounds=int(getattr(placed, "split_factor", None) or 1))


def _ranks(mesh: Any) -> tuple[int, ...]:  # noqa: ANN401 - a private type of torch's
    """Of each place; empty where they count from 0, and where the mesh does not tell."""
    table = getattr(mesh, "mesh", None)
    found = () if table is None else tuple(map(int, table.flatten().tolist()))
    return () if found == tuple(range(len(found))) else found


def _orders(
    found: Any,  # noqa: ANN401 - a private type of torch's
    sizes: tuple[int, ...],
    placements: tuple[Placement, ...],
) -> list[tuple[int, int, tuple[int, ...]]]:
    """Each axis that is dealt out, its size, and the axes of the mesh that do so in turn: left to right if not told."""
    entries: tuple[Any, ...] = getattr(found, "shard_order", None) or ()
    told = {int(entry.tensor_dim): tuple(map(int, entry.mesh_dims)) for entry in entries}
    default = {axis: tuple(n for n, p in enumerate(placements) if p.axis == axis) for axis in range(len(sizes))}
    orders = {axis: told.get(axis, order) for axis, order in default.items()}
    return [(axis, sizes[axis], order) for axis, order in orders.items() if order]


def _rows(size: int, deals: Mapping[int, _Deal], order: tuple[int, ...]) -> Runs:
    runs: Runs = (range(size),)
    for mesh_axis in order:
        deal = deals[mesh_axis]
        runs = piece(runs, deal.ranks, deal.rank, rounds=deal.rounds)
    return runs


def _first(runs: Runs, size: int) -> int:
    """The first row; of an empty piece, as torch has it, the end of the axis."""
    return runs[0].start if runs else size


def _interleaved(axis: int, runs: int) -> Doubt:
    text = f"the local piece is {runs} runs along axis {axis} of the whole (a strided shard): it starts with the first"
    return Doubt("interleaved", text)
