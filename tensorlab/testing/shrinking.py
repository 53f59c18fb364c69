"""A failing case made smaller: Hypothesis looks for the simplest case, between it and nothing, that still fails."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import hypothesis
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from tensorlab.errors import TensorlabError
from tensorlab.layout.dtype import DType
from tensorlab.testing.simplifying import Plan, laid_by, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tensorlab.testing.record import Case, Laid, Spec

T = TypeVar("T")
_Bits: TypeAlias = tuple[bool, bool, DType | None]
_PLAIN: _Bits = (False, False, None)
_KEPT = 8
"""A choice is left as it was found this many times as often as each simpler one is tried."""
_FIXED, _FREE, _NAMED = "fixed", "free", "named"
_SETTINGS = hypothesis.settings(
    max_examples=300,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
    suppress_health_check=list(hypothesis.HealthCheck),
)


def shrink(
    case: Case, fails: Callable[[Case], bool], *, specs: Sequence[Spec] = (), tries: int = 1500, seconds: float = 4.0
) -> Case:
    """The simplest case that still fails: fewer elements and axes, no gaps, no offset, C order, storages apart.

    The same case gives the same answer, but where time runs out first.

    Args:
        case: One that fails.
        fails: Whether a case fails in the same way.
        specs: What each argument may be: fixed sizes stay, axes of one name change together. Without them equal sizes
            change together, and an axis may go.
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
    asked: dict[Case, bool] = {case: True}
    stop = time.monotonic() + seconds

    def still(tried: Case | None) -> bool:
        if tried is None:
            return False
        if tried not in asked:
            asked[tried] = len(asked) <= tries and time.monotonic() < stop and _fails(tried, fails)
        return asked[tried]

    random = Random(0)  # noqa: S311 - choices of a test, no secret
    try:
        smaller = hypothesis.find(_simpler(case, tuple(specs)), still, settings=_SETTINGS, random=random)
    except HypothesisException:
        return case
    return smaller or case


def _fails(case: Case, fails: Callable[[Case], bool]) -> bool:
    """Whether it fails; a case that no library makes memory for is none."""
    try:
        return fails(case)
    except (TensorlabError, RuntimeError, ValueError):
        return False


@st.composite
def _simpler(draw: st.DrawFn, case: Case, specs: tuple[Spec, ...]) -> Case | None:
    """Cases between this one and nothing; None for what cannot be. Shrinks to arguments without axes."""

    def choose(*options: T) -> T:
        """The simplest come first; the last is as it was found."""
        distinct = list(dict.fromkeys(options))
        if len(distinct) == 1:
            return distinct[0]
        place = draw(st.integers(0, _KEPT * len(distinct) - 1))
        return distinct[min(place, len(distinct) - 1)]

    keys = keys_of(case, specs)
    sizes: dict[Hashable, int | None] = {}
    for key, n in dict.fromkeys(pair for row in keys for pair in row):
        going: tuple[int | None, ...] = (None,) if key[0] == _FREE else ()
        sizes[key] = n if key[0] == _FIXED else choose(*going, *range(n + 1))
    together = choose((), case.together)
    fill = choose("ramp", case.fill)
    made = []
    for laid, row in zip(case.arguments, keys, strict=True):
        plan, size = plan_of(laid), laid.dtype.itemsize
        in_c_order = tuple(reversed(range(len(row))))
        kept = Plan(
            order=choose(in_c_order, plan.order),
            departures=tuple(choose(*departure.simpler(size)) for departure in plan.departures),
            lead=choose(0, min(size, plan.lead), plan.lead),
            tail=choose(0, min(size, plan.tail), plan.tail),
        )
        bits: _Bits = choose(_PLAIN, (laid.conj, laid.neg, laid.stored))
        if choose(True, False):
            kept, bits = Plan(in_c_order, (type(plan.departures[0])(),) * len(row) if row else (), 0, kept.tail), _PLAIN
        made.append((laid, kept, bits, [sizes[key] for key, _ in row]))
    return _assembled(made, together, replace(case, together=together, fill=fill))


def _assembled(
    made: list[tuple[Laid, Plan, _Bits, list[int | None]]], together: tuple[tuple[int, ...], ...], case: Case
) -> Case | None:
    """The case of these arguments; storages that are one are as long as the longest."""
    try:
        arguments = [
            laid_by(replace(laid, conj=b[0], neg=b[1], stored=b[2]), plan, sizes) for laid, plan, b, sizes in made
        ]
    except TensorlabError:
        return None
    for group in together:
        longest = max(arguments[place].nbytes for place in group)
        for place in group:
            arguments[place] = replace(arguments[place], nbytes=longest)
    return replace(case, arguments=tuple(arguments))


_Key: TypeAlias = "tuple[str, Hashable]"


def keys_of(case: Case, specs: Sequence[Spec]) -> list[list[tuple[_Key, int]]]:
    """What each axis of each argument is called, and its size: axes of one name change together.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.record import Case, Laid, Spec
    >>> flat = Laid(layout=Layout((5, 3), (12, 4), 0, 4), dtype=dtype("int32"), nbytes=60, classes=frozenset())
    >>> keys_of(Case(arguments=(flat,)), [Spec(shape=("n", 3), dtypes=(dtype("int32"),))])
    [[(('named', 'n'), 5), (('fixed', (0, 1)), 3)]]
    """
    found = []
    for place, laid in enumerate(case.arguments):
        shape = laid.layout.shape
        words = _words(specs[place].shape, len(shape)) if place < len(specs) else _sized(case, place)
        row: list[tuple[_Key, int]] = []
        for axis, (word, n) in enumerate(zip(words, shape, strict=True)):
            if isinstance(word, tuple):
                row.append(((_FREE, word), n))
            elif isinstance(word, int):
                row.append(((_FIXED, (place, axis)), n))
            else:
                row.append(((_NAMED, (place, axis) if word == "_" else word), n))
        found.append(row)
    return found


def _sized(case: Case, place: int) -> list[int | str | tuple[str, int]]:
    """Where no spec says: of several arguments, axes of one size are one; of a single one, each is its own."""
    shape = case.arguments[place].layout.shape
    return [("size", n) if len(case.arguments) > 1 else ("axis", axis) for axis, n in enumerate(shape)]


def _words(shape: tuple[int | str, ...], ndim: int) -> list[int | str | tuple[str, int]]:
    """What a spec calls each axis; those of "..." by their number."""
    words: list[int | str | tuple[str, int]] = []
    for word in shape:
        if word == "...":
            words += [("...", number) for number in range(ndim - len(shape) + 1)]
        else:
            words.append(word)
    return words
