"""Torch tensors: on the CPU, and on whatever accelerator torch reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.memory.build_tensor import build_tensor
from tensorlab.quantity import counted

if TYPE_CHECKING:
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
        "add": always(torch.add),
        "mul": always(torch.mul),
        "exp": always(torch.exp),
        "relu": always(torch.relu),
        "where": always(torch.where),
        "sum": always(torch.sum),
        "matmul": always(torch.matmul),
    },
)
