"""What a planted bug is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tensorlab.layout.dtype import dtype
from tensorlab.testing.record import CLASSES, Spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.testing.record import Contract

Group = Literal[
    "storage",
    "fast path",
    "ones",
    "repeats",
    "bits",
    "empty",
    "purity",
    "writing",
    "pairs",
    "sharing",
    "result",
    "numpy",
    "autograd",
]
"""What the bug mistakes: whose bytes a storage holds; which strides a fast path serves; a stride that means nothing;
elements that share bytes; conj, neg, dtype; no elements or no axes; who may be written; where to write; that two
arguments lie alike; who shares memory; how a result lies; what NumPy alone has; how gradients lie."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A function that is wrong for some layouts of its arguments, beside one that is right for all."""

    bug: Callable[..., Any]
    twin: Callable[..., Any]
    specs: tuple[Spec, ...]
    contract: tuple[Contract, ...]
    group: Group

    @property
    def name(self) -> str:
        """The bug's own, as a script imports it."""
        return self.bug.__name__

    @property
    def writes_first(self) -> bool:
        """Whether the first argument is written."""
        return "in-place" in self.contract


def tensor(*shape: int | str, kinds: str = "float32", below: str | None = None) -> Spec:
    """A torch argument of those axes; ``kinds`` are dtypes apart by |, ``below`` names the axis that it indexes."""
    low = None if below is None else 0
    return Spec(shape=shape, dtypes=tuple(map(dtype, kinds.split("|"))), low=low, high=below)


def negated(*shape: int | str) -> Spec:
    """A float argument that may be an imaginary part with a neg bit, which no float has that is not asked for."""
    return Spec(shape=shape, dtypes=(dtype("float32"),), classes=CLASSES)


def array(*shape: int | str, kinds: str = "float64") -> Spec:
    """A NumPy argument of those axes."""
    return Spec(shape=shape, dtypes=tuple(map(dtype, kinds.split("|"))), library="numpy")
