"""Every sample of one operator under its layouts: what was tested, what was refused, what broke a promise."""

from __future__ import annotations

import warnings
from collections import Counter
from itertools import count
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.testing.aten.allowances import allowance
from tensorlab.testing.aten.calling import prepared
from tensorlab.testing.aten.judging import Expected, observe
from tensorlab.testing.aten.planning import LEAST, plans
from tensorlab.testing.aten.record import Observed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.aten.calling import Prepared
    from tensorlab.testing.aten.record import Plan
    from tensorlab.testing.record import VerdictWord


class Where(NamedTuple):
    """A call of a sweep: which sample of the operator, and which call made of it. -1: with all tensors in C order."""

    sample: int
    call: int


class Met(NamedTuple):
    """The simplest call that breaks a promise, of all that break it alike."""

    sample: int
    call: Prepared
    plan: Plan
    seen: Observed

    def weight(self) -> tuple[int, int, int]:
        """Elements, layouts, and the order in which they were tried: what is lighter is easier to read."""
        elements = sum(prod(value.shape) for value in self.call.values)
        return len(self.plan.positions), elements, self.sample


class Scan:
    """What was counted while an operator's samples were called."""

    __slots__ = ("calls", "crashed", "failing", "met", "name", "refused", "samples", "skipped", "tested", "waived")

    def __init__(self, name: str) -> None:
        self.name = name
        self.samples = self.tested = self.calls = 0
        self.refused: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.waived: Counter[str] = Counter()
        self.met: dict[tuple[str, VerdictWord, str], Met] = {}
        """By form of the call, verdict and cause."""
        self.failing: dict[tuple[str, VerdictWord, str], set[int]] = {}
        self.crashed: dict[Where, Met] = {}
        """What ended the process the last time."""

    def note(self, met: Met) -> None:
        """Count one broken promise, and keep its call where it is the lightest so far."""
        seen = met.seen
        if seen.verdict == "REFUSED":
            self.refused[seen.cause] += 1
        allowed = allowance(self.name, seen.verdict, seen.cause)
        if allowed is not None:
            self.waived[allowed.reason] += 1
            return
        key = (met.call.variant, seen.verdict, seen.cause)
        self.failing.setdefault(key, set()).add(met.sample)
        if key not in self.met or met.weight() < self.met[key].weight():
            self.met[key] = met


class Steps:
    """The calls that a process makes, so that another knows which one ended it, and does not make it again."""

    __slots__ = ("at", "deadly")

    def __init__(self, at: Callable[[Where], None], deadly: dict[Where, str]) -> None:
        self.at = at
        """Told before each call."""
        self.deadly = deadly
        """Calls that ended a process before, and how."""


def scan(op: Any, name: str, *, dtype: torch.dtype, seed: int, steps: Steps) -> Scan:  # noqa: ANN401 - an OpInfo
    """Call every sample of the operator, in its forms, under every layout.

    Args:
        op: The operator's entry in torch's table.
        name: Its full name.
        dtype: Of the samples.
        seed: Of their values, and of random numbers that the operator draws.
        steps: Told of each call, and those not to make.
    """
    found = Scan(name)
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = list(op.sample_inputs("cpu", dtype))
    for number, sample in enumerate(samples):
        found.samples += 1
        places = (Where(number, call) for call in count())
        reason = ""
        for call in prepared(op, sample):
            call.seed = seed
            said = _scan_call(found, call, places, steps)
            if call.variant == "call":
                reason = said
                if reason:
                    break
        if reason:
            found.skipped[reason] += 1
        else:
            found.tested += 1
    return found


def _scan_call(found: Scan, call: Prepared, places: Iterator[Where], steps: Steps) -> str:
    """The call under each plan; why it could not be judged, where it could not."""
    reason = _unfit(call)
    if reason:
        return reason
    here = next(places)
    if here in steps.deadly:
        return f"in C order it {steps.deadly[here]}"
    steps.at(here)
    try:
        expected = Expected(call)
    except Exception as error:  # noqa: BLE001 - an operator may raise anything
        words = str(error).splitlines()
        return f"raises in C order: {type(error).__name__}: {words[0][:60] if words else ''}"
    tried = 0
    for here, plan in zip(places, plans(call, expected.written), strict=False):
        tried += 1
        found.calls += 1
        for seen in _seen(call, expected, plan, here, steps):
            found.note(Met(here.sample, call, plan, seen))
    return "" if tried >= LEAST else f"has fewer than {LEAST} layouts"


def _seen(call: Prepared, expected: Expected, plan: Plan, here: Where, steps: Steps) -> list[Observed]:
    if here in steps.deadly:
        return [Observed(verdict="CRASH", message=f"the call {steps.deadly[here]}")]
    steps.at(here)
    return observe(call, expected, plan)


def _unfit(call: Prepared) -> str:
    if not call.values:
        return "takes no tensor"
    if any(value.layout is not torch.strided for value in call.values):
        return "takes a sparse tensor, which has no strides"
    if any(type(value) is not torch.Tensor or value.is_quantized for value in call.values):
        return "takes a tensor of another class"
    return ""
