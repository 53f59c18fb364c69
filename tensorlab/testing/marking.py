"""A test run over layouts of its arguments: what the pytest plugin's mark does."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from tensorlab.render.figure import Figure
from tensorlab.scene.record import Group
from tensorlab.testing.arguments import NAMES, written
from tensorlab.testing.calling import things_of
from tensorlab.testing.cases import Planner
from tensorlab.testing.judging import Judge
from tensorlab.testing.picturing import case_elements
from tensorlab.testing.results import frames_of
from tensorlab.testing.shrinking import shrink
from tensorlab.testing.subjects import subject_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.testing.record import Case, LayoutClass


def over_layouts(
    body: Callable[..., object],
    *specs: object,
    examples: int = 100,
    seed: int = 0,
    classes: Sequence[LayoutClass] | None = None,
    names: Sequence[str] = NAMES,
) -> None:
    """Calls a test with arguments in layout after layout; the simplest that fails is told with its exception.

    Args:
        body: Takes an argument for each spec, and raises where something is wrong.
        specs: As ``check_layouts`` takes them.
        examples: How many calls.
        seed: Of the layouts.
        classes: The classes of layouts to draw from.
        names: What the arguments are called.

    Raises:
        Exception: Whatever the test raised, with a note: how the arguments lay, and a line that makes them.

    >>> def flat_sum(x):
    ...     assert x.as_strided((x.numel(),), (1,), x.storage_offset()).sum() == x.sum()
    >>> over_layouts(flat_sum, "float32[n, m]", classes=["contiguous"])
    >>> try:
    ...     over_layouts(flat_sum, "float32[n, m]", classes=["gaps"])
    ... except AssertionError as error:
    ...     print(error.__notes__[0].splitlines()[-1].partition("arange")[0])
    x = torch.
    """
    __tracebackhide__ = True
    judge = Judge(subject_of(body, specs, contract="value", seed=seed, classes=classes))
    subject = judge.subject
    for plan in islice(Planner(subject, frames_of(subject)).plans(), examples):
        error = _error(body, judge, plan.case)
        if error is None:
            continue
        kind = type(error)
        small = shrink(plan.case, lambda case, kind=kind: type(_error(body, judge, case)) is kind, specs=subject.specs)  # type: ignore[misc]  # a default
        _call(body, judge, small, names)
        raise error


def _error(body: Callable[..., object], judge: Judge, case: Case) -> Exception | None:
    placed = judge.place(case)
    if not placed and case.arguments:
        return None
    try:
        body(*things_of(judge.subject, placed))
    except Exception as error:  # noqa: BLE001 - a test may raise anything
        return error
    return None


def _call(body: Callable[..., object], judge: Judge, case: Case, names: Sequence[str]) -> None:
    """The failing call once more, so that its exception comes from the simplest arguments."""
    __tracebackhide__ = True
    try:
        body(*things_of(judge.subject, judge.place(case)))
    except Exception as error:
        error.add_note(_note(judge, case, names))
        raise


def _note(judge: Judge, case: Case, names: Sequence[str]) -> str:
    """How the arguments lie, and the line that makes them."""
    text = Figure(case, Group(tuple(case_elements(case, tuple(names))))).text(width=80)
    made: Any = written(case, judge.place(case), counted=judge.subject.free, whole=False, names=tuple(names))
    return f"\nfails with these arguments:\n\n{text}" + (f"\n{made.source}" if made is not None else "")
