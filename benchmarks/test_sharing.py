"""What an exact answer about sharing costs, beside ``np.shares_memory`` in the same process.

NumPy's hard case is the one of its own documentation: two views of 192 million bytes that no quick rule tells apart. It
takes NumPy several seconds a call, so it is called once.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import as_strided

from tensorlab.layout.record import Answer
from tensorlab.memory.sharing.answers import shares

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

TENSOR = torch.arange(1000.0).reshape(10, 100)
ARRAY = np.arange(1000.0).reshape(10, 100)
BUFFER = bytearray(800)
EASY: dict[str, tuple[Any, Any]] = {
    "tensor apart": (TENSOR[:5], TENSOR[5:]),
    "tensor slice": (TENSOR, TENSOR[3:]),
    "tensor columns": (TENSOR[:, :50], TENSOR[:, 50:]),
    "tensor even odd": (TENSOR[:, ::2], TENSOR[:, 1::2]),
    "tensor and numpy": (TENSOR, TENSOR.numpy()[3:]),
    "array apart": (ARRAY[:5], ARRAY[5:]),
    "array slice": (ARRAY, ARRAY[3:]),
    "array even odd": (ARRAY[:, ::2], ARRAY[:, 1::2]),
    "buffers apart": (BUFFER, bytearray(800)),
    "buffer slices": (memoryview(BUFFER)[:400], memoryview(BUFFER)[400:]),
    "buffer and numpy": (memoryview(BUFFER), np.frombuffer(BUFFER)[3:]),
    "buffer and tensor": (BUFFER, TENSOR),
}


@pytest.mark.parametrize("name", EASY)
def test_easy_pair(name: str, benchmark: BenchmarkFixture) -> None:
    benchmark.group = f"easy pair: {name}"
    benchmark(shares, *EASY[name])


@pytest.mark.parametrize("name", [name for name in EASY if name.startswith("array")])
def test_easy_pair_in_numpy(name: str, benchmark: BenchmarkFixture) -> None:
    benchmark.group = f"easy pair: {name}"
    benchmark(np.shares_memory, *EASY[name])


def test_hard_case(benchmark: BenchmarkFixture) -> None:
    """The ratio of the two times stands in the extra information."""
    whole = np.zeros(192163377, np.int8)
    first = as_strided(whole, (1049, 1049, 1049), (36674, 61119, 85569))
    second = as_strided(whole[64023025:], (1049, 1049, 1), (12223, 12224, 1))
    start = perf_counter()
    assert not np.shares_memory(first, second)
    seconds = perf_counter() - start
    benchmark.group = "hard case of NumPy's documentation"
    found = benchmark.pedantic(shares, (first, second), rounds=5)  # type: ignore[no-untyped-call]  # as it comes
    assert found.answer is Answer.NO
    benchmark.extra_info["np.shares_memory, s"] = seconds
    if benchmark.stats is not None:
        benchmark.extra_info["times faster"] = seconds / benchmark.stats.stats.median
