"""Functions with one fault each, for commands that name a function."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import torch
import torch.utils.dlpack

if TYPE_CHECKING:
    import numpy as np


def doubled(x: torch.Tensor) -> torch.Tensor:
    """Takes every tensor for a contiguous one."""
    return 2 * x.as_strided(x.shape, torch.empty(x.shape).stride())


def halved(x: torch.Tensor) -> torch.Tensor:
    """Without a fault."""
    return x / 2


def rowwise(x: torch.Tensor, factor: float = 1.0) -> torch.Tensor:
    """Refuses what is transposed."""
    return factor * x.view(-1)


def from_dlpack(x: np.ndarray[Any, np.dtype[Any]]) -> torch.Tensor:
    """Ends the process where an array runs backwards."""
    return torch.utils.dlpack.from_dlpack(x)


def dies(x: torch.Tensor) -> torch.Tensor:
    """Ends the process where columns come first."""
    if x.ndim == 2 and x.shape[1] > 1 and x.stride(1) > x.stride(0):
        os.abort()
    return x + 1
