"""What a forked reader costs: reading a list writes its reference counts, so that its pages are copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.memory.record import ForkCost
from tensorlab.process.child import ask
from tensorlab.process.record import Failed

if TYPE_CHECKING:
    from collections.abc import Sequence

READER = "tensorlab.bench.forkreader"
TIMEOUT = 120.0
"""Seconds that all containers get together."""


def fork_costs(labels: Sequence[str], n: int, kind: str, *, timeout: float = TIMEOUT) -> tuple[ForkCost, ...]:
    """Bytes that a forked process makes its own by reading every item, for each kind of container.

    Containers of ``n`` distinct values are made in a fresh process for that; the boxes of a list are of the Python type
    ``kind``. Where it cannot be measured, a row says why.

    >>> costs = fork_costs(["list", "bytearray"], 1000, "float")
    >>> costs[0].label, costs[1].reason
    ('list', 'none is made of that kind')
    """
    answer = ask(READER, str(n), kind, *labels, timeout=timeout)
    if isinstance(answer, Failed):
        return tuple(ForkCost(label, None, answer.reason) for label in labels)
    return tuple(_row(label, answer.facts.get(label)) for label in labels)


def _row(label: str, told: object) -> ForkCost:
    """A number of bytes, or why there is none."""
    return ForkCost(label, told) if isinstance(told, int) else ForkCost(label, None, str(told))
