"""Cases that belong together, in turns: each is checked, then all are timed block by block, then checked again."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.allocation import page_faults
from tensorlab.bench.ceilings.judging import above, beside, marked, with_product
from tensorlab.bench.checking import bound, objection, prepare, sets, wrong
from tensorlab.bench.doubts import doubts
from tensorlab.bench.offload.steady import steadily, under_load
from tensorlab.bench.pairing.clocks import chosen_clock
from tensorlab.bench.pairing.interleave import interleaved
from tensorlab.bench.record import Run, Skipped
from tensorlab.bench.selfcheck.one_thread import thread_doubts
from tensorlab.bench.selfcheck.surroundings import crowding, slowed
from tensorlab.bench.selfcheck.taken import taken_doubt
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.checking import Prepared
    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.pairing.record import Blocks
    from tensorlab.bench.record import Case
    from tensorlab.memory.record import Doubt


def measure_group(cases: tuple[Case, ...], laboratory: Laboratory) -> tuple[Run | Skipped, ...]:
    """Measure cases of one workload, size, dtype and device in turns; a row for each, in their order.

    What goes wrong inside a case is its row, and the others go on without it.
    """
    rows: dict[Case, Run | Skipped] = {}
    ready: dict[Case, Prepared] = {}
    for case in cases:
        try:
            found = prepare(case, laboratory)
        except Exception as error:  # noqa: BLE001 - libraries raise what they like, and the other cases must go on
            found = _failed(case, error, laboratory)
        if isinstance(found, Skipped):
            rows[case] = found
        else:
            ready[case] = found
    if ready:
        rows |= _judged(ready, laboratory)
    measured = tuple(rows[case] for case in cases)
    return page_faults(measured, lambda case: case.workload in laboratory.backends[case.backend].into)


def _judged(ready: dict[Case, Prepared], laboratory: Laboratory) -> dict[Case, Run | Skipped]:
    """All of them beside their ceilings; where one is above its own, all are measured again, and then it is marked."""
    rows = _beside(_timed(ready, laboratory), laboratory)
    if any(above(row) for row in rows.values()):
        again = {case: ready[case] for case, row in rows.items() if isinstance(row, Run)}
        rows |= _beside(_timed(again, laboratory), laboratory)
        laboratory.ceilings = _raised(rows, laboratory)
    return {case: marked(row) if isinstance(row, Run) else row for case, row in rows.items()}


def _raised(rows: dict[Case, Run | Skipped], laboratory: Laboratory) -> Ceilings | None:
    """The ceilings by which later rows are judged: products that were above the peak a second time are the peak."""
    ceilings = laboratory.ceilings
    for case, row in rows.items():
        if ceilings is None or not isinstance(row, Run) or not above(row) or row.ceiling != "compute":
            continue
        if laboratory.workload(case.workload).group == "matmul":
            blocks = row.cpu if row.clock == "cpu" else row.wall
            seconds = tuple(one / row.loops for one in blocks)
            ceilings = with_product(ceilings, case, row.loops, seconds, f"bench {case.workload}, {case.size:,}")
    return ceilings


def _beside(rows: dict[Case, Run | Skipped], laboratory: Laboratory) -> dict[Case, Run | Skipped]:
    ceilings = laboratory.ceilings
    if ceilings is None:
        return rows
    return {
        case: beside(row, ceilings, _working_set(case, laboratory)) if isinstance(row, Run) else row
        for case, row in rows.items()
    }


def _working_set(case: Case, laboratory: Laboratory) -> int | None:
    """Bytes that the calls read in turn; None where each goes over the same."""
    return sets(case, laboratory.cache) * case.reads if case.cache == "cold" else None


def _timed(ready: dict[Case, Prepared], laboratory: Laboratory) -> dict[Case, Run | Skipped]:
    """All in turns; where one fails only then, each alone, so that the others keep their times."""
    laboratory.groups += 1
    try:
        blocks = _interleaved(ready, laboratory)
    except Exception as error:  # noqa: BLE001 - libraries raise what they like, and the other cases must go on
        if len(ready) == 1:
            return {case: _failed(case, error, laboratory) for case in ready}
        alone = [_timed({case: one}, laboratory) for case, one in ready.items()]
        return {case: row for rows in alone for case, row in rows.items()}
    return {case: _row(case, ready[case], one, laboratory) for case, one in blocks.items()}


class Timed(NamedTuple):
    """What the clock said of one case, and what its surroundings say to that."""

    blocks: Blocks
    doubts: tuple[Doubt, ...]


def _interleaved(ready: dict[Case, Prepared], laboratory: Laboratory) -> dict[Case, Timed]:
    first = next(iter(ready))
    backend = laboratory.backends[first.backend]
    made: set[str] = set()

    def make(name: str, case: Case, one: Prepared) -> Callable[[], object]:
        anew = name in made
        made.add(name)
        return bound(case, one, laboratory, anew=anew)

    calls = {str(n): partial(make, str(n), case, one) for n, (case, one) in enumerate(ready.items())}
    random = Random(laboratory.groups)  # noqa: S311 - an order of turns, no secret
    machine = None if first.device == "cpu" else laboratory.machine(first.device)
    with collector_off():
        if machine is not None:
            device = under_load(machine, next(iter(calls.values()))(), laboratory.read)
            found = steadily(calls, laboratory.effort, read=laboratory.read, random=random, device=device)
            return {case: Timed(one, found.doubts) for case, one in zip(ready, found.blocks, strict=True)}
        if first.device != "cpu":
            wait = partial(backend.synchronize, first.device)
            told = interleaved(calls, laboratory.effort, read=laboratory.read, random=random, wait=wait)
            return {case: Timed(one, ()) for case, one in zip(ready, told, strict=True)}
        before = laboratory.look()
        blocks = interleaved(calls, laboratory.effort, read=laboratory.read, random=random)
        after = laboratory.look()
        by_case = dict(zip(ready, blocks, strict=True))
        group = laboratory.workload(first.workload).group
        threads = thread_doubts(by_case, calls, group, crowding(before, after), laboratory.read)
    laboratory.start = laboratory.start or before
    slow = slowed(laboratory.start, after)
    return {case: Timed(one, (*threads.get(case, ()), *slow)) for case, one in by_case.items()}


def _row(case: Case, ready: Prepared, timed: Timed, laboratory: Laboratory) -> Run | Skipped:
    try:
        reason = objection(case, ready, laboratory)
        return wrong(case, reason, laboratory) if reason else _run(case, ready, timed, laboratory)
    except Exception as error:  # noqa: BLE001 - libraries raise what they like, and the other cases must go on
        return _failed(case, error, laboratory)


def _run(case: Case, ready: Prepared, timed: Timed, laboratory: Laboratory) -> Run:
    blocks = timed.blocks
    if not any(blocks.wall):
        raise UnavailableError(f"the clock stands still: {len(blocks.wall)} blocks took 0 s by it")
    alone = case.device == "cpu" and any(blocks.cpu)
    clock, helped = chosen_clock((replace(blocks, name=case.backend),), case.threads) if alone else ("wall", ())
    return Run(
        case=case,
        host=laboratory.host,
        process=laboratory.process,
        together=f"{laboratory.name}.{laboratory.process}.{laboratory.groups}",
        clock=clock,
        loops=blocks.loops,
        wall=blocks.wall,
        cpu=blocks.cpu,
        turn=blocks.turn,
        round=blocks.round,
        repeat=blocks.repeat,
        switches=blocks.switches,
        faults=blocks.faults,
        computed=blocks.process,
        waits=blocks.waits,
        first=ready.first,
        first_faults=ready.first_faults,
        error=ready.error,
        doubts=(
            *doubts(
                case,
                laboratory.workload(case.workload).group,
                usable=laboratory.usable,
                controlled=laboratory.controlled,
                warnings=laboratory.warnings,
            ),
            *timed.doubts,
            *helped,
            *(taken_doubt(blocks, clock) if alone else ()),
        ),
    )


@contextmanager
def collector_off() -> Iterator[None]:
    """No garbage is collected inside: a collection would fall into the block of one contender."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _failed(case: Case, error: Exception, laboratory: Laboratory) -> Skipped:
    words = " ".join(str(error).split())
    told = f"{type(error).__name__}: {words}" if words else type(error).__name__
    reason = told if len(told) <= 300 else f"{told[:299]}…"
    return Skipped(case=case, reason=reason, cause="failed", named=False, process=laboratory.process)
