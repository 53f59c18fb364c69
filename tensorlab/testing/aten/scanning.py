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


def scan(  # noqa: PLR0913 - an operator, its samples' choices, and where not to step again
    op: Any,  # noqa: ANN401 - an OpInfo
    name: str,
    *,
    dtype: torch.dtype,
    seed: int,
    at: Callable[[Where], None],
    deadly: dict[Where, str],
) -> Scan:
    """Call every sample of the operator, in its forms, under every layout.

    Args:
        op: The operator's entry in torch's table.
        name: Its full name.
        dtype: Of the samples.
        seed: Of their values, and of random numbers that the operator draws.
        at: Told before each call, so that another process knows what ended this one.
        deadly: Calls that ended a process before, and how: they are not made again.
    """
    found = Scan(name)
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = list(op.sample_inputs("cpu", dtype))
    for number, sample in enumerate(samples):
        found.samples += 1
        numbers = count()
        reason = ""
        for call in _forms(op, sample, seed):
            reason = _scan_call(found, number, call, numbers, at, deadly) if call.variant == "call" else reason
            if call.variant == "call" and reason:
                break
            if call.variant != "call":
                _scan_call(found, number, call, numbers, at, deadly)
        if reason:
            found.skipped[reason] += 1
        else:
            found.tested += 1
    return found


def _forms(op: Any, sample: Any, seed: int) -> Iterator[Prepared]:  # noqa: ANN401 - an OpInfo and its SampleInput
    for call in prepared(op, sample):
        call.seed = seed
        yield call


def _scan_call(  # noqa: PLR0913, PLR0917 - one call of a sweep
    found: Scan,
    number: int,
    call: Prepared,
    numbers: Iterator[int],
    at: Callable[[Where], None],
    deadly: dict[Where, str],
) -> str:
    """The call under each plan; why it could not be judged, where it could not."""
    reason = _unfit(call)
    if reason:
        return reason
    here = Where(number, next(numbers))
    if here in deadly:
        return f"in C order it {deadly[here]}"
    at(here)
    try:
        expected = Expected(call)
    except Exception as error:  # noqa: BLE001 - an operator may raise anything
        return f"raises in C order: {type(error).__name__}: {str(error).splitlines()[0][:60] if str(error) else ''}"
    tried = 0
    for plan in plans(call, expected.written):
        here = Where(number, next(numbers))
        tried += 1
        found.calls += 1
        if here in deadly:
            found.note(Met(number, call, plan, Observed(verdict="CRASH", message=f"the call {deadly[here]}")))
            continue
        at(here)
        for seen in observe(call, expected, plan):
            found.note(Met(number, call, plan, seen))
    return "" if tried >= LEAST else f"has fewer than {LEAST} layouts"


def _unfit(call: Prepared) -> str:
    if not call.values:
        return "takes no tensor"
    if any(value.layout is not torch.strided for value in call.values):
        return "takes a sparse tensor, which has no strides"
    if any(type(value) is not torch.Tensor or value.is_quantized for value in call.values):
        return "takes a tensor of another class"
    return ""
