"""What a call costs before it has computed anything, what an element of a list costs, and what new memory costs."""

from __future__ import annotations

import mmap
import operator
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from tensorlab.bench.ceilings.plan import Batch, Probe
from tensorlab.bench.ceilings.record import VIEW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.ceilings.plan import Call

ELEMENTS = 1000
"""Of a list: small enough to lie in the first cache with its boxes."""
FRESH = 16 << 20
"""Bytes of new memory that are touched."""
PAGE = mmap.PAGESIZE


def call_batch() -> Batch:
    """Operations on one element: all that is left is the way there and back."""
    one, other, out = (np.ones(1, np.float32) for _ in range(3))
    first, second, third = (torch.ones(1) for _ in range(3))
    calls: tuple[tuple[str, str, Call], ...] = (
        ("np.add(a, b)", "numpy", partial(np.add, one, other)),
        ("np.add(a, b, out=c)", "numpy", partial(np.add, one, other, out=out)),
        (f"{VIEW}a.reshape(1, 1)", "numpy", partial(one.reshape, 1, 1)),
        ("torch.add(a, b)", "torch", partial(torch.add, first, second)),
        ("torch.add(a, b, out=c)", "torch", partial(torch.add, first, second, out=third)),
        (f"{VIEW}a.view(1, 1)", "torch", partial(first.view, 1, 1)),
        ("a function that does nothing", "python", _nothing),
    )
    probes = [Probe("dispatch", name, library, 1.0, "call", _ready(call)) for name, library, call in calls]
    numbers, others = [0.5] * ELEMENTS, [1.5] * ELEMENTS
    lists: tuple[tuple[str, Call], ...] = (
        ("sum(list)", partial(sum, numbers)),
        ("[x + y for x, y in zip(a, b)]", partial(_added, numbers, others)),
        ("map(operator.add, a, b)", partial(_mapped, numbers, others)),
    )
    probes += [Probe("dispatch", name, "list", float(ELEMENTS), "element", _ready(call)) for name, call in lists]
    return Batch("a call", tuple(probes))


def allocation_batch() -> Batch:
    """New pages from the system, each touched once, and what allocators take for memory that nobody touches."""
    probes = (
        Probe("allocation", "new pages, first touch of each", "python", float(FRESH), "B", _ready(_touch)),
        Probe("allocation", "np.empty, 4 B", "numpy", 1.0, "call", _ready(partial(np.empty, 1, np.float32))),
        Probe("allocation", "torch.empty, 4 B", "torch", 1.0, "call", _ready(partial(torch.empty, 1))),
        Probe(
            "allocation", "np.empty, 16 MiB, untouched", "numpy", 1.0, "call", _ready(partial(np.empty, FRESH, "u1"))
        ),
        Probe(
            "allocation",
            "torch.empty, 16 MiB, untouched",
            "torch",
            1.0,
            "call",
            _ready(partial(torch.empty, FRESH, dtype=torch.uint8)),
        ),
    )
    return Batch("new memory", probes)


def _ready(call: Call) -> Callable[[], Call]:
    return partial(_given, call)


def _given(call: Call) -> Call:
    return call


def _nothing() -> None:
    """What the measuring itself costs."""


def _added(first: list[float], second: list[float]) -> list[float]:
    return [x + y for x, y in zip(first, second, strict=True)]


def _mapped(first: list[float], second: list[float]) -> None:
    deque(map(operator.add, first, second), maxlen=0)


def _touch() -> None:
    """A byte of each page: the system clears a page, or many at once, when it is touched first."""
    with mmap.mmap(-1, FRESH) as block:
        pages = np.frombuffer(block, np.uint8)
        pages[::PAGE] = 1
        del pages
