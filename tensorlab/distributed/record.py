"""What several processes are asked to do together, who they are, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.distributed.rows.record import COLLECTIVES, TOLERANCE, Product, Replicas, Transfer
from tensorlab.errors import LayoutError
from tensorlab.quantity import counted, digits

Part = Literal["collectives", "products", "alexnet"]
Cause = Literal["died", "raised", "hangs", "late", "launch"]
"""How a rank failed: ended by a signal or on its own, an exception, no step within its time, the whole past its time,
never started."""

CHEAP = 4
"""Times as many rounds for what takes milliseconds."""
PARTS: tuple[Part, ...] = ("collectives", "products", "alexnet")
PRODUCTS = ("row", "column", "inner", "2-D")
WORKS = ("forward", "training step")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every rank does; all are given the same.

    Raises:
        LayoutError: A number is none of those that can be.
    """

    parts: tuple[Part, ...] = PARTS
    sizes: tuple[int, ...] = (2**12, 2**16, 2**20, 2**24)
    """Bytes of the whole that a collective moves."""
    side: int = 1024
    """Rows and columns of the matrices."""
    batch: int = 8
    """Images on each rank."""
    rounds: int = 5
    """Of AlexNet; collectives and products take ``CHEAP`` times as many."""
    device: str = "cpu"
    """"cpu" or "cuda": gloo or NCCL."""
    threads: int = 1
    """Of each rank, on the CPU."""
    patience: float = 60.0
    """Seconds that a rank may take for one step, or wait for the others."""

    def __post_init__(self) -> None:
        for name, value, least, most in (
            *(("a size", size, 1, 2**40) for size in self.sizes),
            ("a side", self.side, 1, 2**16),
            ("a batch", self.batch, 1, 2**16),
            ("the number of rounds", self.rounds, 1, 10**6),
            ("the number of threads", self.threads, 1, 10**4),
            ("a time limit in seconds", self.patience, 1, 10**6),
        ):
            if not least <= value <= most:
                raise LayoutError(f"{name} is from {least} to {most:,}; got {value:,}")
        if not self.parts or not self.sizes:
            raise LayoutError("a plan has a part or more, and a size or more; got none")

    @property
    def rows(self) -> int:
        """How many will be measured."""
        counts = {"collectives": len(self.sizes) * len(COLLECTIVES), "products": len(PRODUCTS), "alexnet": len(WORKS)}
        return sum(counts[part] for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The ranks that met."""

    ranks: int
    hosts: int
    backend: str
    """"gloo", "nccl", or "fake" where only this process is there."""
    device: str
    """Of rank 0, as it is called: "cpu" or the name of an accelerator."""
    threads: int
    """Of each rank."""
    machine: str
    """The processor of rank 0."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it did not come to its end; ``str()`` is a sentence."""

    cause: Cause
    rank: int | None
    """The one that it began with; None where it was none, or nobody knows."""
    step: str
    """What it did then."""
    text: str

    def __str__(self) -> str:
        who = "the launch" if self.rank is None else f"rank {self.rank}"
        return f"{who} {self.text}" + (f", in {self.step}" if self.step else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A line that a rank leaves for the one who started it; exactly one field is set."""

    crew: Crew | None = None
    transfer: Transfer | None = None
    product: Product | None = None
    replicas: Replicas | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributedRun:
    """What several processes measured; ``str()`` is one line."""

    asked: int
    """Ranks."""
    plan: Plan
    crew: Crew | None
    """None where they never met."""
    transfers: tuple[Transfer, ...] = ()
    products: tuple[Product, ...] = ()
    replicas: tuple[Replicas, ...] = ()
    failure: Failure | None = None
    interrupted: bool = False

    @property
    def rows(self) -> int:
        """How many were measured."""
        return len(self.transfers) + len(self.products) + len(self.replicas)

    @property
    def wrong(self) -> tuple[str, ...]:
        """What was computed wrongly, in words."""
        found = [f"{row.collective} of {row.nbytes:,} B: {row.wrong:,} wrong" for row in self.transfers if row.wrong]
        for one in self.products:
            if one.error is not None and not one.error <= 1.0:
                found.append(f"{one.name} product: error {digits(one.error)}x what rounding allows")
            found += [
                f"{one.name} product: ranks {', '.join(map(str, matrix.strangers))} hold another {matrix.name} than "
                "its placements tell"
                for matrix in one.matrices
                if matrix.strangers
            ]
        for row in self.replicas:
            if not row.error <= TOLERANCE:
                found.append(f"{row.work}: differs from one process by {row.error:.1e} of the largest value")
            if not row.agree:
                found.append(f"{row.work}: ranks do not hold the same bits")
        return tuple(found)

    def __str__(self) -> str:
        rows = f"{self.rows} of {counted(self.plan.rows, 'row')}"
        where = "no ranks" if self.crew is None else f"{counted(self.crew.ranks, 'rank')} over {self.crew.backend}"
        ends = "; interrupted" if self.interrupted else f"; {self.failure}" if self.failure else ""
        return f"{rows} measured on {where}{ends}"
