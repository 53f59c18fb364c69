"""What a module did whose layers lie on several devices. Imports neither torch nor NumPy."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.bench.stats import Summary, require_seconds, summary
from tensorlab.quantity import Quantity, prefixed

CLOSE = 1e-4
"""Of the largest value: devices sum in other orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of a part that lies on one device, or a hand-over before it.

    Raises:
        LayoutError: Seconds that no clock can have said.
    """

    name: str
    """As ``named_modules`` has it; "result" of what is handed back at the end."""
    device: str
    """Where it lies; of a hand-over, where it goes."""
    source: str = ""
    """Of a hand-over, where it comes from; else ""."""
    nbytes: int
    """Of a hand-over, bytes moved; of a part, bytes of its parameters and buffers."""
    seconds: tuple[float, ...]
    """Of each round, from when all devices were idle until they were again."""

    def __post_init__(self) -> None:
        require_seconds(self.seconds, f"seconds of {self.name}")

    @property
    def time(self) -> Summary:
        """Median and quartiles."""
        return summary(self.seconds)

    @property
    def is_handover(self) -> bool:
        """Whether numbers move and nothing is computed."""
        return bool(self.source)

    @property
    def rate(self) -> float:
        """Bytes a second of a hand-over."""
        return self.nbytes / self.time.median if self.source and self.time.median else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A forward pass over several devices; ``str()`` is a sentence."""

    module: str
    home: str
    """Where inputs come from, the result goes to, and every layer lies that was given no place."""
    places: tuple[tuple[str, str], ...]
    """Layers by name, and their devices."""
    steps: tuple[Step, ...]
    """In order."""
    held: tuple[tuple[str, int], ...]
    """Bytes of parameters and buffers on each device."""
    whole: tuple[float, ...]
    """Seconds of each pass over all devices that nothing looks into, taking turns with ``alone``."""
    alone: tuple[float, ...]
    """Of each pass with all layers at home."""
    error: float | None
    """Largest difference between the two results, over the largest value; None where there are no values."""

    @property
    def handovers(self) -> tuple[Step, ...]:
        """In order."""
        return tuple(step for step in self.steps if step.is_handover)

    @property
    def handed(self) -> int:
        """Bytes handed over in a pass."""
        return sum(step.nbytes for step in self.handovers)

    @property
    def handing(self) -> float:
        """Seconds of hand-overs in a pass: the sum of their medians."""
        return sum(step.time.median for step in self.handovers)

    @property
    def gain(self) -> float:
        """Times faster than with all layers at home."""
        over = summary(self.whole).median
        return summary(self.alone).median / over if over else 0.0

    @property
    def agrees(self) -> bool:
        """Whether the result is that of one device, where there are values."""
        return self.error is None or self.error <= CLOSE

    def __str__(self) -> str:
        if not self.handovers:
            return f"{self.module}: nothing is handed over, all parts lie on {self.home}"
        part = self.handing / summary(self.whole).median if summary(self.whole).median else 0.0
        return (
            f"{self.module}: {Quantity(self.handed, 'B')} handed over in {len(self.handovers)} steps, "
            f"{prefixed(self.handing, 's')}, {part:.0%} of a pass"
        )
