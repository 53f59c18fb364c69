"""One short piece of torch's work, timed in a process of its own: ``python -m ... NAME``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import torch

from tensorlab.bench.selfcheck.fastest import fastest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGE = 1 << 24
"""Elements of a sum whose result is too large to be kept by the allocator."""


def _matmul() -> Callable[[], object]:
    left, right = (torch.full((512, 512), 0.5, dtype=torch.bfloat16) for _ in range(2))
    return lambda: left @ right


def _mm() -> Callable[[], object]:
    left, right = (torch.full((512, 512), 0.5) for _ in range(2))
    return lambda: left @ right


def _exp() -> Callable[[], object]:
    values = torch.full((100_000,), 0.5)
    return values.exp


def _add() -> Callable[[], object]:
    left, right = (torch.ones(LARGE) for _ in range(2))
    return lambda: left + right


PROBES: Mapping[str, Callable[[], Callable[[], object]]] = {
    "torch-matmul": _matmul,
    "torch-mm": _mm,
    "torch-exp": _exp,
    "torch-add": _add,
}


if __name__ == "__main__":
    torch.set_num_threads(1)
    json.dump({"seconds": fastest(PROBES[sys.argv[1]]())}, sys.stdout)
