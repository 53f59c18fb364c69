"""Every case of ``tensorlab bench`` under pytest-benchmark, which saves and compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.record import Skipped
from tensorlab.bench.runner import objection, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

    from tensorlab.bench.record import Case
    from tensorlab.bench.runner import Laboratory, Prepared


@pytest.mark.benchmark(max_time=0.5, min_rounds=5, disable_gc=True)
def test_workload(cell: Case | Skipped, laboratory: Laboratory, benchmark: BenchmarkFixture) -> None:
    if isinstance(cell, Skipped):
        pytest.skip(cell.reason)
    ready = prepare(cell, laboratory)
    if isinstance(ready, Skipped):
        pytest.fail(ready.reason)
    benchmark.group = f"{cell.workload} {cell.size}"
    benchmark.extra_info.update(threads=cell.threads, error=ready.error, fingerprint=laboratory.host)
    benchmark(finished(ready, cell), *ready.arguments)
    wrong = objection(cell, ready, laboratory)
    if wrong:
        pytest.fail(wrong)
    if benchmark.stats is not None:
        benchmark.extra_info.update(rates(cell, benchmark.stats.stats.median))


def finished(ready: Prepared, case: Case) -> Callable[..., object]:
    """The function itself on the CPU; on an accelerator a call that waits until the result is there."""
    if case.device == "cpu":
        return ready.function

    def call(*arguments: object) -> object:
        result = ready.function(*arguments)
        ready.clock.synchronize()
        return result

    return call


def rates(case: Case, seconds: float) -> dict[str, float]:
    """What the command prints beside the time."""
    return {"GB/s": (case.reads + case.writes) / seconds / 1e9, "GFLOP/s": case.flops / seconds / 1e9}
