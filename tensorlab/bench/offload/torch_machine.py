"""The accelerator that torch reports, with its clock: the same words for CUDA, MPS, XPU and others."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import torch

from tensorlab.bench.backends import tensor
from tensorlab.bench.backends.precision import float32_products
from tensorlab.bench.offload.clocks import nvidia_clocks
from tensorlab.bench.offload.machine import Trip, Work
from tensorlab.bench.offload.timing import LANES
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.offload.record import Clocks

TENSOR_FLOAT, EIGHTH = "tfloat32", "float8_e4m3fn"
"""float32 whose products are rounded to 10 bits of fraction; floats of one byte. Both are products only."""
SIXTEEN = 16
"""CUDA multiplies floats of one byte in sides of whole 16s."""


class TorchLane:
    """A stream of torch's."""

    def __init__(self, device: torch.device) -> None:
        try:
            self.stream = torch.Stream(device)
            self.stream.record_event()
        except (RuntimeError, NotImplementedError) as error:
            raise UnavailableError(f"torch has one stream only on {device}: {error}") from error

    def run(self, call: Call, *, after: Sequence[object] = ()) -> object:
        """Ask for a call once these events have come; gives the event of its end."""
        for event in after:
            assert isinstance(event, torch.Event)
            self.stream.wait_event(event)
        with self.stream:
            call()
        return self.stream.record_event()


class Slot:
    """One set of operands on the device, its buffers on the host, and the result of its last call."""

    def __init__(
        self, function: Callable[..., torch.Tensor], here: Sequence[torch.Tensor], device: torch.device, *, locked: bool
    ) -> None:
        self.function = function
        self.here = [one.pin_memory() for one in here] if locked else list(here)
        self.there = [one.to(device, copy=True) for one in here]
        self.result = function(*self.there)
        back = torch.empty_like(self.result, device="cpu")
        self.back = back.pin_memory() if locked else back

    def upload(self) -> None:
        """Ask for the operands' way to the device."""
        for one, other in zip(self.there, self.here, strict=True):
            one.copy_(other, non_blocking=True)

    def call(self) -> None:
        """Ask for the work."""
        self.result = self.function(*self.there)

    def download(self) -> None:
        """Ask for the result's way back."""
        self.back.copy_(self.result, non_blocking=True)


class TorchMachine:
    """A device of torch's accelerator. Its clocks are read, never set.

    Args:
        name: "cuda:0", "mps".
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.device = torch.device(name)
        self.kind = self.device.type
        self.cache = 0
        self.uuid = ""
        if self.kind == "cuda":
            found = torch.cuda.get_device_properties(self.device)
            self.cache, self.uuid = int(getattr(found, "L2_cache_size", 0)), f"GPU-{getattr(found, 'uuid', '')}"

    def event(self) -> torch.Event:
        """An event that remembers when it came.

        Raises:
            UnavailableError: The device has no events with times.
        """
        try:
            event = torch.Event(self.device, enable_timing=True)
            self._record(event)
        except (RuntimeError, NotImplementedError) as error:
            raise UnavailableError(f"torch has no events with times on {self.name}: {error}") from error
        return event

    def mark(self, event: object) -> None:
        """Let the event come when all that was asked for before is done."""
        assert isinstance(event, torch.Event)
        self._record(event)

    def _record(self, event: torch.Event) -> None:
        """In this device's own stream: without one, torch takes the device that happens to be current."""
        if self.kind in {"cuda", "xpu"}:
            event.record(torch.accelerator.current_stream(self.device))
        else:
            event.record()

    def between(self, first: object, second: object) -> float:
        """Seconds between two events that have come."""
        assert isinstance(first, torch.Event)
        assert isinstance(second, torch.Event)
        return first.elapsed_time(second) / 1e3

    def wait(self) -> None:
        """Returns when the device has done all that was asked of it."""
        tensor.synchronize(self.name)

    def graph(self, call: Call) -> Call:
        """A call that replays, as a whole, all that this one asks for.

        Raises:
            UnavailableError: The device has no graphs, or cannot capture this call.
        """
        if self.kind != "cuda":
            raise UnavailableError(f"graphs are CUDA's; {self.name} has none")
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.device(self.device), torch.cuda.graph(graph):
                call()
        except RuntimeError as error:
            raise UnavailableError(f"{self.name} cannot capture the call in a graph: {error}") from error
        return graph.replay

    def lane(self) -> TorchLane:
        """A new stream.

        Raises:
            UnavailableError: The device has one only.
        """
        return TorchLane(self.device)

    def clocks(self) -> Clocks | None:
        """Its clock now; None where nobody tells."""
        return nvidia_clocks(self.uuid) if self.uuid and torch.version.cuda else None

    def rounding(self, dtype: str) -> AbstractContextManager[None]:
        """While it lasts, float32 products are float32's, or TF32's where that is asked for."""
        return float32_products("tf32" if dtype == TENSOR_FLOAT else "ieee") if self.kind == "cuda" else nullcontext()

    def work(self, function: Callable[..., object], operands: Sequence[object], dtype: str, *, sets: int) -> Work:
        """The function on operands of the host, placed so many times.

        Raises:
            UnavailableError: The device cannot compute it in that dtype.
        """
        if dtype == TENSOR_FLOAT and self.kind != "cuda":
            raise UnavailableError(f"TF32 is CUDA's; {self.name} has none")
        here = [one for one in operands if isinstance(one, torch.Tensor)]
        call: Callable[..., torch.Tensor] = partial(_plain, function)
        try:
            if dtype == EIGHTH:
                rows, columns = here[0].shape[0], here[1].shape[1]
                here = list(placed_by_columns(*here))
                call = partial(_eighth, rows, columns, torch.ones((), device=self.device))
            slots = [Slot(call, here, self.device, locked=False) for _ in range(max(sets, LANES))]
            self.wait()
        except (RuntimeError, NotImplementedError, TypeError, ValueError) as error:
            raise UnavailableError(f"{self.name} does not compute it in {dtype}: {error}") from error
        try:
            locked = [Slot(call, here, self.device, locked=True) for _ in range(LANES)]
        except (RuntimeError, NotImplementedError):
            locked = []  # no page-locked memory for this device
        return Work(
            calls=tuple(slot.call for slot in slots),
            pageable=tuple(_trip(slot) for slot in slots[:LANES]),
            locked=tuple(_trip(slot) for slot in locked),
            result=partial(_result, slots[0]),
        )


def _trip(slot: Slot) -> Trip:
    return Trip(slot.upload, slot.call, slot.download)


def _result(slot: Slot) -> torch.Tensor:
    slot.call()
    return slot.result.cpu()


def _plain(function: Callable[..., object], *operands: torch.Tensor) -> torch.Tensor:
    result = function(*operands)
    assert isinstance(result, torch.Tensor)
    return result


def _eighth(rows: int, columns: int, one: torch.Tensor, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """A product in bfloat16 of floats of one byte, as ``placed_by_columns`` lays them."""
    whole = torch.nn.functional.ScalingType.TensorWise
    found = torch.nn.functional.scaled_mm(left, right, one, whole, one, whole, output_dtype=torch.bfloat16)
    return found[:rows, :columns]


def placed_by_columns(left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Two matrices as CUDA multiplies floats of one byte: sides of whole 16s, filled up with 0, the second by columns.

    >>> left, right = placed_by_columns(torch.ones(3, 5), torch.ones(5, 20))
    >>> left.shape, right.shape, right.stride()
    (torch.Size([16, 16]), torch.Size([16, 32]), (1, 16))
    """
    left, right = (_whole(one.to(torch.float8_e4m3fn)) for one in (left, right))
    return left, right.t().contiguous().t()


def _whole(matrix: torch.Tensor) -> torch.Tensor:
    rows, columns = (-(-side // SIXTEEN) * SIXTEEN for side in matrix.shape)
    found = torch.zeros(rows, columns, dtype=matrix.dtype)
    found[: matrix.shape[0], : matrix.shape[1]] = matrix
    return found


def eighths(operands: Sequence[object]) -> tuple[torch.Tensor, ...]:
    """The operands rounded to floats of one byte, as float32, in which the CPU computes.

    >>> eighths([torch.tensor([1.0, 1.03])])[0].tolist()
    [1.0, 1.0]
    """
    return tuple(one.to(torch.float8_e4m3fn).float() for one in operands if isinstance(one, torch.Tensor))


def present(device: str) -> TorchMachine | None:
    """The device of that name, where torch reports it.

    >>> present("cpu") is None
    True
    """
    return None if device == "cpu" or tensor.missing(device) else TorchMachine(device)
