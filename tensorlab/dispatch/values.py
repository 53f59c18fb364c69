"""Whether a tensor holds a NaN or an infinity: looked at in one pass, apart from all that watches operations."""

from __future__ import annotations

import ctypes
from cmath import isfinite, isnan
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch

from tensorlab.dispatch.internals import CAN_ADDRESS, Apart, below, data_address, operator_modes, transforms

_FEW = 64
"""So many numbers are faster looked at one by one than by an operation."""
_NUMBERS: dict[torch.dtype, Any] = {
    torch.float32: ctypes.c_float,
    torch.float64: ctypes.c_double,
}
_BASE: Any = torch.Tensor
_STORAGE: Callable[[torch.Tensor], torch.UntypedStorage] = _BASE.untyped_storage
PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})
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


def way(shape: torch.Size, strides: tuple[int, ...], offset: Any, dtype: torch.dtype, device: torch.device) -> Way:  # noqa: ANN401 - an int, or one without a value
    """How to tell whether one element is a NaN or an infinity; the function gives None where there are none to look at.

    On another device than the host its answer is a tensor of one element that lies there: ``settled`` waits for it.

    >>> few, many = torch.tensor([1.0, float("inf")]), torch.full((100,), 1e38)
    >>> [way(x.shape, x.stride(), 0, x.dtype, x.device)(x) for x in (few, many, few.int())]
    [Odd(nans=0, infinities=1), False, False]
    """
    if dtype not in INEXACT:
        return _never
    if device.type != "cpu":
        return _unknown if device.type == "meta" else _asked
    count, size = shape.numel(), dtype.itemsize
    if not count:
        return _never
    stop = offset + 1 + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
    number = _NUMBERS.get(dtype)
    if number is None or count > _FEW or stop - offset != count or not CAN_ADDRESS:
        return partial(_total, stop * size)
    return _few(stop * size, offset * size, number * count)


def nonfinite(tensor: torch.Tensor) -> bool | Odd | torch.Tensor | None:
    """The same of any tensor: False, or how many there are of each; None where its elements do not lie in memory.

    >>> nonfinite(torch.full((100,), float("-inf"))), nonfinite(torch.ones(3)), nonfinite(torch.ones(3, device="meta"))
    (Odd(nans=0, infinities=100), False, None)
    """
    if type(tensor) not in PLAIN:
        return None
    try:
        _STORAGE(tensor)
        look = way(tensor.shape, tensor.stride(), tensor.storage_offset(), tensor.dtype, tensor.device)
        return look(tensor)
    except (RuntimeError, TypeError, NotImplementedError):  # neither strides nor values of its own
        return None


def _never(_: torch.Tensor) -> bool:
    return False


def _unknown(_: torch.Tensor) -> None:
    return None


def _few(need: int, start: int, numbers: Any) -> Way:  # noqa: ANN401 - an array type of ctypes'
    """Read where they lie: no operation, so nothing that watches operations sees one."""
    lying: Callable[[int], Any] = numbers.from_address

    def look(tensor: torch.Tensor) -> bool | Odd | None:
        address = data_address(tensor)
        if not address or _STORAGE(tensor).nbytes() < need:
            return None
        if isfinite(sum(lying(address + start)[:])):
            return False
        found = lying(address + start)[:]
        odd, nans = sum(not isfinite(one) for one in found), sum(isnan(one) for one in found)
        return Odd(nans, odd - nans) if odd else False

    return look


def _total(need: int, tensor: torch.Tensor) -> bool | Odd | None:
    """By the sum, which is finite only where all is; where it is not, exactly: it may be too large for the dtype."""
    if not data_address(tensor) or _STORAGE(tensor).nbytes() < need:
        return None
    try:
        if operator_modes() or tensor.requires_grad or transforms():
            with below():
                found = tensor.sum().item()
        else:  # nobody looks on, and no node is made
            found = tensor.sum().item()
        return False if isfinite(found) else _counted(tensor)
    except (RuntimeError, TypeError, NotImplementedError):  # a dtype that nothing is computed in
        return None


def _counted(tensor: torch.Tensor) -> bool | Odd:
    with Apart():
        odd, nans = int((~torch.isfinite(tensor)).sum()), int(torch.isnan(tensor).sum())
    return Odd(nans, odd - nans) if odd else False


def _asked(tensor: torch.Tensor) -> torch.Tensor | None:
    if not data_address(tensor):
        return None
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
