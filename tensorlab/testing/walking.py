"""Cases of a function one after another, each looked at by a question of one's own, and what came of them."""

from __future__ import annotations

import warnings
from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

from tensorlab.errors import UnsupportedError
from tensorlab.testing.calling import Randomness
from tensorlab.testing.cases import Planner
from tensorlab.testing.judging import Judge
from tensorlab.testing.record import CLASSES, Report
from tensorlab.testing.results import frames_of
from tensorlab.testing.subjects import name_of, positive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.calling import Subject
    from tensorlab.testing.record import Case, Finding

    Ask: TypeAlias = Callable[[Case, Judge], Finding | None]


class Refused(Exception):  # noqa: N818 - no error: a function may refuse a layout
    """A case that could not be looked at, and why: counted apart."""


class Skipped(Exception):  # noqa: N818 - nothing is wrong
    """A case that there is no answer for, and why."""


def live_cases(subject: Subject) -> Iterator[tuple[Case, Judge]]:
    """Cases whose contiguous arguments the function takes, without end where there is one.

    >>> import torch
    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.specs import slot
    >>> case, judge = next(live_cases(Subject(torch.neg, (slot("float32[2, 3]"),))))
    >>> judge.place(case)[0].thing.shape
    torch.Size([2, 3])
    """
    judge = Judge(subject)
    planner = Planner(subject, frames_of(subject))
    known: set[int] = set()
    for plan in planner.plans():
        if plan.frame not in known and plan.frame not in planner.dead:
            known.add(plan.frame)
            if judge.fits(plan.case):
                planner.dead.add(plan.frame)
        if plan.frame not in planner.dead:
            yield plan.case, judge


def walked(
    subject: Subject, examples: int, ask: Ask, finish: Callable[[Finding, Judge], Finding] | None = None
) -> Report:
    """What a question gave for so many cases; of the findings the one with the smallest storages is kept, and finished.

    Raises:
        UnsupportedError: There is not one example, or an argument is an array.

    >>> import torch
    >>> from tensorlab.testing.calling import Subject
    >>> from tensorlab.testing.specs import slot
    >>> walked(Subject(torch.neg, (slot("float32[2]"),)), 20, lambda case, judge: None).tested
    20
    """
    positive(examples)
    if any(spec.library == "numpy" for spec in subject.specs):
        raise UnsupportedError("this looks at tensors; got an array of NumPy", hint='leave out "np": "float32[n, m]"')
    begin = perf_counter()
    generators = Randomness()
    tally = _Walk()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for number, (case, judge) in enumerate(live_cases(subject)):
                if tally.tested >= examples or number >= 4 * examples:
                    break
                tally.look(case, judge, ask)
        finally:
            generators.restore()
    smallest = sorted(tally.found, key=lambda one: sum(laid.nbytes for laid in one.case.arguments))[:1]
    if finish is not None:
        smallest = [finish(one, Judge(subject)) for one in smallest]
    return Report(
        target=name_of(subject.fn),
        contract=subject.contract,
        tested=tally.tested,
        refused=tuple(tally.refused.most_common()),
        skipped=tuple(tally.skipped.most_common()),
        classes=tuple((name, tally.classes[name]) for name in CLASSES if tally.classes[name]),
        findings=tuple(smallest),
        seconds=perf_counter() - begin,
        seed=subject.seed,
    )


class _Walk:
    """What the cases gave so far."""

    def __init__(self) -> None:
        self.tested = 0
        self.refused: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self.found: list[Finding] = []

    def look(self, case: Case, judge: Judge, ask: Ask) -> None:
        """One more case."""
        try:
            finding = ask(case, judge)
        except Refused as words:
            self.refused[str(words)] += 1
            return
        except Skipped as words:
            self.skipped[str(words)] += 1
            return
        self.tested += 1
        self.classes.update({name for laid in case.arguments for name in laid.classes})
        if finding is not None:
            self.found.append(finding)
