"""The primitives on what the bits mean: parts of complex elements, and the conj and neg bits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES
from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.views.axes import fresh
from tensorlab.views.record import CopyNeeded, Refused, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.layout.dtype import DType
    from tensorlab.views.record import Flip, Outcome, Part, Rules

_REAL = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}
_COMPLEX = {real: name for name, real in _REAL.items()}


def part(view: View, op: Part, rules: Rules) -> Outcome:
    """A part of complex elements as a view of half the itemsize, or pairs of parts as complex elements.

    A real view is its own real part. The imaginary part of one is a new array of zeros for NumPy; torch refuses.

    Raises:
        UnsupportedError: NumPy has no such word ("pairs", "join"), or the dtype's parts are not known (long double).

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.views.record import Flip, Part
    >>> view = View(Layout((2, 3), (24, 8), itemsize=8), dtype("complex64"))
    >>> print(part(view, Part("imag"), "numpy"))
    VIEW: shape (2, 3), strides (6, 2) and offset 1 in elements
    >>> part(flip(view, Flip("conj"), "torch"), Part("imag"), "torch").neg
    True
    """
    if rules == "numpy" and op.part in {"pairs", "join"}:
        raise UnsupportedError(f"NumPy has no view of complex elements called {op.part!r}", hint="view(dtype) is one")
    return _PARTS[op.part](view, rules)


def flip(view: View, op: Flip, rules: Rules) -> Outcome:
    """The conj or the neg bit set the other way; only a complex view has the first.

    Raises:
        UnsupportedError: NumPy has no such bits.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.views.record import Flip
    >>> view = View(Layout((3,), (8,), itemsize=8), dtype("complex64"))
    >>> flip(view, Flip("neg"), "torch").neg, flip(flip(view, Flip("conj"), "torch"), Flip("conj"), "torch") == view
    (True, True)
    """
    if rules == "numpy":
        raise UnsupportedError(f"NumPy has no {op.bit} bit", hint="the bits are torch's")
    if op.bit == "neg":
        return replace(view, neg=not view.neg)
    if view.dtype.kind != "complex":
        return Refused("RuntimeError", f"only a complex view can be conjugated; got dtype {view.dtype.name}")
    return replace(view, conj=not view.conj)


def _real(view: View, _rules: Rules) -> Outcome:
    return _half(view, 0, view.neg) if view.dtype.kind == "complex" else view


def _imag(view: View, rules: Rules) -> Outcome:
    if view.dtype.kind == "complex":
        return _half(view, 1, view.neg != view.conj)
    if rules == "torch":
        return Refused("RuntimeError", f"only a complex view has an imaginary part; got dtype {view.dtype.name}")
    block = fresh(view, view.layout.shape, rules)
    if is_contiguous(view.layout, "F") and not is_contiguous(view.layout) and numel(view.layout.shape):
        strides = canonical_strides(view.layout.shape, view.layout.itemsize, "F")
        block = replace(block, layout=replace(block.layout, strides=strides))
    return CopyNeeded("always", block)


def _half(view: View, index: int, neg: bool) -> View:  # noqa: FBT001 - one of three facts of the result
    kind = _other(view.dtype, _REAL)
    layout = view.layout
    placed = Layout(layout.shape, layout.strides, layout.offset + index * kind.itemsize, kind.itemsize)
    return View(placed, kind, neg=neg, device=view.device)


def _pairs(view: View, _rules: Rules) -> Outcome:
    if view.dtype.kind != "complex":
        return Refused("RuntimeError", f"only complex elements are pairs of parts; got dtype {view.dtype.name}")
    if view.conj:
        return Refused("RuntimeError", "a conj bit must be applied before the parts are read")
    half = _half(view, 0, view.neg)
    size = half.layout.itemsize
    layout = Layout((*view.layout.shape, 2), (*view.layout.strides, size), view.layout.offset, size)
    return replace(half, layout=layout)


def _join(view: View, _rules: Rules) -> Outcome:
    layout = view.layout
    if view.dtype.name not in _COMPLEX:
        known = ", ".join(_COMPLEX)
        return Refused("RuntimeError", f"the parts of complex elements are {known}; got dtype {view.dtype.name}")
    if not layout.shape or layout.shape[-1] != 2 or layout.strides[-1] != layout.itemsize:
        return Refused("RuntimeError", f"the last axis must be two elements that touch; got {view}")
    size = 2 * layout.itemsize
    counted = [stride for n, stride in zip(layout.shape[:-1], layout.strides, strict=False) if n != 1]
    if any(number % size for number in (*counted, layout.offset)):
        return Refused("RuntimeError", f"the offset and all other strides must be whole pairs; got {view}")
    joined = Layout(layout.shape[:-1], tuple(s // size * size for s in layout.strides[:-1]), layout.offset, size)
    return View(joined, _other(view.dtype, _COMPLEX), neg=view.neg, device=view.device)


def _other(kind: DType, names: dict[str, str]) -> DType:
    if kind.name not in names:
        raise UnsupportedError(f"the parts of dtype {kind.name} are not known", hint=f"known: {', '.join(names)}")
    return replace(DTYPES[names[kind.name]], swapped=kind.swapped)


_PARTS: dict[str, Callable[[View, Any], Outcome]] = {"real": _real, "imag": _imag, "pairs": _pairs, "join": _join}
