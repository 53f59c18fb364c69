"""Blocks that our engine measured in turns, as a pytest-benchmark test's own: its tables, files and comparisons work.

pytest-benchmark measures a function at a time and has no door for times from elsewhere, so two of its private names are
used, which ``tests/benchmarks/test_bridge.py`` holds to what they did in 5.3. Where they are not there, ``inject`` says
so and a test measures as pytest-benchmark does.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from tensorlab.bench.ceilings.judging import bound_of, share
from tensorlab.bench.checking import sets
from tensorlab.bench.foreign.pytest_json import RUN
from tensorlab.bench.stats import summary
from tensorlab.bench.together import standing_beside
from tensorlab.codec import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_benchmark.fixture import BenchmarkFixture

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Case, Run

BASE = "numpy"
MODE = "tensorlab.interleaved"
CACHE = 2**25


def fits(benchmark: object) -> bool:
    """Whether the private names of pytest-benchmark are those that we know."""
    make = getattr(benchmark, "_make_stats", None)
    return hasattr(benchmark, "_mode") and callable(make) and [*inspect.signature(make).parameters] == ["iterations"]


def inject(benchmark: BenchmarkFixture, run: Run) -> bool:
    """Give a test the blocks of a run; False where this pytest-benchmark cannot take them."""
    if not fits(benchmark):
        return False
    if benchmark._mode:  # noqa: SLF001 - its own fixture refuses to be used twice by the same name
        raise ValueError(f"this fixture was used already, in {benchmark._mode} mode")  # noqa: SLF001 - as above
    benchmark._mode = MODE  # noqa: SLF001 - what a call of the fixture sets, so that it counts as used
    if benchmark.enabled:
        make: Any = benchmark._make_stats  # noqa: SLF001 - the only way to the table and the file
        stats = make(run.loops)
        for seconds in run.cpu if run.clock == "cpu" else run.wall:
            stats.update(seconds)
    return True


def described(run: Run, others: Sequence[Run], ceilings: Ceilings | None) -> dict[str, Any]:
    """What the command prints beside the time, for ``extra_info``; and the run itself."""
    seconds = summary([block / run.loops for block in (run.cpu if run.clock == "cpu" else run.wall)]).median
    return {
        "threads": run.case.threads,
        "clock": run.clock,
        "error": run.error,
        "fingerprint": run.host,
        **rates(run.case, seconds),
        **_of_ceiling(run.case, seconds, ceilings),
        **_ratio(run, others),
        "doubts": [doubt.text for doubt in run.doubts],
        RUN: encode(run),
    }


def rates(case: Case, seconds: float) -> dict[str, float]:
    """Bytes and operations a second."""
    if not seconds:
        return {}
    return {"GB/s": (case.reads + case.writes) / seconds / 1e9, "GFLOP/s": case.flops / seconds / 1e9}


def _of_ceiling(case: Case, seconds: float, ceilings: Ceilings | None) -> dict[str, Any]:
    if ceilings is None:
        return {}
    rotated = sets(case, CACHE) * (case.reads + case.writes) if case.cache == "cold" else None
    found = share(bound_of(ceilings, case, working_set=rotated), seconds)
    return {"ceiling": found.ceiling, "% of ceiling": 100 * found.part} if found.ceiling else {}


def _ratio(run: Run, others: Sequence[Run]) -> dict[str, Any]:
    """The run's seconds over NumPy's, which ran in turns with it."""
    base = next((one for one in others if one.case.backend == BASE and one.case.allocates == run.case.allocates), None)
    found = standing_beside([run], [base]) if base else None
    if found is None or base is None:
        return {}
    return {
        "ratio": found.value,
        "ratio to": f"{BASE} {base.case.dtype}",
        "ratio interval": [found.low, found.high],
        "verdict": found.verdict,
    }
