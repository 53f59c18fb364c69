"""A failing case made smaller: step by step, then Hypothesis looks for what takes several steps at once."""

from __future__ import annotations

import time
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, NoReturn

import hypothesis
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from tensorlab.errors import TensorlabError
from tensorlab.layout.shapes import numel
from tensorlab.testing.possibilities import FEW, Space, beginnings, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.testing.record import Case, Spec

_KEPT = 8
"""A choice is left as it was found this many times as often as each simpler one is tried."""
_PATIENCE = 100
"""Cases that Hypothesis tries in vain, one after another, before nothing simpler is looked for."""
_SETTINGS = hypothesis.settings(
    max_examples=300,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
    suppress_health_check=list(hypothesis.HealthCheck),
)


def shrink(
    case: Case,
    fails: Callable[[Case], bool],
    *,
    specs: Sequence[Spec | None] = (),
    tries: int = 1500,
    seconds: float = 4.0,
) -> Case:
    """The simplest case that still fails: fewer elements and axes, no gaps, no offset, C order, storages apart.

    One thing after another is left out. Where more than four elements are left, calls of four or fewer are tried too;
    last, Hypothesis tries several things at once. The same case gives the same answer, but where time runs out first.

    Args:
        case: One that fails.
        fails: Whether a case fails in the same way.
        specs: What each argument may be: fixed sizes stay, axes of one name change together. Where there is none, or
            None, equal sizes change together, and an axis may go.
        tries: Cases that ``fails`` is asked about, at most.
        seconds: What they may take together.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Case, Laid
    >>> wide = Layout((5, 4), (4, 40), 12, 4)
    >>> laid = Laid(layout=wide, dtype=dtype("float32"), nbytes=400, classes=frozenset({"gaps"}))
    >>> found = shrink(Case(arguments=(laid,)), lambda case: "permuted" in case.arguments[0].classes)
    >>> found.arguments[0].layout
    Layout(shape=(2, 2), strides=(4, 8), offset=0, itemsize=4)
    """
    search = _Search(fails, tries, time.monotonic() + seconds)
    search.asked[case] = True
    specs = tuple(specs)
    small = search.stepwise(case, specs)
    if _most(small) > FEW:
        for begin in beginnings(small, specs):
            if search.still(begin):
                small = min(small, search.stepwise(begin, specs), key=size_of)
                break
    return min(small, search.at_once(small, specs), key=size_of)


def _most(case: Case) -> int:
    return max((numel(laid.layout.shape) for laid in case.arguments), default=0)


class _Enough(BaseException):
    """Nothing simpler was found for long; not an exception that a test would be judged by."""


class _Search:
    """Asks whether cases fail, each once, within a time."""

    def __init__(self, fails: Callable[[Case], bool], tries: int, stop: float) -> None:
        self._fails, self._tries, self._stop = fails, tries, stop
        self.asked: dict[Case, bool] = {}

    def still(self, tried: Case | None) -> bool:
        """Whether it fails; a case that no library makes memory for is none."""
        if tried is None:
            return False
        if tried not in self.asked:
            left = len(self.asked) <= self._tries and time.monotonic() < self._stop
            self.asked[tried] = left and self._answer(tried)
        return self.asked[tried]

    def _answer(self, tried: Case) -> bool:
        try:
            return self._fails(tried)
        except (TensorlabError, RuntimeError, ValueError):
            return False

    def stepwise(self, case: Case, specs: tuple[Spec | None, ...]) -> Case:
        """Each thing as simple as it gets alone, again and again until nothing changes."""
        space = Space(case, specs)
        chosen = list(space.found)
        changed = True
        while changed:
            changed = False
            for place, now in enumerate(chosen):
                for simpler in range(now):
                    if self.still(space.case([*chosen[:place], simpler, *chosen[place + 1 :]])):
                        chosen[place], changed = simpler, True
                        break
        return space.case(chosen) or case

    def at_once(self, case: Case, specs: tuple[Spec | None, ...]) -> Case:
        """What Hypothesis finds, which tries several things at once."""
        space = Space(case, specs)
        best, waited = case, 0

        def simplest(tried: Case | None) -> bool:
            nonlocal best, waited
            if not self.still(tried) or tried is None:
                waited += 1
                return _enough() if waited > _PATIENCE else False
            if size_of(tried) < size_of(best):
                best, waited = tried, 0
            return True

        random = Random(0)  # noqa: S311 - choices of a test, no secret
        with suppress(HypothesisException, _Enough):
            hypothesis.find(_simpler(space), simplest, settings=_SETTINGS, random=random)
        return best


def _enough() -> NoReturn:
    raise _Enough


@st.composite
def _simpler(draw: st.DrawFn, space: Space) -> Case | None:
    """Cases between that one and nothing; None for what cannot be. Shrinks to the simplest of everything."""
    chosen = []
    for options in space.options:
        count = len(options)
        place = 0 if count == 1 else draw(st.integers(0, _KEPT * count - 1))
        chosen.append(min(place, count - 1))
    return space.case(chosen)
