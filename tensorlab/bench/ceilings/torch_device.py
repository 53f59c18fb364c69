"""The accelerator that torch reports, as the probes need it: the same words for CUDA, MPS, XPU and others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch

from tensorlab.bench.backends import tensor
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.plan import Call

DTYPES = ("float32", "tfloat32", "bfloat16", "float16", "int8", "float64")
TENSOR_FLOAT = "tfloat32"
"""float32 whose products are rounded to 10 bits of fraction: another peak, so a name of its own."""


class TorchDevice:
    """The current device of the accelerator.

    Args:
        name: "cuda:0", "mps".
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.device = torch.device(name)
        kind = self.device.type
        self.dtypes = DTYPES if kind == "cuda" else tuple(one for one in DTYPES if one != TENSOR_FLOAT)
        self.memory = tensor.free(name) or 0
        self.cache = (
            int(getattr(torch.cuda.get_device_properties(self.device), "L2_cache_size", 0)) if kind == "cuda" else 0
        )

    def host(self, nbytes: int, *, locked: bool) -> torch.Tensor:
        """A buffer of the host.

        Raises:
            UnavailableError: There are no page-locked buffers for this device.
        """
        try:
            return torch.ones(nbytes, dtype=torch.uint8, pin_memory=locked)
        except (RuntimeError, NotImplementedError) as error:
            raise UnavailableError(f"torch has no page-locked memory for {self.name}: {error}") from error

    def buffer(self, nbytes: int) -> torch.Tensor:
        """A buffer of the device."""
        return torch.ones(nbytes, dtype=torch.uint8, device=self.device)

    def copy(self, source: object, target: object) -> Call:
        """The call that asks for a copy and does not wait for it."""
        assert isinstance(source, torch.Tensor)
        assert isinstance(target, torch.Tensor)
        return partial(target.copy_, source, non_blocking=True)

    def product(self, dtype: str, rows: int) -> Call:
        """The call that asks for a product of two square matrices.

        Raises:
            UnavailableError: The device has no product of that dtype.
        """
        call = self._product(dtype, rows)
        try:
            call()
            self.wait()
        except (RuntimeError, NotImplementedError) as error:
            raise UnavailableError(f"{self.name} has no product of {dtype}: {error}") from error
        return call

    def _product(self, dtype: str, rows: int) -> Call:
        kind = torch.float32 if dtype == TENSOR_FLOAT else getattr(torch, dtype)
        try:
            pair = [torch.ones(rows, rows, device=self.device).to(kind) for _ in range(2)]
        except (RuntimeError, TypeError) as error:
            raise UnavailableError(f"{self.name} has no {dtype}: {error}") from error
        if kind is torch.int8:
            return partial(torch._int_mm, *pair)  # noqa: SLF001 - torch documents no other product of int8
        out = torch.empty(rows, rows, dtype=kind, device=self.device)
        if kind is not torch.float32:
            return partial(torch.mm, *pair, out=out)
        return partial(_rounded, "high" if dtype == TENSOR_FLOAT else "highest", partial(torch.mm, *pair, out=out))

    def small(self) -> Call:
        """The call that asks for the sum of two elements."""
        one, other, out = (torch.ones(1, device=self.device) for _ in range(3))
        return partial(torch.add, one, other, out=out)

    def wait(self) -> None:
        """Returns when the device has done all that was asked of it."""
        tensor.synchronize(self.name)


def _rounded(precision: str, call: Call) -> None:
    """The call with what float32 means in a product; as it was set before, afterwards."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        call()
    finally:
        torch.set_float32_matmul_precision(before)


def present() -> tuple[TorchDevice, ...]:
    """The accelerator that torch reports, if it reports one.

    >>> len(present()) <= 1
    True
    """
    return tuple(TorchDevice(name) for name in tensor.devices() if name != "cpu")
