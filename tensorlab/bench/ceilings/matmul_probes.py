"""Products of matrices in every library and number format that is there: the nearest that Python comes to the peak."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from tensorlab.bench.ceilings.plan import Batch, Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.ceilings.plan import Call

SIZES = (256, 512, 1024)
"""Rows: which of them is the fastest differs from library to library."""
SLOW_SIZES = (128,)
"""Of a product without a library of its own: NumPy's integers."""


def _arrays(dtype: str, rows: int) -> Call:
    random = np.random.default_rng(0)
    values = [random.integers(-9, 9, (rows, rows)).astype(dtype) for _ in range(2)]
    return partial(np.matmul, *values, out=np.empty((rows, rows), dtype))


def _tensors(dtype: str, rows: int) -> Call:
    kind = getattr(torch, dtype)
    values = [torch.randint(-9, 9, (rows, rows)).to(kind) for _ in range(2)]
    return partial(torch.mm, *values, out=torch.empty(rows, rows, dtype=kind))


def _packed(dtype: str, rows: int) -> Call:
    """The weight and the input in oneDNN's own order: what its kernels reach with nothing to sort first."""
    kind = getattr(torch, dtype)
    given, weight = (torch.randint(-9, 9, (rows, rows)).float().to_mkldnn(kind) for _ in range(2))
    return partial(torch.nn.functional.linear, given, weight)


def _integers(dtype: str, rows: int) -> Call:  # noqa: ARG001 - the signature of a maker
    values = [torch.randint(-9, 9, (rows, rows), dtype=torch.int8) for _ in range(2)]
    return partial(torch._int_mm, *values)  # noqa: SLF001 - torch documents no other product of int8


WAYS: Mapping[tuple[str, str, str], tuple[Callable[[str, int], Call], tuple[int, ...]]] = {
    ("float32", "numpy", "np.matmul"): (_arrays, SIZES),
    ("float32", "torch", "torch.mm"): (_tensors, SIZES),
    ("float32", "torch", "oneDNN, packed"): (_packed, SIZES),
    ("bfloat16", "torch", "torch.mm"): (_tensors, SIZES),
    ("bfloat16", "torch", "oneDNN, packed"): (_packed, SIZES),
    ("int8", "torch", "torch._int_mm"): (_integers, SIZES),
    ("int8", "numpy", "np.matmul"): (_arrays, SLOW_SIZES),
    ("float64", "numpy", "np.matmul"): (_arrays, SIZES[:2]),
    ("float64", "torch", "torch.mm"): (_tensors, SIZES[:2]),
    ("float16", "torch", "torch.mm"): (_tensors, SIZES[:1]),
}
"""dtype, library and probe to what makes the call, and for how many rows."""


def matmul_batches(threads: int) -> tuple[Batch, ...]:
    """Each dtype's probes side by side; a way that this machine or this torch does not have is left out."""
    batches = []
    for dtype in dict.fromkeys(dtype for dtype, _, _ in WAYS):
        probes = [
            Probe(
                kind="compute",
                name=f"{name}, {rows:,} rows",
                library=library,
                amount=2.0 * rows**3,
                unit="FLOP",
                prepare=partial(make, dtype, rows),
                dtype=dtype,
            )
            for (kind, library, name), (make, sizes) in WAYS.items()
            if kind == dtype and works(partial(make, dtype, 16))
            for rows in sizes
        ]
        if probes:
            batches.append(Batch(f"matmul {dtype}", tuple(probes), threads))
    return tuple(batches)


def works(prepare: Callable[[], Call]) -> bool:
    """Whether the call can be made and run here.

    >>> works(lambda: lambda: 1), works(lambda: lambda: 1 / 0)
    (True, False)
    """
    try:
        with torch.no_grad():
            prepare()()
    except Exception:  # noqa: BLE001 - what a build of torch lacks, it says in many ways
        return False
    return True
