"""One short piece of NumPy's or Python's work, timed in a process of its own: ``python -m ... NAME``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np

from tensorlab.bench.selfcheck.fastest import fastest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _matmul() -> Callable[[], object]:
    left, right = (np.full((512, 512), 0.5, np.float32) for _ in range(2))
    return lambda: left @ right


def _exp() -> Callable[[], object]:
    values = np.full(100_000, 0.5, np.float32)
    return lambda: np.exp(values)


def _add() -> Callable[[], object]:
    left, right = (np.ones(1_000_000, np.float32) for _ in range(2))
    return lambda: left + right


def _python() -> Callable[[], object]:
    values = [float(number) for number in range(100_000)]
    return lambda: [value + 1.0 for value in values]


PROBES: Mapping[str, Callable[[], Callable[[], object]]] = {
    "numpy-matmul": _matmul,
    "numpy-exp": _exp,
    "numpy-add": _add,
    "python": _python,
}


if __name__ == "__main__":
    json.dump({"seconds": fastest(PROBES[sys.argv[1]]())}, sys.stdout)
