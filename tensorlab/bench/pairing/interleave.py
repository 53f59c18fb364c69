"""Blocks of calls in random turns: what disturbs the machine for a while disturbs all contenders alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat
from math import inf, log2
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.pairing.record import Blocks
from tensorlab.errors import ExpressionError, TensorlabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

    from tensorlab.bench.pairing.counters import Read, Reading

BLOCK = 1e-3
"""Seconds that a block takes at most, or one call where that takes longer: longer blocks catch more disturbance."""

BALLAST = 1 << 16
"""Bytes at most of a block that is put between buffers, so that those of a later repeat do not lie as before."""
PIECES = 32
"""Such blocks before each making; half of them, drawn, are given back at once and leave holes."""
MOST_LOOPS = 1 << 20
"""Of calls that the clock cannot tell from nothing."""
CONFIRMED = 3
"""Looks at a block that seems long enough: another program may have had the processor meanwhile."""
SLOW = 0.1
"""Seconds that no other program takes at once."""
ALIKE = 4
"""Times as long as the fastest: contenders up to there take part in all rounds."""
MOST_TOLD = 200
"""Characters of a contender's error in ours."""


class Effort(NamedTuple):
    """How long contenders are measured."""

    seconds: float
    """For each of them, about."""
    rounds: int
    """At least, in each repeat, also where calls are slow."""
    repeats: int
    """How often the calls are prepared anew."""
    slow: float = inf
    """Seconds of a call from which on one round in a repeat is enough: it averages over the machine's moods itself."""


@dataclass(slots=True)
class Column:
    """The blocks of one contender as they come; a recording, no record."""

    name: str
    call: Callable[[], object]
    first: float
    first_faults: int
    loops: int = 1
    rows: list[tuple[int, int, int, Reading, Reading]] = field(default_factory=list)
    """Turn, round, repeat, and the readings at both ends."""

    @property
    def blocks(self) -> Blocks:
        """What was measured, as a record."""
        return Blocks(
            name=self.name,
            loops=self.loops,
            wall=tuple(after.wall - before.wall for *_, before, after in self.rows),
            cpu=tuple(after.cpu - before.cpu for *_, before, after in self.rows),
            turn=tuple(row[0] for row in self.rows),
            round=tuple(row[1] for row in self.rows),
            repeat=tuple(row[2] for row in self.rows),
            switches=tuple(after.switches - before.switches for *_, before, after in self.rows),
            faults=tuple(after.faults - before.faults for *_, before, after in self.rows),
            first=self.first,
            first_faults=self.first_faults,
            process=tuple(after.process - before.process for *_, before, after in self.rows),
            waits=tuple(after.waits - before.waits for *_, before, after in self.rows),
        )


def interleaved(
    prepare: Mapping[str, Callable[[], Callable[[], object]]],
    effort: Effort,
    *,
    read: Read,
    random: Random,
    wait: Callable[[], None] | None = None,
) -> tuple[Blocks, ...]:
    """Measure contenders side by side: in each round one block of each, in an order that is drawn.

    Those whose calls are slow take part in some of the rounds only, so that the fast ones still have blocks enough.
    The order in which calls are made is drawn too: what is made second may lie in worse places each time.

    Args:
        prepare: Name to a function that makes the call to be timed; asked once a repeat, so that buffers lie elsewhere.
        effort: How long.
        read: Clocks and counters.
        random: Draws the order of each round.
        wait: Waits for the device, before each reading; None where nothing runs on by itself.

    Raises:
        ExpressionError: A contender raised something; it is named, and its error is the cause.

    >>> from random import Random
    >>> from tensorlab.bench.pairing.counters import read
    >>> calls = {"sum": lambda: lambda: sum(range(50)), "len": lambda: lambda: len("word")}
    >>> blocks = interleaved(calls, Effort(0.002, 3, 2), read=read, random=Random(0))
    >>> [one.name for one in blocks], sorted(set(blocks[0].repeat))
    (['sum', 'len'], [0, 1])
    """
    columns: Mapping[str, Column] = {}
    for columns in in_rounds(prepare, effort, read=read, random=random, wait=wait):  # noqa: B007 - the last is all of it
        pass
    return tuple(columns[name].blocks for name in prepare)


def in_rounds(
    prepare: Mapping[str, Callable[[], Callable[[], object]]],
    effort: Effort,
    *,
    read: Read,
    random: Random,
    wait: Callable[[], None] | None = None,
) -> Iterator[Mapping[str, Column]]:
    """As ``interleaved``, one round at each step: what was measured so far, before each round and after the last."""
    wait = wait or _nothing
    columns: dict[str, Column] = {}
    ballast: list[bytearray] = []
    quotas: dict[str, int] = {}
    turn = number = 0
    for again in range(effort.repeats):
        for name in random.sample(list(prepare), len(prepare)):
            ballast += _scattered(random) if effort.repeats > 1 else ()
            _prepare(name, prepare[name], columns, read, wait)
        if not again:
            for column in columns.values():
                column.loops = _loops(column, read, wait)
            quotas = _quotas(columns, effort, read, wait)
        for names in _rounds(quotas):
            yield columns
            for name in random.sample(names, len(names)):
                column = columns[name]
                column.rows.append((turn, number, again, *_block(column, column.loops, read, wait)))
                turn += 1
            number += 1
    yield columns


def whole_rounds(columns: Mapping[str, Column]) -> tuple[Blocks, ...]:
    """Those of the rounds before the last, which may have been cut; none where one of the contenders has none."""
    last = max((row[1] for column in columns.values() for row in column.rows), default=0)
    for column in columns.values():
        column.rows = [row for row in column.rows if row[1] < last]
    whole = all(column.rows for column in columns.values())
    return tuple(column.blocks for column in columns.values()) if whole else ()


def _scattered(random: Random) -> list[bytearray]:
    """Blocks of drawn sizes, to be kept while it is measured.

    Without them the allocator hands the same places to the same contenders: NumPy's sum of two arrays of 40 kB was 5%
    faster than itself in each of 8 repeats.
    """
    blocks = [bytearray(random.randrange(BALLAST)) for _ in range(PIECES)]
    return random.sample(blocks, PIECES // 2)


def _prepare(
    name: str,
    make: Callable[[], Callable[[], object]],
    columns: dict[str, Column],
    read: Read,
    wait: Callable[[], None],
) -> None:
    """Ask for the call while the one before is still there, so that its buffers lie elsewhere; then call it once."""
    try:
        call = make()
    except TensorlabError:
        raise
    except Exception as error:
        raise _failure(name, error) from error
    if name in columns:
        columns[name].call = call
        _block(columns[name], 1, read, wait)
        return
    column = Column(name, call, 0.0, 0)
    before, after = _block(column, 1, read, wait)
    column.first, column.first_faults = after.wall - before.wall, after.faults - before.faults
    columns[name] = column


def _block(column: Column, loops: int, read: Read, wait: Callable[[], None]) -> tuple[Reading, Reading]:
    call = column.call
    try:
        wait()
        before = read()
        for _ in repeat(None, loops):
            call()
        wait()
        return before, read()
    except Exception as error:
        raise _failure(column.name, error) from error


def _failure(name: str, error: Exception) -> ExpressionError:
    words = " ".join(str(error).split())
    told = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return ExpressionError(f"{name} raised {told if len(told) <= MOST_TOLD else told[:MOST_TOLD] + '…'}")


def _loops(column: Column, read: Read, wait: Callable[[], None]) -> int:
    """Calls that take a block's time; doubled until the clock can tell, in a moment when nothing else ran."""
    loops = 1
    while True:
        seconds = _seconds(column, loops, read, wait)
        for _ in range(CONFIRMED):
            if BLOCK / 4 <= seconds < SLOW:
                seconds = min(seconds, _seconds(column, loops, read, wait))
        if seconds >= BLOCK / 4 or loops >= MOST_LOOPS:
            return max(1, int(loops * BLOCK / seconds)) if seconds > 0 else loops
        loops *= 2


def _seconds(column: Column, loops: int, read: Read, wait: Callable[[], None]) -> float:
    before, after = _block(column, loops, read, wait)
    return after.wall - before.wall


def _quotas(columns: Mapping[str, Column], effort: Effort, read: Read, wait: Callable[[], None]) -> dict[str, int]:
    """How many blocks of each fit into its time, by the shortest of some; of like ones equally many.

    Like ones must be: one that takes part in fewer rounds finds the caches full of the other, and read 4% too slow.
    """
    share = effort.seconds / effort.repeats
    seconds = {name: _shortest(column, read, wait) for name, column in columns.items()}
    fastest = min(seconds.values())
    alike = [name for name, one in seconds.items() if one <= ALIKE * fastest]
    both = sum(seconds[name] for name in alike)
    most = max(effort.rounds, int(share * len(alike) / both) if both > 0 else effort.rounds)
    found = dict.fromkeys(columns, most)
    for name in columns.keys() - alike:
        least = effort.rounds if seconds[name] < effort.slow else 1
        quota = max(least, int(share / seconds[name]))
        found[name] = max(min(quota, effort.rounds), most >> max(0, round(log2(most / quota))))
    return found


def _shortest(column: Column, read: Read, wait: Callable[[], None]) -> float:
    seconds = _seconds(column, column.loops, read, wait)
    for _ in range(CONFIRMED):
        if seconds < SLOW:
            seconds = min(seconds, _seconds(column, column.loops, read, wait))
    return seconds


def _rounds(quotas: Mapping[str, int]) -> Iterator[list[str]]:
    """Who has a block in each round: all, but for those whose calls are so slow that they take part in some only.

    >>> list(_rounds({"fast": 3, "slow": 1}))
    [['fast'], ['fast'], ['fast', 'slow']]
    """
    most = max(quotas.values())
    for step in range(most):
        yield [name for name, quota in quotas.items() if (step + 1) * quota // most > step * quota // most]


def _nothing() -> None:
    """There is no device to wait for."""
