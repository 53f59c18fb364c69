"""Whether a difference is rounding: where hardly changed numbers change the result as much, nothing can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.testing.comparing import as_array, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_SLACK = 64
"""How many times the change by one rounding step a sum in another order may be off."""


def is_rounding(
    got: object, expected: object, before: Sequence[Any], again: Callable[[tuple[Any, ...]], object]
) -> bool:
    """Whether every number of a result is off by no more than small changes of the arguments change it, up and down.

    The inverse of a singular matrix is such a result. A step, which one side alone crosses, is none.

    Args:
        got: What came.
        expected: What should have come.
        before: The arguments, contiguous.
        again: Gives the result for other arguments.

    >>> is_rounding(torch.tensor([2.0]), torch.tensor([1.0]), [torch.ones(1)], lambda given: given[0])
    False
    """
    changes = [_change(expected, before, again, sign) for sign in (1.0, -1.0)]
    ours = _floats(got)
    theirs = _floats(expected)
    if len(ours) != len(theirs) or not theirs or any(len(change) != len(theirs) for change in changes):
        return False
    for number, (mine, his) in enumerate(zip(ours, theirs, strict=True)):
        if mine.shape != his.shape or any(change[number].shape != his.shape for change in changes):
            return False
        with np.errstate(all="ignore"):
            moved = np.minimum(changes[0][number], changes[1][number])
            most = np.max(moved, where=np.isfinite(moved), initial=0.0)
            if not np.all((mine == his) | (np.abs(mine - his) <= _SLACK * most)):
                return False
    return True


def _change(
    expected: object, before: Sequence[Any], again: Callable[[tuple[Any, ...]], object], sign: float
) -> list[NDArray[Any]]:
    """How far each number of the result moves when every fractional argument moves by a rounding step."""
    new, old = _floats(again(tuple(_nudged(thing, sign) for thing in before))), _floats(expected)
    with np.errstate(all="ignore"):
        return [
            np.abs(one - two) if one.shape == two.shape else np.zeros(0) for one, two in zip(new, old, strict=False)
        ]


def _nudged(thing: Any, sign: float) -> Any:  # noqa: ANN401 - a tensor or an array
    """The same numbers, every second one larger by some steps than the others."""
    fractional = thing.is_floating_point() or thing.is_complex() if _is_tensor(thing) else thing.dtype.kind in "fc"
    if not fractional:
        return thing
    step = float((torch.finfo if _is_tensor(thing) else np.finfo)(thing.dtype).eps) * sign
    count = int(thing.numel() if _is_tensor(thing) else thing.size)
    factors = np.asarray(1 + step * (np.arange(count) % 3 + 1).reshape(tuple(thing.shape)))
    if _is_tensor(thing):
        return (thing.detach() * torch.from_numpy(factors)).to(thing.dtype)
    return np.asarray(thing * factors).astype(thing.dtype)


def _is_tensor(thing: object) -> bool:
    return isinstance(thing, torch.Tensor)


def _floats(result: object) -> list[NDArray[Any]]:
    """The fractional parts of a result, wide; empty where something else differs in kind."""
    numbers = (torch.Tensor, np.ndarray, np.generic, float, complex)
    found = [as_array(part) for _, part in leaves(result) if isinstance(part, numbers)]
    return [
        part.astype(np.complex128 if part.dtype.kind == "c" else np.float64)
        for part in found
        if part.dtype.kind in "fc"
    ]
