"""When torch refuses a write: the checks of its own in-place operations, told without calling one.

They look for less than there is: a stride of 0, and ranges of dense tensors of one storage. The tests hold them against
torch itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tensorlab.layout.facts import broadcast_axes, is_dense
from tensorlab.layout.shapes import numel
from tensorlab.memory.internals import (
    handles_operations,
    is_zero_tensor,
    refuses_rebase,
    storage_key,
    without_overrides,
)
from tensorlab.memory.writes.record import Refusal

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout

_LEAF = Refusal(
    raises=True,
    reason="a leaf that requires grad, or a view of one, is not written in place",
    cure="write under torch.no_grad()",
)
_VIEW = Refusal(
    raises=True,
    reason="a view that autograd cannot follow (made under no_grad, or one of several outputs) is not written in place",
    cure="write to a clone of it, or under torch.no_grad()",
)
_INFERENCE = Refusal(
    raises=True,
    reason="an inference tensor is not written outside inference mode",
    cure="write to a clone of it, or under torch.inference_mode()",
)
_ZERO = Refusal(raises=True, reason="zeros that are kept nowhere are not written", cure="write to a clone of it")
_WITHIN = "an axis of stride 0: several indices have one address"
_ACROSS = "src and dst are dense and their ranges in one storage overlap, but are not the same"
_NO_DATA = "a meta tensor has nothing to copy"
_HALF = {torch.float16, torch.float32}
UNTOLD = Refusal(raises=None)


def is_mapped(tensor: torch.Tensor) -> bool:
    """Whether its bytes may belong to a file or a shared segment: torch did not allocate them, or shares them.

    >>> is_mapped(torch.zeros(3)), is_mapped(torch.zeros(3).share_memory_())
    (False, True)
    """
    try:
        with without_overrides():
            storage = tensor.untyped_storage()
            return bool(not storage.resizable() or storage.is_shared())
    except Exception:  # noqa: BLE001 - an odd tensor raises what it likes, and has no bytes of its own
        return False


def inplace_refusal(tensor: torch.Tensor, layout: Layout | None) -> Refusal:
    """Whether torch refuses ``tensor.add_(1)`` and its like; they write every element once.

    >>> from tensorlab.memory.tensor import describe
    >>> row = torch.zeros(1).expand(3)
    >>> inplace_refusal(row, describe(row).layout).reason
    'an axis of stride 0: several indices have one address'
    """
    with without_overrides():
        if _is_foreign(tensor, layout):
            return UNTOLD
        found = _state_refusal(tensor, needs_grad=tensor.requires_grad)
        return found or _within(tensor, layout) or Refusal(raises=False)


def copy_refusal(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> Refusal:
    """Whether torch refuses ``dst.copy_(src)``; the layouts are those of ``dst`` and of ``src``, not broadcast.

    >>> from tensorlab.memory.tensor import describe
    >>> x = torch.arange(5.0)
    >>> copy_refusal(x[1:], x[:-1], (describe(x[1:]).layout, describe(x[:-1]).layout)).raises
    True
    """
    with without_overrides():
        if _is_foreign(dst, layouts[0]) or _is_foreign(src, layouts[1]):
            return UNTOLD
        differentiable = dst.requires_grad or (src.requires_grad and (dst.is_floating_point() or dst.is_complex()))
        found = _state_refusal(dst, needs_grad=differentiable)
        return found or _copy_refusal(dst, src, layouts) or Refusal(raises=False)


def _is_foreign(tensor: torch.Tensor, layout: Layout | None) -> bool:
    """Whether other rules hold: those of a subclass, of a quantized tensor, of one without strides."""
    return layout is None or handles_operations(tensor) or tensor.is_quantized


def _state_refusal(tensor: torch.Tensor, *, needs_grad: bool) -> Refusal | None:
    """By what the tensor is, wherever its elements lie."""
    if is_zero_tensor(tensor):
        return _ZERO
    if tensor.is_inference() and not torch.is_inference_mode_enabled():
        return _INFERENCE
    if not (needs_grad and torch.is_grad_enabled()):
        return None
    if tensor.requires_grad and tensor.is_leaf:
        return _LEAF
    why = refuses_rebase(tensor)
    return {None: None, "leaf": _LEAF}.get(why, _VIEW)


def _within(tensor: torch.Tensor, layout: Layout | None) -> Refusal | None:
    if layout is None or tensor.device.type == "meta" or is_dense(layout) or not broadcast_axes(layout):
        return None
    return Refusal(raises=True, reason=_WITHIN)


def _copy_refusal(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> Refusal | None:
    if dst.dim() < src.dim():
        return Refusal(raises=True, reason=f"src has {src.dim()} axes, dst has {dst.dim()}")
    if is_zero_tensor(src) or dst is src or dst.device.type == "meta":
        return None
    if src.device.type == "meta":
        return Refusal(raises=True, reason=_NO_DATA)
    if _is_same_data(dst, src, layouts) or _is_converted_at_once(dst, src, layouts):
        return None
    return _within(dst, layouts[0]) or _across(dst, src, layouts)


def _is_same_data(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> bool:
    """Whether torch sees that there is nothing to do."""
    marks = [(t.dtype, t.is_conj(), t.is_neg()) for t in (dst, src)]
    return layouts[0] == layouts[1] and marks[0] == marks[1] and _one_storage(dst, src)


def _is_converted_at_once(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> bool:
    """Whether a library for half precision copies them, before any overlap is looked for."""
    if {dst.dtype, src.dtype} != _HALF or dst.device.type != "cpu" or src.device.type != "cpu":
        return False
    if "fbgemm" not in torch.backends.quantized.supported_engines or dst.shape != src.shape:
        return False
    dense = layouts[0] is not None and is_dense(layouts[0])
    return (dst.is_contiguous() and src.is_contiguous()) or (dense and dst.stride() == src.stride())


def _across(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> Refusal | None:
    written, read = layouts
    if written is None or read is None or not (is_dense(written) and is_dense(read)):
        return None
    if numel(written.shape) == 0 or numel(read.shape) == 0 or not _one_storage(dst, src):
        return None
    first = range(written.offset, written.offset + numel(written.shape) * written.itemsize)
    second = range(read.offset, read.offset + numel(read.shape) * read.itemsize)
    if first == second and dst.stride() == src.stride():
        return None
    apart = first.stop <= second.start or second.stop <= first.start
    return None if apart else Refusal(raises=True, reason=_ACROSS)


def _one_storage(dst: torch.Tensor, src: torch.Tensor) -> bool:
    return storage_key(dst.untyped_storage()) == storage_key(src.untyped_storage())
