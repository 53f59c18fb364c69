"""What the clocks said of calls side by side, and what follows for each two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.bench.stats import require_seconds, summary, tenth
from tensorlab.errors import LayoutError
from tensorlab.memory.record import Doubt
from tensorlab.quantity import Quantity

ClockName = Literal["cpu", "wall"]
Verdict = Literal["faster", "slower", "can't tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Every block of one contender, in the order in which they ran; a block is so many calls between two readings.

    Raises:
        LayoutError: A block without calls, columns of different lengths, or seconds that no clock can have said.
    """

    name: str
    loops: int
    """Calls in a block."""
    wall: tuple[float, ...]
    """Seconds a block, by the clock on the wall."""
    cpu: tuple[float, ...]
    """Seconds that the calling thread computed in it."""
    turn: tuple[int, ...]
    """Place among the blocks of all contenders: 0 ran first."""
    round: tuple[int, ...]
    """In a round each contender has one block; blocks of one round are pairs."""
    repeat: tuple[int, ...]
    """In a repeat the calls were prepared anew: other buffers, at other addresses."""
    switches: tuple[int, ...]
    """Involuntary context switches in a block: how often something else took the processor."""
    faults: tuple[int, ...]
    """Page faults in a block."""
    first: float
    """Seconds of the first call by the wall, apart: lazy imports, allocation, compilation."""
    first_faults: int
    """Page faults in it."""
    process: tuple[float, ...] = ()
    """Seconds that all threads of the process computed in each block; none where nobody counted."""
    waits: tuple[int, ...] = ()
    """How often the calling thread gave the processor away itself, to wait; none where nobody counted."""

    def __post_init__(self) -> None:
        if self.loops < 1:
            raise LayoutError(f"a block holds 1 call or more; got {self.loops}")
        columns = self.wall, self.cpu, self.turn, self.round, self.repeat, self.switches, self.faults
        lengths = [len(column) for column in columns] + [len(extra) for extra in (self.process, self.waits) if extra]
        if len(set(lengths)) > 1:
            raise LayoutError(f"each block has one value in each column; got {lengths} values")
        require_seconds(self.wall, "wall")
        require_seconds(self.cpu, "cpu")
        require_seconds((self.first,), "first")

    def seconds(self, clock: ClockName) -> tuple[float, ...]:
        """Seconds a call, of each block."""
        return tuple(block / self.loops for block in (self.cpu if clock == "cpu" else self.wall))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How long one contender takes beside another: the median over pairs of blocks, with its interval."""

    of: str
    to: str
    value: float
    """Seconds of the one over seconds of the other: below 1 is faster."""
    low: float
    """Lower end of the 95% interval (bootstrap over the pairs)."""
    high: float
    pairs: int
    verdict: Verdict
    """What may be claimed: the interval excludes 1, and a difference under 5% was seen in buffers of several makes."""

    def __str__(self) -> str:
        return f"{self.of} / {self.to} = {self.value:.4g} [{self.low:.4g}, {self.high:.4g}]: {self.verdict}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Calls that were timed side by side; every raw value is kept. ``str()`` is a line for each."""

    blocks: tuple[Blocks, ...]
    ratios: tuple[Ratio, ...]
    """Of each contender to the first; then of each other two, as they were given."""
    clock: ClockName
    """Which clock the ratios are of: the processor's where one thread computes, the one on the wall otherwise."""
    threads: int
    seed: int
    """Of the order of the turns."""
    empty: float
    """Seconds that an empty function takes in the place of a call: the cost of measuring, not taken off."""
    reading: float = 0.0
    """Seconds of a block without calls: what reading the clocks and counters costs, once a block."""
    fresh: bool = False
    """Whether each repeat asked for new calls, with buffers of their own."""
    doubts: tuple[Doubt, ...] = ()

    def __str__(self) -> str:
        lines = [self._line(one) for one in self.blocks]
        lines += map(str, self.ratios)
        return "\n".join(lines + [f"doubt: {doubt.text}" for doubt in self.doubts])

    def _line(self, one: Blocks) -> str:
        seconds = one.seconds(self.clock)
        middle, low = Quantity(summary(seconds).median, "s"), Quantity(tenth(seconds), "s")
        return f"{one.name}: {middle} a call, 10th percentile {low}"
