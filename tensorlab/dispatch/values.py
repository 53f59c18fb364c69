"""Whether a tensor holds a NaN or an infinity: looked at in one pass, apart from all that watches operations."""

from __future__ import annotations

from cmath import isfinite
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.dispatch.internals import Apart

if TYPE_CHECKING:
    from collections.abc import Callable

_FEW = 16
"""So many numbers are faster looked at one by one than by an operation."""
_BASE: Any = torch.Tensor
_COUNT: Callable[[torch.Tensor], int] = _BASE.numel
_LIST: Callable[[torch.Tensor], Any] = _BASE.tolist
INEXACT = frozenset(
    kind
    for kind in (getattr(torch, name) for name in dir(torch))
    if isinstance(kind, torch.dtype) and (kind.is_floating_point or kind.is_complex)
)
"""Dtypes that have a NaN or an infinity."""


class Odd(NamedTuple):
    """How many elements are NaN, and how many are infinite; -1 where they are there and were not counted."""

    nans: int
    infinities: int


def nonfinite(tensor: torch.Tensor) -> bool | Odd | torch.Tensor | None:
    """False, or how many elements are NaN or infinite; None where there are none to look at.

    On another device than the host the answer is the largest element, which lies there: ``settled`` waits for it.

    >>> nonfinite(torch.tensor([1.0, torch.inf])), nonfinite(torch.full((100,), 1e38)), nonfinite(torch.ones(3).int())
    (Odd(nans=0, infinities=1), False, False)
    """
    if tensor.dtype not in INEXACT:
        return False
    kind = tensor.device.type
    if kind != "cpu":
        return None if kind == "meta" else _asked(tensor)
    if _COUNT(tensor) <= _FEW and tensor.dim() <= 1:
        found = _LIST(tensor)
        found = found if type(found) is list else [found]
        return False if isfinite(sum(found)) or all(map(isfinite, found)) else _counted(found)
    return _total(tensor)


def _counted(numbers: list[Any]) -> Odd:
    odd = [number for number in numbers if not isfinite(number)]
    nans = sum(isnan(number.real) or isnan(number.imag) for number in odd)
    return Odd(nans, len(odd) - nans)


def _total(tensor: torch.Tensor) -> bool | Odd | None:
    """By the sum, which is finite only where all is; where it is not, exactly: it may be too large for the dtype."""
    with Apart():
        try:
            if isfinite(tensor.sum().item()):
                return False
            odd, nans = int((~torch.isfinite(tensor)).sum()), int(torch.isnan(tensor).sum())
            return Odd(nans, odd - nans) if odd else False
        except (RuntimeError, TypeError, NotImplementedError):  # a dtype that nothing is computed in
            return None


def _asked(tensor: torch.Tensor) -> torch.Tensor | None:
    with Apart():
        try:
            return torch.linalg.vector_norm(tensor, float("inf"))
        except (RuntimeError, TypeError, NotImplementedError):  # as above
            return None


def settled(answer: bool | Odd | torch.Tensor | None) -> Odd | None:  # noqa: FBT001 - what ``nonfinite`` gave
    """The answer, waited for: counts, of what is finite too.

    >>> settled(False), settled(torch.tensor(float("nan"))), settled(None)
    (Odd(nans=0, infinities=0), Odd(nans=-1, infinities=0), None)
    """
    if isinstance(answer, torch.Tensor):
        with Apart():
            top = answer.item()
        return Odd(-1, 0) if isnan(top) else Odd(0, 0 if isfinite(top) else -1)
    return answer if answer is None or isinstance(answer, Odd) else Odd(0, 0)
