"""What a module did, layer by layer, and every storage that it made meanwhile. Imports neither torch nor NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from statistics import median
from typing import TYPE_CHECKING, Literal

from tensorlab.bench.stats import require_seconds, summary
from tensorlab.errors import LayoutError
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Doubt
from tensorlab.quantity import Quantity, counted, prefixed

if TYPE_CHECKING:
    from collections.abc import Iterable

Phase = Literal["forward", "backward", "optimizer"]
Role = Literal["parameter", "buffer", "input", "state", "activation", "gradient"]
"""What a storage holds. An activation is made in a forward pass, a gradient in a backward; state is the optimizer's."""
Source = Literal["new", "view", "given"]
FOREVER = -1
"""Of a storage that is still alive when the pass has ended."""
BEFORE = -1
"""Of a storage that was there before the pass, and of operators that no layer called."""


@dataclass(frozen=True, slots=True)
class Output:
    """One tensor that a layer gave."""

    layout: Layout
    """Strides in bytes."""
    dtype: str
    format: str
    """"contiguous", "channels_last", "channels_last_3d", or "strided" for any other order."""
    source: Source
    """"new": in memory of its own; "view": in memory of what came in; "given": the very tensor that came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call of one layer, in one direction.

    Raises:
        LayoutError: Seconds that no clock can have said.
    """

    name: str
    """As ``named_modules`` has it: "features.0"; the class of the module itself."""
    call: int
    """Which call of that module it is: 1 is the first."""
    kind: str
    """The class: "Conv2d"; of what a module does between its parts, the operators: "view"."""
    phase: Phase
    outputs: tuple[Output, ...] = ()
    parameters: int = 0
    """Numbers in the parameters that its operators read or write."""
    fresh: int = 0
    """Of them, those that no row before has: they add up to all that are used."""
    macs: int = 0
    """Multiply-adds of products, convolutions and attention."""
    reads: int = 0
    """Bytes that its operators read, each input once an operator."""
    writes: int = 0
    """Bytes that its operators wrote."""
    dtype: str = ""
    """What its largest operator computes in; "" where there is none."""
    operators: tuple[str, ...] = ()
    """In order: "convolution", "relu_"."""
    views: int = 0
    """Of them, those that only look at memory in another way."""
    copies: int = 0
    """Of them, those that give the elements that they were given."""
    copied: int = 0
    """Bytes that those wrote."""
    made: int = 0
    """Bytes of the storages that it made."""
    alive: int = 0
    """Bytes of all tensors alive when it ended."""
    peak: int = 0
    """Bytes of all tensors alive at most while it ran."""
    counted: int | None = None
    """The same as ``alive`` by torch's allocator; None where it was not asked."""
    counted_peak: int | None = None
    """The same as ``peak`` by torch's allocator, which also hands out workspaces."""
    last: int = 0
    """Moment when it ended: see ``Block``."""
    seconds: tuple[float, ...] = ()
    """Of each round, in order."""
    ceiling: str = ""
    """Which ceiling binds: "compute", "DRAM", "dispatch"; "" where none is known."""
    part: float = 0.0
    """What part of it the median reaches; 0 where none is known."""

    def __post_init__(self) -> None:
        if self.seconds:
            require_seconds(self.seconds, f"seconds of {self.name}")

    @property
    def moved(self) -> int:
        """Bytes read and written."""
        return self.reads + self.writes

    @property
    def intensity(self) -> float:
        """Floating-point operations a byte that is moved, 2 a multiply-add."""
        return 2 * self.macs / self.moved if self.moved else 0.0

    @property
    def time(self) -> float:
        """Median of the rounds, in seconds."""
        return median(self.seconds) if self.seconds else 0.0

    @property
    def spread(self) -> float:
        """Half the distance of the quartiles, relative to the median."""
        return summary(self.seconds).spread if self.seconds else 0.0

    @property
    def workspace(self) -> int:
        """Bytes that the allocator had handed out at most beyond all tensors: what kernels take for themselves."""
        return 0 if self.counted_peak is None else max(0, self.counted_peak - self.peak)

    @property
    def label(self) -> str:
        """Its name, and which call it is where that is not the first.

        >>> Row(name="block", call=2, kind="Linear", phase="forward").label
        'block #2'
        """
        return self.name if self.call == 1 else f"{self.name} #{self.call}"


@dataclass(frozen=True, slots=True)
class Block:
    """One storage, from its making to its end.

    Moments are counted: each operator that begins is one, and so is each end of a layer. ``Profile.steps`` says which
    row each of them belongs to.
    """

    nbytes: int
    role: Role
    name: str
    """"features.0: convolution"; of a parameter its name."""
    row: int
    """Which row made it; -1 where it was there before."""
    born: int
    """The moment when it was made; -1 where it was there before."""
    died: int
    """The first moment when it was gone; -1 where it is alive at the end."""

    def lives(self, moment: int) -> bool:
        """Whether it is alive at that moment.

        >>> [Block(4, "activation", "a", 0, 2, 4).lives(moment) for moment in range(1, 5)]
        [False, True, True, False]
        """
        return self.born <= moment and (self.died == FOREVER or self.died > moment)


def alive_bytes(blocks: Iterable[Block], count: int) -> tuple[int, ...]:
    """Bytes alive at each of so many moments.

    >>> alive_bytes([Block(4, "activation", "a", 0, 1, 3), Block(8, "input", "x", -1, -1, -1)], 4)
    (8, 12, 12, 8)
    """
    changes = [0] * (count + 1)
    for one in blocks:
        changes[min(max(one.born, 0), count)] += one.nbytes
        if one.died != FOREVER:
            changes[min(one.died, count)] -= one.nbytes
    return tuple(accumulate(changes[:-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A module, layer by layer. ``str()`` says it in lines; ``tensorlab.show`` draws it.

    Raises:
        LayoutError: There is no row; a moment or a storage belongs to a row that is not there; or rounds of the layers
            are not as many as those of the whole.
    """

    name: str
    """"alexnet", or the class of the module."""
    inputs: tuple[str, ...]
    """"float32 (8, 3, 224, 224)"."""
    device: str
    threads: int
    """That torch used on the CPU."""
    train: bool
    """Whether backward and optimizer step are in it, and the module was in training mode."""
    optimizer: str
    """What stepped: "SGD, momentum 0.9"; "" where nothing did."""
    host: str
    """Fingerprint of the machine and its libraries."""
    parameters: int
    """Numbers in all parameters of the module, each once."""
    rows: tuple[Row, ...]
    """In the order in which they began: forward, backward, optimizer."""
    steps: tuple[int, ...]
    """Of each moment, the row that it belongs to; -1 for none."""
    blocks: tuple[Block, ...]
    """Every storage that was there, those from before first."""
    whole: tuple[float, ...] = ()
    """Seconds of whole passes, one a round, without anything that looks on."""
    allocator: str = ""
    """What counted beside us: "torch.profiler"; "" where nothing did."""
    notes: tuple[str, ...] = ()
    """What is to be known: what was copied, what has no ceiling."""
    doubts: tuple[Doubt, ...] = ()
    """What may be wrong with the seconds."""

    def __post_init__(self) -> None:
        if not self.rows:
            raise LayoutError("a profile has one row or more; got none")
        places = [*self.steps, *(block.row for block in self.blocks)]
        outside = next((place for place in places if not BEFORE <= place < len(self.rows)), None)
        if outside is not None:
            raise LayoutError(f"a profile of {len(self.rows)} rows has none numbered {outside}")
        if self.whole:
            require_seconds(self.whole, "whole")
        counts = sorted({len(row.seconds) for row in self.rows})
        if counts != [len(self.whole)]:
            raise LayoutError(f"every row has the {len(self.whole)} rounds of the whole; got {counts}")

    def alive(self, moment: int) -> tuple[Block, ...]:
        """The storages that are alive at a moment, the largest first."""
        return tuple(sorted((one for one in self.blocks if one.lives(moment)), key=lambda one: -one.nbytes))

    def alive_bytes(self) -> tuple[int, ...]:
        """Bytes of all tensors alive, moment by moment."""
        return alive_bytes(self.blocks, len(self.steps))

    @property
    def peak(self) -> int:
        """Bytes of all tensors alive at most."""
        return max((row.peak for row in self.rows), default=0)

    @property
    def peak_row(self) -> Row:
        """The row in which most was alive."""
        return max(self.rows, key=lambda row: row.peak)

    @property
    def peak_moment(self) -> int:
        """The first moment when most was alive."""
        alive = self.alive_bytes()
        return alive.index(max(alive)) if alive else 0

    @property
    def counted_peak(self) -> int | None:
        """Bytes that torch's allocator had handed out at most; None where it was not asked."""
        found = [row.counted_peak for row in self.rows if row.counted_peak is not None]
        return max(found, default=None)

    @property
    def activations(self) -> int:
        """Bytes of activations alive when the forward pass has ended: what a backward needs, and the result."""
        last = max((row.last for row in self.rows if row.phase == "forward"), default=0)
        return sum(one.nbytes for one in self.alive(last) if one.role == "activation")

    @property
    def gap(self) -> float | None:
        """How far our bytes are from the allocator's, at the worst end of a row, relative to the allocator's."""
        pairs = [(row.alive, row.counted) for row in self.rows if row.counted is not None]
        return max((abs(ours - theirs) / max(theirs, 1) for ours, theirs in pairs), default=None)

    @property
    def macs(self) -> int:
        """Multiply-adds of all rows."""
        return sum(row.macs for row in self.rows)

    def __str__(self) -> str:
        rows = counted(len(self.rows), "row")
        forward = sum(row.macs for row in self.rows if row.phase == "forward")
        work = f"{Quantity(self.parameters, '')} parameters, {prefixed(forward, '').rstrip()} multiply-adds forward"
        lines = [
            f"{self.name} on {', '.join(self.inputs) or 'nothing'}: {rows}, {work}",
            f"at most {Quantity(self.peak, 'B')} alive, in {self.peak_row.label} ({self.peak_row.phase})",
        ]
        if self.whole:
            lines.append(f"a pass takes {prefixed(median(self.whole), 's')}")
        return "\n".join(lines)
