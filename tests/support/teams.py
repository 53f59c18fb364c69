"""Ranks for tests: a process group of one in a process of its own, and a record of a run that nobody made."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from support.probe import run_python

from tensorlab.distributed.record import Crew, DistributedRun, Failure, Plan
from tensorlab.distributed.rows.record import Piece, Product, Replicas, Spread, Transfer
from tensorlab.layout.ranks import rank_layouts
from tensorlab.layout.shard import Placement, Sharding
from tensorlab.models.placement.record import Placed, Step

_ALONE = """
import json, os
os.environ |= {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"}
import torch, torch.distributed as dist
from dataclasses import replace
from tensorlab.codec import encode
from tensorlab.distributed.record import Plan
from tensorlab.distributed.team import met
steps = []
plan = Plan(sizes=(4096, 30), side=16, batch=1, rounds=1)
"""


def alone(code: str) -> Any:
    """What a program says as JSON on its last line, that has a ``plan`` for a process group of itself."""
    ran = run_python(_ALONE + code)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def spread(name: str, placement: Placement, *, side: int = 4) -> Spread:
    """A matrix over two ranks, found as its placement tells."""
    sharding = Sharding(shape=(side, side), itemsize=4, mesh=(2,), placements=(placement,), mesh_names=("ranks",))
    pieces = tuple(Piece(one.rank, one.shape, one.strides, 0, one.nbytes) for one in rank_layouts(sharding))
    return Spread(name=name, sharding=sharding, pieces=pieces)


ROWS, COPY, TERMS = Placement("shard", 0), Placement("replicate"), Placement("partial", reduction="sum")
TRANSFER = Transfer(collective="all_reduce", nbytes=4096, ranks=2, loops=3, seconds=(1e-4, 2e-4, 3e-4), wrong=0)
PRODUCT = Product(
    name="row",
    side=4,
    matrices=(spread("a", ROWS), spread("b", COPY), spread("c", ROWS)),
    collectives=(),
    seconds=(1e-3, 1e-3),
    alone=(2e-3, 2e-3),
    error=0.01,
)
STEP = Replicas(
    work="training step",
    ranks=2,
    batch=8,
    threads=1,
    reduced=244_403_360,
    alone=(0.4,),
    beside=(0.5,),
    together=(0.8,),
    whole=(0.6,),
    error=1e-6,
    agree=True,
)
CREW = Crew(ranks=2, hosts=1, backend="gloo", device="cpu", threads=1, machine="a processor")
RUN = DistributedRun(asked=2, plan=Plan(), crew=CREW, transfers=(TRANSFER,), products=(PRODUCT,), replicas=(STEP,))
HANDED = Step(name="classifier", device="cuda:0", source="cpu", nbytes=1000, seconds=(1e-3, 1e-3))
PLACED = Placed(
    module="alexnet",
    home="cpu",
    places=(("classifier", "cuda:0"),),
    steps=(
        Step(name="features", device="cpu", nbytes=400, seconds=(1e-3, 1e-3)),
        HANDED,
        replace(HANDED, name="result", device="cpu", source="cuda:0", nbytes=24),
    ),
    held=(("cpu", 400), ("cuda:0", 800)),
    whole=(4e-3, 4e-3),
    alone=(8e-3, 8e-3),
    error=1e-6,
)
"""A network over two devices, that nobody ran."""
FAILURE = Failure("died", 1, "all_reduce of 4,096 B", "was ended by SIGKILL")
