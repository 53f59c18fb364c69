"""Whether gradients are the same whatever the layouts of inputs and of grad_output."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.layout.address import in_elements
from tensorlab.layout.dtype import dtype
from tensorlab.process.target import origin_of
from tensorlab.testing.arguments import written
from tensorlab.testing.calling import call, contiguous, things_of
from tensorlab.testing.checks import EXAMPLES
from tensorlab.testing.classing import default_classes
from tensorlab.testing.comparing import Tolerance, difference, scale_of
from tensorlab.testing.judging import error_words
from tensorlab.testing.laying import classes_for, lay_out
from tensorlab.testing.placing import fill, place
from tensorlab.testing.record import Finding
from tensorlab.testing.scripts import NAMELESS, fails_as_said
from tensorlab.testing.source import Seeded, pick
from tensorlab.testing.subjects import specs_for, subject_of
from tensorlab.testing.walking import Refused, Skipped, walked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.calling import Subject
    from tensorlab.testing.judging import Judge
    from tensorlab.testing.placing import Placed
    from tensorlab.testing.record import Case, Laid, Report


def check_backward(
    fn: Callable[..., Any],
    *specs: object,
    examples: int = EXAMPLES // 2,
    seed: int = 0,
    tolerance: tuple[float, float] | None = None,
) -> Report:
    """Whether gradients are the same whatever the layouts of inputs and of ``grad_output``.

    Each call's gradients are held against those of contiguous inputs and a contiguous ``grad_output``, which is
    otherwise transposed, sliced, offset or expanded, as ``sum().backward()`` makes it. No finite differences are
    computed: whether a gradient is right is the question of ``check_gradients``.

    Args:
        fn: Takes tensors, gives one tensor.
        specs: What each argument may be, as in ``check_layouts``.
        examples: How many calls.
        seed: Of the layouts.
        tolerance: Relative and absolute; without it, what is usual for the dtype.

    >>> check_backward(torch.mul, "float32[n, m]", "float32[n, m]", examples=40).passed
    True
    """
    subject = subject_of(fn, specs_for(fn, specs), contract="value", seed=seed, tolerance=tolerance)
    question = _Question(subject, seed)
    return walked(subject, examples, question, question.scripted)


class _Question:
    """Asks case after case, each with another layout of ``grad_output``."""

    def __init__(self, subject: Subject, seed: int) -> None:
        self.subject = subject
        self._seeds: Iterator[int] = count(seed)

    def __call__(self, case: Case, judge: Judge) -> Finding | None:
        source = Seeded(next(self._seeds))
        things = _needing(things_of(self.subject, judge.place(case)))
        out = self._output(things)
        laid = _laid(source, out)
        given = _placed_grad(laid)
        grads = _grads(out, things, given.thing)
        plain = _needing(tuple(contiguous(thing.detach()) for thing in things))
        expected = _grads(self._output(plain), plain, contiguous(given.thing))
        relative, absolute = self.subject.tolerance or (None, None)
        allowed = Tolerance(relative, absolute, scale_of([*plain, given.thing]) if relative is None else 0.0)
        whole = replace(case, arguments=(*case.arguments, laid))
        if not given.intact():
            return _finding(whole, "backward writes grad_output", "MUTATED")
        for position, (ours, theirs) in enumerate(zip(grads, expected, strict=True)):
            found = difference(ours, theirs, allowed, where=f"the gradient of argument {position}")
            if found is not None:
                return _finding(whole, str(found))
        return None

    def _output(self, things: tuple[Any, ...]) -> torch.Tensor:
        outcome = call(self.subject, things, seeded=True)
        if outcome.error is not None:
            raise Refused(error_words(outcome.error))
        out = outcome.result
        if not isinstance(out, torch.Tensor) or not out.requires_grad:
            raise Skipped("the result is no tensor that has a gradient")
        return out

    def scripted(self, finding: Finding, judge: Judge) -> Finding:
        """The finding with three lines that show it; run only where there is a name to import."""
        origin = origin_of(self.subject.fn)
        *inputs, laid = finding.case.arguments
        given = _placed_grad(laid)
        placed = (*judge.place(replace(finding.case, arguments=tuple(inputs))), given)
        for counted in ((*self.subject.free, False), (False,) * len(placed)):
            found = written(finding.case, placed, counted=counted, whole=False)
            if origin is None or found is None:
                break
            imports = "; ".join(dict.fromkeys(["import torch", *origin.statement.split("; ")]))
            every = [one.name for one in found.arguments]
            script = f"{imports}\n{found.source}\n{_claim(finding, origin.expression, every, placed)}"
            if fails_as_said(script, finding):
                return replace(finding, script=script, confirmed=True)
        return replace(finding, script=NAMELESS, confirmed=True)


def _needing(things: tuple[Any, ...]) -> tuple[Any, ...]:
    able = (one.is_floating_point() or one.is_complex() for one in things)
    return tuple(one.requires_grad_() if needs else one for one, needs in zip(things, able, strict=True))


def _grads(out: torch.Tensor, things: tuple[Any, ...], given: torch.Tensor) -> tuple[Any, ...]:
    wanted = [thing for thing in things if thing.requires_grad]
    try:
        return torch.autograd.grad((out,), wanted, (given,), allow_unused=True)
    except Exception as error:
        raise Refused(f"backward: {error_words(error)}") from error


def _laid(source: Seeded, out: torch.Tensor) -> Laid:
    kind = dtype(str(out.dtype).removeprefix("torch."))
    shape = tuple(out.shape)
    usual = default_classes((kind,))
    able = tuple(name for name in classes_for(shape, kind) if name in usual)
    laid = lay_out(source, shape, kind, pick(source, able), within=frozenset(usual))
    assert laid is not None, "a class that the shape can have"
    return laid


def _placed_grad(laid: Laid) -> Placed:
    return place(laid, fill(laid.layout.shape, laid.dtype, pattern="signed"))


def _finding(case: Case, words: str, verdict: Any = "SILENT-WRONG") -> Finding:  # noqa: ANN401 - a word of verdicts
    strides = [found[1] if (found := in_elements(laid.layout)) else "?" for laid in case.arguments]
    names = [*(f"argument {n}" for n in range(len(strides) - 1)), "grad_output"]
    where = "; ".join(f"{name} with strides {one}" for name, one in zip(names, strides, strict=True))
    return Finding(verdict=verdict, contract="value", case=case, message=f"{words} ({where})")


def _claim(finding: Finding, fn: str, names: list[str], placed: tuple[Placed, ...]) -> str:
    """Gradients of the arguments, and of contiguous copies with a contiguous grad_output."""
    *inputs, grad = names
    wanted = [
        name
        for name, one in zip(inputs, placed, strict=False)
        if one.thing.is_floating_point() or one.thing.is_complex()
    ]
    needing = "".join(f"{name}.requires_grad_(); " for name in wanted)
    ours = f"torch.autograd.grad({fn}({', '.join(inputs)}), [{', '.join(wanted)}], {grad})"
    if finding.verdict == "MUTATED":
        return f"{needing}before = {grad}.clone(); {ours}; assert torch.equal({grad}, before)"
    copy = "{0}.clone(memory_format=torch.contiguous_format)"
    copies = ", ".join(copy.format(name) for name in inputs)
    theirs = f"torch.autograd.grad({fn}({copies}), [{', '.join(wanted)}], {copy.format(grad)})"
    return f"{needing}torch.testing.assert_close({ours}, {theirs})"
