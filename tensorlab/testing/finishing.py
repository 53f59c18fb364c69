"""A finding made ready to be shown: its case as small as it gets, and a script that fails."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.testing.calling import contiguous
from tensorlab.testing.scripts import Invocation, scripted
from tensorlab.testing.shrinking import shrink
from tensorlab.testing.specs import Constant, Example

if TYPE_CHECKING:
    from tensorlab.process.record import Origin
    from tensorlab.testing.assertions import Form
    from tensorlab.testing.calling import Subject
    from tensorlab.testing.judging import Judge
    from tensorlab.testing.record import Case, Finding


def finished(finding: Finding, judge: Judge, *, origin: Origin | None = None, seconds: float = 4.0) -> Finding:
    """The finding on the simplest case that breaks the same promise, with its script, which was run.

    Args:
        finding: As the sweep gave it.
        judge: Of the same function.
        origin: How a script gets at the function, where that is known.
        seconds: What the search for a simpler case may take.

    >>> import torch
    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.judging import Judge
    >>> from tensorlab.testing.specs import slot
    >>> from tensorlab.testing.sweep import Budget, sweep
    >>> subject = Subject(lambda x: x.as_strided(x.shape, torch.empty(x.shape).stride()), (slot("float32[n, m]"),))
    >>> found = finished(sweep(subject, Budget(50)).findings[0], Judge(subject))
    >>> found.case.arguments[0].layout.shape, found.confirmed
    ((2, 2), True)
    """

    def again(case: Case) -> Finding | None:
        same = (other for other in judge.look(case).findings if _kind(other) == _kind(finding))
        return next(same, None)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        specs = [None if isinstance(one, Example) else one for one in judge.subject.varied]  # smaller examples do too
        small = shrink(finding.case, lambda case: again(case) is not None, specs=specs, seconds=seconds)
        found = again(small) or finding
        placed = judge.place(found.case)
        invocation = replace(invocation_of(judge.subject), origin=origin, form=_form(judge, found.case))
        return scripted(found, invocation, placed, free=judge.subject.free, fails=lambda case: again(case) is not None)


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.verdict, finding.contract


def invocation_of(subject: Subject) -> Invocation:
    """How a script calls what is tested.

    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.specs import slot
    >>> invocation_of(Subject(pow, (slot("float32[n]"), slot(3)))).positional
    (0, '3')
    """
    positional: list[int | str] = []
    varied = 0
    for slot in subject.slots:
        positional.append(repr(slot.value) if isinstance(slot, Constant) else varied)
        varied += not isinstance(slot, Constant)
    return Invocation(
        function=subject.fn,
        positional=tuple(positional),
        outs={} if subject.out is None else {"out": varied},
        keywords=subject.keywords,
        reference=subject.reference,
    )


def _form(judge: Judge, case: Case) -> Form:
    """How the results of that call are compared: bit by bit where they are whole numbers."""
    subject = judge.subject
    result: Any = judge.again(tuple(contiguous(argument.thing) for argument in judge.place(case)))[0].result
    if isinstance(result, (tuple, list)):
        return "each" if "fresh" in subject.contract or "view" in subject.contract else "close"
    if subject.tolerance is not None or not hasattr(result, "dtype"):
        return "equal" if result is None else "close"
    try:
        return "equal" if bool((result == result.round()).all()) else "close"
    except (RuntimeError, TypeError, AttributeError, NotImplementedError):
        return "equal"
