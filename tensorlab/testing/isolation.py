"""Functions that may end the process are called in another one: what killed it is found, and the rest goes on."""

from __future__ import annotations

import json
import mmap
import sys
import time
import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.codec import decode, encode
from tensorlab.errors import UnavailableError, UnsupportedError
from tensorlab.process.forked import AVAILABLE, ask_fork
from tensorlab.process.record import Failed
from tensorlab.progress import Progress
from tensorlab.testing.calling import call, things_of
from tensorlab.testing.checks import check_layouts
from tensorlab.testing.finishing import invocation_of
from tensorlab.testing.judging import Judge
from tensorlab.testing.record import Case, Finding, Report
from tensorlab.testing.scripts import scripted
from tensorlab.testing.shrinking import shrink
from tensorlab.testing.subjects import subject_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.process.record import Origin

_CHILDREN = 6
"""Processes that may die before the rest is given up."""
_BYTES = 1 << 16
"""Room for the case that is under way."""
_BEAT, _STAGE, _ROOM = _BYTES - 16, _BYTES - 8, _BYTES - 24
"""Where the number of calls stands, and whether findings are being made simpler; and the room for the case."""
_CASE_SECONDS, _TRIES, _SECONDS = 10.0, 80, 6.0
_MAKING_SIMPLER = 300.0
"""Seconds that this may take at least, whatever a call may."""
_HANGS = 2
"""Processes that may hang: each takes its time."""
SECONDS = 300.0
"""After which a call hangs, unless another time is given."""


class Death(NamedTuple):
    """How a process ended, and on which case."""

    case: Case
    reason: str


def check_isolated(
    fn: Callable[..., object],
    *specs: object,
    seconds: float = SECONDS,
    origin: Origin | None = None,
    watch: Callable[[Progress], None] | None = None,
    **options: Any,  # noqa: ANN401 - those of check_layouts
) -> Report:
    """``check_layouts`` in another process, which may die: that is a finding, and the other cases are gone on with.

    Cases that lie as the one that killed a process are left out of the next one, and counted as not called. The first
    death is the finding; those that lie otherwise only make the next process leave out more.

    Args:
        fn: The function. Nothing of it is called in this process.
        specs: What each argument may be.
        seconds: After which a call that has not come back hangs, and its process is ended.
        origin: How a script gets at the function, where its name does not tell.
        watch: Is told when a process starts.
        options: Those of ``check_layouts``.

    Raises:
        UnavailableError: This system cannot fork.
        TensorlabError: As ``check_layouts`` raises it.

    >>> import os
    >>> def dies(x):
    ...     return x.sum() if x.is_contiguous() else os.abort()
    >>> report = check_isolated(dies, "float32[n, m]", examples=20)
    >>> report.findings[0].verdict, report.findings[0].message
    ('CRASH', 'the process was ended by SIGABRT')
    """
    if not AVAILABLE:
        raise UnavailableError("this system cannot fork", hint="leave out --isolate")
    given: object = seconds
    if not isinstance(given, (int, float)) or isinstance(given, bool) or not given > 0:
        raise UnsupportedError(f"seconds is a time above 0; got {seconds!r}", hint="seconds=10, or leave it out")
    named = {name: given for name, given in options.items() if name not in {"examples", "shrunk"}}
    judge = Judge(subject_of(fn, specs, **named))
    check = partial(check_layouts, fn, *specs, origin=origin, **options)
    under_way = mmap.mmap(-1, _BYTES)
    dead: list[Finding] = []
    for child in range(_CHILDREN):
        if watch is not None:
            watch(Progress(f"layouts, in process {child + 1}", 0, int(options.get("examples", 0))))
        found = _run(check, under_way, _Left(tuple(dead)), seconds)
        if isinstance(found, Report):
            return replace(found, findings=(*dead[:1], *found.findings), skipped=_reasons(found))
        dead.append(_finished(found, judge, origin, scripted_too=not dead))
        if sum("hung" in one.message for one in dead) >= _HANGS:
            break
    return Report(
        target=getattr(fn, "__qualname__", str(fn)), contract=judge.subject.contract, tested=0,
        skipped=((f"{len(dead)} processes died: the rest was given up", 1),), findings=tuple(dead[:1]),
        seed=judge.subject.seed,
    )  # fmt: skip


def _reasons(report: Report) -> tuple[tuple[str, int], ...]:
    """Why cases were skipped: those that were left out lie as one that killed a process."""
    said = "not called: they lie as what ended a process"
    return tuple((said if reason == "not called" else reason, times) for reason, times in report.skipped)


class _Left(NamedTuple):
    """Which cases are left out: those that lie as one that killed a process."""

    dead: tuple[Finding, ...]

    def out(self, case: Case) -> bool:
        """Whether this one is."""
        return any(_lies_as(case, finding.case) for finding in self.dead)


def _lies_as(case: Case, other: Case) -> bool:
    """Whether each argument is of the classes that the other's is of; C order asks for nothing."""
    pairs = zip(case.arguments, other.arguments, strict=False)
    return all((theirs.classes - {"contiguous"}) <= ours.classes for ours, theirs in pairs)


def _run(check: partial[Report], under_way: mmap.mmap, left: _Left, seconds: float) -> Report | Death:
    """The report of a child, or how it died."""

    def before(number: int, case: Case) -> bool:
        if left.out(case):
            return False
        words = json.dumps(encode(case)).encode()
        under_way[: 8 + len(words[:_ROOM])] = len(words).to_bytes(8, "little") + words[:_ROOM]
        under_way[_BEAT:_STAGE] = (number + 1).to_bytes(8, "little")
        return True

    def child() -> dict[str, object]:
        _one_thread()
        first = check(before=before, shrunk=False)
        if not first.findings or not check.keywords.get("shrunk", True):
            return {"report": encode(first)}
        under_way[_STAGE:] = (1).to_bytes(8, "little")
        return {"report": encode(check(before=before))}

    under_way[:] = bytes(_BYTES)
    told = ask_fork(child, patience=_Patience(under_way, seconds))
    if not isinstance(told, Failed):
        return decode(Report, told.facts["report"])
    if _end_of(told) is None:
        raise UnsupportedError(f"the test itself failed: {told.reason}")
    reason = f"hung for {seconds:g} s" if _end_of(told) == "no answer" else told.reason
    length = int.from_bytes(under_way[:8], "little")
    if not 0 < length <= _ROOM:
        raise UnsupportedError(f"a process died on contiguous arguments: {reason}", hint="it is no layout's fault")
    return Death(decode(Case, json.loads(under_way[8 : 8 + length])), reason)


def _end_of(told: object) -> str | None:
    """How a process ended that gave no answer; None for one that had something to say."""
    if not isinstance(told, Failed):
        return None
    return next((end for end in ("ended by", "no answer", "exit code") if told.reason.startswith(end)), None)


class _Patience:
    """The seconds that are left to a call: each that is begun has as many."""

    def __init__(self, under_way: mmap.mmap, seconds: float) -> None:
        self._under_way = under_way
        self._seconds = seconds
        self._seen = b""
        self._since = time.monotonic()

    def __call__(self) -> float:
        """Those from now on."""
        seen = self._under_way[_BEAT:]
        if seen != self._seen:
            self._seen, self._since = seen, time.monotonic()
        at_work = any(self._under_way[_STAGE:])
        allowed = max(self._seconds, _MAKING_SIMPLER) if at_work else self._seconds
        return self._since + allowed - time.monotonic()


def _one_thread() -> None:
    """A fork has one thread of its parent's: libraries must not look for the others."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


def _finished(death: Death, judge: Judge, origin: Origin | None, *, scripted_too: bool) -> Finding:
    """The simplest case that ends a process in the same way, and its script; each try is a process of its own."""
    contract = judge.subject.contract[0]
    hangs = death.reason.startswith("hung")
    end = next(end for end in ("hung", "ended by", "exit code") if death.reason.startswith(end))

    def dies(case: Case) -> bool:
        told = ask_fork(lambda: _called(judge, case), timeout=_CASE_SECONDS)
        return _end_of(told) == ("no answer" if hangs else end)

    specs = judge.subject.specs
    small = death.case if hangs else shrink(death.case, dies, specs=specs, tries=_TRIES, seconds=_SECONDS)
    finding = Finding(verdict="CRASH", contract=contract, case=small, message=f"the process {_told(death.reason)}")
    if not scripted_too:
        return finding
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        placed = judge.place(small)
    invocation = replace(invocation_of(judge.subject), origin=origin)
    return scripted(finding, invocation, placed, free=judge.subject.free, fails=dies)


def _told(reason: str) -> str:
    """Its end, in words that follow "the process"."""
    if reason.startswith("exit code"):
        return f"ended with {reason} before it answered"
    return f"was {reason}" if reason.startswith("ended by") else reason


def _called(judge: Judge, case: Case) -> dict[str, object]:
    """One call, for the process that makes it; contiguous arguments come first, and have to pass."""
    _one_thread()
    if judge.fits(case):
        return {}
    call(judge.subject, things_of(judge.subject, judge.place(case)), seeded=False)
    return {}
