"""What an object says of its memory by a protocol, checked: numbers that can be, in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.memory.naming import FOREIGN, short_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.layout.dtype import DType

MOST_AXES = 64
"""That NumPy and torch allow; more are taken for a mistake, or for malice."""
_STOP = 2**63
"""Addresses end long before, on every machine that there is."""


@dataclass(frozen=True, slots=True)
class Export:
    """The memory of an object as a protocol tells it. It lives while ``keep`` does: it is held, never stored."""

    protocol: str
    """"__dlpack__", "__array_interface__"."""
    first: int | None
    """The address of element (0, ..., 0); None where there are no bytes."""
    shape: tuple[int, ...]
    strides: tuple[int, ...] | None
    """In bytes; None where elements do not begin at whole bytes."""
    dtype: DType
    device: str = "cpu"
    readonly: bool = False
    is_copy: bool = False
    """Whether the object says that these are not its own bytes."""
    keep: object = None
    """The capsule or buffer that keeps the bytes alive."""
    mask: object = None
    """Another object, which says which elements count."""

    def layout(self, offset: int = 0) -> Layout | None:
        """Where elements lie, counted from that offset.

        >>> from tensorlab.layout.dtype import dtype
        >>> Export("__dlpack__", 4096, (3,), (4,), dtype("float32")).layout(8)
        Layout(shape=(3,), strides=(4,), offset=8, itemsize=4)
        """
        return None if self.strides is None else Layout(self.shape, self.strides, offset, self.dtype.itemsize)


def checked(export: Export) -> Export:
    """The export, if its bytes can lie where it says.

    Raises:
        UnsupportedError: They would lie below address 0 or beyond the highest, or have elements and no address.
    """
    layout = export.layout()
    if layout is None or numel(layout.shape) * layout.itemsize == 0:
        return export
    if export.first is None:
        raise UnsupportedError(f"{export.protocol} gives no address for {numel(layout.shape)} elements")
    covered = extent(layout)
    if export.first + covered.start < 0 or export.first + covered.stop > _STOP:
        where = f"{covered.stop - covered.start:,} bytes around address {export.first:,}"
        raise UnsupportedError(f"{export.protocol} tells of {where}: there are no such")
    return export


def numbers(values: Iterable[object], what: str, *, least: int) -> tuple[int, ...]:
    """Integers of at most 64 bits, no smaller than ``least``.

    Raises:
        UnsupportedError: One is none, or there are too many.

    >>> numbers([2, 3], "shape", least=0)
    (2, 3)
    >>> numbers([2, -3], "shape", least=0)
    Traceback (most recent call last):
    tensorlab.errors.UnsupportedError: shape must be integers of 0 to 2**63 - 1; got -3
    """
    found: list[int] = []
    for value in values:
        if len(found) == MOST_AXES:
            raise UnsupportedError(f"{what} has more than {MOST_AXES} axes")
        found.append(number(value, what, least=least))
    return tuple(found)


def number(value: object, what: str, *, least: int, stop: int = 2**63) -> int:
    """One integer within these bounds.

    Raises:
        UnsupportedError: It is none.

    >>> number(3, "data", least=0)
    3
    """
    power = stop.bit_length() - 1
    expected = (
        f"{what} must be integers of {least if least >= 0 else f'-2**{(-least).bit_length() - 1}'} to 2**{power} - 1"
    )
    try:
        found = index(value)  # type: ignore[arg-type]  # that is the question
    except FOREIGN as error:
        raise UnsupportedError(f"{expected}; got one of type {short_name(value)}") from error
    if not least <= found < stop:
        shown = found if found.bit_length() <= 80 else f"one of {found.bit_length():,} bits"
        raise UnsupportedError(f"{expected}; got {shown}")
    return found
