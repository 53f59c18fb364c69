"""What a byte, an operator, a product and a page cost here: calls that are timed beside the one asked about."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.bench.stats import summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Blocks, ClockName
    from tensorlab.bench.slowness.record import Bound
    from tensorlab.bench.slowness.traffic import Traffic

COPY, PRODUCT, SMALL = "copy of as many bytes", "product of matrices", "on the smallest tensors"
TURNED = "transposed copy of as many bytes"
"""Names of the yardsticks."""
LARGEST = 1 << 29
"""Bytes of a copy's two buffers at most."""
ITEM = 4
"""Bytes of an element that is copied."""
ROWS = 512
MOST_OPERATORS = 256
"""Of a call that are made again; of more, that many, and the time is scaled."""
PAGES = 4096
PAGE = 4096


class Yardsticks(NamedTuple):
    """Calls whose times are taken beside the call's own."""

    calls: dict[str, Callable[[], Callable[[], Any]]]
    copied: int
    """Bytes that the copy, and the transposed one, read and write."""
    flops: int
    """Of the product."""
    scale: float
    """How many times the operators of the small call the call has."""


def yardsticks(traffic: Traffic, small: Callable[[], Any] | None, device: str, dtype: str) -> Yardsticks:
    """What is timed beside a call: its operators on the smallest tensors, a copy, a product where it has products.

    Args:
        traffic: What the call moves.
        small: The same call on the smallest tensors; None where it cannot be made: as many single operators then.
        device: Where it runs.
        dtype: Of its products.
    """
    calls: dict[str, Callable[[], Callable[[], Any]]] = {}
    scale = 1.0
    if small is None:
        views = sum(op.calls for op in traffic.ops if op.kind == "view")
        others = sum(op.calls for op in traffic.ops) - views
        scale = max(1.0, (views + others) / MOST_OPERATORS)
        calls[SMALL] = lambda: _operators(int(views / scale), int(others / scale), device)
    else:
        calls[SMALL] = lambda: small
    most = min(max((op.fetched // op.calls for op in traffic.ops), default=0), LARGEST)
    side = isqrt(most // (2 * ITEM))
    if side:
        calls[COPY] = lambda: _copy(side, device)
    if side and any(op.turned for op in traffic.ops):
        calls[TURNED] = lambda: _turned(side, device)
    flops = 0
    if any(op.flops for op in traffic.ops):
        flops = 2 * ROWS**3
        calls[PRODUCT] = lambda: _product(device, dtype)
    return Yardsticks(calls, 2 * ITEM * side**2, flops, scale)


def forecast(
    traffic: Traffic, sticks: Yardsticks, seconds: Mapping[str, float], faults: float
) -> tuple[tuple[Bound, float], ...]:
    """Seconds by what they are for. An operator moves and computes at the same time: the longer of the two counts.

    Args:
        traffic: Of the call.
        sticks: What was timed.
        seconds: Of each of them, a call.
        faults: Seconds that the call's page faults take.

    >>> from tensorlab.bench.slowness.record import OpRun
    >>> from tensorlab.bench.slowness.traffic import Traffic
    >>> traffic = Traffic((OpRun(name="aten.add.Tensor", kind="compute", moved=1000, fetched=1000),), 1000, 1000)
    >>> forecast(traffic, Yardsticks({}, 500, 0, 1.0), {SMALL: 1.0, COPY: 3.0}, 0.0)
    (('dispatch', 1.0), ('memory', 4.0), ('compute', 0.0), ('page faults', 0.0))
    """
    one = seconds.get(SMALL, 0.0) * sticks.scale / max(1, sum(op.calls for op in traffic.ops))
    byte = _each(seconds.get(COPY, 0.0) - one, sticks.copied)
    turned = max(_each(seconds.get(TURNED, 0.0) - one, sticks.copied), byte)
    flop = seconds[PRODUCT] / sticks.flops if sticks.flops else 0.0
    memory = compute = 0.0
    for op in traffic.ops:
        moving, computing = (op.fetched - op.turned) * byte + op.turned * turned, op.flops * flop
        if computing > moving:
            compute += computing
        else:
            memory += moving
    dispatch = seconds.get(SMALL, 0.0) * sticks.scale
    return ("dispatch", dispatch), ("memory", memory), ("compute", compute), ("page faults", faults)


def _each(seconds: float, nbytes: int) -> float:
    return max(seconds, 0.0) / nbytes if nbytes else 0.0


def medians(blocks: tuple[Blocks, ...], clock: ClockName) -> dict[str, float]:
    """Seconds a call of each."""
    return {one.name: summary(one.seconds(clock)).median for one in blocks}


def fault_seconds(read: Read) -> float:
    """Seconds of a page fault: new pages touched, beside the same pages touched again.

    >>> from tensorlab.bench.pairing.counters import Reading
    >>> ticks = iter([0, 8, 8, 10])
    >>> fault_seconds(lambda: Reading(0, 1e-3 * (t := next(ticks)), 0, 0, 4 * t))
    0.0001875
    """
    fresh = torch.empty(PAGES * PAGE, dtype=torch.uint8)
    first = read()
    fresh[::PAGE].zero_()
    between = read()
    again = read()
    fresh[::PAGE].zero_()
    last = read()
    faults = between.faults - first.faults
    seconds = (between.cpu - first.cpu) - (last.cpu - again.cpu)
    return max(seconds, 0.0) / faults if faults > 0 else 0.0


def _operators(views: int, others: int, device: str) -> Callable[[], None]:
    one = torch.ones(1, device=device)
    add, view = torch.add, torch.Tensor.view

    def call() -> None:
        for _ in range(others):
            add(one, one)
        for _ in range(views):
            view(one, 1)

    return call


def _copy(side: int, device: str) -> Callable[[], Any]:
    source, target = (torch.zeros(side, side, device=device) for _ in range(2))
    return lambda: target.copy_(source)


def _turned(side: int, device: str) -> Callable[[], Any]:
    source, target = (torch.zeros(side, side, device=device) for _ in range(2))
    view = source.t()
    return lambda: target.copy_(view)


def _product(device: str, dtype: str) -> Callable[[], Any]:
    kind = getattr(torch, dtype)
    left, right = (torch.full((ROWS, ROWS), value, dtype=kind, device=device) for value in (1, 2))
    out = torch.empty_like(left)
    return lambda: torch.mm(left, right, out=out)
