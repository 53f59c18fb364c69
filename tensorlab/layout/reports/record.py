"""The records of what follows from a layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import DType
from tensorlab.layout.record import Layout, Overlap
from tensorlab.layout.reports.words import contiguity_words, layout_words

MemoryFormat = Literal["contiguous", "channels_last", "channels_last_3d"]
"""torch's memory formats of a strided tensor."""
Format = Literal["contiguous", "F order", "channels_last", "channels_last_3d"]
"""A dense order of the axes; "contiguous" is C order. torch knows no F order."""


@dataclass(frozen=True, slots=True)
class FormatBreak:
    """The first stride, from the fastest axis on, that keeps a layout out of a format. Strides are in bytes."""

    format: Format
    axis: int
    stride: int
    needed: int


@dataclass(frozen=True, slots=True)
class FreeStride:
    """A stride that no element depends on, since its axis has size 1. Strides are in bytes."""

    axis: int
    stride: int
    canonical: int
    """What a fresh tensor of that shape and format has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutReport:
    """What a layout touches of a storage, from integers alone; ``str()`` is one line.

    Raises:
        LayoutError: The counts do not belong together.
    """

    layout: Layout
    nbytes: int
    """Of the whole storage."""
    dtype: DType | None
    """None where only the itemsize is known."""
    unit: int
    """Bytes that each count below stands for: the itemsize, or 1 where strides or offset are no whole elements."""
    lowest: int | None
    """Position that is touched first; None where nothing is."""
    highest: int | None
    """Position that is touched last."""
    elements: int
    """Indices."""
    unique: int
    """Positions that are touched, each counted once."""
    exact: bool
    """False where the unique positions are too many to count: then ``unique`` is a bound from above."""
    span: int
    """Positions from the lowest to the highest."""
    holes: int
    """Positions among them that are not touched."""
    reuse: float
    """How often a touched position is indexed, on average; 0 where nothing is touched."""
    c_break: FormatBreak | None
    """Why it is not C-contiguous."""
    overlap: Overlap
    """Whether two different indices share a byte."""

    def __post_init__(self) -> None:
        if (self.lowest is None) != (self.highest is None) or (self.lowest is None) != (self.unique == 0):
            raise LayoutError(f"{self.unique} positions cannot lie from {self.lowest} to {self.highest}")
        if self.span - self.unique != self.holes:
            raise LayoutError(f"a span of {self.span} with {self.unique} touched has no {self.holes} holes")

    def __str__(self) -> str:
        return layout_words(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contiguity:
    """Which memory formats a layout is in, and which stride keeps it out of each other; ``str()`` is the sentence."""

    type: str
    """Of the object: "torch.Tensor"."""
    layout: Layout | None
    """None where the object as a whole has no strides: its parts may."""
    formats: tuple[Format, ...] = ()
    """Those that it is in."""
    breaks: tuple[FormatBreak, ...] = ()
    """One for each format that it is not in."""
    free: tuple[FreeStride, ...] = ()
    """Strides of axes of size 1 that are not the canonical ones."""
    suggested: MemoryFormat | None = None
    """What torch's ``suggest_memory_format`` takes it for."""
    kept: tuple[int, ...] | None = None
    """Strides in bytes of ``torch.clone(x)`` and ``torch.empty_like(x)``; None where a stride is negative."""
    copied: int = 0
    """Bytes that ``.contiguous()`` copies; 0 where it returns its argument."""
    parts: tuple[tuple[str, Contiguity], ...] = ()
    """Components that have strides, where the whole has none."""
    doubt: str = ""
    """Why there are no strides."""

    def __str__(self) -> str:
        return contiguity_words(self)
