"""What a check of gradients found."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal

from tensorlab.errors import LayoutError

Part = Literal["", "real", "imag"]
"""Which part of a complex number; "" for a real one."""
Place = tuple[int, tuple[int, ...], Part]
"""Which input or output, which element of it, and which part of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientEntry:
    """One number of a Jacobian, found in two ways.

    >>> print(GradientEntry(source=(0, (1, 0), ""), result=(0, (1, 0), ""), analytic=2.0, numeric=3.0, wrong=True))
    d output[1, 0] / d input 0[1, 0] is 2 by backward, 3 by finite differences (relative error 0.33)
    """

    source: Place
    """The element of an input."""
    result: Place
    """The element of an output."""
    analytic: float
    """What backward gives."""
    numeric: float
    """What finite differences give."""
    wrong: bool
    """Whether they differ by more than the tolerance."""
    order: Literal[1, 2] = 1
    """First derivatives, or second."""
    layout: str = ""
    """How inputs and grad_output lay, where it was not as they were given."""

    @property
    def error(self) -> float:
        """The difference, relative to the larger of the two; 0 where both are 0, infinite where one is no number."""
        larger = max(abs(self.analytic), abs(self.numeric))
        if not (isfinite(self.analytic) and isfinite(self.numeric)):
            return inf
        return abs(self.analytic - self.numeric) / larger if larger else 0.0

    def __str__(self) -> str:
        words = (
            f"d {element('output', self.result)} / d {element('input', self.source)} is {self.analytic:.6g} by backward"
            f", {self.numeric:.6g} by finite differences (relative error {self.error:.2g})"
        )
        return f"{words}, {self.layout}" if self.layout else words


def element(kind: Literal["input", "output"], place: Place) -> str:
    """The name of an element; the first output needs no number.

    >>> element("input", (1, (0, 2), "")), element("output", (0, (), "imag"))
    ('input 1[0, 2]', 'imag(output)')
    """
    position, index, part = place
    name = kind if kind == "output" and position == 0 else f"{kind} {position}"
    word = f"{name}[{', '.join(map(str, index))}]" if index else name
    return f"{part}({word})" if part else word


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientInput:
    """One argument, and whether a gradient with respect to it was checked."""

    position: int
    type: str
    """Its dtype, or its type where it is no tensor."""
    shape: tuple[int, ...] | None = None
    """None for what is no tensor."""
    checked: bool = False
    note: str = ""
    """Why it was not checked, or what was done to it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientCheck:
    """Backward of a function against finite differences. Its ``str`` is the sentence; ``show`` draws it.

    Raises:
        LayoutError: More numbers are wrong than were compared.

    >>> print(GradientCheck(target="f", inputs=(), compared=12, largest=2e-10))
    gradients of f agree with finite differences: 12 numbers, largest relative error 2e-10
    """

    target: str
    inputs: tuple[GradientInput, ...]
    compared: int
    """Numbers of Jacobians, those of other layouts included."""
    wrong: int = 0
    largest: float = 0.0
    """The largest relative error of a number that agrees, among those that are not close to 0."""
    worst: tuple[GradientEntry, ...] = ()
    """The wrong ones first, the largest error first."""
    failures: tuple[str, ...] = ()
    """What else is wrong: it differs from run to run, an undefined gradient is not handled, what gradcheck says."""
    notes: tuple[str, ...] = ()
    """What was done otherwise than asked, and what could not be looked at."""
    second: bool = False
    """Whether second derivatives were checked too."""
    layouts: int = 0
    """Combinations of other layouts of inputs and grad_output."""
    eps: float = 1e-6
    atol: float = 1e-5
    rtol: float = 1e-3

    def __post_init__(self) -> None:
        if self.wrong > self.compared:
            raise LayoutError(f"{self.wrong} of {self.compared} numbers cannot be wrong")

    @property
    def passed(self) -> bool:
        """Whether every number agrees and nothing else is wrong."""
        return not self.wrong and not self.failures

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return "; ".join((self.headline, *self.failures))

    @property
    def headline(self) -> str:
        """How many numbers agree, or the worst that does not."""
        what = f"first and second derivatives of {self.target}" if self.second else f"gradients of {self.target}"
        where = f", {self.layouts} other layouts included" if self.layouts else ""
        if self.wrong:
            return f"{what} are wrong: {self.wrong:,} of {self.compared:,} numbers{where}; {self.worst[0]}"
        if self.failures:
            return f"{what} fail"
        if not self.compared:
            return f"{what} have no numbers: an input or the output has no elements"
        numbers = f"{self.compared:,} number{'' if self.compared == 1 else 's'}"
        return f"{what} agree with finite differences: {numbers}{where}, largest relative error {self.largest:.2g}"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far backward may be from finite differences, as in ``torch.autograd.gradcheck``."""

    eps: float
    atol: float
    rtol: float
    nondet: float
    """How far apart two runs of backward may be."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison of two Jacobians gave."""

    count: int
    """Numbers that were compared."""
    wrong: int
    largest: float
    """The largest relative error of those that agree."""
    worst: tuple[GradientEntry, ...] = ()
    failures: tuple[str, ...] = ()
    """What else is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverLayouts:
    """What other layouts of inputs and grad_output gave, together."""

    compared: Compared
    combinations: int
    """Calls that were made and not refused."""
    notes: tuple[str, ...] = ()
