"""What a backward pass was seen to do: a few numbers for each gradient, none of the gradients themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.quantity import counted

Mark = Literal["dead", "vanishing", "exploding", "nonfinite", "no gradient"]
"""What is wrong with a gradient: all zeros; small or large beyond the limits; holding NaN or infinities; not there."""

ProductKind = Literal["jvp", "vjp", "hvp"]
"""Jacobian times vector, vector times Jacobian, Hessian times vector."""

Shaped = tuple[tuple[int, ...], str]
"""Shape and dtype of a tensor, as "float32"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on a gradient is marked.

    Raises:
        LayoutError: A limit is not above 0, or ``jump`` not above 1.

    >>> Limits().vanishing, Limits().exploding, Limits().jump
    (1e-08, 1000.0, 10000.0)
    """

    vanishing: float = 1e-8
    """Largest element at or below this: a step with a rate below 1 does not change float32 weights near 1. For a dtype
    that ends before, its smallest normal number: 6.1e-05 for float16."""
    exploding: float = 1e3
    """Largest element at or above this."""
    jump: float = 1e4
    """Norm this many times smaller or larger than the median of its five neighbours nearer to the loss: of weights
    for a weight, of biases for a bias, of nodes for a node."""

    def __post_init__(self) -> None:
        for name, low in (("vanishing", 0.0), ("exploding", 0.0), ("jump", 1.0)):
            if not getattr(self, name) > low:
                raise LayoutError(f"{name} is a number above {low:g}; got {getattr(self, name)!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientStat:
    """One gradient in a few numbers; ``str()`` is a line of it.

    >>> print(GradientStat(name="head.weight", kind="parameter", shape=(2, 3), dtype="float32", norm=0.5, largest=0.25,
    ...                    zeros=0.5, nonfinite=0))
    head.weight float32 (2, 3) norm 0.5 max 0.25 zeros 50%
    >>> print(GradientStat(name="spare", kind="parameter", marks=("no gradient",)))
    spare: no gradient
    """

    name: str
    """Of a parameter, its qualified name; of a node, as torch calls it."""
    kind: Literal["node", "parameter", "wrt"]
    """A node has the gradients of what it made in forward; "wrt" is a tensor that was asked for."""
    number: int | None = None
    """Of the node in the graph; of a leaf, that of the place where its gradient is added up."""
    depth: int | None = None
    """Steps of backward from the loss: the longest way. None where it is not in the graph."""
    shape: tuple[int, ...] = ()
    dtype: str = ""
    norm: float | None = None
    """Root of the sum of the squares; None where no gradient came."""
    largest: float | None = None
    """Largest absolute value."""
    zeros: float | None = None
    """Share of elements that are zero, from 0 to 1; those that a sparse gradient does not hold are."""
    nonfinite: int | None = None
    """How many elements are NaN or infinite."""
    marks: tuple[Mark, ...] = ()
    module: str = ""
    line: str = ""
    value: object = field(default=None, repr=False, compare=False, metadata={"transient": True})
    """The gradient itself, of what was asked for by ``wrt`` alone; not stored."""

    def __str__(self) -> str:
        if self.norm is None or self.largest is None:
            return f"{self.name}: {', '.join(self.marks) or 'not seen'}"
        words = [self.name, self.dtype, str(self.shape), f"norm {self.norm:.3g}", f"max {self.largest:.3g}"]
        words.append(f"zeros {percent(self.zeros)}")
        if self.nonfinite:
            words.append(f"{self.nonfinite:,} NaN or Inf")
        told = [mark for mark in self.marks if mark != "nonfinite"]
        return " ".join(filter(None, (*words, self.module, self.line, *(f"<{mark}>" for mark in told))))


def percent(share: float | None) -> str:
    """A share that says all and none only where that is so.

    >>> percent(1.0), percent(0.9999), percent(0.00001), percent(0.0), percent(0.5), percent(None)
    ('100%', '>99%', '<1%', '0%', '50%', '-')
    """
    if share is None:
        return "-"
    if share in {0.0, 1.0}:
        return f"{share:.0%}"
    return "<1%" if share < 0.01 else ">99%" if share > 0.99 else f"{share:.0%}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientFlow:
    """The gradients of one backward pass in numbers, from the loss on; ``str()`` is a line for each mark.

    >>> print(GradientFlow(of="float32 ()"))
    gradients of float32 (): 0 nodes, 0 parameters; none is marked
    """

    of: str
    """What the gradients are of: "float32 ()"."""
    nodes: tuple[GradientStat, ...] = ()
    """Of each node that is no leaf, by depth."""
    params: tuple[GradientStat, ...] = ()
    """Of each leaf in the graph, and of each parameter that was named, by depth; those without a gradient last."""
    wrt: tuple[GradientStat, ...] = ()
    """Of each tensor that was asked for, in that order, with its value."""
    limits: Limits = Limits()
    accumulated: bool = False
    """Whether ``.grad`` of the leaves was added to; else it is as it was."""
    notes: tuple[str, ...] = ()
    """What else there is to know: what was taken for a gradient of the loss, what could not be seen."""

    def __iter__(self) -> Iterator[GradientStat]:
        return iter((*self.params, *self.nodes))

    def __getitem__(self, name: str) -> GradientStat:
        """The parameter, or else the first node, of that name.

        Raises:
            KeyError: There is none.
        """
        found: GradientStat | None = next((stat for stat in (*self.wrt, *self) if stat.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    @property
    def marked(self) -> tuple[GradientStat, ...]:
        """Those that something is wrong with, parameters first."""
        return tuple(stat for stat in self if stat.marks)

    @property
    def summary(self) -> str:
        """How many there are, and how many have each mark."""
        counts = [f"{counted(len(self.nodes), 'node')}, {counted(len(self.params), 'parameter')}"]
        marks = [mark for stat in self for mark in stat.marks]
        told = [f"{marks.count(mark)} {mark}" for mark in dict.fromkeys(marks)]
        return f"gradients of {self.of}: {counts[0]}; {', '.join(told) or 'none is marked'}"

    def __str__(self) -> str:
        return "\n".join([self.summary, *map(str, self.wrt), *map(str, self.marked), *self.notes])


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientProduct:
    """A Jacobian or Hessian times a vector, with the shapes of all that takes part; ``str()`` tells them.

    >>> print(GradientProduct(kind="jvp", function="f", point=(((3,), "float32"),), result=(((2,), "float32"),),
    ...                       vector=(((3,), "float32"),), product=(((2,), "float32"),), norm=1.5))
    jvp of f: J (2) x (3), times a vector like the point
    point   float32 (3,)
    value   float32 (2,)
    vector  float32 (3,)
    product float32 (2,) norm 1.5
    """

    kind: ProductKind
    function: str
    point: tuple[Shaped, ...]
    """Where the derivatives are taken: each tensor of the arguments."""
    result: tuple[Shaped, ...]
    """What the function gives there."""
    vector: tuple[Shaped, ...]
    """As the point for jvp and hvp, as the value for vjp."""
    product: tuple[Shaped, ...]
    """As the value for jvp, as the point for vjp and hvp."""
    norm: float | None = None
    """Of the product."""
    notes: tuple[str, ...] = ()
    """How it was computed; what was taken for the vector."""
    value: object = field(default=None, repr=False, compare=False, metadata={"transient": True})
    """The product itself, in the structure of the point or of the function's value; not stored."""

    def __str__(self) -> str:
        rows = {"point": self.point, "value": self.result, "vector": self.vector, "product": self.product}
        lines = [f"{name:<7} {shapes_of(of)}" for name, of in rows.items()]
        if self.norm is not None and isfinite(self.norm):
            lines[-1] += f" norm {self.norm:.3g}"
        return "\n".join([f"{self.kind} of {self.function}: {self.operator}", *lines, *self.notes])

    @property
    def operator(self) -> str:
        """The matrix that is never built, by its sides, and which side the vector is at."""
        rows, columns = sides(self.result), sides(self.point)
        if self.kind == "hvp":
            return f"H {columns} x {columns}, times a vector like the point"
        like = "like the point" if self.kind == "jvp" else "like the value"
        return (
            f"J {rows} x {columns}, times a vector {like}"
            if self.kind == "jvp"
            else f"a vector {like}, times J {rows} x {columns}"
        )


def shapes_of(tensors: tuple[Shaped, ...]) -> str:
    """Dtype and shape of each.

    >>> shapes_of((((2, 3), "float32"), ((), "float64")))
    'float32 (2, 3), float64 ()'
    """
    return ", ".join(f"{dtype} {shape}" for shape, dtype in tensors)


def sides(tensors: tuple[Shaped, ...]) -> str:
    """The sizes along one side of a matrix, as they are; those of several tensors are added.

    >>> sides((((2, 3), "float32"),)), sides((((), "float32"),)), sides((((3,), "float32"), ((), "float32")))
    ('(2\N{MULTIPLICATION SIGN}3)', '(1)', '(3 + 1)')
    """
    by = "\N{MULTIPLICATION SIGN}"
    return f"({' + '.join(by.join(map(str, shape)) or '1' for shape, _ in tensors)})"
