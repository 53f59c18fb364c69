"""Rows and probes side by side, so that what disturbs the machine disturbs both; then the predictions."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.host.fingerprint import host_facts
from tensorlab.bench.pairing.counters import read
from tensorlab.bench.pairing.interleave import Effort, in_rounds, whole_rounds
from tensorlab.bench.predict import forecast
from tensorlab.bench.stats import summary
from tensorlab.bench.striding.ground import LEAST, again, laid
from tensorlab.bench.striding.probes import costs, probes
from tensorlab.bench.striding.record import StrideRow, StrideRun
from tensorlab.bench.striding.subjects import every_subject
from tensorlab.bench.threads import equal_threads
from tensorlab.layout.touched import LINE, PAGE
from tensorlab.progress import Progress
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.interleave import Column
    from tensorlab.bench.pairing.record import Blocks
    from tensorlab.bench.striding.record import Costs
    from tensorlab.bench.striding.subjects import Subject


class Extent(NamedTuple):
    """How much is measured."""

    nbytes: int
    """Of the block of memory that strides go through: more than any cache holds."""
    rounds: int


QUICK, FULL = Extent(2**27, 25), Extent(2**28, 49)
SEED = 7


def strides(extent: Extent, watch: Callable[[Progress], None] | None = None, read: Read = read) -> StrideRun:
    """Measure every stride and pattern on one thread, by the time that it computed; Ctrl-C keeps whole rounds.

    Args:
        extent: How much.
        watch: Is told before each round.
        read: Clocks and counters.

    Raises:
        KeyboardInterrupt: Ctrl-C came before a round was whole.
    """
    with equal_threads(1):
        ground = laid(extent.nbytes)
        subjects = list(every_subject(ground))
        known = probes(ground)
        repeats = {subject.name: max(1, LEAST // subject.elements) for subject in subjects}
        calls = {subject.name: again(subject.call, repeats[subject.name]) for subject in subjects}
        calls |= {repr(name): probe.call for name, probe in known.items()}
        blocks = {one.name: one for one in _measured(calls, extent.rounds, watch, read)}
    found = costs(
        {name: summary(blocks[repr(name)].seconds("cpu")).median / probe.times for name, probe in known.items()}
    )
    rows = tuple(_row(subject, blocks[subject.name], repeats[subject.name], found) for subject in subjects)
    host = host_facts()
    rounds = min(len(one.round) for one in blocks.values())
    return StrideRun(
        machine=f"{host.cpu}, {counted(host.usable, 'usable processor')}",
        nbytes=extent.nbytes,
        dtype="float32",
        line=LINE,
        page=PAGE,
        costs=found,
        rows=rows,
        rounds=rounds,
        interrupted=rounds < extent.rounds,
    )


def _measured(
    calls: Mapping[str, Callable[[], object]], rounds: int, watch: Callable[[Progress], None] | None, read: Read
) -> tuple[Blocks, ...]:
    prepare = {name: partial(_same, call) for name, call in calls.items()}
    order = random.Random(SEED)  # noqa: S311 - an order of turns
    columns: Mapping[str, Column] = {}
    steps = in_rounds(prepare, Effort(0.0, rounds, 1), read=read, random=order)
    try:
        for number, seen in enumerate(steps):
            columns = seen
            if watch is not None and number < rounds:
                watch(Progress(f"{counted(len(calls), 'call')} in turns, round {number + 1}", number, rounds))
    except KeyboardInterrupt:
        found = whole_rounds(columns)
        if not found:
            raise
        return found
    return tuple(column.blocks for column in columns.values())


def _same(call: Callable[[], object]) -> Callable[[], object]:
    return call


def _row(subject: Subject, blocks: Blocks, times: int, found: Costs) -> StrideRow:
    middle = summary([seconds / times for seconds in blocks.seconds("cpu")])
    kernel = next(one for one in found.kernels if (one.library, one.operation) == (subject.library, subject.operation))
    return StrideRow(
        pattern=subject.pattern,
        stride=subject.stride,
        library=subject.library,
        operation=subject.operation,
        elements=subject.elements,
        nbytes=subject.nbytes,
        lines=subject.lines,
        pages=subject.pages,
        seconds=middle.median,
        low=middle.low,
        high=middle.high,
        forecast=forecast(found, kernel, subject.passes, subject.elements, dense=subject.dense, calls=subject.calls),
    )
