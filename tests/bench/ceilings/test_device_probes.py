from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.ceilings.device_probes import LARGEST, TRANSFERRED, device_batches
from tensorlab.bench.ceilings.measuring import Means, measure
from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.ceilings.record import Figure

RATES = {("host", "device"): 10e9, ("locked", "device"): 50e9, ("device", "host"): 8e9, ("device", "locked"): 40e9}
ASKING = 2e-6


class Fake:
    """A device with a clock of its own: what is asked for is done when it is waited for, at rates that are known."""

    name = "cuda:0"
    cache = 32 << 20
    memory = 8 << 30
    dtypes: tuple[str, ...] = ("float32", "float8")

    def __init__(self, *, locks: bool = True) -> None:
        self.locks = locks
        self.now = self.pending = 0.0
        self.events: list[str] = []

    def host(self, nbytes: int, *, locked: bool) -> tuple[str, int]:
        if locked and not self.locks:
            raise UnavailableError("no page-locked memory")
        return "locked" if locked else "host", nbytes

    def buffer(self, nbytes: int) -> tuple[str, int]:
        return "device", nbytes

    def copy(self, source: object, target: object) -> Call:
        assert isinstance(source, tuple)
        assert isinstance(target, tuple)
        rate = RATES.get((source[0], target[0]), 1000e9)
        return partial(self.ask, f"{source[0]} to {target[0]}", source[1] / rate)

    def product(self, dtype: str, rows: int) -> Call:
        if dtype == "float8":
            raise UnavailableError("no float8")
        return partial(self.ask, "product", 2 * rows**3 / 50e12)

    def small(self) -> Call:
        return partial(self.ask, "small", 0.0)

    def ask(self, what: str, seconds: float) -> None:
        self.events.append(what)
        self.now += ASKING
        self.pending += seconds

    def wait(self) -> None:
        self.events.append("wait")
        self.now += self.pending
        self.pending = 0.0

    def read(self) -> Reading:
        self.events.append("read")
        return Reading(self.now, 0.0, 0.0, 0, 0)


def measured(device: Fake) -> dict[str, Figure]:
    means = Means(device.read, Random(0), Effort(0.01, 3, 2))
    return {f"{one.probe} {one.working_set}": one for batch in device_batches(device) for one in measure(batch, means)}


def test_each_figure_is_what_the_device_does() -> None:
    found = measured(Fake())
    transfers = {name: one.rate / 1e9 for name, one in found.items() if one.kind == "transfer"}
    assert transfers == {
        "host to device, pageable 0": pytest.approx(10, rel=0.01),
        "device to host, pageable 0": pytest.approx(8, rel=0.01),
        "host to device, page-locked 0": pytest.approx(50, rel=0.01),
        "device to host, page-locked 0": pytest.approx(40, rel=0.01),
    }
    assert found["torch.mm, 8,192 rows 0"].rate == pytest.approx(50e12, rel=0.01)
    assert found["torch.add(a, b, out=c) 0"].best == pytest.approx(ASKING, rel=0.01)
    assert found[f"a.copy_(b) {LARGEST}"].rate == pytest.approx(2 * 1000e9, rel=0.01)  # each byte is read and written
    assert {one.clock for one in found.values()} == {"wall"}
    assert {one.device for one in found.values()} == {"cuda:0"}


def test_a_dtype_or_memory_that_is_not_there_is_left_out() -> None:
    found = measured(Fake(locks=False))
    assert not [name for name in found if "page-locked" in name]
    assert {one.dtype for one in found.values() if one.kind == "compute"} == {"float32"}


def test_a_copy_that_does_not_fit_is_left_out() -> None:
    device = Fake()
    device.memory = LARGEST
    sizes = [probe.working_set for batch in device_batches(device) for probe in batch.probes if probe.kind == "copy"]
    assert sizes
    assert max(sizes) < LARGEST


def test_both_clocks_are_read_with_the_device_idle() -> None:
    device = Fake()
    measured(device)
    reads = [n for n, event in enumerate(device.events) if event == "read"]
    assert reads
    for before, after in zip(reads[::2], reads[1::2], strict=True):
        assert device.events[before - 1] == device.events[after - 1] == "wait"
    assert "host to device" in device.events
    assert TRANSFERRED > 0
