"""One question to any function: does it keep its promises whatever the layouts of its arguments?"""

from __future__ import annotations

import inspect
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.errors import LayoutFindingError, UnknownNameError, UnsupportedError, unknown_name
from tensorlab.layout.dtype import DTYPES
from tensorlab.testing.calling import Subject
from tensorlab.testing.finishing import finished
from tensorlab.testing.record import CLASSES, CONTRACTS, Report, Spec
from tensorlab.testing.scripts import WITHIN
from tensorlab.testing.sentences import failure
from tensorlab.testing.specs import LIKE_RESULT, Constant, parse, slot, spec_of
from tensorlab.testing.sweep import Budget, Watch, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.process.record import Origin
    from tensorlab.progress import Progress
    from tensorlab.testing.record import Case, Contract, Finding, LayoutClass
    from tensorlab.testing.specs import Slot
    from tensorlab.testing.sweep import Tally

_DOUBT = "a script of it did not fail"
_WITHIN = "the script of a finding imports this file: no test starts from within one"
_MOST = 5
"""Findings of a report: each is shrunk and has a script that is run."""
EXAMPLES = 1000
"""Calls that are looked at unless another number is given."""


def check_layouts(  # noqa: PLR0913 - each is something to choose, and all have a default
    fn: Callable[..., object],
    *specs: object,
    contract: str | Sequence[str] = "pure",
    reference: Callable[..., object] | None = None,
    out: str | Spec | bool = False,
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
            at all: ``"float32[...]"`` for each argument that has no default.
        contract: What it promises: value, pure, fresh, view, in-place, contiguous-out, total, alias-ok; several as
            ``"pure+fresh"``.
        reference: Gives what is expected, from contiguous arguments; for in-place functions it may return it.
        out: What to pass as ``out``: a spec, or True for what fits the result.
        keywords: Passed as they are.
        examples: How many calls to look at.
        seconds: After which no further call is made.
        seed: Of the layouts, and of random numbers that the function draws.
        tolerance: Relative and absolute; without it, what is usual for the dtype where numbers have a fraction.
        classes: The classes of layouts to draw from.
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
    subject = subject_of(
        fn, specs, contract=contract, reference=reference, out=out, keywords=keywords, classes=classes,
        tolerance=tolerance, seed=seed,
    )  # fmt: skip
    if os.environ.get(WITHIN):
        return Report(target=name_of(fn), contract=subject.contract, tested=0, skipped=((_WITHIN, 1),), seed=seed)
    tally = sweep(subject, Budget(_positive(examples), seconds), Watch(before, watch))
    findings, doubtful = _finished(tally, origin) if shrunk else (_firsts(tally), 0)
    skipped = tally.skipped + Counter({_DOUBT: doubtful} if doubtful else {})
    return Report(
        target=name_of(fn), contract=subject.contract, tested=tally.tested,
        refused=tuple(tally.refused.most_common()), skipped=tuple(skipped.most_common()),
        classes=tuple((name, tally.classes[name]) for name in CLASSES if tally.classes[name]),
        findings=findings, seconds=tally.seconds, seed=seed,
    )  # fmt: skip


def subject_of(  # noqa: PLR0913 - those of check_layouts
    fn: Callable[..., object],
    specs: Sequence[object],
    *,
    contract: str | Sequence[str] = "pure",
    reference: Callable[..., object] | None = None,
    out: str | Spec | bool = False,
    keywords: Mapping[str, object] | None = None,
    classes: Sequence[LayoutClass] | None = None,
    tolerance: tuple[float, float] | None = None,
    seed: int = 0,
) -> Subject:
    """What is tested, from the arguments of ``check_layouts``.

    >>> import torch
    >>> len(subject_of(torch.add, ("float32[n]", "float32[n]")).slots)
    2
    """
    slots = tuple(slot(given, _classes(classes)) for given in (specs or _defaults(_callable(fn))))
    return Subject(
        fn=_callable(fn),
        slots=slots,
        contract=contracts(contract),
        keywords=dict(keywords or {}),
        out=_out(out, slots),
        reference=reference,
        tolerance=tolerance,
        seed=seed,
    )


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
        raise UnsupportedError(str(report), hint="say what the arguments are: " + _EXAMPLE)


_EXAMPLE = 'check_layouts(fn, "float32[n, 3]", "int64[k] < n"), or give examples'


def contracts(given: str | Sequence[str]) -> tuple[Contract, ...]:
    """The promises that are meant.

    Raises:
        UnknownNameError: There is no such contract.

    >>> contracts("pure+fresh"), contracts(("in-place", "total"))
    (('pure', 'fresh'), ('in-place', 'total'))
    """
    words = given.replace(",", "+").split("+") if isinstance(given, str) else list(given)
    found: list[Contract] = []
    for word in words:
        plain = str(word).strip()
        known = next((one for one in CONTRACTS if one == plain), None)
        if known is None:
            raise unknown_name("contract", plain, CONTRACTS)
        found.append(known)
    if not found:
        raise UnknownNameError("no contract was named", hint=f"known: {', '.join(CONTRACTS)}")
    return tuple(dict.fromkeys(found))


def _classes(given: Sequence[LayoutClass] | None) -> tuple[LayoutClass, ...] | None:
    for name in given or ():
        if name not in CLASSES:
            raise unknown_name("class of layouts", name, CLASSES)
    return None if given is None else tuple(given)


def _callable(fn: Any) -> Callable[..., object]:  # noqa: ANN401 - whatever was given
    if not callable(fn):
        raise UnsupportedError(f"a function is called; got a {type(fn).__name__}", hint="give the function itself")
    found: Callable[..., object] = fn
    return found


def _positive(examples: int) -> int:
    if type(examples) is not int or examples < 1:
        raise UnsupportedError(f"a test has at least one example; got {examples!r}", hint="examples=200")
    return examples


def _out(given: str | Spec | bool, slots: tuple[Slot, ...]) -> Spec | None:  # noqa: FBT001 - True is a kind of spec
    if isinstance(given, str):
        return parse(given)
    if given is not True:
        return given or None
    libraries = [spec_of(one).library for one in slots if not isinstance(one, Constant)]
    return Spec(shape=(LIKE_RESULT,), dtypes=tuple(DTYPES.values()), library=(libraries or ["torch"])[0])


def name_of(fn: object) -> str:
    """What a function is called.

    >>> name_of(np.add), name_of(check_layouts)
    ('numpy.add', 'tensorlab.testing.checks.check_layouts')
    """
    if isinstance(fn, np.ufunc):
        return f"numpy.{fn.__name__}"
    name = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", None) or type(fn).__name__
    home = getattr(fn, "__module__", None)
    return f"{home}.{name}" if home and home not in {"builtins", "__main__"} else str(name)


def _defaults(fn: Any) -> tuple[Slot, ...]:  # noqa: ANN401 - whatever was given
    """An argument of any shape for each one that the function needs."""
    if isinstance(fn, np.ufunc):
        return tuple(parse("np float32[...]") for _ in range(fn.nin))
    try:
        needed = [
            one
            for one in inspect.signature(fn).parameters.values()
            if one.default is one.empty and one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}
        ]
    except (TypeError, ValueError):
        needed = []
    if not needed:
        raise UnsupportedError(f"nothing says how many arguments {name_of(fn)} takes", hint=_EXAMPLE)
    library = "np " if str(getattr(fn, "__module__", "")).partition(".")[0] == "numpy" else ""
    return tuple(parse(f"{library}float32[...]") for _ in needed)
