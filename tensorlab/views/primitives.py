"""What every view operation of either library lowers to: fifteen primitives over one view. Strides are in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import DType  # noqa: TC001 - the codec reads annotations

Cause = Literal["axes", "flag", "dtype", "format", "device", "always"]
"""Why the elements must be copied: two axes that cannot merge, or what ``CopyNeeded.reason`` says."""

CopyOrder = Literal["C", "F", "A", "K", "same", "channels_last", "channels_last_3d"]
"""In which order the elements of a copy lie."""


def require_integers(what: str, numbers: tuple[int, ...]) -> None:
    """Refuse what is not Python's own integer.

    Raises:
        LayoutError: A number is something else.

    >>> require_integers("axes", (0, 1))
    """
    for n in numbers:
        if type(n) is not int:
            raise LayoutError(f"{what} must be integers; got {n!r} of type {type(n).__name__}")


def require_word(what: str, word: object, known: tuple[object, ...]) -> None:
    """Refuse a word that is not among those known.

    Raises:
        LayoutError: It is another.

    >>> require_word("mode", "view", ("view", "reshape"))
    """
    if word not in known:
        raise LayoutError(f"{what} must be one of {', '.join(map(str, known))}; got {word!r}")


@dataclass(frozen=True, slots=True)
class Permute:
    """The axes in another order. Every axis is named once, from either end."""

    axes: tuple[int, ...]

    def __post_init__(self) -> None:
        require_integers("axes", self.axes)


@dataclass(frozen=True, slots=True)
class Slice:
    """``start:stop:step`` along one axis, with the meaning and the clipping of Python's slices."""

    axis: int
    start: int | None = None
    stop: int | None = None
    step: int | None = None

    def __post_init__(self) -> None:
        numbers = (self.axis, self.start, self.stop, self.step)
        require_integers("axis, start, stop and step", tuple(n for n in numbers if n is not None))


@dataclass(frozen=True, slots=True)
class Select:
    """One index of an axis, which goes away."""

    axis: int
    index: int

    def __post_init__(self) -> None:
        require_integers("axis and index", (self.axis, self.index))


@dataclass(frozen=True, slots=True)
class Expand:
    """Broadcasting to a shape: axes of size 1 repeat, new axes come first; -1 keeps a size (torch only)."""

    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        require_integers("shape", self.shape)


@dataclass(frozen=True, slots=True)
class Reshape:
    """The same elements, counted in C or (NumPy only) in F order, under another shape; one size may be -1.

    Mode "view" refuses where "reshape" copies: ``Tensor.view``, and NumPy's ``reshape(..., copy=False)``.
    """

    shape: tuple[int, ...]
    mode: Literal["view", "reshape"] = "reshape"
    order: Literal["C", "F"] = "C"

    def __post_init__(self) -> None:
        require_integers("shape", self.shape)
        require_word("mode", self.mode, ("view", "reshape"))
        require_word("order", self.order, ("C", "F"))


@dataclass(frozen=True, slots=True)
class InsertAxis:
    """A new axis of size 1 before ``axis`` (counted in the result): ``unsqueeze``, ``None`` in an index."""

    axis: int

    def __post_init__(self) -> None:
        require_integers("axis", (self.axis,))


@dataclass(frozen=True, slots=True)
class DropAxes:
    """Without these axes of size 1: ``squeeze``. None drops every one there is.

    torch leaves a named axis of another size in place, NumPy refuses it.
    """

    axes: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        require_integers("axes", self.axes or ())


@dataclass(frozen=True, slots=True)
class Copy:
    """The elements in a fresh block, in C order: ``clone(memory_format=torch.contiguous_format)``, ``copy("C")``."""


@dataclass(frozen=True, slots=True)
class Reinterpret:
    """The same bytes read as another dtype, as many of them as there are: ``x.view(torch.int8)``, ``a.view(np.int8)``.

    Where the itemsize changes, the last axis shrinks or grows.
    """

    dtype: DType


@dataclass(frozen=True, slots=True)
class Diagonal:
    """Two axes become one, at the end: the elements whose second index is the first plus ``shift``."""

    first: int
    second: int
    shift: int = 0

    def __post_init__(self) -> None:
        require_integers("first, second and shift", (self.first, self.second, self.shift))


@dataclass(frozen=True, slots=True)
class Unfold:
    """Windows of ``size`` elements along an axis, one every ``step``; the window is a new axis at the end."""

    axis: int
    size: int
    step: int = 1

    def __post_init__(self) -> None:
        require_integers("axis, size and step", (self.axis, self.size, self.step))


@dataclass(frozen=True, slots=True)
class AsStrided:
    """A layout told outright, in bytes; None keeps the offset. Whether the storage reaches so far is not known here."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int | None = None

    def __post_init__(self) -> None:
        require_integers("shape, strides and offset", (*self.shape, *self.strides, self.offset or 0))


@dataclass(frozen=True, slots=True)
class Part:
    """Of complex elements the "real" or the "imag" part, or both as an axis of two ("pairs"); "join" undoes that."""

    part: Literal["real", "imag", "pairs", "join"]

    def __post_init__(self) -> None:
        require_word("part", self.part, ("real", "imag", "pairs", "join"))


@dataclass(frozen=True, slots=True)
class Flip:
    """The bit that says how the elements are read, set the other way: the conjugate, the negative (torch only)."""

    bit: Literal["conj", "neg"]

    def __post_init__(self) -> None:
        require_word("bit", self.bit, ("conj", "neg"))


@dataclass(frozen=True, slots=True)
class Convert:
    """Another dtype, device or order of the elements: a view where nothing would change, otherwise a copy and why.

    Order "K" keeps that of the axes and closes gaps, "A" is F where the elements are in F order alone and C otherwise,
    "same" keeps the strides with their gaps.
    """

    order: CopyOrder = "K"
    dtype: DType | None = None
    device: str | None = None
    cause: Cause | None = None
    """Why it is a copy in any case; None where it is one only if something changes."""

    def __post_init__(self) -> None:
        require_word("order", self.order, get_args(CopyOrder))
        require_word("cause", self.cause, (*get_args(Cause), None))


Primitive: TypeAlias = (
    Permute
    | Slice
    | Select
    | Expand
    | Reshape
    | InsertAxis
    | DropAxes
    | Diagonal
    | Unfold
    | AsStrided
    | Reinterpret
    | Part
    | Flip
    | Convert
    | Copy
)
"""What every library name lowers to."""

PRIMITIVES: tuple[type[Primitive], ...] = get_args(Primitive)
