"""Where the piece that one rank holds lies in the whole: placements over a mesh, as integers."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

from tensorlab.errors import LayoutError


@dataclass(frozen=True, slots=True)
class Placement:
    """What one axis of the mesh does with the tensor: ``str()`` is torch's word for it.

    >>> print(Placement("shard", axis=0), Placement("replicate"), Placement("partial", reduction="sum"))
    Shard(0) Replicate Partial(sum)
    >>> print(Placement("shard", axis=0, rounds=2))
    _StridedShard(0, sf=2)
    """

    kind: Literal["shard", "replicate", "partial"]
    axis: int | None = None
    """Of the tensor, for a shard."""
    reduction: str | None = None
    """"sum", for a partial."""
    rounds: int = 1
    """Parts that the axis is cut into before each is dealt out: the split factor of a strided shard."""

    def __str__(self) -> str:
        if self.rounds != 1:
            return f"_StridedShard({self.axis}, sf={self.rounds})"
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
    orders: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """Axes of the tensor that the mesh's axes deal out in another order than left to right, with that order."""
    ranks: tuple[int, ...] = ()
    """Global rank at each place, in C order; empty where they count from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharding:
    """A tensor over all ranks of a mesh; ``str()`` is a sentence.

    Raises:
        LayoutError: A size is negative, an axis of the mesh has no rank or not one placement, a placement names an axis
            that is not there, or an order names others than those that deal the axis out.

    >>> over = (Placement("shard", 0), Placement("replicate"))
    >>> print(Sharding(shape=(8, 3), itemsize=4, mesh=(2, 2), placements=over))
    (8, 3) of 4 B elements, Shard(0), Replicate over 2x2 ranks
    >>> Sharding(shape=(8,), itemsize=4, mesh=(2,), placements=(Placement("shard", 1),))
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: Shard(1) names axis 1 of a tensor with 1 axis
    """

    shape: tuple[int, ...]
    """Of the whole."""
    itemsize: int
    """Bytes an element."""
    mesh: tuple[int, ...]
    """Ranks along each axis of the mesh."""
    placements: tuple[Placement, ...]
    """One an axis of the mesh."""
    mesh_names: tuple[str, ...] = ()
    """Empty where its axes have no names."""
    orders: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """As in ``Shard``."""
    ranks: tuple[int, ...] = ()
    """As in ``Shard``."""
    axes: tuple[int, ...] = ()
    """Axes of a local tensor from the slowest to the fastest; empty for C order."""
    own: tuple[int, ...] = ()
    """This process's place in the mesh; empty where it has none."""

    def __post_init__(self) -> None:
        if any(n < 0 for n in self.shape) or self.itemsize < 1:
            raise LayoutError(f"sizes are 0 or more and an element has bytes; got {self.shape}, {self.itemsize} B")
        if not self.mesh or any(n < 1 for n in self.mesh) or len(self.mesh) != len(self.placements):
            raise LayoutError(
                f"a mesh has a rank or more and one placement along each axis; "
                f"got mesh {self.mesh} and {len(self.placements)} placements"
            )
        for name, given, right in (
            ("names", self.mesh_names, len(self.mesh)),
            ("ranks", self.ranks, prod(self.mesh)),
            ("places", self.own, len(self.mesh)),
        ):
            if given and len(given) != right:
                raise LayoutError(f"mesh {self.mesh} has {right} {name}; got {len(given)}")
        self._check_axes()

    def _check_axes(self) -> None:
        count = len(self.shape)
        for one in self.placements:
            if one.kind == "shard" and not (one.axis is not None and 0 <= one.axis < count and one.rounds >= 1):
                axes = "axis" if count == 1 else "axes"
                raise LayoutError(f"{one} names axis {one.axis} of a tensor with {count} {axes}")
        for axis, order in self.orders:
            dealing = [n for n, one in enumerate(self.placements) if one.axis == axis]
            if sorted(order) != dealing:
                raise LayoutError(f"axis {axis} is dealt out by axes {dealing} of the mesh; got the order {order}")
        if self.axes and sorted(self.axes) != list(range(count)):
            raise LayoutError(f"an order of {count} axes names each once; got {self.axes}")

    def order(self, axis: int) -> tuple[int, ...]:
        """Axes of the mesh that deal out an axis of the tensor, in turn."""
        told = dict(self.orders).get(axis)
        return told or tuple(n for n, one in enumerate(self.placements) if one.kind == "shard" and one.axis == axis)

    def __str__(self) -> str:
        ranks = "x".join(map(str, self.mesh))
        words = ", ".join(map(str, self.placements))
        plural = "" if prod(self.mesh) == 1 else "s"
        return f"{self.shape} of {self.itemsize} B elements, {words} over {ranks} rank{plural}"
