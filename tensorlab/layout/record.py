"""The record that everything else is built on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from tensorlab.errors import LayoutError, UndecidedError

Order = Literal["C", "F", "channels_last", "channels_last_3d"]
"""A dense order of the axes: rows first, columns first, or channels fastest (N, C, H, W and N, C, D, H, W)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where elements lie; never what they mean.

    Strides are kept as they were reported, also where they cannot matter (an axis of size 1, no elements at all),
    since the next view operation may depend on them.

    Only Python's own integers are taken: a NumPy integer wraps around at 64 bits and is no JSON, a bool is a mistake.

    Raises:
        LayoutError: A number is no integer, a size, the offset or the itemsize is negative, or an axis has no stride.

    >>> Layout((2, 3), (12, 4), itemsize=4)
    Layout(shape=(2, 3), strides=(12, 4), offset=0, itemsize=4)
    >>> Layout((2, 3), (12,))
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: got 1 stride for the 2 axes of shape (2, 3)
    hint: give one stride an axis, in bytes
    """

    shape: tuple[int, ...]
    """Elements along each axis."""
    strides: tuple[int, ...]
    """Bytes from one index to the next along each axis; any sign."""
    offset: int = 0
    """Bytes from the storage's first byte to element (0, ..., 0)."""
    itemsize: int = 1
    """Bytes that an element covers; 0 for NumPy's V0."""

    def __post_init__(self) -> None:
        _require_integers(self.shape, self.strides, (self.offset, self.itemsize))
        if len(self.shape) != len(self.strides):
            plural = "stride" if len(self.strides) == 1 else "strides"
            raise LayoutError(
                f"got {len(self.strides)} {plural} for the {len(self.shape)} axes of shape {self.shape}",
                hint="give one stride an axis, in bytes",
            )
        if any(n < 0 for n in self.shape):
            raise LayoutError(f"a size cannot be negative; got shape {self.shape}")
        if self.offset < 0 or self.itemsize < 0:
            raise LayoutError(
                f"offset and itemsize cannot be negative; got offset {self.offset}, itemsize {self.itemsize}",
                hint="count the offset from the first byte of the storage",
            )


def _require_integers(*groups: tuple[int, ...]) -> None:
    for group in groups:
        if not isinstance(group, tuple):
            raise LayoutError(f"shape and strides are tuples; got {group!r}", hint="convert with tuple()")
        for n in group:
            if type(n) is not int:
                raise LayoutError(
                    f"a layout is made of integers; got {n!r} of type {type(n).__name__}", hint="convert with int()"
                )


class Answer(Enum):
    """Yes, no, or that it is not known; only the first two can be asked for their truth.

    >>> bool(Answer.YES), bool(Answer.NO)
    (True, False)
    >>> bool(Answer.UNKNOWN)
    Traceback (most recent call last):
    tensorlab.errors.UndecidedError: the answer is UNKNOWN: neither True nor False
    hint: compare it with Answer.YES, Answer.NO or Answer.UNKNOWN
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        if self is Answer.UNKNOWN:
            raise UndecidedError(
                "the answer is UNKNOWN: neither True nor False",
                hint="compare it with Answer.YES, Answer.NO or Answer.UNKNOWN",
            )
        return self is Answer.YES


Method = Literal["empty", "bounds", "gcd", "nested strides", "bitset", "search", "cap"]
"""What decided whether bytes are shared: there are none; their extents are apart, or one ends in an element of the
other; no sum of the strides bridges the distance; each axis steps over all that the smaller ones reach; every position
was marked; an exhaustive search; or nothing did, since the work would pass a cap."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Whether two layouts over one run of bytes share a byte, or two indices of one layout do.

    Raises:
        LayoutError: A yes comes without a witness, or an unknown without the cap that was met.
    """

    answer: Answer
    method: Method
    witness: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    """An index into the first and one into the second whose elements have a byte in common; with a yes."""
    byte: int | None = None
    """A byte that both touch, counted from the first one's storage; with a yes."""
    cap: str | None = None
    """Why it is not known; with an unknown."""

    def __post_init__(self) -> None:
        if (self.answer is Answer.YES) != (self.witness is not None and self.byte is not None):
            raise LayoutError(f"a yes, and only a yes, has a witness and its byte; got {self.answer.name}")
        if (self.answer is Answer.UNKNOWN) != (self.cap is not None):
            raise LayoutError(f"an unknown, and only an unknown, has a cap; got {self.answer.name}")
