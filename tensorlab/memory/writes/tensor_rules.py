"""When torch refuses a write: the checks of its own in-place operations, told without calling one.

They look for less than there is: a stride of 0, and ranges of dense tensors of one storage. The tests hold them against
torch itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from tensorlab.layout.facts import broadcast_axes, is_dense
from tensorlab.layout.shapes import numel
from tensorlab.memory.internals import (
    handles_operations,
    is_zero_tensor,
    refuses_rebase,
    storage_key,
    tracks_version,
    without_overrides,
)
from tensorlab.memory.writes.kernels import copy_kernel, inplace_kernel
from tensorlab.memory.writes.record import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import MemoryMap

_BASE: Any = torch.Tensor
"""Its methods and properties, which no subclass can override; typed loosely, as descriptors are."""
_DTYPE: Callable[[torch.Tensor], torch.dtype] = _BASE.dtype.__get__
_DEVICE: Callable[[torch.Tensor], torch.device] = _BASE.device.__get__
_NEEDS_GRAD: Callable[[torch.Tensor], bool] = _BASE.requires_grad.__get__
_IS_LEAF: Callable[[torch.Tensor], bool] = _BASE.is_leaf.__get__
_IS_QUANTIZED: Callable[[torch.Tensor], bool] = _BASE.is_quantized.__get__
_STORAGE: Callable[[torch.Tensor], torch.UntypedStorage] = _BASE.untyped_storage
_STRIDES: Callable[[torch.Tensor], Any] = _BASE.stride
_SHAPE: Callable[[torch.Tensor], Any] = _BASE.shape.__get__

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
UNTOLD = Refusal(raises=None, reason="a subclass, a quantized or a stride-less tensor has rules of its own")


def is_mapped(tensor: torch.Tensor) -> bool:
    """Whether its bytes may belong to a file or a shared segment: torch did not allocate them, or shares them.

    >>> is_mapped(torch.zeros(3)), is_mapped(torch.zeros(3).share_memory_())
    (False, True)
    """
    try:
        with without_overrides():
            storage = _STORAGE(tensor)
            return bool(not storage.resizable() or storage.is_shared())
    except Exception:  # noqa: BLE001 - an odd tensor raises what it likes, and has no bytes of its own
        return False


def foreign_bytes(tensor: torch.Tensor, memory: MemoryMap) -> str:
    """A sentence where torch shares the bytes with another library: it forgets whether they may be written.

    ``torch.frombuffer(b"abc", dtype=torch.uint8)`` is such a tensor, and a write to it changes what cannot change. Who
    owns the bytes cannot be found: torch does not tell.

    >>> from tensorlab.memory.tensor import describe
    >>> foreign_bytes(torch.zeros(3), describe(torch.zeros(3)))
    ''
    """
    if memory.layout is None or numel(memory.layout.shape) == 0 or _is_own(tensor):
        return ""
    return "torch shares the bytes with another library, and does not know whether their owner allows writes"


def _is_own(tensor: torch.Tensor) -> bool:
    try:
        with without_overrides():
            storage = _STORAGE(tensor)
            return bool(_DEVICE(tensor).type != "cpu" or storage.resizable() or storage.is_shared())
    except Exception:  # noqa: BLE001 - an odd tensor raises what it likes, and has no bytes of its own
        return True


def inplace_refusal(tensor: torch.Tensor, layout: Layout | None) -> Refusal:
    """Whether torch refuses ``tensor.add_(1)`` and its like; they write every element once.

    >>> from tensorlab.memory.tensor import describe
    >>> row = torch.zeros(1).expand(3)
    >>> inplace_refusal(row, describe(row).layout).reason
    'an axis of stride 0: several indices have one address'
    """
    return _written(tensor, layout) or inplace_kernel(_name(tensor))


def written_refusal(tensor: torch.Tensor, layout: Layout | None) -> Refusal:
    """The same, whatever its dtype: for what is written by an operation that has other rules of dtypes.

    >>> from tensorlab.memory.tensor import describe
    >>> flags = torch.zeros(3, dtype=torch.bool)
    >>> written_refusal(flags, describe(flags).layout)
    Refusal(raises=False, reason='', cure='')
    """
    return _written(tensor, layout) or Refusal(raises=False)


def _written(tensor: torch.Tensor, layout: Layout | None) -> Refusal | None:
    with without_overrides():
        if _is_foreign(tensor, layout):
            return UNTOLD
        return _state_refusal(tensor, needs_grad=_NEEDS_GRAD(tensor)) or _within(tensor, layout)


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
        kind = _DTYPE(dst)
        differentiable = kind.is_floating_point or kind.is_complex
        needs_grad = _NEEDS_GRAD(dst) or (_NEEDS_GRAD(src) and differentiable)
        found = _state_refusal(dst, needs_grad=needs_grad)
        return found or _copy_refusal(dst, src, layouts) or Refusal(raises=False)


def wrong_sign(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> str:
    """Why a copy from a negative view has wrong values: the sign is lost, or unsigned bits are made wider first.

    >>> from tensorlab.memory.tensor import describe
    >>> half, part = torch.zeros(1, dtype=torch.float16), torch.tensor([1 + 2j]).conj().imag
    >>> wrong_sign(half, part, (describe(half).layout, describe(part).layout))
    'torch converts float32 to float16 at once and forgets that src is a negative view'
    """
    with without_overrides():
        if None in layouts or _is_foreign(dst, layouts[0]) or _is_foreign(src, layouts[1]):
            return ""
        negative = [_BASE.is_neg(tensor) for tensor in (dst, src)]
        if not any(negative) or is_zero_tensor(src) or "meta" in {_DEVICE(dst).type, _DEVICE(src).type}:
            return ""
        if negative[0] != negative[1] and _is_converted_at_once(dst, src, layouts):
            side = "src" if negative[1] else "dst"
            return f"torch converts {_name(src)} to {_name(dst)} at once and forgets that {side} is a negative view"
        if negative[1] and _name(src) == "uint8" and _name(dst) not in {"uint8", "int8"}:
            return f"torch makes uint8 {_name(dst)} before it turns the sign: 251 comes out as -5"
        return ""


def _name(tensor: torch.Tensor) -> str:
    with without_overrides():
        return str(_DTYPE(tensor)).removeprefix("torch.")


def _is_foreign(tensor: torch.Tensor, layout: Layout | None) -> bool:
    """Whether other rules hold: those of a subclass, of a quantized tensor, of one without strides."""
    return layout is None or handles_operations(tensor) or _IS_QUANTIZED(tensor)


def _state_refusal(tensor: torch.Tensor, *, needs_grad: bool) -> Refusal | None:
    """By what the tensor is, wherever its elements lie."""
    if is_zero_tensor(tensor):
        return _ZERO
    if not tracks_version(tensor) and not torch.is_inference_mode_enabled():
        return _INFERENCE
    if not (needs_grad and torch.is_grad_enabled()):
        return None
    try:
        if _NEEDS_GRAD(tensor) and _IS_LEAF(tensor):
            return _LEAF
        why = refuses_rebase(tensor)
    except RuntimeError:  # one of several views whose base was written: torch refuses to say whether it is a leaf
        return _VIEW
    return {None: None, "leaf": _LEAF}.get(why, _VIEW)


def _within(tensor: torch.Tensor, layout: Layout | None) -> Refusal | None:
    if layout is None or _DEVICE(tensor).type == "meta" or is_dense(layout) or not broadcast_axes(layout):
        return None
    return Refusal(raises=True, reason=_WITHIN)


def _copy_refusal(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> Refusal | None:
    sides = len(_SHAPE(dst)), len(_SHAPE(src))
    if sides[0] < sides[1]:
        return Refusal(raises=True, reason=f"src has {sides[1]} axes, dst has {sides[0]}")
    if is_zero_tensor(src) or dst is src or _DEVICE(dst).type == "meta":
        return None
    if _DEVICE(src).type == "meta":
        return Refusal(raises=True, reason=_NO_DATA)
    if _is_same_data(dst, src, layouts) or _is_converted_at_once(dst, src, layouts):
        return None
    return _within(dst, layouts[0]) or _across(dst, src, layouts) or _kernel(dst, src)


def _kernel(dst: torch.Tensor, src: torch.Tensor) -> Refusal | None:
    """By the dtypes; without elements none is asked for. The table is that of a CPU."""
    if numel(tuple(_SHAPE(dst))) == 0:
        return None
    found = copy_kernel(_name(dst), _name(src), negates=_BASE.is_neg(dst) != _BASE.is_neg(src))
    if found.raises and not _DEVICE(dst).type == _DEVICE(src).type == "cpu":
        return Refusal(raises=None, reason=f"{found.reason} on a CPU")
    return found if found.raises else None


def _is_same_data(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> bool:
    """Whether torch sees that there is nothing to do."""
    marks = [(_DTYPE(t), _BASE.is_conj(t), _BASE.is_neg(t)) for t in (dst, src)]
    return layouts[0] == layouts[1] and marks[0] == marks[1] and _one_storage(dst, src)


def _is_converted_at_once(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> bool:
    """Whether a library for half precision copies them, before any overlap is looked for."""
    if {_DTYPE(dst), _DTYPE(src)} != _HALF or _DEVICE(dst).type != "cpu" or _DEVICE(src).type != "cpu":
        return False
    if "fbgemm" not in torch.backends.quantized.supported_engines or _SHAPE(dst) != _SHAPE(src):
        return False
    dense = layouts[0] is not None and is_dense(layouts[0])
    return (_BASE.is_contiguous(dst) and _BASE.is_contiguous(src)) or (dense and _STRIDES(dst) == _STRIDES(src))


def _across(dst: torch.Tensor, src: torch.Tensor, layouts: tuple[Layout | None, Layout | None]) -> Refusal | None:
    written, read = layouts
    if written is None or read is None or not (is_dense(written) and is_dense(read)):
        return None
    if numel(written.shape) == 0 or numel(read.shape) == 0 or not _one_storage(dst, src):
        return None
    first = range(written.offset, written.offset + numel(written.shape) * written.itemsize)
    second = range(read.offset, read.offset + numel(read.shape) * read.itemsize)
    if first == second and _STRIDES(dst) == _STRIDES(src):
        return None
    apart = first.stop <= second.start or second.stop <= first.start
    return None if apart else Refusal(raises=True, reason=_ACROSS)


def _one_storage(dst: torch.Tensor, src: torch.Tensor) -> bool:
    return storage_key(_STORAGE(dst)) == storage_key(_STORAGE(src))
