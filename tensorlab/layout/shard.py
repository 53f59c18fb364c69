"""Where the piece that one rank holds lies in the whole: placements over a mesh, as integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Placement:
    """What one axis of the mesh does with the tensor: ``str()`` is torch's word for it.

    >>> print(Placement("shard", axis=0), Placement("replicate"), Placement("partial", reduction="sum"))
    Shard(0) Replicate Partial(sum)
    """

    kind: Literal["shard", "replicate", "partial"]
    axis: int | None = None
    """Of the tensor, for a shard."""
    reduction: str | None = None
    """"sum", for a partial."""

    def __str__(self) -> str:
        detail = self.axis if self.kind == "shard" else self.reduction
        return self.kind.capitalize() + ("" if detail is None else f"({detail})")


@dataclass(frozen=True, slots=True)
class Shard:
    """The place of a local tensor in the global one. Integers only, so that any number of ranks costs nothing."""

    global_shape: tuple[int, ...]
    mesh: tuple[int, ...]
    """Ranks along each axis of the mesh."""
    mesh_names: tuple[str, ...]
    """Empty where its axes have no names."""
    placements: tuple[Placement, ...]
    """One an axis of the mesh."""
    rank: tuple[int, ...]
    """This rank's place in the mesh; empty where it is not part of it."""
    start: tuple[int, ...]
    """Global index of the local element (0, ..., 0)."""
