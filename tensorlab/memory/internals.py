"""The only file with torch's private names. Each has a fallback, so that a torch without it still works."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def without_overrides() -> AbstractContextManager[object]:
    """A context in which no ``__torch_function__`` is called, of a subclass or a mode: metadata is read raw."""
    guard = getattr(torch._C, "DisableTorchFunction", nullcontext)  # noqa: SLF001 - this file is for that
    context: AbstractContextManager[object] = guard()
    return context


def handles_operations(tensor: torch.Tensor) -> bool:
    """Whether a subclass handles every operation itself (DTensor, for one): its own storage may be a phantom."""
    plain = getattr(torch.Tensor, "__torch_dispatch__", None)
    return getattr(type(tensor), "__torch_dispatch__", plain) is not plain
