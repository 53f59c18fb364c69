"""One call looked at from all sides: run on copies, recorded, timed, and tried in other ways."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch.utils._pytree import tree_flatten, tree_map

from tensorlab.bench.pairing.interleave import interleaved
from tensorlab.bench.slowness.agreeing import agrees
from tensorlab.bench.slowness.arguments import BATCH, batched, is_batch_of, prepared, smallest
from tensorlab.bench.slowness.costs import SMALL, fault_seconds, forecast, medians, yardsticks
from tensorlab.bench.slowness.looking import look, result_storages
from tensorlab.bench.slowness.loops import without_loop
from tensorlab.bench.slowness.programs import tensors_in
from tensorlab.bench.slowness.record import AS_IT_IS, OVERHEAD_BOUND, WhySlow
from tensorlab.bench.slowness.rewrites import Way, repeated, rewritten
from tensorlab.bench.slowness.traffic import arrays_traffic, traffic_of
from tensorlab.bench.slowness.trials import LONG, Tried, beside, effort, tried
from tensorlab.bench.slowness.words import described, name_of
from tensorlab.bench.stats import summary
from tensorlab.dispatch.tracer import Tracer
from tensorlab.quantity import Quantity, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.bench.slowness.looking import Call, Seen
    from tensorlab.bench.slowness.record import Suggestion
    from tensorlab.bench.slowness.traffic import Traffic
    from tensorlab.bench.slowness.trials import Bench

UNSEEN = "no operator of torch ran: calls of other libraries are timed, not recorded"
WRITES = "the call writes what it is given: it was run on copies, and no other way was tried"
VARIES = "the result changes from call to call: no other way can be compared with it"
ALONE = 0.8
"""Of a call: where its operators alone take less, ways to rewrite them say little of the call."""
GRADIENTS = "the result needs gradients: out= and in place were not tried"


class Work(NamedTuple):
    """What a call moves, its smallest twin, and how long it takes about."""

    traffic: Traffic
    small: Callable[[], Any] | None
    once: float


class Paced(NamedTuple):
    """How long a call takes."""

    seconds: float
    overhead: float
    """The part of it that is dispatch."""


def why(call: Call, bench: Bench, threads: int) -> WhySlow:
    """Look at a call. It runs many times, on copies of what it is given; torch's random numbers go on as if it had not.

    Raises:
        UnsupportedError: It cannot be copied, raises something, or writes memory that it was not given.
    """
    call = call.copied()
    with _same_random_numbers():
        seen = look(call)
        traffic = traffic_of(seen.calls, frozenset(result_storages(seen)))
        if not seen.calls:
            traffic = arrays_traffic((call.args, call.kwargs), seen.result)
        once = _once(call, bench)
        lone = call.small is None and (seen.writes or once >= LONG)
        small = None if lone else call.small or _small(call, len(seen.calls))
        return _timed(call, seen, Work(traffic, small, once), bench, threads)


def _timed(call: Call, seen: Seen, work: Work, bench: Bench, threads: int) -> WhySlow:
    """The call beside its yardsticks, then each other way beside the call."""
    traffic = work.traffic
    sticks = yardsticks(traffic, work.small, _device(seen), _dtype(seen))
    contenders = {AS_IT_IS: call.make, **sticks.calls}
    pace = effort(work.once, bench)
    blocks = interleaved(contenders, pace, read=bench.read, random=bench.random, wait=bench.wait)
    seconds, base = medians(blocks, bench.clock), blocks[0]
    faults = summary([count / base.loops for count in base.faults]).median
    own = seconds[AS_IT_IS]
    overhead = min(1.0, seconds[SMALL] * sticks.scale / own) if own else 0.0
    lost = faults * fault_seconds(bench.read) if faults >= 1 else 0.0
    long = work.once >= LONG
    suggestions, notes = ((), (too_long(work.once),)) if long else _suggestions(call, seen, Paced(own, overhead), bench)
    return WhySlow(
        name=call.name or name_of(call.fn),
        given=tuple(map(described, call.args)) + tuple(f"{key}={described(one)}" for key, one in call.kwargs.items()),
        seconds=own,
        clock=bench.clock,
        threads=threads,
        ops=traffic.ops,
        faults=faults,
        overhead=overhead,
        moved=traffic.moved,
        fetched=sum(op.fetched for op in traffic.ops),
        ideal=traffic.ideal,
        reads=traffic.reads,
        dtype=_dtype(seen),
        device=_device(seen),
        predicted=forecast(traffic, sticks, seconds, lost) if traffic.ops else (),
        suggestions=suggestions,
        notes=notes,
        blocks=blocks,
    )


def _suggestions(call: Call, seen: Seen, pace: Paced, bench: Bench) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """All that was tried, the best first, and what is to be said of the rest."""
    ways, notes = _ways(call, seen)
    found, more = tried(ways, Tried(call.make, seen.result, pace.seconds), bench)
    if not (seen.writes or seen.varies):
        others, told = _rewritten(call, seen, {way.what for way in ways}, pace, bench)
        found, more = (*found, *others), (*more, *told)
    if pace.overhead >= OVERHEAD_BOUND and not (seen.writes or seen.varies):
        larger = _larger(call, seen)
        rows = Tried(lambda: _several(call), _rows(seen.result), pace.seconds * BATCH)
        batch, told = tried(larger, rows, bench)
        found, more = (*found, *batch), (*more, *told)
    best = sorted(found, key=lambda one: (not one.helps, one.ratio.value))
    return tuple(best), tuple(dict.fromkeys((*notes, *more)))


def _ways(call: Call, seen: Seen) -> tuple[list[Way], tuple[str, ...]]:
    """What to try, and what is not tried."""
    unseen = () if seen.calls else (UNSEEN,)
    if seen.writes:
        return [], (*unseen, WRITES)
    if seen.varies:
        return [], (*unseen, VARIES)
    ways = prepared(call.fn, call.args, call.kwargs)
    loop = without_loop(seen.program, seen.result)
    return [*ways, *([loop] if loop else [])], unseen


def _rewritten(
    call: Call, seen: Seen, named: set[str], pace: Paced, bench: Bench
) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """Its operators in other ways, beside the same operators: what Python does between them is in neither."""
    if any(tensor.requires_grad for tensor in tensors_in(seen.result)):
        return (), (GRADIENTS,)
    ways = [way for way in rewritten(seen.program) if way.what not in named]
    if not ways:
        return (), ()
    same = repeated(seen.program)
    share = beside(same, Tried(call.make, seen.result, pace.seconds), bench).ratio
    if share.high < ALONE:
        words = listed([way.what for way in ways], len(ways))
        return (), (f"its operators alone take {share.value:.0%} of the call: {words} would change little of it",)
    return tried(ways, Tried(same.make, seen.result, pace.seconds), bench)


def _larger(call: Call, seen: Seen) -> list[Way]:
    """The first set of larger arguments of which the result is that of several calls."""
    for args, mixed in zip(batched(call.args), batched(call.args, mixed=True), strict=True):
        try:
            found, others = call.on(args, call.kwargs), call.on(mixed, call.kwargs)
        except Exception:  # noqa: BLE001, S112 - a guess at what it takes: whatever it says, it is no suggestion
            continue
        if is_batch_of(found, seen.result) and agrees(_first(others, seen.result), seen.result):
            how = f"{BATCH} times the rows in one call, beside {BATCH} calls"
            return [Way("larger batch", how, lambda args=args: lambda: call.on(args, call.kwargs))]  # type: ignore[misc]  # mypy does not follow the default
    return []


def _first(many: Any, result: Any) -> object:  # noqa: ANN401 - both have rows
    return many[: len(result)]


def _several(call: Call) -> Callable[[], Any]:
    one = call.make()

    def calls() -> None:
        for _ in range(BATCH):
            one()

    return calls


def _rows(result: object) -> object:
    """As several calls would give them, one after the other."""
    if isinstance(result, torch.Tensor) and result.dim():
        return torch.cat([result] * BATCH)
    return np.concatenate([result] * BATCH) if isinstance(result, np.ndarray) and result.ndim else result


def _small(call: Call, calls: int) -> Callable[[], Any] | None:
    """The same call on the smallest tensors, where as many operators run on them."""
    if not any(isinstance(leaf, (torch.Tensor, np.ndarray)) for leaf in tree_flatten((call.args, call.kwargs))[0]):
        return None
    try:
        args, kwargs = tree_map(smallest, (call.args, call.kwargs))
        tracer = Tracer(values=False)
        with tracer:
            call.on(args, kwargs)
    except Exception:  # noqa: BLE001 - some calls take no tensors of one element: single operators stand for it
        return None
    return (lambda: call.on(args, kwargs)) if len(tracer.events) == calls else None


def _once(call: Call, bench: Bench) -> float:
    """Seconds of a call, about: of the second one, where the first does not take so long already."""
    made = call.make()
    seconds = 0.0
    for _ in range(2):
        before = bench.read()
        made()
        seconds = bench.read().wall - before.wall
        if seconds >= LONG:
            break
    return seconds


def too_long(seconds: float) -> str:
    """Why nothing was tried.

    >>> too_long(5.0)
    'a call takes 5.00 s: it was made a few times, and no other way was tried; give it less, to see what helps'
    """
    return (
        f"a call takes {Quantity(seconds, 's')}: it was made a few times, and no other way was tried; "
        "give it less, to see what helps"
    )


def _device(seen: Seen) -> str:
    return next((str(tensor.device) for tensor in tensors_in(seen.result)), "cpu")


def _dtype(seen: Seen) -> str:
    """Of products: that of the result, where it is one that products are made in."""
    word = next((str(tensor.dtype).removeprefix("torch.") for tensor in tensors_in(seen.result)), "float32")
    return word if word in {"float64", "float32", "bfloat16", "float16"} else "float32"


@contextmanager
def _same_random_numbers() -> Iterator[None]:
    state = torch.get_rng_state()
    numpy_state = np.random.get_state()  # noqa: NPY002 - the user's calls may draw from it
    try:
        yield
    finally:
        torch.set_rng_state(state)
        np.random.set_state(numpy_state)  # noqa: NPY002 - as above
