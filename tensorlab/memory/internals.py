"""The only file with torch's private names. Each has a fallback, so that a torch without it still works."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def without_overrides() -> AbstractContextManager[object]:
    """A context in which a subclass's ``__torch_function__`` is not called: metadata is read from the tensor itself."""
    guard = getattr(torch._C, "DisableTorchFunctionSubclass", nullcontext)  # noqa: SLF001 - this file is for that
    context: AbstractContextManager[object] = guard()
    return context


def is_wrapper(tensor: torch.Tensor) -> bool:
    """Whether a subclass handles every operation itself, so that its own storage is a phantom (DTensor, for one)."""
    disabled = getattr(torch._C, "_disabled_torch_dispatch_impl", None)  # noqa: SLF001 - this file is for that
    return getattr(type(tensor), "__torch_dispatch__", disabled) is not disabled
