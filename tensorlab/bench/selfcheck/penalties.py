"""What a setting costs: the same work in processes with it and without it, in turns; kept for the machine."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from tensorlab.bench.host.fingerprint import fingerprint
from tensorlab.bench.selfcheck import kept
from tensorlab.process.child import ask
from tensorlab.process.record import Told

if TYPE_CHECKING:
    from collections.abc import Mapping

MODULES = {"torch": "tensorlab.bench.selfcheck.torch_probe"}
PROBE = "tensorlab.bench.selfcheck.probe"
TURNS = 4
"""Processes of each kind, in turns; of each kind the fastest counts."""
TIMEOUT = 60.0
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""The clock of the processor counts one thread, so the work has one."""


def penalty(probe: str, cured: Mapping[str, str | None]) -> float | None:
    """How many times as long a probe takes as with the cure; None where a process had no answer.

    What was measured is kept for this machine with these libraries and variables, for as long as its ceilings are.

    Args:
        probe: One of ``probe.PROBES`` or ``torch_probe.PROBES``.
        cured: Environment variables with the cure; None means unset.
    """
    return _penalty(probe, tuple(sorted(cured.items())))


@cache
def _penalty(probe: str, cured: tuple[tuple[str, str | None], ...]) -> float | None:
    machine, question = fingerprint(), json.dumps([probe, cured])
    known = kept.load(machine, question)
    if known is not None:
        return known
    times = _measured(probe, cured)
    if times is not None:
        with suppress(OSError):  # it is measured again then
            kept.save(machine, question, times)
    return times


def _measured(probe: str, cured: tuple[tuple[str, str | None], ...]) -> float | None:
    module = MODULES.get(probe.partition("-")[0], PROBE)
    here: list[float] = []
    there: list[float] = []
    for _ in range(TURNS):
        for found, changes in ((here, ONE_THREAD), (there, {**ONE_THREAD, **dict(cured)})):
            answer = ask(module, probe, timeout=TIMEOUT, changes=changes)
            if isinstance(answer, Told) and isinstance(answer.facts.get("seconds"), float):
                found.append(float(str(answer.facts["seconds"])))
    return min(here) / min(there) if here and there and min(there) > 0 else None
