"""What following pointers costs, and from which size on one container is faster than another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.errors import LayoutError

Container = Literal["list", "array", "numpy", "torch"]
Operation = Literal["add", "sum", "matmul"]
WORDS: dict[Container, str] = {"list": "list", "array": "array.array", "numpy": "NumPy", "torch": "torch"}
UNITS: dict[Operation, str] = {"add": "elements", "sum": "elements", "matmul": "rows"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """A list of floats summed in the order in which they were allocated, and shuffled.

    Raises:
        LayoutError: There are no elements.
    """

    elements: int
    ordered: float
    """Seconds."""
    shuffled: float
    """Seconds."""
    ratio: float
    """Shuffled to ordered: the median of pairs."""
    low: float
    """Lower end of its 95% interval."""
    high: float
    ordered_lines: int
    """Times that the next float lies in another cache line, by their addresses."""
    shuffled_lines: int

    def __post_init__(self) -> None:
        if self.elements < 1:
            raise LayoutError(f"a list that is summed has 1 element or more; got {self.elements}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One operation on one container."""

    operation: Operation
    container: Container
    size: int
    """Elements; of a product, rows."""
    seconds: float
    """Median of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Two containers side by side at one size: seconds of the second over seconds of the first."""

    size: int
    ratio: float
    low: float
    """Lower end of the 95% interval."""
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.ratio <= self.high:
            raise LayoutError(f"a ratio lies in its interval, above 0; got {self.low}, {self.ratio}, {self.high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaking:
    """The size from which on the second container is faster than the first; ``str()`` is a sentence.

    Raises:
        LayoutError: The size is not within its interval.

    >>> print(Overtaking(operation="add", first="list", second="numpy", size=4, low=2, high=5, least=1, most=4096))
    add: NumPy overtakes list at 4 elements [2, 5]
    """

    operation: Operation
    first: Container
    second: Container
    size: int | None
    """None where it is not faster up to ``most``."""
    low: int | None = None
    """The largest size at which the first is faster for certain; where there is none, the least."""
    high: int | None = None
    """The smallest size at which the second is faster for certain; None where it is nowhere so."""
    least: int
    """The smallest size that was tried."""
    most: int
    """The largest size that was tried."""
    trials: tuple[Trial, ...] = ()

    def __post_init__(self) -> None:
        if self.size is not None and not (self.low or 0) <= self.size <= (self.high or self.size):
            raise LayoutError(f"a size lies in its interval; got {self.size} in {self.low} to {self.high}")

    @property
    def always(self) -> bool:
        """Whether the second is faster at the smallest size already."""
        return self.size == self.least

    def __str__(self) -> str:
        first, second, unit = WORDS[self.first], WORDS[self.second], UNITS[self.operation]
        if self.size is None:
            return f"{self.operation}: {second} does not overtake {first} up to {self.most:,} {unit}"
        if self.always:
            return f"{self.operation}: {second} is faster than {first} from {self.least:,} {unit} on"
        told = f"{self.low or self.least:,}, {'?' if self.high is None else f'{self.high:,}'}"
        return f"{self.operation}: {second} overtakes {first} at {self.size:,} {unit} [{told}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseRun:
    """Pointers followed, and containers that overtake each other; ``str()`` is a line for each."""

    machine: str
    orders: tuple[OrderRow, ...]
    speeds: tuple[Speed, ...]
    overtakings: tuple[Overtaking, ...]
    interrupted: bool = False
    """Whether Ctrl-C came before all was measured."""

    def __str__(self) -> str:
        lines = [f"{row.elements:,} elements: shuffled {row.ratio:.3g}x" for row in self.orders]
        lines += map(str, self.overtakings)
        return "\n".join([*lines, "interrupted: the rest was not measured"] if self.interrupted else lines)
