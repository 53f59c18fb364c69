"""A run whose figures nobody measured, and files beside it: what a report is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from support.ceilings import limits
from support.laboratory import header, run, skipped

from tensorlab.bench.chasing.record import ChaseRun, OrderRow, Overtaking, Speed, Trial
from tensorlab.bench.crossing.record import Aspect, Crossing, Crossings, DeviceModel, Sample
from tensorlab.bench.store import Store
from tensorlab.bench.striding.record import Costs, Forecast, StrideRow, StrideRun
from tensorlab.memory.record import Doubt
from tensorlab.models.layers import ALEXNET, costs, image_shape
from tensorlab.models.record import LayerTime, LayerTimes

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.bench.chasing.record import Container
    from tensorlab.bench.record import Run, Skipped

SLOW = Doubt("page-faults", "9,766 page faults a call", "write into a result that is there: out=", 5.57)
TIMES = {
    "list": (20e-9, 30e-9),
    "numpy": (300e-9, 0.5e-9),
    "torch": (1000e-9, 0.2e-9),
}
"""Seconds of a call and of an element."""
SIZES = (10, 1000, 100_000)
NASTY = "</script><b>$\\frac$ & 'q\""


def measured() -> tuple[Run | Skipped, ...]:
    """Sizes of one workload in three libraries, AlexNet, a doubt, a device that is not there, a name like a tag."""
    rows = [
        run(call + each * size, backend=backend, size=size, reads=8 * size, writes=4 * size, flops=size)
        for size in SIZES
        for backend, (call, each) in TIMES.items()
    ]
    rows[-1] = replace(rows[-1], doubts=(SLOW,), ceiling="DRAM", part=0.5)
    network = [run(0.01 * size, workload="alexnet", size=size, unit="images", backend="torch") for size in (1, 8)]
    strange = run(1e-3, workload=NASTY, backend="own", unit="calls")
    return (*rows, skipped("device", "there is no cuda device", device="cuda"), *network, strange)


def written(path: Path, rows: tuple[Run | Skipped, ...] | None = None, *, ceilings: bool = True) -> Path:
    """A file of these rows."""
    first = replace(header(), ceilings=limits() if ceilings else None)
    with Store(path, first) as store:
        for row in measured() if rows is None else rows:
            store.append(row)
    return path


def strides() -> StrideRun:
    """Times of a sum that are the stride itself, in ns; the largest is predicted too low."""
    every = ((1.0, 1e-9),)
    rows = tuple(
        StrideRow(
            pattern=f"stride {stride}", stride=stride, library=library, operation="sum", elements=1000, nbytes=4000,
            lines=63 * stride, pages=stride, seconds=stride * 1e-6, low=stride * 1e-6, high=stride * 1e-6,
            forecast=Forecast(call=0.0, elements=0.0, lines=min(stride, 2) * 1e-6, pages=0.0),
        )
        for library in ("numpy", "torch") for stride in (1, 2, 4)
    )  # fmt: skip
    costs_ = Costs(reads=every, writes=every, starts=every, alone=every, walks=every, kernels=())
    return StrideRun(
        machine="a machine", nbytes=4096, dtype="float32", line=64, page=4096, costs=costs_, rows=rows, rounds=3
    )


def chases() -> ChaseRun:
    """A list that is slower shuffled, and NumPy that overtakes it."""
    order = OrderRow(
        elements=10**6, ordered=0.003, shuffled=0.021, ratio=7.0, low=6.9, high=7.2, ordered_lines=1, shuffled_lines=2
    )
    pairs: tuple[tuple[Container, float], ...] = (("list", 2e-8), ("numpy", 1e-8))
    speeds = tuple(
        Speed(operation="add", container=container, size=size, seconds=size * each)
        for container, each in pairs
        for size in (8, 64)
    )
    overtaking = Overtaking(
        operation="add", first="list", second="numpy", size=28, low=24, high=32, least=1, most=64,
        trials=(Trial(size=1, ratio=5.0, low=4.9, high=5.1),),
    )  # fmt: skip
    return ChaseRun(machine="a machine", orders=(order,), speeds=speeds, overtakings=(overtaking,))


def crossings() -> Crossings:
    """A device that nobody has overtakes the CPU."""
    model = DeviceModel(
        name="a card", kind="cuda", source="a data sheet", assumed="nothing", bandwidth=1e12,
        peaks=(("float32", 1e13),), asking=1e-5, to_device=1e10, from_device=1e10,
    )  # fmt: skip
    samples = tuple(
        Sample(workload="add", dtype="float32", size=size, cpu=_time(size * 1e-9), kernel=None, latency=_time(1e-5),
               locked=_time(1e-5 + size * 1e-10), trials=())
        for size in (1000, 100_000)
    )  # fmt: skip
    crossing = Crossing(
        workload="add", unit="elements", dtype="float32", device="cuda", transfer="none", projected=True, size=10_000,
        low=8000, high=12_000, least=16, most=10**6,
    )  # fmt: skip
    nowhere = replace(crossing, transfer="page-locked", size=None, low=None, high=None)
    return Crossings(
        machine="a machine", device="cuda", threads=1, model=model, crossings=(crossing, nowhere), samples=samples
    )


def _time(seconds: float) -> Aspect:
    return Aspect(seconds=seconds, low=0.9 * seconds, high=1.1 * seconds)


def layers() -> LayerTimes:
    """AlexNet where every layer takes a millisecond more than the one before."""
    return LayerTimes(
        network="alexnet", seed=3, batch=8, image=224, device="cpu", dtype="float32", threads=2, host="abc",
        layers=tuple(LayerTime(cost, (n * 1e-3,)) for n, cost in enumerate(costs(ALEXNET, image_shape(8)), 1)),
        whole=(0.25,),
    )  # fmt: skip
