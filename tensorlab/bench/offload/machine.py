"""A device as its clock needs it: events, streams, graphs, clock rates. A test has one without hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.offload.record import Clocks


class Trip(NamedTuple):
    """A piece of work with its way: none of the three waits for the device."""

    upload: Call
    call: Call
    download: Call


class Work(NamedTuple):
    """The same call on several sets of operands, each of which lies elsewhere on the device."""

    calls: tuple[Call, ...]
    """One of each set; operands and result stay on the device."""
    pageable: tuple[Trip, ...]
    """The same with the way from ordinary memory of the host and back."""
    locked: tuple[Trip, ...]
    """The same with page-locked memory; none where there is no such memory for the device."""
    result: Callable[[], object]
    """What the last call of the first set made, on the host."""


class Lane(Protocol):
    """A stream: what is asked for in it runs in order, and beside what other streams hold."""

    def run(self, call: Call, *, after: Sequence[object] = ()) -> object:
        """Ask for a call once these events have come; gives the event of its end."""
        ...


class Machine(Protocol):
    """What a device must be able to do to be timed."""

    @property
    def name(self) -> str:
        """As torch names it: "cuda:0"."""
        ...

    @property
    def cache(self) -> int:
        """Bytes of its last cache; 0 where it does not tell."""
        ...

    def event(self) -> object:
        """An event that remembers when it came.

        Raises:
            UnavailableError: The device has no events with times.
        """
        ...

    def mark(self, event: object) -> None:
        """Let the event come when all that was asked for before is done."""
        ...

    def between(self, first: object, second: object) -> float:
        """Seconds between two events that have come."""
        ...

    def wait(self) -> None:
        """Returns when the device has done all that was asked of it."""
        ...

    def graph(self, call: Call) -> Call:
        """A call that replays, as a whole, all that this one asks for.

        Raises:
            UnavailableError: The device has no graphs, or cannot capture this call.
        """
        ...

    def lane(self) -> Lane:
        """A new stream.

        Raises:
            UnavailableError: The device has one only.
        """
        ...

    def clocks(self) -> Clocks | None:
        """Its clock now; None where nobody tells."""
        ...

    def rounding(self, dtype: str) -> AbstractContextManager[None]:
        """While it lasts, products compute as that dtype says: float32 with TF32 off, "tfloat32" with it."""
        ...

    def work(self, function: Callable[..., object], operands: Sequence[object], dtype: str, *, sets: int) -> Work:
        """The function on operands of the host, placed so many times.

        Raises:
            UnavailableError: The device cannot compute it in that dtype.
        """
        ...
