"""Why a call takes as long as it does."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from tensorlab.bench.pairing.record import Blocks, ClockName, Ratio
from tensorlab.errors import LayoutError
from tensorlab.quantity import Quantity, counted, digits

Kind = Literal["view", "copy", "write", "compute"]
"""The same bytes under another layout; the same elements in new memory; memory that was there before was written;
elements that were not there before."""
Bound = Literal["dispatch", "page faults", "memory", "compute"]
AS_IT_IS = "as it is"
"""The call that every suggestion is timed beside."""
APART, LEAST_FETCHED = 1.25, 4096
"""So many times as much is fetched as is used, and so many bytes more, before it is told."""
OVERHEAD_BOUND = 0.5
"""Share of a call that is dispatch, from which on it is called overhead-bound."""
MOST_OF_CEILING = 1.05
"""Of a ceiling: above it one of the two cannot be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpRun:
    """An operator that ran, as often as one line called it; ``str()`` is a line of it.

    >>> print(OpRun(name="aten.clone.default", kind="copy", calls=2, line="step.py:3", made=8192, moved=16384))
    aten.clone.default  copy  2 calls at step.py:3, 8,192 B made, 16,384 B moved
    """

    name: str
    kind: Kind
    calls: int = 1
    line: str = ""
    """Where the user called it."""
    call: str = ""
    """The function that the user called: "torch.Tensor.reshape"."""
    made: int = 0
    """Bytes of new memory, all calls together."""
    moved: int = 0
    """Bytes that were read and written, each byte once a call; 0 for views."""
    fetched: int = 0
    """Bytes of the cache lines that those lie in: more, where elements lie apart."""
    turned: int = 0
    """Bytes moved by calls whose operands run along different axes in memory."""
    flops: int = 0
    """Floating-point operations of products, 2 a multiply-add; 0 for others."""

    @property
    def user(self) -> str:
        """Who called it: the function and the line, as far as both are known."""
        return " at ".join(filter(None, (self.call, self.line)))

    def __str__(self) -> str:
        where = f" at {self.line}" if self.line else ""
        made = f", {Quantity(self.made, 'B')} made" if self.made else ""
        moved = f", {Quantity(self.moved, 'B')} moved" if self.moved else ""
        return f"{self.name}  {self.kind}  {counted(self.calls, 'call')}{where}{made}{moved}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What was tried beside the call: it gave the same result, and its time was measured in interleaved pairs."""

    what: str
    """"out="."""
    how: str
    """In a sentence."""
    ratio: Ratio
    """Its seconds over those of the call as it is."""

    @property
    def helps(self) -> bool:
        """Whether it is faster, beyond doubt."""
        return self.ratio.verdict == "faster"

    @property
    def times(self) -> str:
        """How many times faster, with the interval: "6.35x faster [6.1, 6.6]".

        >>> from tensorlab.bench.pairing.record import Ratio
        >>> ratio = Ratio(of="out=", to="as it is", value=0.25, low=0.2, high=0.5, pairs=9, verdict="faster")
        >>> Suggestion(what="out=", how="", ratio=ratio).times
        '4.00x faster [2.00, 5.00]'
        """
        value, low, high = (1 / n for n in (self.ratio.value, self.ratio.high, self.ratio.low))
        if not self.helps:
            return f"brings nothing: {digits(value)}x [{digits(low)}, {digits(high)}]"
        return f"{digits(value)}x faster [{digits(low)}, {digits(high)}]"

    def __str__(self) -> str:
        return f"{self.what}: {self.times}; {self.how}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhySlow:
    """What one call does and how long that takes, beside what it would take at the least. ``str()`` says so in lines.

    Raises:
        LayoutError: A time, a share or a count that cannot be.
    """

    name: str
    given: tuple[str, ...] = ()
    """What it was given, in words: "float32 (1000,)"."""
    seconds: float
    """A call, the median over all blocks."""
    clock: ClockName
    threads: int
    ops: tuple[OpRun, ...] = ()
    """Operators in the order of their first call; none where the library's calls cannot be seen."""
    faults: float = 0.0
    """Page faults a call, the median."""
    overhead: float = 0.0
    """Part of the time that the same call takes on the smallest tensors: dispatch, not work. 0 to 1."""
    moved: int = 0
    """Bytes that its operators read and write."""
    fetched: int = 0
    """Bytes of the cache lines that those lie in."""
    ideal: int = 0
    """Bytes if each input were read once and each result written once."""
    reads: int = 0
    """Of these bytes, those that are read."""
    dtype: str = "float32"
    """In which its products are computed."""
    device: str = "cpu"
    """Where."""
    ceiling: str = ""
    """What binds a call that moves no more than these bytes: "dispatch", "L1", "DRAM", "compute"; "" where no ceilings
    of this machine are kept."""
    part: float = 0.0
    """Of that ceiling, what the call reaches: 1 is all of it."""
    predicted: tuple[tuple[Bound, float], ...] = ()
    """Seconds by what they are for: dispatch, memory, compute, page faults; from layouts and measured costs."""
    suggestions: tuple[Suggestion, ...] = ()
    """Those that help, the best first, then those that bring nothing."""
    notes: tuple[str, ...] = ()
    """What was not tried, and why; on what the call was run."""
    blocks: tuple[Blocks, ...] = ()
    """Every raw value of the call, of its smallest twin and of what costs were taken from."""

    def __post_init__(self) -> None:
        if not 0 <= self.overhead <= 1:
            raise LayoutError(f"overhead is a share of the call from 0 to 1; got {self.overhead}")
        if min(self.seconds, self.faults, self.moved, self.ideal) < 0:
            raise LayoutError("seconds, faults and bytes are 0 or more")
        if not 0 <= self.reads <= self.ideal or self.part < 0:
            raise LayoutError("what is read is a part of the bytes that would do, and a part of a ceiling is 0 or more")

    @property
    def calls(self) -> int:
        """Operators that ran."""
        return sum(op.calls for op in self.ops)

    @property
    def copies(self) -> tuple[OpRun, ...]:
        """Those that made copies, by whom they were called."""
        return tuple(op for op in self.ops if op.kind == "copy")

    @property
    def expected(self) -> float:
        """Seconds that were predicted."""
        return sum(seconds for _, seconds in self.predicted)

    @property
    def bound(self) -> Bound | None:
        """What most of the time goes to, as far as it is known."""
        if self.overhead >= OVERHEAD_BOUND:
            return "dispatch"
        if not self.predicted:
            return None
        word, _ = max(self.predicted, key=itemgetter(1))
        return word

    @property
    def sentences(self) -> tuple[str, ...]:
        """The findings, the one that binds first."""
        found = {
            "dispatch": f"overhead-bound: {100 * self.overhead:.0f}% of the call is dispatch overhead"
            if self.overhead >= OVERHEAD_BOUND
            else f"dispatch overhead: {100 * self.overhead:.0f}% of the call",
            "page faults": self._faults(),
            "memory": self._traffic(),
        }
        words = sorted(found, key=lambda word: word != self.bound)
        return (*(found[word] for word in words if found[word]), *self._standing())

    def _standing(self) -> tuple[str, ...]:
        """Beside what this machine can do."""
        if not self.ceiling:
            return ()
        told = f"ceiling: {100 * self.part:.0f}% of {self.ceiling}, for the bytes that would do"
        return (f"{told}; ceiling doubtful: tensorlab ceilings --again" if self.part > MOST_OF_CEILING else told,)

    def _faults(self) -> str:
        if self.faults < 1:
            return ""
        told = f"page faults: {counted_faults(self.faults)} a call: the result is new memory each time"
        ready = next((one.ratio for one in self.suggestions if one.what == "out=" and one.helps), None)
        if ready is None:
            return told
        times, low, high = (digits(1 / n) for n in (ready.value, ready.high, ready.low))
        return f"{told}; {times}x the time of out= [{low}, {high}]"

    def _traffic(self) -> str:
        if not self.ideal:
            return ""
        if not self.ops:
            return f"bytes: {Quantity(self.ideal, 'B')} would do"
        times = f": {digits(self.moved / self.ideal)}x" if self.moved else ""
        told = f"bytes: {Quantity(self.moved, 'B')} moved, {Quantity(self.ideal, 'B')} would do{times}"
        if self.fetched < APART * self.moved or self.fetched - self.moved < LEAST_FETCHED:
            return told
        lines = f"cache lines of {Quantity(self.fetched, 'B')} fetched for them: {digits(self.fetched / self.moved)}x"
        return f"{told}; {lines}"

    @property
    def told(self) -> str:
        """Measured and predicted time in a line."""
        clock = "CPU clock" if self.clock == "cpu" else "wall clock"
        line = f"{Quantity(self.seconds, 's')} a call ({clock}, {counted(self.threads, 'thread')})"
        if not self.predicted:
            return line
        parts = ", ".join(f"{word} {Quantity(seconds, 's')}" for word, seconds in self.predicted if seconds)
        return f"{line}; predicted {Quantity(self.expected, 's')}: {parts}"

    def __str__(self) -> str:
        lines = [f"{self.name}({', '.join(self.given)}): {self.told}", *self.sentences]
        lines += [f"copy: {op.name} by {op.user or 'the call'}, {Quantity(op.made, 'B')}" for op in self.copies]
        lines += [str(one) for one in self.suggestions]
        return "\n".join([*lines, *([self.in_vain] if self.in_vain else []), *self.notes])

    @property
    def in_vain(self) -> str:
        """That nothing helps, or nothing was tried; "" where something helps.

        >>> WhySlow(name="add", seconds=1e-6, clock="cpu", threads=1).in_vain
        'nothing was tried'
        """
        if any(one.helps for one in self.suggestions):
            return ""
        return "nothing that was tried is faster" if self.suggestions else "nothing was tried"


def counted_faults(faults: float) -> str:
    """A count that may be a median between two.

    >>> counted_faults(16385.0), counted_faults(2.5)
    ('16,385', '2.5')
    """
    return f"{faults:,.0f}" if faults >= 10 or faults == int(faults) else f"{faults:.1f}"
