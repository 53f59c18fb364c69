"""Whether a tensor holds a NaN or an infinity: looked at in one pass, apart from all that watches operations."""

from __future__ import annotations

from cmath import isfinite
from typing import TYPE_CHECKING, Any

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


def nonfinite(tensor: torch.Tensor) -> bool | torch.Tensor | None:
    """Whether one element is a NaN or an infinity; None where there are none to look at.

    On another device than the host the answer is a tensor of one element that lies there: ``settled`` waits for it.

    >>> nonfinite(torch.tensor([1.0, float("inf")])), nonfinite(torch.full((100,), 1e38)), nonfinite(torch.ones(3).int())
    (True, False, False)
    """
    if tensor.dtype not in INEXACT:
        return False
    kind = tensor.device.type
    if kind != "cpu":
        return None if kind == "meta" else _asked(tensor)
    if _COUNT(tensor) <= _FEW and tensor.dim() <= 1:
        found = _LIST(tensor)
        if type(found) is not list:
            return not isfinite(found)
        return not isfinite(sum(found)) and not all(map(isfinite, found))
    return _total(tensor)


def _total(tensor: torch.Tensor) -> bool | None:
    """By the sum, which is finite only where all is; where it is not, exactly: it may be too large for the dtype."""
    with Apart():
        try:
            if isfinite(tensor.sum().item()):
                return False
            return not bool(torch.isfinite(tensor).all())
        except (RuntimeError, TypeError, NotImplementedError):  # a dtype that nothing is computed in
            return None


def _asked(tensor: torch.Tensor) -> torch.Tensor | None:
    with Apart():
        try:
            return ~torch.isfinite(torch.linalg.vector_norm(tensor, float("inf")))
        except (RuntimeError, TypeError, NotImplementedError):  # as above
            return None


def settled(answer: bool | torch.Tensor | None) -> bool | None:  # noqa: FBT001 - what ``nonfinite`` gave
    """The answer, waited for.

    >>> settled(torch.tensor(True)), settled(None)
    (True, None)
    """
    if isinstance(answer, torch.Tensor):
        with Apart():
            return bool(answer.item())
    return answer
