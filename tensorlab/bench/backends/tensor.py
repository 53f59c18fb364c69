"""Torch tensors: on the CPU, and on whatever accelerator torch reports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.memory.build_tensor import build_tensor
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from tensorlab.layout.dtype import DType

NAME = "torch"
KINDS = ("cpu", "cuda", "mps", "xpu", "mtia")
CPU_PACE = 0.05e-9
"""Seconds an operation on the CPU."""
ACCELERATOR_PACE = 0.001e-9


def accelerator() -> str:
    """The type of the accelerator that torch reports: "cuda", "mps"; "" where it reports none."""
    if not torch.accelerator.is_available():
        return ""
    found = torch.accelerator.current_accelerator()
    return found.type if found is not None else ""


def devices() -> tuple[str, ...]:
    """The CPU, and the current device of the accelerator that torch reports."""
    found = accelerator()
    return ("cpu", found) if found else ("cpu",)


def missing(device: str) -> str:
    """One sentence where torch does not report the device."""
    kind, _, number = device.partition(":")
    if kind == "cpu":
        return ""
    if kind != accelerator():
        return f"torch {torch.__version__} reports no {kind} device"
    count = torch.accelerator.device_count()
    if number and int(number) >= count:
        return f"torch reports {counted(count, f'{kind} device')}, numbered from 0; {device} is none of them"
    return ""


def lacks(device: str, kind: DType) -> str:
    """One sentence where the device has no such dtype."""
    return "mps has no float64" if device.startswith("mps") and kind.name == "float64" else ""


def values(result: object) -> NDArray[Any]:
    """On the host; floats in float64, the rest as they are."""
    assert isinstance(result, torch.Tensor)
    host = result.detach().cpu()
    found: NDArray[Any] = (host.double() if host.is_floating_point() else host).numpy()
    return found


def synchronize(device: str) -> None:
    """Wait for the device; the CPU has always finished."""
    if device != "cpu":
        torch.accelerator.synchronize(torch.device(device))


def free(device: str) -> int | None:
    """Bytes free on the device, where torch can tell."""
    if device == "cpu":
        return free_memory()
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(torch.device(device))[0])
    return None


def _cast(given: torch.Tensor) -> torch.Tensor:
    return given.to(torch.float32 if given.dtype == torch.float64 else torch.float64)


def _chain3(first: torch.Tensor, second: torch.Tensor, third: torch.Tensor) -> torch.Tensor:
    return torch.relu(first * second + third)


def _chain8(first: torch.Tensor, second: torch.Tensor, third: torch.Tensor) -> torch.Tensor:
    rectified = torch.relu(first * second + third)
    return first / (1 + torch.exp(-rectified)) + rectified


def _scatter(given: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    return torch.empty_like(given).scatter_(0, order, given)


ALONG: Mapping[str, Callable[..., object]] = {
    "sum": torch.sum,
    "max": torch.amax,
    "argmax": torch.argmax,
    "softmax": torch.softmax,
    "norm": torch.linalg.vector_norm,
}
FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "add": torch.add,
    "mul": torch.mul,
    "div": torch.div,
    "exp": torch.exp,
    "tanh": torch.tanh,
    "gelu": partial(torch.nn.functional.gelu, approximate="tanh"),
    "relu": torch.relu,
    "where": torch.where,
    "cast": _cast,
    "clamp": partial(torch.clamp, min=-0.5, max=0.5),
    "add_row": torch.add,
    "chain3": _chain3,
    "chain8": _chain8,
    "sum": torch.sum,
    "max": torch.amax,
    "argmax": torch.argmax,
    "softmax": partial(torch.softmax, dim=-1),
    "norm": torch.linalg.vector_norm,
    "matmul": torch.matmul,
    "matmul_tall": torch.matmul,
    "matmul_batched": torch.matmul,
    "matvec": torch.matmul,
    "einsum": partial(torch.einsum, "ik,jk->ij"),
    "linear": torch.nn.functional.linear,
    "matmul_ta": torch.matmul,
    "matmul_tb": torch.matmul,
    "matmul_strided": torch.matmul,
    "conv2d": torch.conv2d,
    "copy": torch.clone,
    "transpose": lambda x: x.t().contiguous(),
    "gather": lambda x, order: torch.gather(x, 0, order),
    "scatter": _scatter,
    "cat": lambda x, y: torch.cat((x, y)),
    "index": lambda x, order: x[order],
}
INTO = frozenset({"add", "mul", "div", "exp", "tanh", "clamp", "add_row", "matmul", "argmax"})

BACKEND = Backend(
    name=NAME,
    devices=devices,
    kinds=KINDS,
    missing=missing,
    computes=lambda kind: kind,
    lacks=lacks,
    place=lambda operand, device, seed: build_tensor(operand, device, seed=seed),
    adopt=torch.from_numpy,
    values=values,
    synchronize=synchronize,
    free=free,
    box=0,
    pace=lambda device, kind, group: CPU_PACE if device == "cpu" else ACCELERATOR_PACE,  # noqa: ARG005 - Backend.pace
    implementations={
        **{name: always(function) for name, function in FUNCTIONS.items()},
        **{
            f"{name}_axis{axis}": always(partial(function, dim=axis))
            for name, function in ALONG.items()
            for axis in (0, 1)
        },
    },
    into=INTO,
)
