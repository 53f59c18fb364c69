"""Whether an optimizer makes the same steps whatever the layouts of parameter, gradient and state."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.dtype import dtype as dtype_of
from tensorlab.layout.shapes import numel
from tensorlab.testing.optimizers.drawing import SHAPES, optimizer_cases
from tensorlab.testing.optimizers.script import optimizer_script
from tensorlab.testing.optimizers.trial import Refusal, Untested, judged, optimized
from tensorlab.testing.record import CLASSES, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.layout.dtype import DType
    from tensorlab.testing.optimizers.trial import Optimized
    from tensorlab.testing.record import Case, Finding, VerdictWord


def check_optimizer(  # noqa: PLR0913 - each says how much is tested
    optimizer: Callable[..., Any],
    *,
    examples: int = 400,
    steps: int = 3,
    seed: int = 0,
    dtype: str = "float32",
    shapes: Sequence[tuple[int, ...]] = SHAPES,
    watch: Callable[[int], None] | None = None,
    **options: Any,  # noqa: ANN401 - of the optimizer
) -> Report:
    """Whether an optimizer makes the same steps whatever the layouts of parameter, gradient and loaded state.

    Parameters, gradients and, in half of the cases, a state loaded by ``load_state_dict`` lie each in a layout of its
    own: a gradient that was assigned, a contiguous checkpoint in a channels_last model. The result is held against the
    same steps with contiguous tensors, and whole storages are compared: bytes outside the parameter and the state, and
    the gradient, are not to be written.

    Args:
        optimizer: A class as ``torch.optim.AdamW``, or a function of a list of parameters.
        examples: How many cases.
        steps: Of each case, with the same gradient.
        seed: Of the layouts.
        dtype: Of all tensors.
        shapes: Of parameters; weights of layers and of convolutions, biases and scales where none are given.
        watch: Called with the number of cases that are done.
        options: Given to the optimizer: ``fused=True``, ``foreach=True``, ``capturable=True``, ``amsgrad=True``.

    Raises:
        UnsupportedError: It makes no step with a contiguous parameter.

    >>> import torch
    >>> check_optimizer(torch.optim.AdamW, foreach=True, examples=50).passed
    True
    """
    begin = perf_counter()
    _refuse(optimizer, examples, steps)
    kind = _kind(dtype)
    shapes = tuple(tuple(shape) for shape in shapes) or SHAPES
    try:
        subject = optimized(optimizer, options, steps, kind)
    except Refusal as refusal:
        raise UnsupportedError(f"{name_of(optimizer, options)} makes no step: {refusal}") from refusal
    tally = _Tally(subject)
    for number, case in enumerate(
        optimizer_cases(kind, len(subject.kept), shapes=shapes, examples=examples, seed=seed)
    ):
        tally.add(case)
        if watch is not None:
            watch(number + 1)
    report = tally.report(name_of(optimizer, options), seed)
    return replace(report, seconds=perf_counter() - begin)


def _refuse(optimizer: object, examples: int, steps: int) -> None:
    if not callable(optimizer):
        raise UnsupportedError(
            f"an optimizer is a class or a function of parameters; got {type(optimizer).__name__}",
            hint="check_optimizer(torch.optim.AdamW, fused=True)",
        )
    if min(examples, steps) < 1:
        raise LayoutError(f"there is at least one example and one step; got {examples} and {steps}")


def _kind(name: str) -> DType:
    found = dtype_of(name)
    if found.kind not in {"float", "complex"}:
        raise UnsupportedError(f"parameters are real or complex numbers; got {name}", hint="give float32 or complex64")
    return found


def name_of(optimizer: object, options: dict[str, Any]) -> str:
    """The call, without its parameters.

    >>> name_of(dict, {"fused": True})
    'dict(fused=True)'
    """
    name = getattr(optimizer, "__name__", type(optimizer).__name__)
    words = ", ".join(f"{key}={value!r}" for key, value in options.items())
    return f"{name}({words})" if words else str(name)


class _Tally:
    """What the cases gave so far."""

    def __init__(self, subject: Optimized) -> None:
        self.subject = subject
        self.tested = 0
        self.refused: dict[str, int] = {}
        self.skipped: dict[str, int] = {}
        self.classes: dict[str, int] = {}
        self.found: dict[tuple[VerdictWord, bool], list[Finding]] = {}

    def add(self, case: Case) -> None:
        """Judges one more."""
        try:
            found = judged(self.subject, case)
        except Refusal as refusal:
            self.refused[str(refusal)] = self.refused.get(str(refusal), 0) + 1
            return
        except Untested as reason:
            words = f"contiguous tensors too: {reason}"
            self.skipped[words] = self.skipped.get(words, 0) + 1
            return
        self.tested += 1
        for name in {name for laid in case.arguments for name in laid.classes}:
            self.classes[name] = self.classes.get(name, 0) + 1
        for one in found:
            of_the_state = one.verdict == "SILENT-WRONG" and _is_of_the_state(case)
            self.found.setdefault((one.verdict, of_the_state), []).append(one)

    def report(self, target: str, seed: int) -> Report:
        """The simplest finding of each verdict, and the simplest where the state alone lies otherwise; with scripts."""
        findings = [_simplest(self.subject, self.found[key]) for key in sorted(self.found, key=lambda key: key[1])]
        return Report(
            target=target,
            contract=("in-place",),
            tested=self.tested,
            refused=tuple(self.refused.items()),
            skipped=tuple(self.skipped.items()),
            classes=tuple((name, self.classes[name]) for name in CLASSES if name in self.classes),
            findings=tuple(findings),
            seed=seed,
        )


def _simplest(subject: Optimized, several: list[Finding]) -> Finding:
    """The smallest case, with as few steps as break the promise, and its script."""
    found = min(several, key=_size)
    for steps in range(1, subject.steps + 1):
        fewer = subject._replace(steps=steps)
        again = next((one for one in judged(fewer, found.case) if one.verdict == found.verdict), None)
        if again is not None:
            return optimizer_script(fewer, again)
    return optimizer_script(subject, found)


def _is_of_the_state(case: Case) -> bool:
    """Whether the gradient lies as the parameter does, so that only the loaded state lies otherwise."""
    first, second = (laid.layout for laid in case.arguments[:2])
    alone = first.strides == second.strides and first.shape == second.shape
    return alone and len(case.arguments) > 2


def _size(finding: Finding) -> tuple[int, bool, bool, bool, int, int]:
    """Few arguments, a contiguous checkpoint, elements of their own and without gaps, few of them, small storages."""
    arguments = finding.case.arguments
    shares = any(laid.classes & {"stride 0", "overlapping"} for laid in arguments)
    gaps = any("gaps" in laid.classes for laid in arguments)
    saved = all("contiguous" in laid.classes for laid in arguments[2:]) and "contiguous" not in arguments[0].classes
    total = sum(laid.nbytes for laid in arguments)
    numbers = numel(arguments[0].layout.shape)
    return len(arguments), len(arguments) > 2 and not saved, shares, gaps, numbers, total
