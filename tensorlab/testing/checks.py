"""One question to any function: does it keep its promises whatever the layouts of its arguments?"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from tensorlab.errors import LayoutFindingError, UnsupportedError
from tensorlab.process.record import Origin
from tensorlab.testing.finishing import finished
from tensorlab.testing.record import CLASSES, NOT_HERE, Report
from tensorlab.testing.scripts import WITHIN
from tensorlab.testing.sentences import failure
from tensorlab.testing.subjects import HINT, name_of, positive, specs_for, subject_of
from tensorlab.testing.sweep import Budget, Watch, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.progress import Progress
    from tensorlab.testing.record import Case, Finding, LayoutClass
    from tensorlab.testing.sweep import Tally

_DOUBT = "a script of it did not fail"
_MOST = 5
"""Findings of a report: each is shrunk and has a script that is run."""
EXAMPLES = 1000
"""Calls that are looked at unless another number is given."""


def check_layouts(  # noqa: PLR0913 - each is something to choose, and all have a default
    fn: Callable[..., object],
    *specs: object,
    contract: str | Sequence[str] = "pure",
    reference: Callable[..., object] | None = None,
    out: object = False,
    keywords: Mapping[str, object] | None = None,
    examples: int = EXAMPLES,
    seconds: float | None = None,
    seed: int = 0,
    tolerance: tuple[float, float] | None = None,
    classes: Sequence[LayoutClass] | None = None,
    shrunk: bool = True,
    origin: Origin | None = None,
    before: Callable[[int, Case], bool] | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Report:
    """Calls a function with arguments in many layouts, and tells what it does not keep of what it promises.

    Each result is held against the same call on contiguous copies, or against ``reference``; every storage is compared
    byte by byte with what it was. What the function refuses to take is counted apart.

    Args:
        fn: The function; a module is copied for each call.
        specs: What each argument may be: a text such as ``"float32[n, 3]"`` or ``"int64[k] < n"``, an example (a tensor
            or an array whose shape and elements stay), a ``Spec``, or any other value, which is passed as it is. None
            at all: ``"float32[...]"`` for each argument that has no default, or as many as the function takes.
        contract: What it promises: value, pure, fresh, view, in-place, contiguous-out, total, alias-ok; several as
            ``"pure+fresh"``.
        reference: Gives what is expected, from contiguous arguments; for in-place functions it may return it.
        out: What to pass as ``out``: a text, a ``Spec``, an example, or True for what fits the result.
        keywords: Passed as they are.
        examples: How many calls to look at.
        seconds: A time above 0, after which no further call is made.
        seed: Of the layouts, and of random numbers that the function draws.
        tolerance: Relative and absolute; without it, what is usual for the dtype where numbers have a fraction.
        classes: The classes of layouts to draw from; without them all, but a neg bit only beside complex numbers.
        shrunk: Whether a finding is brought down to its simplest case and given a script, which is run: then it counts
            only if that fails.
        origin: How a script gets at the function, where its name does not tell.
        before: Is told the number and the case before each call; a no leaves the call out.
        watch: Is told how far the work has come.

    Raises:
        TensorlabError: There is no such contract or class, a spec cannot be read, or nothing says what the arguments
            are.

    >>> import torch
    >>> def total(x):
    ...     return x.as_strided((x.numel(),), (1,)).sum()  # takes every tensor for a contiguous one
    >>> report = check_layouts(total, "float32[n, m]", examples=100)
    >>> report.passed, report.findings[0].verdict
    (False, 'SILENT-WRONG')
    >>> check_layouts(torch.sum, "float32[...]", examples=100).passed
    True
    """
    _check(seconds, shrunk, origin, (before, watch))
    budget = Budget(positive(examples), seconds)
    subject = subject_of(
        fn, specs_for(fn, specs), contract=contract, reference=reference, out=out, keywords=keywords, classes=classes,
        tolerance=tolerance, seed=seed,
    )  # fmt: skip
    if os.environ.get(WITHIN):
        return Report(target=name_of(fn), contract=subject.contract, tested=0, skipped=((NOT_HERE, 1),), seed=seed)
    tally = sweep(subject, budget, Watch(before, watch))
    findings, doubtful = _finished(tally, origin) if shrunk else (_firsts(tally), 0)
    skipped = tally.skipped + Counter({_DOUBT: doubtful} if doubtful else {})
    return Report(
        target=name_of(fn), contract=subject.contract, tested=tally.tested,
        refused=tuple(tally.refused.most_common()), skipped=tuple(skipped.most_common()),
        classes=tuple((name, tally.classes[name]) for name in CLASSES if tally.classes[name]),
        findings=findings, seconds=tally.seconds, seed=seed,
    )  # fmt: skip


def _check(seconds: object, shrunk: object, origin: object, told: tuple[object, ...]) -> None:
    """Refuses what is no time, no yes or no, no origin and no function."""
    number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if seconds is not None and not (number and seconds > 0):  # type: ignore[operator]  # a number
        raise UnsupportedError(f"seconds is a time above 0; got {seconds!r}", hint="seconds=10, or leave it out")
    if not isinstance(shrunk, bool):
        raise UnsupportedError(f"shrunk is True or False; got {shrunk!r}")
    if origin is not None and not isinstance(origin, Origin):
        raise UnsupportedError(f"origin is an Origin; got a {type(origin).__name__}", hint="leave it out")
    for one in told:
        if one is not None and not callable(one):
            raise UnsupportedError(f"who looks on is a function; got a {type(one).__name__}")


def _firsts(tally: Tally) -> tuple[Finding, ...]:
    """One finding of each verdict and contract."""
    return tuple({(one.verdict, one.contract): one for one in reversed(tally.findings)}.values())[::-1]


def _finished(tally: Tally, origin: Origin | None) -> tuple[tuple[Finding, ...], int]:
    """One finding of each verdict and contract whose script fails, and how many were given up for want of one."""
    found: dict[tuple[str, str], Finding] = {}
    doubtful = 0
    tally.judge.known.clear()  # a simpler case needs its own proof
    for finding in tally.findings:
        key = (finding.verdict, finding.contract)
        if key in found or len(found) >= _MOST:
            continue
        ready = finished(finding, tally.judge, origin=origin)
        if ready.confirmed:
            found[key] = ready
        else:
            doubtful += 1
    return tuple(found.values()), doubtful


def assert_layout_invariant(fn: Callable[..., object], *specs: object, **options: Any) -> None:  # noqa: ANN401 - check_layouts'
    """Raises where ``check_layouts`` finds something, or where nothing could be tested.

    Args:
        fn: The function.
        specs: What each argument may be.
        options: Those of ``check_layouts``.

    Raises:
        LayoutFindingError: A promise is broken; its text is the finding.
        UnsupportedError: No call could be looked at.

    >>> import torch
    >>> assert_layout_invariant(torch.relu, "float32[n, m]", examples=50)
    """
    report = check_layouts(fn, *specs, **options)
    if report.findings:
        raise LayoutFindingError(failure(report))
    if not report.tested and not os.environ.get(WITHIN):
        raise UnsupportedError(str(report), hint=HINT)
