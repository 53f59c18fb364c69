"""A device without hardware, with a clock that it moves itself: what is asked for is done when it is waited for."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import torch

from tensorlab.bench.offload.machine import Trip, Work
from tensorlab.bench.offload.record import Clocks
from tensorlab.bench.pairing.counters import Reading
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from tensorlab.bench.ceilings.plan import Call

ASKING = 4e-6
"""Seconds that the host takes to ask for anything."""
KERNEL = 50e-6
UP, DOWN = 200e-6, 100e-6
"""Seconds of the operands' way and of the result's, page-locked; pageable takes twice as long."""
COOL, HOT = Clocks(mhz=1980, most=1980), Clocks(mhz=900, most=1980, reasons=0x24)


@dataclass(slots=True)
class FakeEvent:
    at: float = -1.0


@dataclass(slots=True)
class FakeLane:
    machine: FakeMachine
    name: str
    free: float = 0.0

    def run(self, call: Call, *, after: Sequence[object] = ()) -> object:
        """What is asked for begins when its events have come and the lane is free."""
        machine = self.machine
        there = [one.at for one in after if isinstance(one, FakeEvent)]
        begin = max([machine.now, self.free, *there])
        before, machine.done = machine.done, begin
        call()
        self.free, machine.done = machine.done, max(before, machine.done)
        machine.events.append(f"{self.name} after {len(there)}")
        return FakeEvent(self.free)


@dataclass(slots=True)
class FakeMachine:
    """``events`` tells in which order everything was asked for."""

    name: str = "cuda:0"
    cache: int = 50 << 20
    has_events: bool = True
    has_graphs: bool = True
    locks: bool = True
    dtypes: tuple[str, ...] = ("float32", "tfloat32", "bfloat16")
    heat: list[Clocks] = field(default_factory=list)
    """What its clock says at each question, in order; cool afterwards."""
    off: float = 0.0
    """What its results are wrong by."""
    kernel: float = KERNEL
    now: float = 0.0
    done: float = 0.0
    events: list[str] = field(default_factory=list)
    lanes: int = 0

    def read(self) -> Reading:
        """The clock on the wall, which only this machine moves."""
        self.events.append("read")
        return Reading(self.now, 0.0, 0.0, 0, 0)

    def ask(self, what: str, seconds: float) -> None:
        """One thing more in the queue; asking takes the host its time."""
        self.events.append(what)
        self.now += ASKING
        self.done = max(self.done, self.now) + seconds

    def event(self) -> object:
        """An event, where the machine has any."""
        if not self.has_events:
            raise UnavailableError("no events with times")
        return FakeEvent()

    def mark(self, event: object) -> None:
        """It comes when all before it is done."""
        assert isinstance(event, FakeEvent)
        self.events.append("mark")
        event.at = max(self.done, self.now)

    def between(self, first: object, second: object) -> float:
        """Both must have come: whoever asks too early would be told nonsense."""
        assert isinstance(first, FakeEvent)
        assert isinstance(second, FakeEvent)
        assert self.now >= second.at >= first.at >= 0
        self.events.append("between")
        return second.at - first.at

    def wait(self) -> None:
        """The host's clock goes on until everything is done."""
        self.events.append("wait")
        self.now = max(self.now, self.done)

    def graph(self, call: Call) -> Call:
        """Replays what the call asks for, asked for once."""
        if not self.has_graphs:
            raise UnavailableError("no graphs")
        before, done, count = self.now, self.done, len(self.events)
        call()
        asked = self.events[count:]
        del self.events[count:]
        self.now, self.done = before, done
        self.events.append("capture")
        return partial(self.ask, f"replay of {len(asked)}", self.kernel * len(asked))

    def lane(self) -> FakeLane:
        """A stream of its own."""
        self.lanes += 1
        return FakeLane(self, f"lane {self.lanes}")

    def clocks(self) -> Clocks | None:
        """As ``heat`` says while it works; an idle device is cool."""
        self.events.append("clocks")
        if self.now >= self.done:
            return COOL
        return self.heat.pop(0) if self.heat else COOL

    def rounding(self, dtype: str) -> AbstractContextManager[None]:
        """It has no products of its own."""
        self.events.append(f"rounding {dtype}")
        return nullcontext()

    def work(self, function: Callable[..., object], operands: Sequence[object], dtype: str, *, sets: int) -> Work:
        """The work on the host's tensors; its time is the machine's own."""
        if dtype not in self.dtypes:
            raise UnavailableError(f"{self.name} does not compute it in {dtype}")

        def trips(name: str, factor: int) -> tuple[Trip, ...]:
            up, down = (partial(self.ask, f"{name} {way}", factor * one) for way, one in (("up", UP), ("down", DOWN)))
            return tuple(Trip(up, self.kernels(number), down) for number in range(3))

        def result() -> object:
            self.ask("result", self.kernel)
            self.wait()
            found = function(*operands)
            assert isinstance(found, torch.Tensor)
            return found + self.off

        calls = tuple(self.kernels(number) for number in range(sets))
        return Work(calls, trips("pageable", 2), trips("locked", 1) if self.locks else (), result)

    def kernels(self, number: int) -> Call:
        """The call on one set of operands."""
        return partial(self.ask, f"kernel {number}", self.kernel)
