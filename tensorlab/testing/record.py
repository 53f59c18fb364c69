"""What a function is tested with, what it promises, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tensorlab.errors import LayoutError, UnsupportedError, unknown_name
from tensorlab.layout.dtype import DType
from tensorlab.layout.record import Layout
from tensorlab.testing.sentences import finding_sentence, report_sentence

LayoutClass = Literal[
    "contiguous",
    "permuted",
    "gaps",
    "offset",
    "contiguous offset",
    "stride 0",
    "odd ones",
    "zero-size",
    "0-d",
    "channels_last",
    "channels_last slice",
    "overlapping",
    "conj",
    "neg",
    "dtype view",
    "negative stride",
]
"""Kinds of layouts that code tends to mishandle: C order at the start of its storage; a dense permutation; bytes
between elements that belong to none; a start within the storage, elsewhere than in C order or in it; an axis that
repeats; a stride on an axis of size 1 that no contiguous layout has; no elements; no axes; channels fastest, and a
slice of that; indices that share bytes without a stride 0; a conj or neg bit; bytes written as another dtype; and
(NumPy) a negative stride."""

CLASSES: tuple[LayoutClass, ...] = get_args(LayoutClass)

Contract = Literal["value", "pure", "fresh", "view", "in-place", "contiguous-out", "total", "alias-ok"]
"""What a function promises whatever the layouts of its arguments: the same values; to leave its arguments as they were;
a result in memory of its own; a result in an argument's memory; to write its first argument, and nothing else; a result
in C order; to refuse no layout; the right result where arguments share memory."""

NOT_HERE = "the script of a finding imports this file: no test starts from within one"
"""Why nothing was tested: the one reason that is nobody's fault."""

CONTRACTS: tuple[Contract, ...] = get_args(Contract)

VerdictWord = Literal["SILENT-WRONG", "MUTATED", "STRAY-WRITE", "ALIAS", "REFUSED", "CRASH"]
"""How a promise was broken: other values without an error; an argument was written that should not be; bytes outside
the elements of every argument were written; memory is shared that should not be, or is not that should; an exception
that the contiguous arguments do not raise; the process died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What one argument may be: axes by size or by name, a dtype, a range of values.

    Raises:
        LayoutError: There is no dtype, a fixed size is negative, or the range is empty.
        UnsupportedError: A field is of another type than it should be.
        UnknownNameError: There is no such class of layouts.

    >>> from tensorlab.layout.dtype import dtype
    >>> Spec(shape=("n", 3), dtypes=(dtype("float32"),)).shape
    ('n', 3)
    """

    shape: tuple[int | str, ...]
    """A size; a name, the same size wherever it stands; "..." for any axes, the same ones wherever they stand."""
    dtypes: tuple[DType, ...]
    low: int | str | None = None
    """Smallest value; None lets the elements be told apart."""
    high: int | str | None = None
    """One past the largest value: a number, or the name of an axis that the argument indexes."""
    library: Literal["torch", "numpy"] = "torch"
    classes: tuple[LayoutClass, ...] = ()
    """The layouts that may be drawn; without any, those that come with the dtypes by default."""

    def __post_init__(self) -> None:
        _check_shape(self.shape)
        _check_words(self)
        _check_classes(self.classes)
        if any(isinstance(n, int) and n < 0 for n in self.shape):
            raise LayoutError(f"a size cannot be negative; got shape {self.shape}")
        if isinstance(self.low, int) and isinstance(self.high, int) and self.low >= self.high:
            raise LayoutError(f"a range of values holds at least one; got {self.low} to {self.high}")


def _check_shape(shape: object) -> None:
    words = shape if isinstance(shape, tuple) else (None,)
    if any(type(word) not in {int, str} for word in words):
        raise UnsupportedError(
            f"the shape of a spec is a tuple of sizes and names; got {shape!r}", hint='as in shape=("n", 3)'
        )


def _check_words(spec: Spec) -> None:
    """Dtypes, range and library."""
    kinds: object = spec.dtypes
    if not isinstance(kinds, tuple) or not all(isinstance(kind, DType) for kind in kinds):
        raise UnsupportedError(
            f"the dtypes of a spec are a tuple of dtypes; got {kinds!r}", hint='as in dtypes=(dtype("float32"),)'
        )
    if not kinds:
        raise LayoutError("a spec names at least one dtype")
    for end in (spec.low, spec.high):
        if type(end) not in {int, str, type(None)}:
            raise UnsupportedError(f"a range goes from a number to a number or to the size of an axis; got {end!r}")
    if spec.library not in {"torch", "numpy"}:
        raise unknown_name("library", str(spec.library), ("torch", "numpy"))


def _check_classes(classes: object) -> None:
    if not isinstance(classes, tuple):
        raise UnsupportedError(f"the classes of a spec are a tuple of names; got {classes!r}")
    for name in classes:
        if name not in CLASSES:
            raise unknown_name("class of layouts", str(name), CLASSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """An argument as it lies in memory: numbers only, so that it can be drawn, shrunk, printed and built again."""

    layout: Layout
    """Its offset counts from the first byte of the storage, the bytes before the first element included."""
    dtype: DType
    nbytes: int
    """Of the whole storage: gaps and both ends included."""
    classes: frozenset[LayoutClass]
    """Every class that it belongs to."""
    conj: bool = False
    neg: bool = False
    stored: DType | None = None
    """The dtype that the storage was made in, where it is another."""
    library: Literal["torch", "numpy"] = "torch"

    def __post_init__(self) -> None:
        if self.layout.itemsize != self.dtype.itemsize:
            raise LayoutError(
                f"layout has itemsize {self.layout.itemsize}, dtype {self.dtype.name} has {self.dtype.itemsize}"
            )
        if self.nbytes < 0:
            raise LayoutError(f"a storage cannot have {self.nbytes} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call: how each argument lies, and which arguments lie in one storage.

    ``together`` holds positions of arguments: those whose layouts count from the same storage, the first one's.
    """

    arguments: tuple[Laid, ...]
    together: tuple[tuple[int, ...], ...] = ()
    fill: Literal["ramp", "signed", "few"] = "ramp"
    """The elements in C order: 1, 2, 3, ...; with alternating signs; or few distinct ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One broken promise, with a call that shows it."""

    verdict: VerdictWord
    contract: Contract
    case: Case
    message: str
    """What came and what was expected, in a sentence: the element, its value, the value it should have."""
    script: str = ""
    """Lines of Python that need no tensorlab and fail; empty before they were made and run."""
    confirmed: bool = False
    """Whether the script was run and failed."""

    def __str__(self) -> str:
        return finding_sentence(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a test of one function gave. It passed where something was tested and ``findings`` is empty."""

    target: str
    contract: tuple[Contract, ...]
    tested: int
    """Calls whose result was looked at."""
    refused: tuple[tuple[str, int], ...] = ()
    """What the function raised where contiguous arguments raise nothing, and how often."""
    skipped: tuple[tuple[str, int], ...] = ()
    """Why calls could not be made or judged, and how many."""
    classes: tuple[tuple[LayoutClass, int], ...] = ()
    """Tested calls with an argument of each class."""
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    seed: int = 0

    @property
    def passed(self) -> bool:
        """Whether calls were looked at, and no promise was seen broken."""
        idle = any(reason == NOT_HERE for reason, _ in self.skipped)
        return not self.findings and (self.tested > 0 or idle)

    def __str__(self) -> str:
        return report_sentence(self)
