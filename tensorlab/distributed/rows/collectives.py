"""All-reduce, all-gather and reduce-scatter by size: checked element by element, then timed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import torch.distributed as dist

from tensorlab.distributed.record import CHEAP
from tensorlab.distributed.rows.record import COLLECTIVES, Transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.distributed.record import Plan
    from tensorlab.distributed.rows.record import Collective
    from tensorlab.distributed.team import Team

_ITEM = 4
"""Bytes of a float32."""
_TURN = 1000
"""Values before they repeat: small enough that sums over ranks are exact."""


def transfers(plan: Plan, team: Team) -> Iterator[Transfer]:
    """A row a collective and size; the same on every rank."""
    for name in COLLECTIVES:
        for size in plan.sizes:
            yield _transfer(name, size, CHEAP * plan.rounds, team)


def _transfer(name: Collective, size: int, rounds: int, team: Team) -> Transfer:
    count = max(size // (_ITEM * team.size), 1) * team.size
    team.note(f"{name} of {count * _ITEM:,} B")
    given, taken = _tensors(name, count, team)
    call = _call(name, given, taken)
    call()
    wrong = sum(team.gathered(_wrong(name, taken, count, team)))
    given.zero_()
    loops = team.loops(call)
    walls = [team.block(call, loops) for _ in range(rounds)]
    return Transfer(
        collective=name, nbytes=count * _ITEM, ranks=team.size, loops=loops, seconds=team.slowest(walls), wrong=wrong
    )


def _pattern(count: int, device: torch.device) -> torch.Tensor:
    return (torch.arange(count, device=device) % _TURN).float()


def _tensors(name: Collective, count: int, team: Team) -> tuple[torch.Tensor, torch.Tensor]:
    """What this rank gives and where it takes: the pattern and its rank, or its part of the pattern."""
    whole, part = _pattern(count, team.device), count // team.size
    if name == "all_reduce":
        given = whole + team.rank
        return given, given
    if name == "all_gather":
        return whole[team.rank * part : (team.rank + 1) * part].clone(), torch.empty_like(whole)
    return whole + team.rank, torch.empty(part, device=team.device)


def _call(name: Collective, given: torch.Tensor, taken: torch.Tensor) -> Callable[[], object]:
    if name == "all_reduce":
        return lambda: dist.all_reduce(given)
    if name == "all_gather":
        gather = _named("all_gather_single", "all_gather_into_tensor")
        return lambda: gather(taken, given)
    scatter = _named("reduce_scatter_single", "reduce_scatter_tensor")
    return lambda: scatter(taken, given)


def _named(new: str, old: str) -> Callable[..., Any]:
    """Torch's function under its name since 2.13, or the one that it had before."""
    found: Callable[..., Any] = getattr(dist, new, None) or getattr(dist, old)
    return found


def _wrong(name: Collective, taken: torch.Tensor, count: int, team: Team) -> int:
    whole = _pattern(count, team.device)
    if name == "all_gather":
        return int((taken != whole).sum())
    sums = whole * team.size + team.size * (team.size - 1) // 2
    part = count // team.size
    expected = sums if name == "all_reduce" else sums[team.rank * part : (team.rank + 1) * part]
    return int((taken != expected).sum())
