"""Other arguments for the same function: contiguous ones, other memory formats, more rows at once, a result to fill."""

from __future__ import annotations

from array import array
from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import torch
from torch.utils._pytree import tree_flatten, tree_map

from tensorlab.bench.slowness.rewrites import Way

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH = 8
"""Times as many rows, where a call is bound by its overhead."""


def prepared(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Way]:
    """What could be given instead, made once before the calls."""
    found = []
    if any(not is_contiguous(leaf) for leaf in tree_flatten((args, kwargs))[0]):
        how = "what it is given made contiguous, once, before the calls"
        found.append(_given(".contiguous() once", how, fn, tree_map(contiguous, (args, kwargs))))
    modules = [leaf for leaf in (fn, *tree_flatten((args, kwargs))[0]) if isinstance(leaf, torch.nn.Module)]
    images = [leaf for leaf in tree_flatten((args, kwargs))[0] if _is_image(leaf)]
    if modules and images and any(isinstance(layer, torch.nn.Conv2d) for one in modules for layer in one.modules()):
        how = "images and modules in memory_format=torch.channels_last, once, before the calls"
        own: Any = channels_last(fn)
        found.append(_given("channels_last", how, own, tree_map(channels_last, (args, kwargs))))
    if isinstance(fn, np.ufunc) and fn.nout == 1 and "out" not in kwargs:
        found.append(_ufunc(fn, args, kwargs))
    return found


def batched(args: tuple[Any, ...], *, mixed: bool = False) -> list[tuple[Any, ...]]:
    """Arguments of several calls in one: all arrays, or the first alone, with their rows repeated.

    Args:
        args: Of one call.
        mixed: Whether other rows follow the first ones instead: a call that mixes rows then gives something else.
    """
    more = _mixed if mixed else _repeated
    arrays = [place for place, one in enumerate(args) if _rows(one)]
    chosen = [arrays] if len(arrays) < 2 else [arrays, arrays[:1]]
    return [
        tuple(more(one) if place in places else one for place, one in enumerate(args)) for places in chosen if places
    ]


def is_batch_of(many: object, one: object) -> bool:
    """Whether a result is another's rows, several times over."""
    return _rows(many) == BATCH * _rows(one) > 0


def _given(what: str, how: str, fn: Callable[..., Any], given: tuple[tuple[Any, ...], dict[str, Any]]) -> Way:
    def make() -> Callable[[], Any]:
        own_args, own_kwargs = tree_map(cloned, given)
        return lambda: fn(*own_args, **own_kwargs)

    return Way(what, how, make)


def _ufunc(fn: np.ufunc, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Way:
    def make() -> Callable[[], Any]:
        own_args, own_kwargs = tree_map(cloned, (args, kwargs))
        out = np.array(fn(*own_args, **own_kwargs))
        return lambda: fn(*own_args, out=out, **own_kwargs)

    return Way("out=", f"the result of {fn.__name__} goes into an array that is there", make)


def is_contiguous(leaf: object) -> bool:
    """Whether an array lies in C order; anything else has no order."""
    if isinstance(leaf, torch.Tensor):
        return leaf.layout is not torch.strided or leaf.is_contiguous()
    return not isinstance(leaf, np.ndarray) or bool(leaf.flags.c_contiguous)


def contiguous(leaf: object) -> object:
    """In C order."""
    if isinstance(leaf, torch.Tensor) and not is_contiguous(leaf):
        return leaf.detach().contiguous().requires_grad_(leaf.requires_grad)
    return np.ascontiguousarray(leaf) if isinstance(leaf, np.ndarray) else leaf


def channels_last(leaf: object) -> object:
    """Images with their channels last in memory."""
    if _is_image(leaf):
        return leaf.detach().contiguous(memory_format=torch.channels_last).requires_grad_(leaf.requires_grad)
    if not isinstance(leaf, torch.nn.Module):
        return leaf
    return deepcopy(leaf).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it


def cloned(leaf: object) -> object:
    """A copy of an array, with the same strides, of bytes, of a set; of anything else, itself."""
    if isinstance(leaf, torch.Tensor) and leaf.is_leaf and leaf.layout is torch.strided:
        return deepcopy(leaf)
    return deepcopy(leaf) if isinstance(leaf, (np.ndarray, bytearray, array, set)) else leaf


def smallest(leaf: object) -> object:
    """One element along each axis, in memory of its own."""
    if isinstance(leaf, torch.Tensor) and leaf.layout is torch.strided and leaf.is_leaf:
        part = leaf.detach()[(slice(0, 1),) * leaf.dim()].clone()
        return part.requires_grad_(leaf.requires_grad) if leaf.requires_grad else part
    return leaf[(slice(0, 1),) * leaf.ndim].copy() if isinstance(leaf, np.ndarray) else leaf


def _is_image(leaf: object) -> TypeGuard[torch.Tensor]:
    if not isinstance(leaf, torch.Tensor) or leaf.dim() != 4 or not leaf.is_leaf or leaf.layout is not torch.strided:
        return False
    return not leaf.is_contiguous(memory_format=torch.channels_last)


def _rows(leaf: object) -> int:
    """0 of what has none."""
    if isinstance(leaf, torch.Tensor) and leaf.layout is not torch.strided:
        return 0
    return len(leaf) if isinstance(leaf, (torch.Tensor, np.ndarray)) and leaf.ndim else 0


def _mixed(leaf: torch.Tensor | np.ndarray[Any, Any]) -> torch.Tensor | np.ndarray[Any, Any]:
    """Its rows, then its first one, back to front: all of them values that there were before."""
    shape = (BATCH - 1) * len(leaf), *leaf.shape[1:]
    if isinstance(leaf, np.ndarray):
        return np.concatenate([leaf, np.broadcast_to(np.flip(leaf[:1]), shape)])
    own = leaf.detach()
    flipped = own[:1].flip(list(range(own.dim())))
    return torch.cat([own, flipped.expand(shape)]).requires_grad_(leaf.requires_grad)


def _repeated(leaf: torch.Tensor | np.ndarray[Any, Any]) -> torch.Tensor | np.ndarray[Any, Any]:
    if isinstance(leaf, np.ndarray):
        return np.concatenate([leaf] * BATCH)
    return torch.cat([leaf.detach()] * BATCH).requires_grad_(leaf.requires_grad)
