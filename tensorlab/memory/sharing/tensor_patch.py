"""Where a plain torch tensor lies, read in about a microsecond."""

from __future__ import annotations

import torch

from tensorlab.memory.sharing.patch import Patch

_STRIDED = torch.strided
KINDS = frozenset({torch.Tensor, torch.nn.Parameter})
"""Exact types: a subclass may keep its elements elsewhere."""


def patch(tensor: torch.Tensor) -> Patch | None:
    """None where it is not plain, has no bytes, or reaches beyond its storage: then its description tells more.

    >>> patch(torch.zeros(2, 3).t())[:4], patch(torch.zeros(2, device="meta"))
    (((3, 2), (4, 12), 0, 4), None)
    """
    try:
        if tensor.layout is not _STRIDED or tensor.is_nested or tensor.is_quantized:
            return None
        first, size = tensor.data_ptr(), tensor.element_size()
        shape, strides = tuple(tensor.shape), [stride * size for stride in tensor.stride()]
        offset = int(tensor.storage_offset()) * size
        reach = offset + size
        for n, stride in zip(shape, strides, strict=True):
            reach += (n - 1) * stride
        if first == 0 or reach > tensor.untyped_storage().nbytes():
            return None
        if tensor.is_cpu:
            return Patch(shape, tuple(strides), offset, size, "cpu", first - offset, None, tensor)
        return Patch(shape, tuple(strides), offset, size, str(tensor.device), first - offset)
    except Exception:  # noqa: BLE001 - an odd tensor raises what it likes; its description says why
        return None


def may_be_mapped(tensor: torch.Tensor) -> bool:
    """Whether the bytes may belong to a file or a shared segment.

    >>> may_be_mapped(torch.zeros(3)), may_be_mapped(torch.zeros(3).share_memory_())
    (False, True)
    """
    storage = tensor.untyped_storage()
    return bool(not storage.resizable() or storage.is_shared())
