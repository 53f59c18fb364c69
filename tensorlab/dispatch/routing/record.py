"""Which kernels a call of an operator runs, by dispatch key, and what is registered for the devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.quantity import counted

KernelKind = Literal["own", "autograd", "every backend", "composite", "fallback", "fallthrough", "none"]
"""What is registered for a key: a kernel for that key alone; the one that notes a node for backward; one for all
backends; one that only calls other operators; one that serves every operator; nothing but "go on"; nothing."""


@dataclass(frozen=True, slots=True)
class DispatchStep:
    """A key of a call's set, and what the dispatcher finds for it."""

    key: str
    """"AutogradCPU"."""
    kind: KernelKind
    file: str
    """Where torch registered the kernel; empty where it does not tell."""
    line: int
    """In that file; 0 where torch does not tell."""
    runs: bool
    """Whether its kernel runs; otherwise the call passes by, or has ended before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRoute:
    """The keys of one call of an operator, highest priority first; ``str()`` names those whose kernels run."""

    operator: str
    """"aten::addmm"."""
    schema: str
    given: tuple[tuple[str, tuple[str, ...]], ...]
    """Each tensor argument and its own keys."""
    included: tuple[str, ...]
    """Keys that this thread adds to every call."""
    excluded: tuple[str, ...]
    """Keys that this thread takes from every call."""
    steps: tuple[DispatchStep, ...]

    @property
    def ran(self) -> tuple[DispatchStep, ...]:
        """The steps whose kernels run, in that order."""
        return tuple(step for step in self.steps if step.runs)

    def __str__(self) -> str:
        return f"{self.operator}: {', then '.join(step.key for step in self.ran) or 'no kernel'}"


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What a call comes to: the operators that reach a backend, each with its route."""

    call: str
    """The function that was called, or the operator that was asked about."""
    routes: tuple[DispatchRoute, ...]
    doubts: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.call}: {counted(len(self.routes), 'operator')}"
        return "\n".join((head, *map(str, self.routes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKernels:
    """A type of device that torch knows by name, and what this build of torch has for it."""

    device: str
    """"cpu", as in ``torch.device``."""
    key: str
    """Dispatch key of a dense tensor on it."""
    kernels: int
    """Operators for which a kernel is registered under that key itself."""
    add: KernelKind
    """What would run for ``aten::add.Tensor``."""
    works: bool
    """Whether a tensor can be made on it, in this process."""
    reason: str = ""
    """Why none can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTable:
    """The types of devices that torch knows, those with most kernels first."""

    torch: str
    """Its version."""
    operators: int
    """Operators that the dispatcher knows."""
    devices: tuple[DeviceKernels, ...]

    def __str__(self) -> str:
        working = ", ".join(one.device for one in self.devices if one.works)
        return (
            f"torch {self.torch} has {self.operators:,} operators and knows {counted(len(self.devices), 'type')} of "
            f"devices; tensors can be made on: {working or 'none'}"
        )
