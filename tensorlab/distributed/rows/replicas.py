"""AlexNet on every rank under DistributedDataParallel: equal to one process, and how it scales."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from tensorlab.distributed.rows.record import Replicas
from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import seeded_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.distributed.record import Plan
    from tensorlab.distributed.team import Team

_SEED = 0
_RATE = 0.01
"""Of learning: large enough that a wrong gradient shows in the weights."""
_CLASSES = 1000
NEEDED = 5 * 244_403_360
"""Bytes that a rank holds at least: weights and gradients of the plain network and of the replica, and the buckets."""


class Images(NamedTuple):
    """Of all ranks, and of this one."""

    whole: torch.Tensor
    labels: torch.Tensor
    mine: torch.Tensor
    mine_labels: torch.Tensor


def replicas(plan: Plan, team: Team) -> Iterator[Replicas]:
    """Forward, then the training step; complete on every rank."""
    team.note("building AlexNet and its replicas")
    plain = seeded_network(ALEXNET, _SEED, team.device)
    devices = [team.device] if team.device.type == "cuda" else None
    replica = DistributedDataParallel(seeded_network(ALEXNET, _SEED, team.device), device_ids=devices)
    images = _images(plan.batch, team)
    yield _forward(plan, team, images, (plain, replica))
    yield _step(plan, team, images, (plain, replica))


def _images(batch: int, team: Team) -> Images:
    source = torch.Generator().manual_seed(_SEED)
    whole = torch.randn(batch * team.size, 3, 224, 224, generator=source)
    labels = torch.randint(_CLASSES, (batch * team.size,), generator=source)
    own = slice(team.rank * batch, (team.rank + 1) * batch)
    return Images(*(one.to(team.device) for one in (whole, labels, whole[own].clone(), labels[own].clone())))


def _forward(plan: Plan, team: Team, images: Images, networks: tuple[nn.Module, nn.Module]) -> Replicas:
    plain, replica = networks
    with torch.no_grad():
        team.note("forward: held against one process")
        mine = replica(images.mine)
        error = 0.0
        parts = team.gathered(mine.cpu())
        if team.rank == 0:
            error = _difference(torch.cat(parts), plain(images.whole).cpu())
        agree = _agree(replica, team)
        return _timed(
            plan,
            team,
            ("forward", 0, max(team.gathered(error)), agree),
            lambda network, is_whole: network(images.whole if is_whole else images.mine),
            networks,
        )


def _step(plan: Plan, team: Team, images: Images, networks: tuple[nn.Module, nn.Module]) -> Replicas:
    """A step of all ranks against one of one process with all images; dropout is off, since each draws its own."""
    plain, replica = networks
    team.note("training step: held against one process")
    train(replica, images.mine, images.mine_labels)
    error = 0.0
    if team.rank == 0:
        train(plain, images.whole, images.labels)
        pairs = list(zip(plain.parameters(), replica.parameters(), strict=True))
        differences = [_difference(theirs.grad, ours.grad) for ours, theirs in pairs]
        error = max(differences + [_difference(theirs.detach(), ours.detach()) for ours, theirs in pairs])
    agree = _agree(replica, team)
    nbytes = sum(one.numel() * one.element_size() for one in replica.parameters())
    for network in networks:
        network.train()

    def call(network: nn.Module, is_whole: bool) -> None:  # noqa: FBT001 - which of two batches
        chosen = (images.whole, images.labels) if is_whole else (images.mine, images.mine_labels)
        train(network, *chosen)

    return _timed(plan, team, ("training step", nbytes, max(team.gathered(error)), agree), call, networks)


def train(network: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> None:
    """Forward, backward, and the step of plain SGD; gradients are left for whoever looks."""
    network.zero_grad()
    torch.autograd.backward(nn.functional.cross_entropy(network(images), labels))
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.grad is not None:
                parameter.sub_(parameter.grad, alpha=_RATE)


def _timed(
    plan: Plan,
    team: Team,
    told: tuple[str, int, float, bool],
    call: Callable[[nn.Module, bool], object],
    networks: tuple[nn.Module, nn.Module],
) -> Replicas:
    """Four ways in turn: one rank, all ranks apart, all together, one process with everything."""
    plain, replica = networks
    work, reduced, error, agree = told
    walls: dict[str, list[float]] = {"alone": [], "beside": [], "together": [], "whole": []}
    first = team.rank == 0
    for number in range(plan.rounds + 1):  # the first is to warm up
        team.note(f"{work}: round {number} of {plan.rounds}")
        one = {
            "alone": team.block(lambda: call(plain, False), only=first),
            "beside": team.block(lambda: call(plain, False)),
            "together": team.block(lambda: call(replica, False)),
        }
        torch.set_num_threads(plan.threads * team.size if first else plan.threads)
        one["whole"] = team.block(lambda: call(plain, True), only=first)
        torch.set_num_threads(plan.threads)
        for name, seconds in one.items():
            walls[name] += [seconds] if number else []
    slowest = {name: team.slowest(seconds) for name, seconds in walls.items()}
    return Replicas(
        work=work,
        ranks=team.size,
        batch=plan.batch,
        threads=plan.threads,
        reduced=reduced if team.size > 1 else 0,
        error=error,
        agree=agree,
        **slowest,
    )


def _difference(found: torch.Tensor | None, right: torch.Tensor | None) -> float:
    if found is None or right is None:
        return float("inf")
    most = float(right.abs().max())
    return float((found - right).abs().max()) / (most or 1.0)


def _agree(replica: nn.Module, team: Team) -> bool:
    """Whether all ranks hold the same weights and gradients, by sums of their bits."""
    held = [one for p in replica.parameters() for one in (p.detach(), p.grad) if one is not None]
    sums = tuple(int(one.view(torch.int32).sum(dtype=torch.int64)) for one in held)
    return len(set(team.gathered(sums))) == 1
