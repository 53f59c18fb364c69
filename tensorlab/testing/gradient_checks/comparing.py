"""Two Jacobians side by side: which numbers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch

from tensorlab.testing.gradient_checks.jacobians import by_backward, by_differences, numbers, outputs_of, places
from tensorlab.testing.gradient_checks.record import Compared, GradientEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.testing.gradient_checks.jacobians import Matrix
    from tensorlab.testing.gradient_checks.record import Place, Tolerance

KEPT = 10
"""Rows of the table of the worst numbers."""


def compared(
    fn: Callable[..., Any], inputs: Sequence[Any], positions: Sequence[int], tolerance: Tolerance, order: Literal[1, 2]
) -> tuple[Compared, Matrix]:
    """Backward of a function against finite differences, and the Jacobian that these give.

    A function that differs from call to call is not compared: its finite differences mean nothing.

    >>> from tensorlab.testing.gradient_checks.record import Tolerance
    >>> x = torch.ones(2, dtype=torch.float64, requires_grad=True)
    >>> found, _ = compared(torch.exp, [x], [0], Tolerance(1e-6, 1e-5, 1e-3, 0.0), 1)
    >>> found.count, found.wrong
    (4, 0)
    """
    outputs = outputs_of(fn, inputs)
    checked = [inputs[position] for position in positions]
    changes = _other_values(outputs, outputs_of(fn, inputs))
    if changes:
        return Compared(0, 0, 0.0, (), (changes,)), torch.zeros(0, 0)
    analytic, again = by_backward(outputs, checked), by_backward(outputs, checked)
    numeric = by_differences(fn, inputs, positions, tolerance.eps)
    names = _names(outputs, inputs, positions)
    found = entries(analytic, numeric, names, tolerance, order=order)
    failure = _other_gradients(analytic, again, names, tolerance)
    return Compared(*found, (failure,) if failure else ()), numeric


Names: TypeAlias = "tuple[list[Place], list[Place]]"


def _names(outputs: Sequence[torch.Tensor], inputs: Sequence[Any], positions: Sequence[int]) -> Names:
    return places(list(enumerate(outputs))), places([(position, inputs[position]) for position in positions])


def entries(  # noqa: PLR0913 - what is compared, and what its numbers are called
    analytic: Matrix,
    numeric: Matrix,
    names: Names,
    tolerance: Tolerance,
    *,
    order: Literal[1, 2] = 1,
    layout: str = "",
) -> tuple[int, int, float, tuple[GradientEntry, ...]]:
    """How many numbers were compared, how many are wrong, the largest error of the others, and the worst ones.

    >>> from tensorlab.testing.gradient_checks.record import Tolerance
    >>> one, tolerance = torch.ones(1, 1, dtype=torch.float64), Tolerance(1e-6, 1e-5, 1e-3, 0.0)
    >>> count, wrong, _, worst = entries(one, 2 * one, ([(0, (), "")], [(0, (), "")]), tolerance)
    >>> count, wrong, worst[0].error
    (1, 1, 0.5)
    """
    if not analytic.numel():
        return 0, 0, 0.0, ()
    away = (analytic - numeric).abs()
    bad = ~(away <= tolerance.atol + tolerance.rtol * numeric.abs())
    larger = torch.maximum(analytic.abs(), numeric.abs())
    relative = torch.where(larger == 0, torch.zeros_like(away), away / larger).nan_to_num(nan=torch.inf)
    good = relative[~bad & (larger > tolerance.atol)]
    rank = torch.where(bad, 2 + relative.clamp(max=3), torch.where(larger > tolerance.atol, relative, 0.0))
    order_of = rank.reshape(-1).argsort(descending=True, stable=True)[:KEPT].tolist()
    width = analytic.shape[1]
    worst = [
        GradientEntry(
            source=names[1][place % width],
            result=names[0][place // width],
            analytic=float(analytic[place // width, place % width]),
            numeric=float(numeric[place // width, place % width]),
            wrong=bool(bad[place // width, place % width]),
            order=order,
            layout=layout,
        )
        for place in order_of
    ]
    return analytic.numel(), int(bad.sum()), float(good.max()) if good.numel() else 0.0, tuple(worst)


def _other_values(once: Sequence[torch.Tensor], again: Sequence[torch.Tensor]) -> str:
    """A sentence where a function gave two results for the same inputs."""
    first, second = (torch.cat([numbers(out).double() for out in outs]) for outs in (once, again))
    if first.shape != second.shape:
        return "the function is not deterministic: with the same inputs it gives outputs of other sizes"
    changed = (first != second) & ~(first.isnan() & second.isnan())
    if not changed.any():
        return ""
    place = int(changed.nonzero()[0])
    words = f"a number of its output is {first[place]:.6g}, then {second[place]:.6g}"
    return f"the function is not deterministic: {words} with the same inputs; set a seed within it"


def _other_gradients(once: Matrix, again: Matrix, names: Names, tolerance: Tolerance) -> str:
    """A sentence where backward gave two results for the same inputs."""
    if not once.numel():
        return ""
    away = (once - again).abs()
    changed = away > tolerance.nondet
    if not changed.any():
        return ""
    row, column = divmod(int(away.reshape(-1).argmax()), once.shape[1])
    entry = GradientEntry(
        source=names[1][column],
        result=names[0][row],
        analytic=float(once[row, column]),
        numeric=float(again[row, column]),
        wrong=True,
    )
    what = str(entry).partition(" is ")[0]
    return (
        f"backward is not deterministic: {what} is {entry.analytic:.6g}, then {entry.numeric:.6g} with the same inputs"
    )
