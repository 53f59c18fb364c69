"""Lists in two orders, and containers side by side at the sizes that a search asks for."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from itertools import combinations, pairwise
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.chasing.containers import prepared
from tensorlab.bench.chasing.record import WORDS, ChaseRun, OrderRow, Overtaking, Speed, Trial
from tensorlab.bench.chasing.search import search
from tensorlab.bench.host.fingerprint import host_facts
from tensorlab.bench.pairing.counters import read
from tensorlab.bench.pairing.interleave import BLOCK, Effort, interleaved
from tensorlab.bench.pairing.ratios import ratio
from tensorlab.bench.stats import summary
from tensorlab.bench.striding.ground import again
from tensorlab.bench.threads import equal_threads
from tensorlab.layout.touched import LINE
from tensorlab.progress import Progress
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.bench.chasing.record import Container, Operation
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Blocks

SEED = 7
PYTHON_MOST: dict[Operation, int] = {"add": 2**14, "sum": 2**14, "matmul": 32}
"""Where lists or arrays of the standard library take part: what is slower there stays so."""
MOST: dict[Operation, int] = {"add": 2**23, "sum": 2**23, "matmul": 1024}
MOST_AT_ONCE = 2**14
"""Calls in one, of what takes next to no time."""
IN_ORDER = Effort(0.05, 9, 1)
"""Of lists, which are not made anew."""
SHOWN: dict[Operation, tuple[int, ...]] = {
    "add": (10, 1000, 100_000),
    "sum": (10, 1000, 100_000),
    "matmul": (4, 16, 64),
}
"""Sizes at which every container has its time told."""


class Extent(NamedTuple):
    """How much is measured."""

    orders: tuple[int, ...]
    """Elements of the lists that are shuffled."""
    effort: Effort
    """Of each comparison."""


QUICK = Extent((10_000, 100_000, 1_000_000), Effort(0.02, 5, 3))
FULL = Extent((10_000, 100_000, 1_000_000, 10_000_000), Effort(0.05, 5, 8))


def chased(extent: Extent, watch: Callable[[Progress], None] | None = None, read: Read = read) -> ChaseRun:
    """Measure everything on one thread, by the time that it computed; Ctrl-C keeps the steps that are done.

    Long lists come last: what they leave in the heap changes how fast a shorter one is made.

    Args:
        extent: How much.
        watch: Is told before each step.
        read: Clocks and counters.
    """
    steps: list[tuple[str, Callable[[], object]]] = [
        (f"{operation} {size:,} in every container", partial(_speeds, operation, size, extent.effort, read))
        for operation, sizes in SHOWN.items()
        for size in sizes
    ]
    steps += [
        (f"{operation}: {WORDS[first]} and {WORDS[second]}", partial(overtaking, operation, pair, extent.effort, read))
        for operation in MOST
        for pair in combinations(WORDS, 2)
        for first, second in [pair]
    ]
    steps += [(f"list of {count:,} in two orders", partial(order, count, IN_ORDER, read)) for count in extent.orders]
    found: list[object] = []
    interrupted = False
    try:
        with equal_threads(1):
            for number, (label, step) in enumerate(steps):
                if watch is not None:
                    watch(Progress(label, number, len(steps)))
                found.append(step())
    except KeyboardInterrupt:
        interrupted = True
    host = host_facts()
    return ChaseRun(
        machine=f"{host.cpu}, {counted(host.usable, 'usable processor')}",
        orders=tuple(one for one in found if isinstance(one, OrderRow)),
        speeds=tuple(speed for one in found if isinstance(one, tuple) for speed in one),
        overtakings=tuple(one for one in found if isinstance(one, Overtaking)),
        interrupted=interrupted,
    )


def order(count: int, effort: Effort, read: Read) -> OrderRow:
    """One list of so many floats, and the same floats in another order: each float is an object of its own."""
    ordered = [float(number) for number in range(count)]
    ordered.sort(key=id)  # the allocator may have filled holes first
    shuffled = ordered.copy()
    random.Random(SEED).shuffle(shuffled)  # noqa: S311 - an order
    one, other = _side_by_side(
        {"ordered": partial(_summing, ordered), "shuffled": partial(_summing, shuffled)}, effort, read
    )
    told = ratio(other, one, "cpu", SEED)
    return OrderRow(
        elements=count,
        ordered=summary(one.seconds("cpu")).median,
        shuffled=summary(other.seconds("cpu")).median,
        ratio=told.value,
        low=told.low,
        high=told.high,
        ordered_lines=lines_changed([id(number) for number in ordered]),
        shuffled_lines=lines_changed([id(number) for number in shuffled]),
    )


def lines_changed(addresses: Sequence[int]) -> int:
    """Times that the next address lies in another cache line than the one before; the first one counts.

    >>> lines_changed([0, 24, 48, 72]), lines_changed([0, 72, 24])
    (2, 3)
    """
    lines = [-1, *(address // LINE for address in addresses)]
    return sum(before != after for before, after in pairwise(lines))


def _summing(numbers: list[float]) -> Callable[[], object]:
    return partial(sum, numbers)


def overtaking(operation: Operation, pair: tuple[Container, Container], effort: Effort, read: Read) -> Overtaking:
    """Search for the size from which on the second of two containers is faster."""
    first, second = pair
    limits = PYTHON_MOST if {"list", "array"} & set(pair) else MOST
    least, most = 1, limits[operation]
    found = search(partial(_trial, operation, pair, effort, read), least, most)
    return Overtaking(
        operation=operation,
        first=first,
        second=second,
        size=found.size,
        low=found.low,
        high=found.high,
        least=least,
        most=most,
        trials=found.trials,
    )


def _trial(operation: Operation, pair: tuple[Container, Container], effort: Effort, read: Read, size: int) -> Trial:
    calls: dict[str, Callable[[], Callable[[], object]]] = {n: partial(prepared, operation, n, size) for n in pair}
    one, other = _side_by_side(calls, effort, read)
    told = ratio(other, one, "cpu", SEED)
    return Trial(size=size, ratio=told.value, low=min(told.low, told.value), high=max(told.high, told.value))


def _speeds(operation: Operation, size: int, effort: Effort, read: Read) -> tuple[Speed, ...]:
    calls: dict[str, Callable[[], Callable[[], object]]] = {n: partial(prepared, operation, n, size) for n in WORDS}
    blocks = _side_by_side(calls, effort, read)
    return tuple(
        Speed(operation=operation, container=name, size=size, seconds=summary(one.seconds("cpu")).median)
        for name, one in zip(WORDS, blocks, strict=True)
    )


def _side_by_side(
    calls: Mapping[str, Callable[[], Callable[[], object]]], effort: Effort, read: Read
) -> tuple[Blocks, ...]:
    """Blocks of each; a short call is made several times at once, as many as the processor's clock says."""
    times = {name: _times(make(), read) for name, make in calls.items()}
    several = {name: partial(_several, make, times[name]) for name, make in calls.items()}
    blocks = interleaved(several, effort, read=read, random=random.Random(SEED))  # noqa: S311 - an order of turns
    return tuple(replace(one, loops=one.loops * times[one.name]) for one in blocks)


def _several(make: Callable[[], Callable[[], object]], times: int) -> Callable[[], object]:
    return again(make(), times)


def _times(call: Callable[[], object], read: Read) -> int:
    """Calls that take half a block; the clock on the wall would count what other processes do meanwhile."""
    times, spent = 1, 0.0
    while times < MOST_AT_ONCE:
        several = again(call, times)
        spent = inf
        for _ in range(2):
            before = read().cpu
            several()
            spent = min(spent, read().cpu - before)
        if spent >= BLOCK / 8:
            break
        times *= 4
    return max(1, min(MOST_AT_ONCE, int(times * BLOCK / 2 / spent))) if spent > 0 else times
