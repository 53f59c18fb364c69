"""What ranks measured together, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensorlab.bench.stats import Summary, require_seconds, summary
from tensorlab.layout.ranks import rank_layout
from tensorlab.layout.shard import Sharding

Collective = Literal["all_reduce", "all_gather", "reduce_scatter"]

COLLECTIVES: tuple[Collective, ...] = ("all_reduce", "all_gather", "reduce_scatter")
TOLERANCE = 1e-4
"""Of the largest value of each tensor: float32 sums of the same terms in another order differ by some 1e-6 of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A collective of one size.

    Bandwidths are those of NVIDIA's nccl-tests (doc/PERFORMANCE.md there): the algorithm's is bytes by time; the bus's
    is what each rank must send at least, so that it can be held against a link whatever the number of ranks.

    Raises:
        LayoutError: No time was measured, or no clock can have said it.
    """

    collective: Collective
    nbytes: int
    """Of the whole: given by each rank to an all_reduce or a reduce_scatter, given to each by an all_gather."""
    ranks: int
    loops: int
    """Calls in a block."""
    seconds: tuple[float, ...]
    """Of a call, in each block, on the rank that took longest."""
    wrong: int
    """Elements that were not what they must be, on all ranks together."""

    def __post_init__(self) -> None:
        require_seconds(self.seconds, "seconds")

    @property
    def time(self) -> Summary:
        """Of a call."""
        return summary(self.seconds)

    @property
    def algorithm(self) -> float:
        """Bytes a second of the whole."""
        return self.nbytes / self.time.median if self.time.median else 0.0

    @property
    def bus(self) -> float:
        """Bytes a second that each rank sends at least."""
        others = (self.ranks - 1) / self.ranks
        return self.algorithm * others * (2 if self.collective == "all_reduce" else 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one rank was found to hold of a tensor."""

    rank: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    """Bytes."""
    offset: int
    """Bytes from the start of its storage."""
    nbytes: int
    """Of its elements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A matrix over the ranks: as its placements tell, and as each rank holds it."""

    name: str
    sharding: Sharding
    pieces: tuple[Piece, ...]
    """Of the ranks that are there, in their order."""

    @property
    def strangers(self) -> tuple[int, ...]:
        """Ranks that hold something else than the placements tell, by shape, strides or bytes."""
        found = []
        for piece in self.pieces:
            place = _place(self.sharding, piece.rank)
            told = rank_layout(self.sharding, place)
            if (piece.shape, piece.strides, piece.nbytes) != (told.shape, told.strides, told.nbytes):
                found.append(piece.rank)
        return tuple(found)


def _place(sharding: Sharding, rank: int) -> tuple[int, ...]:
    number = sharding.ranks.index(rank) if sharding.ranks else rank
    found: list[int] = []
    for size in reversed(sharding.mesh):
        number, at = divmod(number, size)
        found.append(at)
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A square matrix product over the ranks: ``c = a @ b``."""

    name: str
    """"row", "column", "inner" or "2-D": what is dealt out."""
    side: int
    matrices: tuple[Spread, ...]
    """a, b, c, and c after its terms were reduced."""
    collectives: tuple[tuple[str, int], ...]
    """What DTensor asked the ranks to do together, and how often in a call."""
    seconds: tuple[float, ...]
    """Of each round, on the slowest rank; empty where no other rank is there."""
    alone: tuple[float, ...]
    """Of the whole product on rank 0, with its own threads, while the others wait; in turn with ``seconds``."""
    error: float | None
    """Largest error of an element over the bound of its rounding: below 1 is what arithmetic allows. None where c
    cannot be put together."""

    @property
    def speedup(self) -> float | None:
        """Times faster than one rank alone."""
        together = summary(self.seconds).median if self.seconds else 0.0
        return summary(self.alone).median / together if together else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicas:
    """AlexNet on every rank, each with its own images: DistributedDataParallel.

    Raises:
        LayoutError: No time was measured, or no clock can have said it.
    """

    work: str
    """"forward" or "training step": forward, backward with all gradients averaged, the step of SGD."""
    ranks: int
    batch: int
    """Images on each rank."""
    threads: int
    """Of each rank."""
    reduced: int
    """Bytes of gradients that each rank has averaged in a call."""
    alone: tuple[float, ...]
    """Seconds of each round: rank 0 with the images of one rank, while the others wait."""
    beside: tuple[float, ...]
    """All ranks at once, each by itself: they take memory and caches from each other, and send nothing."""
    together: tuple[float, ...]
    """All ranks as replicas."""
    whole: tuple[float, ...]
    """One process with the images and the threads of all."""
    error: float
    """Largest difference from one process with all images, over the largest value of each tensor: scores of a forward
    pass, gradients and weights after a step."""
    agree: bool
    """Whether all ranks hold the same bits afterwards."""

    def __post_init__(self) -> None:
        for name in ("alone", "beside", "together", "whole"):
            require_seconds(getattr(self, name), name)

    @property
    def efficiency(self) -> float:
        """Images a second of all ranks, over as many times those of one: 1 where ranks cost each other nothing."""
        return _over(self.alone, self.together)

    @property
    def beside_efficiency(self) -> float:
        """The part of it that is left when ranks only share the machine."""
        return _over(self.alone, self.beside)

    @property
    def sending_efficiency(self) -> float:
        """The part of it that is left when they send what they must."""
        return _over(self.beside, self.together)

    @property
    def gain(self) -> float:
        """Times faster than one process with the images and the threads of all."""
        return _over(self.whole, self.together)


def _over(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    below = summary(second).median
    return summary(first).median / below if below else 0.0


Row: TypeAlias = Transfer | Product | Replicas
