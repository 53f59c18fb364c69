"""What else may be wrong with figures of a user's own calls: variables, pages, more threads than processors."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tensorlab.bench.doubts import MAPPED, oversubscription
from tensorlab.bench.selfcheck.new_pages import FREE, STEP, new_pages_doubt, page_cost
from tensorlab.bench.selfcheck.penalties import penalty
from tensorlab.bench.selfcheck.wanted import pages_doubt, slow_libraries

if TYPE_CHECKING:
    from tensorlab.bench.host.record import Host
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Measured
    from tensorlab.bench.selfcheck.variables import Ask


def checked(found: Measured, libraries: frozenset[str], host: Host, read: Read, ask: Ask = penalty) -> Measured:
    """The same with every doubt that follows from where it was measured, each with its penalty.

    Args:
        found: What was measured.
        libraries: That the calls may have used: those which the process had loaded before.
        host: Where.
        read: Clocks and counters.
        ask: Measures what a variable costs; it starts processes.
    """
    doubts = [*slow_libraries(libraries, host, ask), *oversubscription(found.threads, host.usable)]
    many = [one for one in found.blocks if one.faults and median(one.faults) > one.loops]
    cost = page_cost(read) if many else FREE
    for one in many:
        told = new_pages_doubt(one, found.clock, cost)
        doubts += [replace(doubt, text=f"{one.name}: {doubt.text}") for doubt in told]
    if "torch" in libraries and any(median(one.faults) * STEP >= one.loops * MAPPED for one in many):
        doubts += pages_doubt(host.huge_pages, dict(host.environment), ask)
    return replace(found, doubts=(*found.doubts, *doubts))
