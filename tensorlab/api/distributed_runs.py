"""Several processes on this machine, or this process as a rank of many: collectives, sharded products, replicas."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tensorlab.diagram.distributed import distributed_scene
from tensorlab.errors import LayoutError, UnavailableError, unknown_name
from tensorlab.progress import Progress
from tensorlab.quantity import counted
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.distributed.launching import Launch
    from tensorlab.distributed.record import Crew, DistributedRun, Failure, Part, Plan
    from tensorlab.distributed.rows.record import Row

MOST_RANKS = 256
"""On one machine."""
MOST_IMAGINED = 2**20


def plan_of(
    parts: Sequence[str] = (),
    *,
    sizes: Sequence[int] = (),
    full: bool = False,
    threads: int = 1,
    **others: object,
) -> Plan:
    """What ranks shall do.

    Args:
        parts: Of "collectives", "products" and "alexnet"; none are all.
        sizes: Bytes of collectives, in place of the profile's.
        full: More sizes and rounds.
        threads: Of each rank.
        others: Further fields of a ``Plan``.

    Raises:
        UnknownNameError: No part has such a name.
        LayoutError: A number is none that can be.

    >>> from tensorlab.api.distributed_runs import plan_of
    >>> plan_of(["collectives"], sizes=[4096]).rows
    3
    """
    from tensorlab.distributed.record import PARTS, Plan

    chosen: list[Part] = []
    for name in dict.fromkeys(parts or PARTS):
        part = next((one for one in PARTS if one == name), None)
        if part is None:
            raise unknown_name("part of a distributed run", name, PARTS)
        chosen.append(part)
    powers = range(10, 29, 2) if full else range(12, 25, 4)
    fields: dict[str, object] = {"rounds": 15 if full else 5, **others}
    told = tuple(sizes) or tuple(2**power for power in powers)
    return Plan(parts=tuple(chosen), sizes=told, threads=threads, **fields)  # type: ignore[arg-type]  # its fields, by name


def distributed_run(
    plan: Plan, launched: Launch, *, progress: Callable[[Progress], None] | None = None
) -> DistributedRun:
    """Start that many ranks on this machine with torchrun and let them measure; none is left when this returns.

    Args:
        plan: What they do.
        launched: How many there are and how long they may take.
        progress: Called after each row.

    Returns:
        What was measured; where a rank died, raised or hung, the rows before that, and which it was.

    Raises:
        LayoutError: Fewer than 1 rank, or more than this machine takes.
        UnavailableError: There is no such accelerator for each rank, no memory for them, or their port is taken.

    >>> from tensorlab.api.distributed_runs import distributed_run, plan_of
    >>> from tensorlab.distributed.launching import Launch
    >>> plan = plan_of(["collectives"], sizes=[4096])
    >>> print(distributed_run(plan, Launch(ranks=2)))  # doctest: +SKIP
    3 of 3 rows measured on 2 ranks over gloo
    """
    import json

    from tensorlab.codec import encode
    from tensorlab.distributed.launching import WORKER, launch

    require_ranks(plan, launched.ranks)
    label = counted(launched.ranks, "rank")
    told: list[int] = []

    def watch(rows: list[Row | Crew]) -> None:
        if progress is not None and len(rows) not in told:
            told.append(len(rows))
            progress(Progress(label, max(len(rows) - 1, 0), plan.rows))

    outcome = launch(launched, WORKER, json.dumps(encode(plan)), watch=watch)
    return _run(launched.ranks, plan, outcome.rows, failure=outcome.failure, interrupted=outcome.interrupted)


def threads_of_a_rank(ranks: int | None) -> int:
    """An equal share of the processors for each rank of this machine; what torch has, where somebody else starts them.

    >>> from tensorlab.api.distributed_runs import threads_of_a_rank
    >>> threads_of_a_rank(10**6)
    1
    """
    import torch

    from tensorlab.bench.host.fingerprint import usable_processors

    return torch.get_num_threads() if ranks is None else max(usable_processors() // max(ranks, 1), 1)


def require_ranks(plan: Plan, ranks: int) -> None:
    """Refuse what this machine has no place for.

    Raises:
        LayoutError: Fewer than 1 rank, or more than this machine takes.
        UnavailableError: There is no accelerator for each rank, or not the memory.

    >>> from tensorlab.api.distributed_runs import plan_of, require_ranks
    >>> require_ranks(plan_of(["collectives"]), 0)
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: ranks are 1 to 256 on one machine; got 0
    """
    import torch

    from tensorlab.bench.host.fingerprint import host_facts
    from tensorlab.distributed.rows.replicas import NEEDED

    if not 1 <= ranks <= MOST_RANKS:
        raise LayoutError(f"ranks are 1 to {MOST_RANKS} on one machine; got {ranks}")
    if plan.device == "cuda" and torch.cuda.device_count() < ranks:
        raise UnavailableError(
            f"{ranks} ranks on cuda need as many devices; torch reports {torch.cuda.device_count()}",
            hint="ask for fewer ranks, or for --device cpu",
        )
    memory = host_facts().memory
    needs = {"collectives": 4 * max(plan.sizes), "products": 8 * 4 * plan.side**2, "alexnet": NEEDED}
    needed = ranks * max(needs[part] for part in plan.parts)
    if plan.device == "cpu" and memory and needed > memory:
        raise UnavailableError(
            f"{', '.join(plan.parts)} on {ranks} ranks need {needed / 1e9:.1f} GB or more; "
            f"this machine has {memory / 1e9:.1f} GB",
            hint="ask for fewer ranks, for smaller ones, or leave parts out",
        )


def is_rank(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether torchrun, or something that speaks like it, started this process as a rank.

    >>> from tensorlab.api.distributed_runs import is_rank
    >>> is_rank({"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "here", "MASTER_PORT": "29500"}), is_rank({})
    (True, False)
    """
    return {"RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"} <= set(environment)


def run_as_rank(plan: Plan) -> DistributedRun | None:
    """Measure as one rank of those that somebody started with torchrun, on one machine or on many.

    Returns:
        What was measured, on rank 0; None on all others.

    Raises:
        UnavailableError: The ranks did not meet, or another one is gone or hangs.

    >>> from tensorlab.api.distributed_runs import plan_of, run_as_rank
    >>> run_as_rank(plan_of(["collectives"]))  # doctest: +SKIP
    """
    from tensorlab.distributed.ranks import measured
    from tensorlab.memory.naming import reason

    steps = ["starting"]
    try:
        found = [row for number, row in measured(plan, steps.append) if number == 0]
    except (RuntimeError, ValueError) as error:
        raise UnavailableError(f"rank {os.environ['RANK']} failed: {reason(error)}, in {steps[-1]}") from error
    return _run(int(os.environ["WORLD_SIZE"]), plan, found) if found else None


def imagined_run(ranks: int, side: int = 1024, *, limit: float = 600.0) -> DistributedRun:
    """Products over ranks that are never started: DTensor on torch's fake process group, in a process of its own.

    Args:
        ranks: How many.
        side: Rows and columns of the matrices.
        limit: Seconds that it may take.

    Returns:
        Layouts of every rank and the collectives that there would be; no times.

    Raises:
        LayoutError: Fewer than 1 rank or more than 2**20, or a side that is none.
        UnavailableError: This torch has no fake process group, or the process failed.

    >>> from tensorlab.api.distributed_runs import imagined_run
    >>> run = imagined_run(1024, 4096)
    >>> run.products[2].collectives, run.products[3].matrices[2].sharding.mesh
    ((('all_reduce', 1),), (32, 32))
    """
    from tensorlab.distributed.record import Crew
    from tensorlab.distributed.unstarted import unstarted_products

    if not 1 <= ranks <= MOST_IMAGINED:
        raise LayoutError(f"ranks that are not started are 1 to {MOST_IMAGINED:,}; got {ranks:,}")
    plan = plan_of(["products"], side=side)
    crew = Crew(ranks=ranks, hosts=1, backend="fake", device="cpu", threads=1, machine="none: no rank is started")
    return _run(ranks, plan, [crew, *unstarted_products(ranks, side, limit)])


def distributed_figure(run: DistributedRun) -> Figure:
    """The picture of a run.

    >>> from tensorlab.api.distributed_runs import distributed_figure, plan_of
    >>> from tensorlab.distributed.record import DistributedRun
    >>> distributed_figure(DistributedRun(asked=2, plan=plan_of(), crew=None)).data.rows
    0
    """
    return Figure(run, distributed_scene(run))


def _run(
    ranks: int, plan: Plan, rows: Sequence[Row | Crew], *, failure: Failure | None = None, interrupted: bool = False
) -> DistributedRun:
    from tensorlab.distributed.record import Crew, DistributedRun
    from tensorlab.distributed.rows.record import Product, Replicas, Transfer

    return DistributedRun(
        asked=ranks,
        plan=plan,
        crew=next((row for row in rows if isinstance(row, Crew)), None),
        transfers=tuple(row for row in rows if isinstance(row, Transfer)),
        products=tuple(row for row in rows if isinstance(row, Product)),
        replicas=tuple(row for row in rows if isinstance(row, Replicas)),
        failure=failure,
        interrupted=interrupted,
    )
