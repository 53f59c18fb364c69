from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tensorlab.bench.ceilings.memory_probes import KERNELS, LEAST, TRIAD, memory_batch, working_sets
from tensorlab.bench.ceilings.team import Team

KERNEL = {kernel.name: kernel for kernel in KERNELS}


def buffers(count: int, elements: int = 64) -> list[Any]:
    return [np.arange(elements, dtype=np.float32) + 100 * n for n in range(count)]


@pytest.mark.parametrize("name", [kernel.name for kernel in KERNELS if kernel.kind == "copy"])
@pytest.mark.parametrize("rows", [1, 5])
def test_a_copy_copies_all_of_it(name: str, rows: int) -> None:
    first, second = buffers(2)
    before = first.copy()
    KERNEL[name].make([first, second], rows)()
    copied = second if np.array_equal(first, before) else first
    np.testing.assert_array_equal(copied, before)


@pytest.mark.parametrize(("name", "scale"), [("np.add(b, c, out=a)", 1.0), ("torch.add(b, c, alpha=s, out=a)", 0.5)])
def test_a_triad_reads_two_and_writes_one(name: str, scale: float) -> None:
    first, second, out = buffers(3)
    KERNEL[name].make([first, second, out], 3)()
    np.testing.assert_array_equal(out, first + np.float32(scale) * second)


def test_a_read_reads_all_of_it_each_time() -> None:
    first, second = buffers(2)
    dots: Any = KERNEL["np.vecdot(a, b)"].make([first, second], 3)()
    sums: Any = KERNEL["torch.sum(a)"].make([first], 4)()
    np.testing.assert_allclose(dots, [first @ second] * 3)
    np.testing.assert_allclose(sums, [first.sum()] * 4)


def test_working_sets_go_from_within_the_first_cache_to_beyond_the_last() -> None:
    sizes = working_sets(32 << 20, 16 << 30)
    assert (sizes[0], sizes[-1]) == (LEAST, 256 << 20)
    assert all(high == 2 * low for low, high in pairwise(sizes))
    assert working_sets(32 << 20, 1)[-1] == LEAST


@pytest.mark.parametrize("size", [16 << 10, 1 << 20, 8 << 20])
def test_probes_go_over_what_they_say_and_lie_in_one_block(size: int) -> None:
    batch = memory_batch(size, 1)
    assert {probe.kind for probe in batch.probes} == {"read", "copy", "triad"}
    for probe in batch.probes:
        passes = probe.amount / size
        assert abs(passes - max(round(passes), 1)) < 0.02 * max(passes, 1)
        probe.prepare()()
    assert {probe.empty is None for probe in batch.probes if probe.library == "numpy"} == {True}


def test_a_team_goes_over_as_much_together_as_one_thread_alone() -> None:
    with Team(2) as team:
        batch = memory_batch(64 << 10, 2, team)
        assert all(probe.empty is None for probe in batch.probes)
        assert "memoryview a[:] = b" not in {probe.name for probe in batch.probes}
        for probe in batch.probes:
            probe.prepare()()


def test_the_next_repeat_has_a_block_of_its_own() -> None:
    batch = memory_batch(64 << 10, 1)
    copy = next(probe for probe in batch.probes if probe.name == "a.copy_(b)")
    first = copy.prepare()
    second = copy.prepare()
    assert first.args[0].data_ptr() != second.args[0].data_ptr()  # type: ignore[attr-defined]  # it is a partial


@pytest.mark.parametrize(
    ("size", "threads", "there"), [(16 << 10, 1, False), (32 << 10, 1, True), (32 << 10, 2, False)]
)
def test_a_triad_of_few_elements_is_left_to_larger_ones(size: int, threads: int, *, there: bool) -> None:
    with Team(2) as team:
        batch = memory_batch(size, threads, team if threads > 1 else None)
    assert (TRIAD in {probe.name for probe in batch.probes}) == there
