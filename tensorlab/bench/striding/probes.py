"""A few probes that tell what a line, a page and an element cost here. None of them is a row that is predicted."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import torch

from tensorlab.bench.predict import UNFORESEEN, at, crowding
from tensorlab.bench.striding.ground import LEAST, LIBRARIES, again, kernel
from tensorlab.bench.striding.record import Costs, Kernel
from tensorlab.bench.striding.subjects import OPERATIONS
from tensorlab.layout.record import Layout
from tensorlab.layout.touched import LINE, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tensorlab.bench.striding.ground import Ground
    from tensorlab.bench.striding.record import Curve, Operation

Name: TypeAlias = tuple[Any, ...]
"""What a probe is for, and its size, or its kernel."""

SIZES = tuple(2**power for power in range(15, 28, 2))
"""Bytes that are read or written again and again, from the nearest cache to memory."""
PAGES = (64, 512, 2048, 4096, 8192, 16384, 32000)
SPARSE = 768
"""Bytes from one line to the next where a page has few: no stride that is measured."""
FAR = 3
"""Pages from one lonely line to the next that is at the same place in its page: no stride that is measured."""
GAPS = tuple(3 * LINE * 2**power for power in (0, 1, 2, 3, 4, 6))
"""Bytes from one line to the next: three times a stride whose lines take the same places of a cache, so none that is
measured; the last is a line every third page."""
FEW, MORE = 1024, 5120
"""Elements in the nearest cache: the difference tells what one costs, the rest what a call costs."""


class Probe(NamedTuple):
    """A call, how often it is made at once, and what it measures how many of."""

    call: Callable[[], object]
    times: int
    amount: int


def probes(ground: Ground) -> dict[Name, Probe]:
    """Every probe by what it is for.

    >>> from tensorlab.bench.striding.ground import laid
    >>> sorted({kind for kind, *_ in probes(laid(2**20))})
    ['alone', 'apart', 'copy', 'lonely', 'read', 'sparse', 'sum', 'write']
    """
    return dict([*_streams(ground), *_lonely(ground), *_kernels(ground)])


def _probe(call: Callable[[], object], elements: int, count: int) -> Probe:
    times = max(1, LEAST // elements)
    return Probe(again(call, times), times, count)


def _streams(ground: Ground) -> Iterator[tuple[Name, Probe]]:
    """Neighbouring lines read and written, 8 bytes at a time."""
    for size in SIZES:
        if size <= ground.source.nbytes:
            words = ground.source[: size // 4].view(np.int64)
            yield ("read", size), _probe(torch.from_numpy(words.view(np.float64)).sum, words.size, size // LINE)
            filled = ground.target[: size // 4]
            yield ("write", size), _probe(partial(filled.fill, 1), words.size, size // LINE)


def _lonely(ground: Ground) -> Iterator[tuple[Name, Probe]]:
    """A line a page: at the next place of the cache each time, or all at the same one; and a few lines a page."""
    for size in SIZES[2:]:
        if size <= ground.source.nbytes:
            places = ground.source[: size // 4 : SPARSE // 4]
            yield ("sparse", size), _probe(places.sum, 4 * places.size, places.size)
    largest = max(size for size in SIZES if size <= ground.source.nbytes)
    for library, operation, gap in product(LIBRARIES, OPERATIONS, GAPS):
        places = ground.source[: largest // 4 : gap // 4]
        call = kernel(library, operation, places, ground.target[: places.size])
        yield ("apart", library, operation, str(gap)), _probe(call, 4 * places.size, places.size)
    words = ground.source.view(np.int64)
    for count in PAGES:
        for kind, step in (("lonely", PAGE + LINE), ("alone", FAR * PAGE)):
            places = words[:: step // 8][:count]
            if places.size == count:
                yield (kind, count), _probe(places.sum, 8 * count, count)


def _kernels(ground: Ground) -> Iterator[tuple[Name, Probe]]:
    for library in LIBRARIES:
        for operation in OPERATIONS:
            for step in (1, 2):
                for count in (FEW, MORE):
                    source, target = ground.source[: count * step : step], ground.target[:count]
                    call = kernel(library, operation, source, target)
                    yield (operation, library, str(step), str(count)), _probe(call, 2 * count, count)


def costs(seconds: Mapping[Name, float]) -> Costs:
    """What follows from the probes' seconds a call.

    A lonely line that stays in a near cache costs what it costs with neighbours, and the look-up of its page; one that
    competes for its place with all others costs as much more as it comes from farther away.
    """
    whole, writes, sparse = (_curve(seconds, *of) for of in (("read", LINE), ("write", LINE), ("sparse", SPARSE)))
    walks = tuple((pages, max(0.0, cost - at(whole, pages * LINE))) for pages, cost in _curve(seconds, "lonely", 1))
    alone = tuple((pages * PAGE, max(0.0, cost - at(walks, pages))) for pages, cost in _curve(seconds, "alone", 1))

    def entering(size: float) -> float:
        return at(alone, size) + at(walks, size / PAGE)

    few = PAGE / SPARSE
    starts = tuple((size, max(at(whole, size), (few * cost - entering(size)) / (few - 1))) for size, cost in sparse)
    ahead = PAGE / LINE - 1 - UNFORESEEN
    reads = tuple(
        (size, max(cost / 2, (cost * PAGE / LINE - entering(size) - UNFORESEEN * at(starts, size)) / ahead))
        for size, cost in whole
    )
    largest = max(int(name[1]) for name in seconds if name[0] == "sparse")

    def apart(library: str, operation: str) -> Curve:
        """A line, by how crowded the lines lie; what a copy writes beside it is taken off."""
        written = at(writes, largest) * 4 / LINE if operation == "copy" else 0.0
        return tuple(
            (
                float(crowding(Layout((2,), (gap,), itemsize=4))),
                max(0.0, seconds["apart", library, operation, str(gap)] / -(-largest // gap) - written),
            )
            for gap in GAPS
        )

    kernels = tuple(
        _kernel(seconds, library, operation, apart(library, operation))
        for library in LIBRARIES
        for operation in OPERATIONS
    )
    return Costs(reads=reads, writes=writes, starts=starts, alone=alone, walks=walks, kernels=kernels)


def _curve(seconds: Mapping[Name, float], kind: str, unit: int) -> Curve:
    """Seconds a line or page, by what the probe went over; ``unit`` is what there is one of it in."""
    return tuple((float(name[1]), value / (int(name[1]) // unit)) for name, value in seconds.items() if name[0] == kind)


def _kernel(seconds: Mapping[Name, float], library: str, operation: Operation, apart: Curve) -> Kernel:
    def each(step: int) -> float:
        few, more = (seconds[operation, library, str(step), str(count)] for count in (FEW, MORE))
        return max(0.0, more - few) / (MORE - FEW)

    call = max(0.0, seconds[operation, library, "1", str(FEW)] - FEW * each(1))
    return Kernel(library=library, operation=operation, call=call, dense=each(1), strided=each(2), apart=apart)
