"""Times that nobody measured: a clock that calls move, and blocks made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.record import Blocks, Measured, Ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.bench.pairing.record import Verdict


class FakeClock:
    """It stands still but for what calls take; reading it takes nothing."""

    def __init__(self, seconds: float = 1e-3) -> None:
        self.now, self.seconds = 0.0, seconds
        self.names: list[str] = []
        self.made: list[str] = []

    def read(self) -> Reading:
        return Reading(self.now, self.now, self.now, len(self.names), 2 * len(self.names))

    def contender(self, name: str, seconds: float) -> Callable[[], Callable[[], object]]:
        def call() -> None:
            self.names.append(name)
            self.now += seconds

        def make() -> Callable[[], object]:
            self.made.append(name)
            return call

        return make


def blocks(name: str, seconds: Sequence[float], *, repeats: int = 1, loops: int = 1) -> Blocks:
    """One block a round, of that many seconds; as many in each repeat."""
    count = len(seconds)
    return Blocks(
        name=name,
        loops=loops,
        wall=tuple(seconds),
        cpu=tuple(seconds),
        turn=tuple(range(count)),
        round=tuple(range(count)),
        repeat=tuple(place * repeats // count for place in range(count)),
        switches=(0,) * count,
        faults=(0,) * count,
        first=2 * max(seconds),
        first_faults=7,
    )


def ratio(value: float, low: float, high: float, verdict: Verdict = "can't tell", of: str = "b") -> Ratio:
    """Of something to "a"."""
    return Ratio(of=of, to="a", value=value, low=low, high=high, pairs=9, verdict=verdict)


MEASURED = Measured(
    blocks=(blocks("a", [1e-3] * 4, loops=10), blocks("b", [2e-3] * 4, loops=10)),
    ratios=(ratio(2.0, 1.9, 2.1, "slower"),),
    clock="cpu",
    threads=1,
    seed=0,
    empty=2e-8,
    reading=2e-6,
)
