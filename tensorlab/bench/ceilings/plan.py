"""What is to be measured: a probe with what it does, and those that run beside one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.record import Kind, Unit

Call: TypeAlias = Callable[[], object]
Prepare: TypeAlias = Callable[[], Call]
"""Makes the call, with its buffers: asked once a repeat, so that they lie elsewhere."""


class Probe(NamedTuple):
    """One way to come near a ceiling."""

    kind: Kind
    name: str
    library: str
    amount: float
    unit: Unit
    prepare: Prepare
    empty: Prepare | None = None
    """The same call with next to nothing to do: its seconds are taken off, so that what is left is the work."""
    dtype: str = ""
    working_set: int = 0


class Batch(NamedTuple):
    """Probes that are measured side by side."""

    label: str
    probes: tuple[Probe, ...]
    threads: int = 1
    device: str = "cpu"
    wait: Callable[[], None] | None = None
    """Waits for the device."""
    slow: bool = False
    """Whether a call takes long, so that few are enough."""
