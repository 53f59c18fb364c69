"""What a compiler believes of a function, held against what it does: strides of fake tensors, compiled results."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.errors import UnavailableError
from tensorlab.layout.address import in_elements
from tensorlab.memory.internals import fake_mode
from tensorlab.process.target import origin_of
from tensorlab.testing.arguments import written
from tensorlab.testing.calling import call, things_of
from tensorlab.testing.comparing import Tolerance, difference, leaves, scale_of
from tensorlab.testing.judging import error_words
from tensorlab.testing.record import Finding
from tensorlab.testing.scripts import NAMELESS, fails_as_said
from tensorlab.testing.subjects import specs_for, subject_of
from tensorlab.testing.walking import Refused, Skipped, walked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.testing.calling import Subject
    from tensorlab.testing.judging import Judge
    from tensorlab.testing.record import Case, Report

_COMPILED = 20
"""Calls of a compiled function, unless another number is given: each layout is compiled anew."""


def check_fake(fn: Callable[..., Any], *specs: object, examples: int = 300, seed: int = 0) -> Report:
    """Whether fake tensors predict the shape, the strides and the dtype of what a function really gives.

    torch.compile plans its memory by them: where they are wrong, what it makes of the result is read at wrong places.
    A stride of an axis of size 1 and those of a tensor without elements are not compared: they address nothing.

    Args:
        fn: Takes and gives tensors.
        specs: What each argument may be, as in ``check_layouts``.
        examples: How many calls.
        seed: Of the layouts.

    Raises:
        UnavailableError: This torch has no fake tensors.

    >>> check_fake(torch.neg, "float32[n, m]", examples=30).passed
    True
    """
    if fake_mode() is None:
        raise UnavailableError("this torch has no fake tensors", hint="install torch 2.0 or later")
    subject = _subject(fn, specs, seed)
    return walked(subject, examples, partial(_predicted, subject), partial(_scripted, subject, _FAKE))


def check_compiled(
    fn: Callable[..., Any],
    *specs: object,
    backend: str = "inductor",
    examples: int = _COMPILED,
    seed: int = 0,
) -> Report:
    """Whether a compiled function gives what it gives when it is not compiled, for each layout.

    Args:
        fn: Takes and gives tensors.
        specs: What each argument may be, as in ``check_layouts``.
        backend: Of ``torch.compile``: "inductor" needs a C++ compiler, "aot_eager" and "eager" need none.
        examples: How many calls; each compiles the function anew.
        seed: Of the layouts.

    Raises:
        UnavailableError: There is no C++ compiler for "inductor".

    >>> check_compiled(torch.neg, "float32[2, 3]", backend="eager", examples=3).passed
    True
    """
    if backend == "inductor" and not has_compiler():
        raise UnavailableError(
            "torch.compile needs a C++ compiler, and there is none", hint='install g++, or pass backend="aot_eager"'
        )
    subject = _subject(fn, specs, seed)
    return walked(
        subject, examples, partial(_compiled, subject, backend), partial(_scripted, subject, _made_by(backend))
    )


def has_compiler() -> bool:
    """Whether there is a C++ compiler.

    >>> has_compiler() in (True, False)
    True
    """
    return any(shutil.which(name) for name in (os.environ.get("CXX", "g++"), "g++", "clang++", "c++"))


def _subject(fn: Callable[..., Any], specs: tuple[object, ...], seed: int) -> Subject:
    return subject_of(fn, specs_for(fn, specs), contract="value", seed=seed)


def _run(subject: Subject, things: tuple[Any, ...], fn: Callable[..., Any]) -> Any:  # noqa: ANN401 - what it gives
    outcome = call(subject, things, seeded=True, fn=fn)
    if outcome.error is not None:
        raise Refused(error_words(outcome.error))
    return outcome.result


def _predicted(subject: Subject, case: Case, judge: Judge) -> Finding | None:
    real = _run(subject, things_of(subject, judge.place(case)), subject.fn)
    mode = fake_mode()
    things = tuple(mode.from_tensor(thing) for thing in things_of(subject, judge.place(case)))
    with mode:
        outcome = call(subject, things, seeded=False)
    if outcome.error is not None:
        raise Skipped(f"fake tensors are refused: {error_words(outcome.error)}")
    words = _first_difference(real, outcome.result)
    return None if words is None else _finding(case, words)


def _first_difference(real: object, predicted: object) -> str | None:
    pairs = zip(leaves(real), leaves(predicted), strict=False)
    for (path, ours), (_, theirs) in pairs:
        if isinstance(ours, torch.Tensor) and isinstance(theirs, torch.Tensor):
            found, told = _facts(ours), _facts(theirs)
            if found != told:
                return f"{path}: fake tensors predict {_say(theirs)}; it has {_say(ours)}"
    return None


def _facts(tensor: torch.Tensor) -> tuple[object, ...]:
    strides = tuple(s for n, s in zip(tensor.shape, tensor.stride(), strict=True) if n > 1)
    return tuple(tensor.shape), strides if tensor.numel() else (), tensor.dtype


def _say(tensor: torch.Tensor) -> str:
    return f"shape {tuple(tensor.shape)}, strides {tensor.stride()}, {str(tensor.dtype).removeprefix('torch.')}"


def _compiled(subject: Subject, backend: str, case: Case, judge: Judge) -> Finding | None:
    things = things_of(subject, judge.place(case))
    expected = _run(subject, things, subject.fn)
    torch.compiler.reset()
    made = torch.compile(subject.fn, backend=backend, dynamic=False)
    outcome = call(subject, things_of(subject, judge.place(case)), seeded=True, fn=made)
    if outcome.error is not None:
        raise Skipped(f"compiling fails: {error_words(outcome.error)}")
    found = difference(outcome.result, expected, Tolerance(scale=scale_of(things)), where="the compiled result")
    return None if found is None else _finding(case, str(found))


def _finding(case: Case, words: str) -> Finding:
    strides = [in_elements(laid.layout) for laid in case.arguments]
    where = "; ".join(f"argument {n} with strides {s[1] if s else '?'}" for n, s in enumerate(strides))
    return Finding(verdict="SILENT-WRONG", contract="value", case=case, message=f"{words} ({where})")


_FAKE = (
    "mode = torch._subclasses.FakeTensorMode(); real = {fn}({names}); "
    "fake = {fn}({fakes}); assert (fake.shape, fake.stride(), fake.dtype) == (real.shape, real.stride(), real.dtype)"
)
"""The claim of a script on fake tensors."""


def _made_by(backend: str) -> str:
    compiled = f"torch.compile({{fn}}, backend={backend!r}, dynamic=False)"
    return f"torch.testing.assert_close({compiled}({{names}}), {{fn}}({{names}}))"


def _scripted(subject: Subject, claim: str, finding: Finding, judge: Judge) -> Finding:
    """The finding with three lines that show it; run only where there is a name to import."""
    origin = origin_of(subject.fn)
    placed = judge.place(finding.case)
    for counted in (subject.free, (False,) * len(placed)):
        found = written(finding.case, placed, counted=counted, whole=False)
        if origin is None or found is None:
            break
        names = [one.name for one in found.arguments]
        fakes = ", ".join(f"mode.from_tensor({name})" for name in names)
        last = claim.format(fn=origin.expression, names=", ".join(names), fakes=fakes)
        imports = "; ".join(dict.fromkeys(["import torch", *origin.statement.split("; ")]))
        script = f"{imports}\n{found.source}\n{last}"
        if fails_as_said(script, finding):
            return replace(finding, script=script, confirmed=True)
    return replace(finding, script=NAMELESS, confirmed=True)
