"""Places where a function has no derivative: its slope differs from one side to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.testing.gradient_checks.jacobians import numbers, outputs_of, outputs_where
from tensorlab.testing.gradient_checks.record import element

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.testing.gradient_checks.record import GradientEntry

_APART = 1e-2
"""Slopes differ where they do by more than this, relative to the larger: far more than rounding and curvature give."""


def kinks(
    fn: Callable[..., Any], inputs: Sequence[Any], entries: Sequence[GradientEntry], eps: float
) -> tuple[str, ...]:
    """A sentence for the first wrong number that is no fault of backward: there is no derivative at that point.

    >>> import torch
    >>> from tensorlab.testing.gradient_checks.record import GradientEntry
    >>> x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    >>> place = (0, (0,), "")
    >>> wrong = GradientEntry(source=place, result=place, analytic=0.0, numeric=0.5, wrong=True)
    >>> kinks(torch.relu, [x], [wrong], 1e-6)
    ('the function has a kink at input 0[0]: its slope is 0 on one side, 1 on the other',)
    """
    for entry in entries:
        if not (entry.wrong and entry.order == 1 and not entry.layout):
            continue
        below, above = _slopes(fn, inputs, entry, eps)
        if abs(above - below) > _APART * max(abs(above), abs(below), 1e-3):
            sides = f"its slope is {below:.3g} on one side, {above:.3g} on the other"
            return (f"the function has a kink at {element('input', entry.source)}: {sides}",)
    return ()


def _slopes(fn: Callable[..., Any], inputs: Sequence[Any], entry: GradientEntry, eps: float) -> tuple[float, float]:
    position, index, part = entry.source
    step = eps * 1j if part == "imag" else eps
    here = outputs_of(fn, inputs)
    sides = [outputs_where(fn, inputs, (position, index), signed) for signed in (-step, step)]
    at = _row(here, entry)
    below, middle, above = (_flat(out)[at] for out in (sides[0], here, sides[1]))
    return (middle - below) / eps, (above - middle) / eps


def _flat(outputs: Sequence[Any]) -> list[float]:
    return [float(number) for out in outputs for number in numbers(out)]


def _row(outputs: Sequence[Any], entry: GradientEntry) -> int:
    """Where the number of an output is in the row of all of them."""
    position, index, part = entry.result
    before = sum(numbers(out).numel() for out in outputs[:position])
    flat = 0
    for place, size in zip(index, outputs[position].shape, strict=True):
        flat = flat * size + place
    return before + (2 * flat + (part == "imag") if part else flat)
