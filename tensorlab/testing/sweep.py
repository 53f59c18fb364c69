"""The fast tier: case after case from a seed, each judged, until enough were tested or the time is up."""

from __future__ import annotations

import warnings
from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.progress import Progress
from tensorlab.testing.calling import Randomness
from tensorlab.testing.cases import Planner
from tensorlab.testing.judging import Judge
from tensorlab.testing.record import CLASSES
from tensorlab.testing.results import frames_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.calling import Subject
    from tensorlab.testing.cases import Plan
    from tensorlab.testing.judging import Verdict
    from tensorlab.testing.record import Case, Finding, LayoutClass

_TRIES = 4
"""Calls that may be made for each that is to be tested: refusals take nothing from the budget, but end some time."""
_STEPS = 40
"""Reports of progress in a run."""


class Budget(NamedTuple):
    """How long to go on."""

    examples: int
    """Calls whose result is looked at."""
    seconds: float | None = None
    each: int = 3
    """Findings to keep of one verdict and contract."""


class Tally(NamedTuple):
    """What a sweep came to."""

    tested: int
    refused: Counter[str]
    skipped: Counter[str]
    classes: Counter[LayoutClass]
    judge: Judge
    findings: tuple[Finding, ...]
    alive: int
    """Shapes and dtypes with which contiguous arguments are taken."""
    seconds: float


class Watch(NamedTuple):
    """Who looks on."""

    before: Callable[[int, Case], bool] | None = None
    """Is told of each case before the function is called with it; a no leaves that call out."""
    progress: Callable[[Progress], None] | None = None


def sweep(subject: Subject, budget: Budget, watch: Watch = Watch()) -> Tally:  # noqa: B008 - immutable
    """Tests a function: each argument alone in every class of layouts, all alike, all apart, round after round.

    The same seed gives the same cases. Random generators are left where they were, warnings are not shown.

    >>> import torch
    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.specs import slot
    >>> tally = sweep(Subject(torch.neg, (slot("float32[...]"),)), Budget(50))
    >>> tally.tested, tally.findings
    (50, ())
    """
    generators = Randomness()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _Sweep(subject, budget, watch).run()
        finally:
            generators.restore()


class _Sweep:
    """A run, while it goes on."""

    def __init__(self, subject: Subject, budget: Budget, watch: Watch) -> None:
        self._budget = budget
        self._watch = watch
        self._judge = Judge(subject)
        self._frames = frames_of(subject)
        self._planner = Planner(subject, self._frames)
        self._known: set[int] = set()
        self._tested = 0
        self._sharing = "alias-ok" in subject.contract
        self._shared = 0
        self._refused: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._kinds: Counter[frozenset[LayoutClass]] = Counter()
        self._findings: dict[tuple[str, str], list[Finding]] = {}

    def run(self) -> Tally:
        start = perf_counter()
        for number, plan in enumerate(self._plans()):
            if self._watch.before is not None and not self._watch.before(number, plan.case):
                self._skipped["not called"] += 1
                continue
            self._note(plan, self._judge.look(plan.case, planned=True))
            if number % 16 == 0 and self._budget.seconds and perf_counter() - start > self._budget.seconds:
                break
        self._skipped.update(self._left_out())
        return Tally(
            self._tested, self._refused, self._skipped, self._classes(), self._judge,
            tuple(one for found in self._findings.values() for one in found),
            len(self._known - self._planner.dead), perf_counter() - start,
        )  # fmt: skip

    def _left_out(self) -> Counter[str]:
        """What was asked for and could not be tried."""
        found: Counter[str] = Counter()
        if not (self._tested or self._refused or self._skipped):
            found["no shape and dtype of the specs can be of the classes that are asked for"] += 1
        elif self._sharing and not self._shared:
            found["alias-ok was not tried: no two arguments can lie in one storage"] += 1
        return found

    def _plans(self) -> Iterator[Plan]:
        """The cases of this run; a frame's first one shows whether contiguous arguments of it are taken."""
        steps = max(1, self._budget.examples // _STEPS)
        told = -1
        for tries, plan in enumerate(self._planner.plans()):
            done = self._tested
            if done >= self._budget.examples or tries >= _TRIES * self._budget.examples + len(self._frames):
                return
            if self._watch.progress is not None and done // steps > told:
                told = done // steps
                self._watch.progress(Progress("layouts", done, self._budget.examples))
            if plan.frame in self._known or self._lives(plan):
                yield plan

    def _lives(self, plan: Plan) -> bool:
        if plan.frame in self._planner.dead:
            return False
        self._known.add(plan.frame)
        why = self._judge.fits(plan.case)
        if why:
            self._planner.dead.add(plan.frame)
            self._skipped[f"contiguous arguments are refused: {why}"] += 1
        return not why

    def _note(self, plan: Plan, verdict: Verdict) -> None:
        if verdict.word == "refused":
            self._refused[verdict.reason] += 1
        elif verdict.word == "skipped":
            self._skipped[verdict.reason] += 1
        else:
            self._tested += 1
            self._shared += bool(plan.case.together)
            for laid in plan.case.arguments:
                self._kinds[laid.classes] += 1
        for finding in verdict.findings:
            self._judge.known.add((finding.verdict, finding.contract))
            kept = self._findings.setdefault((finding.verdict, finding.contract), [])
            if len(kept) < self._budget.each:
                kept.append(finding)

    def _classes(self) -> Counter[LayoutClass]:
        found: Counter[LayoutClass] = Counter()
        for kinds, times in self._kinds.items():
            for name in CLASSES:
                found[name] += times if name in kinds else 0
        return found
