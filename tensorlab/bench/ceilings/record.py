"""What a machine reaches at most, in named figures, and which of them binds a piece of work."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log
from typing import Literal, NamedTuple

from tensorlab.bench.ceilings.amounts import BOXED, Pattern, boxed_elements, pattern_of, streams
from tensorlab.bench.pairing.record import ClockName
from tensorlab.bench.stats import require_seconds, tenth
from tensorlab.errors import LayoutError
from tensorlab.memory.record import Doubt
from tensorlab.quantity import Quantity, counted

Kind = Literal["read", "copy", "triad", "compute", "dispatch", "allocation", "transfer"]
Unit = Literal["B", "FLOP", "call", "element"]

CODE = "ceiling-doubtful"
"""Of the doubt in a row that is above its ceiling."""
VIEW = "view: "
"""How the name of a probe begins that only makes a view: such a call costs less than one that computes."""


class Bound(NamedTuple):
    """The ceiling that binds, and the seconds that nothing can be under because of it."""

    ceiling: str
    """"dispatch", "L1", "L2", "L3", "DRAM", "compute", "transfer"; "" where nothing was measured that could bind."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One ceiling by one probe: how much a call does, and the seconds of a call in each block.

    Raises:
        LayoutError: A call that does nothing, or seconds that no clock can have said.
    """

    kind: Kind
    probe: str
    """What was called: "np.add(b, c, out=a)"."""
    library: str
    """"list", "numpy", "torch"."""
    amount: float
    """What a call does, in ``unit``."""
    unit: Unit
    seconds: tuple[float, ...]
    """A call, of each block, all of them."""
    loops: int
    """Calls in a block."""
    clock: ClockName
    threads: int = 1
    device: str = "cpu"
    dtype: str = ""
    working_set: int = 0
    """Bytes that a call goes over; 0 where that does not matter."""
    level: str = ""
    """Where they lie: "L1", "L2", "L3", "DRAM"; "" where that does not matter."""
    faults: float = 0.0
    """Page faults a call."""

    def __post_init__(self) -> None:
        if not 0 < self.amount < inf or self.loops < 1:
            raise LayoutError(f"a probe does something, once or more a block; got {self.amount} {self.unit}")
        require_seconds(self.seconds, "seconds")

    @property
    def best(self) -> float:
        """Seconds a call at its best: a tenth of the blocks took less, so one lucky block changes nothing."""
        return tenth(self.seconds)

    @property
    def rate(self) -> float:
        """``unit`` a second, at its best."""
        return self.amount / self.best if self.best else inf

    @property
    def each(self) -> float:
        """Seconds for each ``unit``, at its best."""
        return self.best / self.amount

    @property
    def quantity(self) -> Quantity:
        """As it is printed: a rate of bytes or operations, or the seconds of a call or an element."""
        if self.unit in {"B", "FLOP"}:
            return Quantity(self.rate, f"{self.unit}/s")
        return Quantity(self.each, "s")

    def __str__(self) -> str:
        place = f"{self.level} {self.working_set:,} B" if self.working_set else ""
        words = ", ".join(filter(None, (self.dtype, place, counted(self.threads, "thread"), self.device)))
        return f"{self.kind}: {self.quantity} by {self.probe} ({words})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """What this machine reaches. ``str()`` is a line for each; ``figures`` holds every probe with its raw times."""

    schema: int
    created: str
    """UTC: "2026-01-31T12:00:00Z"."""
    fingerprint: str
    """Of the machine with its libraries and variables."""
    libraries: tuple[tuple[str, str], ...]
    """Name and version of those that were probed."""
    levels: tuple[tuple[str, int, bool], ...]
    """Caches that hold data, the smallest first: name, bytes, whether the cores share it."""
    threads: int
    """What "all" means: processors that this process may use."""
    block: float
    """Seconds that a block takes at most, or one call where that takes longer: as those of the workloads."""
    figures: tuple[Figure, ...]
    doubts: tuple[Doubt, ...] = ()
    """What was wrong while they were measured."""
    notes: tuple[str, ...] = ()
    """Where they come from: measured now, and why; or kept, since when."""
    interrupted: bool = False  # by Ctrl-C: shown, never kept

    def find(self, kind: Kind, *, device: str = "cpu", threads: int | None = None) -> tuple[Figure, ...]:
        """The figures of a kind on a device, with that many threads where it is said."""
        return tuple(
            one for one in self.figures if one.kind == kind and one.device == device and threads in {None, one.threads}
        )

    def named(self, device: str) -> str:
        """The device as the figures name it: "cuda" was measured as "cuda", or as "cuda:0"."""
        names = {one.device for one in self.figures}
        alike = (one for one in names if one.partition(":")[0] == device.partition(":")[0])
        return device if device in names else min(alike, default=device)

    def level(self, working_set: int, threads: int = 1) -> str:
        """Where so many bytes lie: the smallest cache that holds them. Each thread brings those not shared."""
        for name, size, shared in self.levels:
            if working_set <= size * (1 if shared else threads):
                return name
        return "DRAM"

    def level_of_device(self, working_set: int, device: str) -> str:
        """Its own memory, or its last cache: up to where the second largest copy lay."""
        sizes = [one.working_set for one in self.curve("copy", device=device)]
        return "L2" if len(sizes) > 1 and working_set <= sizes[-2] else "DRAM"

    def curve(self, pattern: Pattern, threads: int = 1, device: str = "cpu") -> tuple[Figure, ...]:
        """The best probe of each working set, the smallest first."""
        best: dict[int, Figure] = {}
        for one in self.find(pattern, device=device, threads=threads):
            if one.working_set not in best or one.rate > best[one.working_set].rate:
                best[one.working_set] = one
        return tuple(best[size] for size in sorted(best))

    def bandwidth(self, pattern: Pattern, working_set: int, threads: int = 1, device: str = "cpu") -> float | None:
        """Bytes a second at most, between the working sets that were measured; what a larger one reaches, so do these.

        None where nothing of the kind was measured.
        """
        few = self._bandwidth(pattern, working_set, 1, device)
        most = self._bandwidth(pattern, working_set, self.threads, device) if threads > 1 else None
        if few is None or most is None:
            return few if most is None else most
        return max(few, min(most, few * threads))

    def _bandwidth(self, pattern: Pattern, working_set: int, threads: int, device: str) -> float | None:
        curve = self.curve(pattern, threads, device)
        if not curve:
            return None
        rates = [max(one.rate for one in curve[n:]) for n in range(len(curve))]
        sizes = [one.working_set for one in curve]
        above = next((n for n, size in enumerate(sizes) if size >= working_set), None)
        if above is None or above == 0:
            return rates[-1 if above is None else 0]
        low, high = sizes[above - 1], sizes[above]
        part = log(working_set / low) / log(high / low)
        return exp(log(rates[above - 1]) * (1 - part) + log(rates[above]) * part)

    def _streaming(self, pattern: Pattern, working_set: int, threads: int, device: str) -> float | None:
        """The bandwidth; of a device that of copies, which alone are measured, and beyond its cache its memory's."""
        if device == "cpu":
            return self.bandwidth(pattern, working_set, threads)
        beyond = self.level_of_device(working_set, device) == "DRAM"
        curve = self.curve("copy", device=device)
        return self.bandwidth("copy", curve[-1].working_set if beyond and curve else working_set, threads, device)

    def peak(self, dtype: str, threads: int = 1, device: str = "cpu") -> Figure | None:
        """The best product of matrices of any library and any size; it says which probe reached it."""
        found = [one for one in self.find("compute", device=device) if one.dtype == dtype and one.threads <= threads]
        return max(found, key=lambda one: one.rate, default=None)

    def call(self, library: str, *, device: str = "cpu", unit: Unit = "call", summing: bool = False) -> Figure | None:
        """The least that a call of a library costs; of a list what an element costs, where it is summed or computed."""
        found = [one for one in self.find("dispatch", device=device) if one.library == library and one.unit == unit]
        if unit == "element":
            found = [one for one in found if one.probe.startswith("sum") == summing]
        found = [one for one in found if not one.probe.startswith(VIEW)]
        return min(found, key=lambda one: one.best, default=None)

    def first_touch(self, nbytes: int) -> float | None:
        """Seconds that the system takes at least to hand over so many new bytes, page fault by page fault."""
        found = [one for one in self.find("allocation") if one.unit == "B"]
        return nbytes * min(one.each for one in found) if found else None

    def transfer(self, direction: Literal["to", "from"], nbytes: int, *, locked: bool, device: str) -> float | None:
        """Seconds that so many bytes take at least between host and device."""
        word = (
            f"{'host to device' if direction == 'to' else 'device to host'}, {'page-locked' if locked else 'pageable'}"
        )
        found = [one for one in self.find("transfer", device=device) if one.probe.startswith(word)]
        return nbytes * min(one.each for one in found) if found else None

    def floors(  # noqa: PLR0913 - what a row of a benchmark knows of itself
        self,
        *,
        reads: int,
        writes: int,
        flops: int,
        dtype: str,
        threads: int = 1,
        working_set: int | None = None,
        library: str = "torch",
        device: str = "cpu",
        transferred: tuple[int, int] = (0, 0),
    ) -> dict[str, float]:
        """Each ceiling that bears on a piece of work, with the seconds that it cannot be under."""
        found: dict[str, float] = {}
        if call := self.call(library, device=device):
            found["dispatch"] = call.best
        if library in BOXED and (boxes := boxed_elements(reads, writes, flops)):
            each = self.call("list", unit="element", summing=pattern_of(reads, writes) == "read")
            found["dispatch"] = boxes * each.each if each else 0.0
        for pattern, moved, within in streams(reads, writes, working_set):
            level = self.level(within, threads) if device == "cpu" else self.level_of_device(within, device)
            rate = self._streaming(pattern, within, threads, device)
            if rate and moved:
                found[level] = max(found.get(level, 0.0), moved / rate)
        peak = self.peak(dtype, threads, device)
        if peak is not None and flops:
            found["compute"] = flops / peak.rate
        sent = self.transfer("to", transferred[0], locked=True, device=device) or 0.0
        sent += self.transfer("from", transferred[1], locked=True, device=device) or 0.0
        return found | ({"transfer": sent} if sent else {})

    def binding(  # noqa: PLR0913, PLR0917 - what a row of a benchmark knows of itself
        self,
        reads: int,
        writes: int,
        flops: int,
        dtype: str,
        threads: int = 1,
        working_set: int | None = None,
        library: str = "torch",
        *,
        device: str = "cpu",
        transferred: tuple[int, int] = (0, 0),
    ) -> Bound:
        """The ceiling that binds: of all that bear on it, the one with the longest time.

        Args:
            reads: Bytes.
            writes: Bytes.
            flops: 2 a multiply-add.
            dtype: What is computed in.
            threads: That compute.
            working_set: Bytes that the calls read in turn; None where each goes over the same ones.
            library: "list", "numpy", "torch": each has its own cost of a call.
            device: Where it is computed.
            transferred: Bytes that go to the device for this piece of work, and bytes that come back.
        """
        floors = self.floors(
            reads=reads,
            writes=writes,
            flops=flops,
            dtype=dtype,
            threads=threads,
            working_set=working_set,
            library=library,
            device=device,
            transferred=transferred,
        )
        name = max(floors, key=lambda one: floors[one], default="")
        return Bound(name, floors.get(name, 0.0))

    def __str__(self) -> str:
        lines = [f"ceilings of {self.fingerprint}, measured {self.created}"]
        for pattern in ("read", "copy", "triad"):
            for threads in sorted({1, self.threads}):
                points = [f"{one.level} {one.quantity}" for one in self._by_level(pattern, threads)]
                lines += [f"{pattern}, {counted(threads, 'thread')}: {', '.join(points)}"] if points else []
        peaks = {(one.device, one.dtype, one.threads): None for one in self.figures if one.kind == "compute"}
        lines += [str(self.peak(dtype, threads, device)) for device, dtype, threads in peaks]
        lines += [str(one) for one in self.figures if one.kind in {"dispatch", "allocation", "transfer"}]
        return "\n".join([*lines, *(f"doubt: {doubt.text}" for doubt in self.doubts)])

    def _by_level(self, pattern: Pattern, threads: int) -> tuple[Figure, ...]:
        """The best of each level of memory."""
        best: dict[str, Figure] = {}
        for one in self.curve(pattern, threads):
            if one.level not in best or one.rate > best[one.level].rate:
                best[one.level] = one
        return tuple(best.values())
