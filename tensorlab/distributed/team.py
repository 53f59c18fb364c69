"""The ranks as one of them sees them: blocks of calls that all make at once, and what the others say."""

from __future__ import annotations

import datetime as dt
import os
import platform
import socket
import time
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

import torch
import torch.distributed as dist

from tensorlab.bench.host.fingerprint import host_facts
from tensorlab.distributed.record import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.distributed.record import Plan

Value = TypeVar("Value")
_BLOCK = 5e-3
"""Seconds that a block of calls takes at least."""
_MOST_LOOPS = 1000


class Team:
    """All ranks of a process group, seen from one. Words between them go over gloo, whatever moves the tensors."""

    def __init__(self, plan: Plan, note: Callable[[str], None]) -> None:
        self.rank, self.size = dist.get_rank(), dist.get_world_size()
        self.device = _device(plan.device)
        self.note = note
        self._words = None if dist.get_backend() == "gloo" else _gloo(plan.patience)

    def gathered(self, value: Value) -> list[Value]:
        """The value of every rank, in their order."""
        found: list[Any] = [None] * self.size
        dist.all_gather_object(found, value, group=self._words)
        return found

    def crew(self, threads: int) -> Crew:
        """Who met."""
        hosts = set(self.gathered(socket.gethostname()))
        name = "cpu" if self.device.type == "cpu" else torch.cuda.get_device_name(self.device)
        return Crew(
            ranks=self.size,
            hosts=len(hosts),
            backend=dist.get_backend(),
            device=name,
            threads=threads,
            machine=host_facts().cpu or platform.machine(),
        )

    def block(self, call: Callable[[], object], loops: int = 1, *, only: bool = True) -> float:
        """Seconds of a call, after all ranks stood at one line; one that does not take part waits for the others.

        Args:
            call: What is timed, until the device has done it.
            loops: How often in a row.
            only: Whether this rank makes the call.
        """
        dist.barrier(group=self._words)
        spent = 0.0
        if only:
            self._finish()
            begun = time.perf_counter()
            for _ in range(loops):
                call()
            self._finish()
            spent = (time.perf_counter() - begun) / loops
        dist.barrier(group=self._words)
        return spent

    def loops(self, call: Callable[[], object]) -> int:
        """How many calls make a block that a clock can time; the same on all ranks."""
        self.block(call)
        slowest = max(self.gathered(self.block(call)))
        return min(max(ceil(_BLOCK / slowest), 1), _MOST_LOOPS) if slowest else 1

    def slowest(self, walls: list[float]) -> tuple[float, ...]:
        """Of each round, the seconds of the rank that took longest."""
        return tuple(map(max, zip(*self.gathered(walls), strict=True)))

    def _finish(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def _gloo(patience: float) -> Any:  # noqa: ANN401 - torch has no public name for it
    return dist.new_group(backend="gloo", timeout=dt.timedelta(seconds=patience))


def _device(kind: str) -> torch.device:
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if kind == "cuda" else torch.device("cpu")


@contextmanager
def met(plan: Plan, note: Callable[[str], None]) -> Iterator[Team]:
    """The ranks that torchrun started, as a team inside; a wait that takes longer than the plan's patience raises."""
    note("meeting the other ranks")
    torch.set_num_threads(plan.threads)
    if plan.device == "cuda":
        torch.cuda.set_device(_device("cuda"))
    backend = "nccl" if plan.device == "cuda" else "gloo"
    dist.init_process_group(backend, timeout=dt.timedelta(seconds=plan.patience))
    try:
        yield Team(plan, note)
    finally:
        dist.destroy_process_group()
