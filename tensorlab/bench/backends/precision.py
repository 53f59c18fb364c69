"""float32 that is float32, on every device."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


@contextmanager
def float32_products(precision: str) -> Iterator[None]:
    """Convolutions and matrix products of float32 as "ieee" or as "tf32" computes them, then as before.

    >>> with float32_products("tf32"):
    ...     torch.backends.cuda.matmul.fp32_precision
    'tf32'
    """
    convolutions = torch.backends.cudnn.conv  # type: ignore[attr-defined]  # torch puts an object in the module's place
    switches = (convolutions, torch.backends.cuda.matmul)
    before = [switch.fp32_precision for switch in switches]
    try:
        for switch in switches:
            switch.fp32_precision = precision
        yield
    finally:
        for switch, value in zip(switches, before, strict=True):
            switch.fp32_precision = value


def ieee_float32() -> AbstractContextManager[None]:
    """Convolutions and matrix products in full float32 while it lasts, then as before.

    torch lets NVIDIA's convolutions round their inputs to 10 bits of mantissa (TF32) unless told otherwise: 1,000 times
    the error, and several times the speed. A figure named float32 is measured without.

    >>> with ieee_float32():
    ...     torch.backends.cudnn.conv.fp32_precision
    'ieee'
    """
    return float32_products("ieee")
