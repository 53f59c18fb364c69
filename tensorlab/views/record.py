"""What a view operation works on and what comes out; the primitives are in ``views.primitives`` and named here too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from tensorlab.errors import LayoutError
from tensorlab.layout.address import in_elements
from tensorlab.layout.dtype import DType
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import nbytes
from tensorlab.views.primitives import (
    PRIMITIVES,
    AsStrided,
    Cause,
    Convert,
    Copy,
    CopyOrder,
    Diagonal,
    DropAxes,
    Expand,
    Flip,
    InsertAxis,
    Part,
    Permute,
    Primitive,
    Reinterpret,
    Reshape,
    Select,
    Slice,
    Unfold,
    require_word,
)

__all__ = [
    "PRIMITIVES",
    "AsStrided",
    "Cause",
    "Convert",
    "Copy",
    "CopyNeeded",
    "CopyOrder",
    "Diagonal",
    "DropAxes",
    "Expand",
    "Flip",
    "InsertAxis",
    "Outcome",
    "Part",
    "Permute",
    "Primitive",
    "Refused",
    "Reinterpret",
    "Reshape",
    "Rules",
    "Select",
    "Slice",
    "Unfold",
    "View",
]

Rules = Literal["torch", "numpy"]
"""Whose rules are followed. They agree on view or copy, and differ in reported strides, negative steps and errors."""

_CAUSES: dict[Cause, str] = {
    "flag": "a conj or neg bit has to be applied to the elements",
    "dtype": "another dtype needs other bytes",
    "format": "the elements are asked for in another order",
    "device": "the elements are asked for on another device",
    "always": "this operation always makes a new block of memory",
}


@dataclass(frozen=True, slots=True)
class View:
    """What the algebra maps: a layout and what its bits mean. ``str()`` says it in elements where they are whole.

    Raises:
        LayoutError: The itemsizes of layout and dtype differ, or ``conj`` is set and the dtype is not complex.

    >>> from tensorlab.layout.dtype import dtype
    >>> print(View(Layout((2, 3), (12, 4), offset=8, itemsize=4), dtype("float32")))
    VIEW: shape (2, 3), strides (3, 1) and offset 2 in elements
    >>> View(Layout((2,), (4,), itemsize=4), dtype("int8"))
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: layout has itemsize 4, dtype int8 has 1
    """

    layout: Layout
    dtype: DType
    conj: bool = False
    """Whether the bits are read as the complex conjugate."""
    neg: bool = False
    """Whether the bits are read with the other sign."""
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.layout.itemsize != self.dtype.itemsize:
            raise LayoutError(
                f"layout has itemsize {self.layout.itemsize}, dtype {self.dtype.name} has {self.dtype.itemsize}"
            )
        if self.conj and self.dtype.kind != "complex":
            raise LayoutError(f"only a complex view can be conjugated; got dtype {self.dtype.name}")

    def __str__(self) -> str:
        whole = in_elements(self.layout)
        offset, strides = (self.layout.offset, self.layout.strides) if whole is None else whole
        unit = "bytes" if whole is None else "elements"
        return f"VIEW: shape {self.layout.shape}, strides {strides} and offset {offset} in {unit}"


@dataclass(frozen=True, slots=True)
class CopyNeeded:
    """No view: why not, and the fresh copy's view, so that a chain goes on. ``str()`` is the sentence that teaches.

    Strides are in bytes; the sentence says elements where they are whole.

    Raises:
        LayoutError: The cause is "axes" and the pair or a stride is missing, or it is another and one is given.

    >>> from tensorlab.layout.dtype import dtype
    >>> fresh = View(Layout((24,), (4,), itemsize=4), dtype("float32"))
    >>> print(CopyNeeded("axes", fresh, axes=(0, 1), stride=4, needed=96, count=4))
    COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 4*6=24 elements
    >>> print(CopyNeeded("always", fresh), CopyNeeded("always", fresh).nbytes)
    COPY: this operation always makes a new block of memory 96
    """

    cause: Cause
    result: View
    """Of the copy, at the start of a block of its own."""
    axes: tuple[int, int] | None = None
    """The neighbours, axes of size 1 left out, that would have to merge and cannot."""
    stride: int | None = None
    """Bytes found on the left one."""
    needed: int | None = None
    """Bytes it would need: the right one's size times its stride."""
    count: int | None = None
    """Size of the right one."""

    def __post_init__(self) -> None:
        require_word("cause", self.cause, get_args(Cause))
        given = [value is not None for value in (self.axes, self.stride, self.needed, self.count)]
        if self.cause == "axes" and not all(given):
            raise LayoutError("a copy because of axes names the pair, its stride, what it needs and the size")
        if self.cause != "axes" and any(given):
            raise LayoutError(f"only a copy because of axes names axes and strides; the cause is {self.cause!r}")

    @property
    def nbytes(self) -> int:
        """What the copy costs in memory."""
        return nbytes(self.result.layout)

    @property
    def reason(self) -> str:
        """Why there is no view, as a refusal says it too."""
        if self.axes is None or self.stride is None or self.needed is None or self.count is None:
            return _CAUSES[self.cause]
        size = self.result.layout.itemsize
        whole = size > 0 and self.stride % size == 0 and self.needed % (size * self.count) == 0
        unit, by = ("elements", size) if whole else ("bytes", 1)
        found, needed = self.stride // by, self.needed // by
        left, right = self.axes
        return (
            f"axes {left} and {right} cannot merge: stride[{left}]={found}, "
            f"needs {self.count}*{needed // self.count}={needed} {unit}"
        )

    def __str__(self) -> str:
        return f"COPY: {self.reason}"


@dataclass(frozen=True, slots=True)
class Refused:
    """What the library would raise: the name of its exception, and why in our words.

    >>> print(Refused("IndexError", "axis 5 is outside the 2 axes"))
    IndexError: axis 5 is outside the 2 axes
    """

    error: str
    """"IndexError", "RuntimeError", "AxisError"."""
    message: str

    def __str__(self) -> str:
        return f"{self.error}: {self.message}"


Outcome: TypeAlias = View | CopyNeeded | Refused
"""What an operation gives."""
