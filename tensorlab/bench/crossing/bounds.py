"""What part of the limits of this machine the two sides of a sample reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.ceilings.judging import share
from tensorlab.bench.ceilings.record import Bound
from tensorlab.bench.crossing.checked import host_dtype
from tensorlab.bench.offload.torch_machine import EIGHTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.crossing.checked import Checked
    from tensorlab.bench.crossing.record import Sample


def bounds_of(
    sample: Sample, ready: Checked, ceilings: Ceilings, *, threads: int, device: str
) -> Iterator[tuple[str, str, float]]:
    """What was timed, the ceiling that binds it, and what part of that it reaches.

    A kernel is not asked for while it is timed: no dispatch binds it. Ways in page-locked memory are bound by transfers
    too. Of operands of one byte the CPU computes others, of four: it has no bound there.

    Args:
        sample: Both sides at one size.
        ready: What they compute.
        ceilings: Of this machine.
        threads: Of the CPU.
        device: The one that was measured; "" where it was projected, which follows from figures by itself.
    """
    reads, writes, flops, dtype = ready.reads, ready.writes, ready.flops, sample.dtype
    if dtype != EIGHTH:
        bound = ceilings.binding(reads, writes, flops, host_dtype(dtype).name, threads)
        yield from _told("CPU", bound, sample.cpu.seconds)
    if not device:
        return
    name = ceilings.named(device)
    floors = ceilings.floors(
        reads=reads, writes=writes, flops=flops, dtype=dtype, device=name, transferred=(reads, writes)
    )
    for what, aspect, without in (
        ("kernel", sample.kernel, {"dispatch", "transfer"}),
        ("latency", sample.latency, {"transfer"}),
        ("page-locked", sample.locked, set[str]()),
    ):
        left = {ceiling: seconds for ceiling, seconds in floors.items() if ceiling not in without}
        if aspect is not None and left:
            ceiling = max(left, key=left.__getitem__)
            yield from _told(what, Bound(ceiling, left[ceiling]), aspect.seconds)


def _told(what: str, bound: Bound, seconds: float) -> Iterator[tuple[str, str, float]]:
    found = share(bound, seconds)
    if found.ceiling:
        yield what, found.ceiling, found.part
