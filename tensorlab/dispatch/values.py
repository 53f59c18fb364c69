"""Whether a tensor holds a NaN or an infinity: looked at in one pass, apart from all that watches operations."""

from __future__ import annotations

from cmath import isfinite, isnan
from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from tensorlab.dispatch.internals import Apart, operator_modes

_FEW = 16
"""So many numbers are faster looked at one by one than by an operation."""
_BASE: Any = torch.Tensor
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


Way = Callable[[torch.Tensor], "bool | Odd | torch.Tensor | None"]
"""How the values of tensors of one layout are looked at."""


def way(shape: torch.Size, dtype: torch.dtype, device: torch.device) -> Way:
    """How to tell whether one element is a NaN or an infinity; the function gives None where there are none to look at.

    On another device than the host its answer is a tensor of one element that lies there: ``settled`` waits for it.

    >>> few, many = torch.tensor([1.0, float("inf")]), torch.full((100,), 1e38)
    >>> [way(x.shape, x.dtype, x.device)(x) for x in (few, many, few.int())]
    [Odd(nans=0, infinities=1), False, False]
    """
    if dtype not in INEXACT:
        return _never
    if device.type != "cpu":
        return _unknown if device.type == "meta" else _asked
    if not shape:
        return _number
    return _few if len(shape) == 1 and shape[0] <= _FEW else _total


def nonfinite(tensor: torch.Tensor) -> bool | Odd | torch.Tensor | None:
    """The same of any tensor: False, or how many there are of each.

    >>> nonfinite(torch.full((100,), float("-inf"))), nonfinite(torch.ones(3))
    (Odd(nans=0, infinities=100), False)
    """
    try:
        return way(tensor.shape, tensor.dtype, tensor.device)(tensor)
    except (RuntimeError, TypeError, NotImplementedError):  # neither strides nor values of its own
        return None


def _never(_: torch.Tensor) -> bool:
    return False


def _unknown(_: torch.Tensor) -> None:
    return None


def _number(tensor: torch.Tensor) -> bool | Odd:
    found = _listed(tensor)
    return False if isfinite(found) else _counted([found])


def _few(tensor: torch.Tensor) -> bool | Odd:
    found = _listed(tensor)
    return False if isfinite(sum(found)) else _counted(found)


def _listed(tensor: torch.Tensor) -> Any:  # noqa: ANN401 - a number or a list of them
    if operator_modes() or tensor.is_neg() or tensor.is_conj():
        with Apart():
            return _LIST(tensor)
    return _LIST(tensor)


def _counted(found: list[Any]) -> bool | Odd:
    odd, nans = sum(not isfinite(one) for one in found), sum(isnan(one) for one in found)
    return Odd(nans, odd - nans) if odd else False


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
            top: torch.Tensor = torch.linalg.vector_norm(tensor, float("inf"))
        except (RuntimeError, TypeError, NotImplementedError):  # as above
            return None
        return top


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
