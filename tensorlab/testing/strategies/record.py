"""What a strategy is asked for, and the tuples of things that strategies give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import DType
from tensorlab.testing.record import LayoutClass
from tensorlab.views.calls import Call

Library = Literal["torch", "numpy"]
Pattern = Literal["ramp", "signed", "few"]
Sharing = Literal["same", "apart", "shifted", "part", "transposed", "interleaved", "dtype"]
"""How two views lie in one storage: the same elements; one behind the other; the same shape some elements further on;
one within the other; the same bytes in another order; every second element each; the same bytes as another dtype."""

SHARINGS: tuple[Sharing, ...] = get_args(Sharing)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many axes, and how long.

    Raises:
        LayoutError: A bound is no integer, is negative, or is smaller than its opposite.

    >>> Bounds(max_axes=2).max_axes
    2
    """

    min_axes: int = 0
    max_axes: int = 5
    min_side: int = 0
    max_side: int = 33

    def __post_init__(self) -> None:
        for what in ("axes", "side"):
            low, high = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
            if type(low) is not int or type(high) is not int or not 0 <= low <= high:
                raise LayoutError(
                    f"min_{what} and max_{what} are integers with 0 <= min <= max; got {low!r} and {high!r}"
                )


@dataclass(frozen=True, slots=True)
class Wish:
    """What may be drawn, once shape and dtype are known or left free."""

    dtypes: tuple[DType, ...]
    classes: tuple[LayoutClass, ...]
    library: Library = "torch"
    shape: tuple[int, ...] | None = None
    """None for any shape within the bounds."""
    bounds: Bounds = Bounds()


@dataclass(frozen=True, slots=True)
class ViewChain:
    """An object, view operations one after another, and what they give when they are done."""

    base: Any
    calls: tuple[Call, ...]
    result: Any

    def __str__(self) -> str:
        words = [f"{call}" if call.name == "getitem" else f".{call}" for call in self.calls]
        return f"base{''.join(words)}"


@dataclass(frozen=True, slots=True)
class AliasedPair:
    """Two objects in one storage."""

    first: Any
    second: Any
    sharing: Sharing
    shares: bool
    """Whether they have a byte in common: "apart" and "interleaved" have none."""
