"""The whole table of operators: each in a fork, two at a time, their results added up."""

from __future__ import annotations

import gc
import time
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.codec import decode, encode
from tensorlab.errors import UnavailableError
from tensorlab.process.forked import AVAILABLE
from tensorlab.progress import Progress
from tensorlab.testing.aten.database import full_name
from tensorlab.testing.aten.examining import examine
from tensorlab.testing.aten.record import AtenSweep, OpResult
from tensorlab.testing.aten.scanning import Steps
from tensorlab.testing.aten.workers import forked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tensorlab.testing.aten.record import AtenFinding
    from tensorlab.testing.aten.scanning import Where


def sweep(
    ops: Sequence[Any],
    *,
    dtype: torch.dtype = torch.float32,
    seed: int = 0,
    workers: int = 2,
    watch: Callable[[Progress], None] | None = None,
) -> AtenSweep:
    """Every sample of these operators under every layout.

    One thread of torch a fork: threads do not survive a fork, and tensors of samples are small.

    Args:
        ops: Entries of torch's table.
        dtype: Of the samples.
        seed: Of their values, and of random numbers that operators draw.
        workers: Forks at a time.
        watch: Told after each operator.

    Raises:
        UnavailableError: This system cannot fork.

    >>> from tensorlab.testing.aten.database import operators
    >>> swept = sweep(operators(["trace"]))
    >>> swept.samples == swept.tested, swept.findings
    (True, ())
    """
    if not AVAILABLE:
        raise UnavailableError("each operator is called in a fork, and this system cannot fork")
    began = time.monotonic()
    results = list(_results(ops, dtype, seed, workers, watch))
    return _added(results, dtype=dtype, seed=seed, workers=workers, seconds=time.monotonic() - began)


def _results(
    ops: Sequence[Any], dtype: torch.dtype, seed: int, workers: int, watch: Callable[[Progress], None] | None
) -> Iterable[OpResult]:
    names = [full_name(op) for op in ops]

    def work(job: int, at: Callable[[Where], None], deadly: dict[Where, str]) -> Any:  # noqa: ANN401 - JSON
        torch.set_num_threads(1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return encode(examine(ops[job], names[job], dtype=dtype, seed=seed, steps=Steps(at, deadly)))

    gc.freeze()
    done: dict[int, OpResult] = {}
    try:
        for outcome in forked(work, range(len(ops)), workers=workers):
            name = names[outcome.job]
            failed = OpResult(op=name, samples=1, tested=0, calls=0, skipped=((f"{name}: {outcome.failure}", 1),))
            done[outcome.job] = failed if outcome.failure else decode(OpResult, outcome.told)
            if watch is not None:
                watch(Progress(name, len(done), len(ops)))
    finally:
        gc.unfreeze()
    return [done[job] for job in sorted(done)]


def _added(results: Sequence[OpResult], *, dtype: torch.dtype, seed: int, workers: int, seconds: float) -> AtenSweep:
    found = [finding for result in results for finding in result.findings]
    return AtenSweep(
        torch=str(torch.__version__),
        dtype=str(dtype).removeprefix("torch."),
        seed=seed,
        ops=len(results),
        samples=sum(result.samples for result in results),
        tested=sum(result.tested for result in results),
        calls=sum(result.calls for result in results),
        seconds=seconds,
        workers=workers,
        refused=_totals(result.refused for result in results),
        skipped=_totals(result.skipped for result in results),
        waived=tuple(one for result in results for one in result.waived),
        findings=_sorted(finding for finding in found if finding.confirmed),
        unconfirmed=_sorted(finding for finding in found if not finding.confirmed),
    )


_WEIGHT = ("CRASH", "STRAY-WRITE", "SILENT-WRONG", "MUTATED", "ALIAS", "REFUSED")


def _sorted(findings: Iterable[AtenFinding]) -> tuple[AtenFinding, ...]:
    """The worst first."""
    return tuple(sorted(findings, key=lambda found: (_WEIGHT.index(found.verdict), found.op, found.variant)))


def _totals(counts: Iterable[tuple[tuple[str, int], ...]]) -> tuple[tuple[str, int], ...]:
    total: Counter[str] = Counter()
    for rows in counts:
        total.update(dict(rows))
    return tuple(total.most_common())
