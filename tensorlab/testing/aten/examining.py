"""One operator from its samples to its findings: scanned, shrunk, written as scripts, and run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.testing.aten.record import AtenFinding, OpResult, Relaid, Waived
from tensorlab.testing.aten.scanning import Where, scan
from tensorlab.testing.aten.scripting import confirmed
from tensorlab.testing.aten.shrinking import shrunk

if TYPE_CHECKING:
    import torch

    from tensorlab.testing.aten.scanning import Met, Scan, Steps

WRITING = Where(-2, 0)
"""Where a process is while it shrinks and writes scripts."""


def examine(op: Any, name: str, *, dtype: torch.dtype, seed: int, steps: Steps) -> OpResult:  # noqa: ANN401 - an OpInfo
    """What the samples of one operator give.

    Args:
        op: The operator's entry in torch's table.
        name: Its full name.
        dtype: Of the samples.
        seed: Of their values, and of random numbers that the operator draws.
        steps: Told of each call, and those not to make.
    """
    found = scan(op, name, dtype=dtype, seed=seed, steps=steps)
    steps.at(WRITING)
    findings = [_finding(found, key, met, shrink=WRITING not in steps.deadly) for key, met in _distinct(found)]
    return OpResult(
        op=name,
        samples=found.samples,
        tested=found.tested,
        calls=found.calls,
        refused=tuple(found.refused.items()),
        skipped=tuple(found.skipped.items()),
        waived=tuple(Waived(op=name, reason=reason, calls=count) for reason, count in found.waived.items()),
        findings=tuple(findings),
    )


def _distinct(found: Scan) -> list[tuple[tuple[str, str, str], Met]]:
    """One of each kind; what the plain call shows is not said again of its other forms."""
    plain = {key[1:] for key in found.met if key[0] == "call"}
    return [(key, met) for key, met in found.met.items() if key[0] == "call" or key[1:] not in plain]


def _finding(found: Scan, key: tuple[Any, Any, str], met: Met, *, shrink: bool) -> AtenFinding:
    call, plan, seen = met.call, met.plan, met.seen
    if shrink:
        call, plan, seen = shrunk(call, plan, seen)
    script, failed = confirmed(call, plan, seen.verdict)
    if not failed and shrink:
        script, failed = confirmed(met.call, met.plan, met.seen.verdict)
        if failed:
            call, plan, seen = met.call, met.plan, met.seen
    laid = [
        (call.names[place], call.laid(place, name)) for place, name in zip(plan.positions, plan.layouts, strict=True)
    ]
    return AtenFinding(
        op=found.name,
        variant=call.variant,
        sample=met.sample,
        verdict=seen.verdict,
        message=seen.message,
        relaid=tuple(Relaid(name=name, laid=one) for name, one in laid if one is not None),
        alike=len(found.failing[key]),
        script=script,
        confirmed=failed,
    )
