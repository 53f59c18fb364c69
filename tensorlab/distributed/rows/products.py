"""Matrix products through DTensor: what each rank holds, what they send each other, how long it takes."""

from __future__ import annotations

from dataclasses import replace
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple, cast

import torch
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import Replicate, Shard, distribute_tensor
from torch.distributed.tensor.debug import CommDebugMode

from tensorlab.distributed.record import CHEAP
from tensorlab.distributed.rows.record import Piece, Product, Spread
from tensorlab.errors import UnsupportedError
from tensorlab.memory.registry import describe
from tensorlab.memory.sharded import sharding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch.distributed.tensor import DTensor, Placement

    from tensorlab.distributed.record import Plan
    from tensorlab.distributed.team import Team

_SEED = 0
_EPSILON = 2.0**-24


class Way(NamedTuple):
    """How both matrices are dealt out."""

    name: str
    mesh: tuple[int, ...]
    a: tuple[Placement, ...]
    b: tuple[Placement, ...]


def ways(ranks: int) -> tuple[Way, ...]:
    """By rows of a, by columns of b, by the inner axis, and by both over a mesh as square as can be.

    >>> [(one.name, one.mesh) for one in ways(6)]
    [('row', (6,)), ('column', (6,)), ('inner', (6,)), ('2-D', (2, 3))]
    """
    rows = next(n for n in range(isqrt(ranks), 0, -1) if ranks % n == 0)
    return (
        Way("row", (ranks,), (Shard(0),), (Replicate(),)),
        Way("column", (ranks,), (Replicate(),), (Shard(1),)),
        Way("inner", (ranks,), (Shard(1),), (Shard(0),)),
        Way("2-D", (rows, ranks // rows), (Shard(0), Replicate()), (Replicate(), Shard(1))),
    )


def products(plan: Plan, team: Team) -> Iterator[Product]:
    """A row a way; complete on every rank."""
    a, b = matrices(plan.side, team.device)
    for way in ways(team.size):
        team.note(f"{way.name} product of {plan.side:,} x {plan.side:,}")
        dealt = _dealt(way, a, b, team.device.type)

        def call(dealt: tuple[DTensor, DTensor] = dealt) -> DTensor:
            return multiplied(*dealt)

        spreads, collectives, last = _looked_at(dealt, team.gathered)
        error = _error(last.full_tensor(), a, b)
        loops = team.loops(call)
        together, alone = [], []
        for _ in range(CHEAP * plan.rounds):
            together.append(team.block(call, loops))
            alone.append(team.block(lambda: a @ b, loops, only=team.rank == 0))
        yield Product(
            name=way.name,
            side=plan.side,
            matrices=spreads,
            collectives=collectives,
            seconds=team.slowest(together),
            alone=team.slowest(alone),
            error=max(team.gathered(error)),
        )


def imagined(side: int, ranks: int) -> Iterator[Product]:
    """The same on a fake process group, of which only this process is there: layouts and collectives, no times."""
    a, b = matrices(side, torch.device("cpu"))
    for way in ways(ranks):
        spreads, collectives, _ = _looked_at(_dealt(way, a, b, "cpu"), lambda mine: [mine])
        yield Product(
            name=way.name, side=side, matrices=spreads, collectives=collectives, seconds=(), alone=(), error=None
        )


def matrices(side: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """The same two on every rank."""
    source = torch.Generator().manual_seed(_SEED)
    a, b = (torch.randn(side, side, generator=source).to(device) for _ in range(2))
    return a, b


def multiplied(a: DTensor, b: DTensor) -> DTensor:
    """The product, whole or in parts, but never in terms."""
    return reduced(cast("DTensor", a @ b))


def reduced(c: DTensor) -> DTensor:
    """With its terms added up, where ranks hold terms: every rank gets the whole."""
    if not any(one.is_partial() for one in c.placements):
        return c
    return c.redistribute(placements=[Replicate() if one.is_partial() else one for one in c.placements])


def _dealt(way: Way, a: torch.Tensor, b: torch.Tensor, kind: str) -> tuple[DTensor, DTensor]:
    names = ("ranks",) if len(way.mesh) == 1 else ("rows", "columns")
    mesh = init_device_mesh(kind, way.mesh, mesh_dim_names=names)
    return distribute_tensor(a, mesh, way.a), distribute_tensor(b, mesh, way.b)


def _looked_at(
    dealt: tuple[DTensor, DTensor], gathered: Callable[[Piece], list[Piece]]
) -> tuple[tuple[Spread, ...], tuple[tuple[str, int], ...], DTensor]:
    """One call that is watched: the matrices as every rank holds them, the collectives, the result."""
    with CommDebugMode() as seen:  # type: ignore[no-untyped-call]  # it has no annotations
        c = cast("DTensor", dealt[0] @ dealt[1])
        last = reduced(c)
    named = [("a", dealt[0]), ("b", dealt[1]), ("c", c)] + ([("c reduced", last)] if last is not c else [])
    spreads = tuple(_spread(name, matrix, gathered) for name, matrix in named)
    counts = seen.get_comm_counts()
    return spreads, tuple(sorted((str(key).rpartition(".")[2], int(count)) for key, count in counts.items())), last


def _spread(name: str, matrix: DTensor, gathered: Callable[[Piece], list[Piece]]) -> Spread:
    sharding = sharding_of(describe(matrix))
    if sharding is None:
        raise UnsupportedError(f"torch does not tell how {name} is spread over its ranks")
    local = matrix.to_local()
    size = local.element_size()
    mine = Piece(
        rank=matrix.device_mesh.get_rank(),
        shape=tuple(local.shape),
        strides=tuple(step * size for step in local.stride()),
        offset=int(local.storage_offset()) * size,
        nbytes=local.numel() * size,
    )
    return Spread(name=name, sharding=replace(sharding, own=()), pieces=tuple(gathered(mine)))


def _error(c: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> float:
    """The largest error over the bound of rounding, ``n u |a| |b|`` (Higham, Accuracy and Stability, section 3.5).

    The sums of the terms of several ranks are of the same n terms in another order, so the bound is theirs too.
    """
    exact, bound = a.double() @ b.double(), a.abs().double() @ b.abs().double()
    return float(((c.double() - exact).abs() / (bound * a.shape[1] * _EPSILON)).max())
