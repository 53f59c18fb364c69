"""Every case of ``tensorlab bench`` under pytest-benchmark, which saves and compares: the same engine and figures.

All that do the same work are measured in turns when the first of them is asked for; each test is given its own blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.bridge import described, fits, inject, rates
from tensorlab.bench.checking import objection, prepare
from tensorlab.bench.record import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

    from benchmarks.conftest import Bench
    from tensorlab.bench.checking import Prepared
    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.record import Case


@pytest.mark.benchmark(max_time=0.5, min_rounds=5, disable_gc=True)
def test_workload(cell: Case | Skipped, bench: Bench, benchmark: BenchmarkFixture) -> None:
    if isinstance(cell, Skipped):
        pytest.skip(cell.reason)
    benchmark.group = f"{cell.workload} {cell.size}"
    if not (benchmark.enabled and fits(benchmark)):
        by_itself(cell, bench.laboratory, benchmark)
        return
    row, others = bench.measured(cell)
    if isinstance(row, Skipped):
        pytest.fail(row.reason)
    assert inject(benchmark, row)
    benchmark.extra_info.update(described(row, others, bench.ceilings()))


def by_itself(case: Case, laboratory: Laboratory, benchmark: BenchmarkFixture) -> None:
    """As pytest-benchmark measures: where it is switched off, or is another one than we know."""
    ready = prepare(case, laboratory)
    if isinstance(ready, Skipped):
        pytest.fail(ready.reason)
    benchmark.extra_info.update(threads=case.threads, error=ready.error, fingerprint=laboratory.host)
    benchmark(finished(ready, case, laboratory), *ready.arguments)
    wrong = objection(case, ready, laboratory)
    if wrong:
        pytest.fail(wrong)
    if benchmark.stats is not None:
        benchmark.extra_info.update(rates(case, benchmark.stats.stats.median))


def finished(ready: Prepared, case: Case, laboratory: Laboratory) -> Callable[..., object]:
    """The function itself on the CPU; on an accelerator a call that waits until the result is there."""
    if case.device == "cpu":
        return ready.function

    def call(*arguments: object) -> object:
        result = ready.function(*arguments)
        laboratory.backends[case.backend].synchronize(case.device)
        return result

    return call
