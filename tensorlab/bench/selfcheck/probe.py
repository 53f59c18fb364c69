"""One short piece of work, timed by the clock of the processor, in a process of its own: ``python -m ... NAME``."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS = 0.25
"""That it is repeated; the fastest call counts, since nothing makes a call faster than it is."""
LEAST = 5
LARGE = 1 << 24
"""Elements of a sum whose result is too large to be kept by the allocator."""


def _numpy_matmul() -> Callable[[], object]:
    left, right = (np.full((512, 512), 0.5, np.float32) for _ in range(2))
    return lambda: left @ right


def _numpy_exp() -> Callable[[], object]:
    values = np.full(100_000, 0.5, np.float32)
    return lambda: np.exp(values)


def _torch_matmul() -> Callable[[], object]:
    left, right = (torch.full((512, 512), 0.5, dtype=torch.bfloat16) for _ in range(2))
    return lambda: left @ right


def _torch_exp() -> Callable[[], object]:
    values = torch.full((100_000,), 0.5)
    return values.exp


def _torch_add() -> Callable[[], object]:
    left, right = (torch.ones(LARGE) for _ in range(2))
    return lambda: left + right


def _python() -> Callable[[], object]:
    values = [float(number) for number in range(100_000)]
    return lambda: [value + 1.0 for value in values]


PROBES: Mapping[str, Callable[[], Callable[[], object]]] = {
    "numpy-matmul": _numpy_matmul,
    "numpy-exp": _numpy_exp,
    "torch-matmul": _torch_matmul,
    "torch-exp": _torch_exp,
    "torch-add": _torch_add,
    "python": _python,
}


def fastest(call: Callable[[], object], seconds: float = SECONDS) -> float:
    """Seconds of the fastest call, by the clock of the processor.

    >>> 0 < fastest(lambda: sum(range(1000)), 0.01) < 0.01
    True
    """
    found: list[float] = []
    call()
    end = time.perf_counter() + seconds
    while len(found) < LEAST or time.perf_counter() < end:
        start = time.thread_time()
        call()
        found.append(time.thread_time() - start)
    return min(found)


if __name__ == "__main__":
    torch.set_num_threads(1)
    json.dump({"seconds": fastest(PROBES[sys.argv[1]]())}, sys.stdout)
