"""Examples from a generator, one after another, until a promise is seen broken."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
import hypothesis.errors
import hypothesis.strategies as st
import numpy as np
import torch

from benchmarks.contest.judging import NotJudgedError, broken, memory_of
from benchmarks.contest.shapes import shapes
from tensorlab.testing.source import Seeded, pick

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DrawFn

    from benchmarks.contest.judging import Thing
    from benchmarks.contest.record import Hunt
    from benchmarks.planted.record import Planted
    from tensorlab.layout.dtype import DType
    from tensorlab.testing.record import Spec
    from tensorlab.testing.source import Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Want:
    """One argument of one example: everything but its layout."""

    shape: tuple[int, ...]
    kind: DType
    library: str
    low: int
    high: int | None
    """One past the largest value; None where any value will do."""
    written: bool
    """Whether the function writes it: then no two of its elements may share bytes."""


class BrokenError(Exception):
    """A promise was seen broken; ends Hypothesis' loop."""


class Drawn:
    """Hypothesis as a source of choices."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """One of ``low`` to ``high``, both included."""
        return self._draw(st.integers(low, high))


def wants(source: Source, planted: Planted) -> list[Want]:
    """The arguments of one example."""
    sized = shapes(source, planted.specs)
    return [
        Want(
            shape,
            pick(source, spec.dtypes),
            spec.library,
            spec.low if isinstance(spec.low, int) else 0,
            _high(spec, planted.specs, sized),
            written=place == 0 and planted.writes_first,
        )
        for place, (spec, shape) in enumerate(zip(planted.specs, sized, strict=True))
    ]


def _high(spec: Spec, specs: Sequence[Spec], sized: Sequence[tuple[int, ...]]) -> int | None:
    if not isinstance(spec.high, str):
        return spec.high
    return next(
        shape[axis]
        for other, shape in zip(specs, sized, strict=True)
        for axis, name in enumerate(other.shape)
        if name == spec.high
    )


def as_wanted(x: Thing, want: Want) -> Thing:
    """An array over the bytes of the tensor, where one is wanted: with its strides and its offset."""
    if want.library == "torch" or isinstance(x, np.ndarray):
        return x
    memory, size = memory_of(x), x.element_size()
    strides, start = tuple(size * s for s in x.stride()), size * int(x.storage_offset())
    kind = np.dtype(want.kind.name)
    return np.ndarray(x.shape, kind, memory.copy() if memory.size else b"", start, strides)


def seeded_hunt(draw_one: Callable[[Want, Source], Thing]) -> Hunt:
    """A hunt in a plain loop, from a seed."""

    def hunt(planted: Planted, function: Callable[..., object], *, seed: int, examples: int) -> str | None:
        source = Seeded(seed)
        torch.manual_seed(seed)
        for _ in range(examples):
            wanted = wants(source, planted)
            drawn = [as_wanted(draw_one(w, source), w) for w in wanted]
            found = _judged(planted, function, _alike(source, planted, wanted, drawn))
            if found is not None:
                return found
        return None

    return hunt


def hypothesis_hunt(
    draw_one: Callable[[DrawFn, Want], Thing],
    draw_pair: Callable[[DrawFn, Want], list[Thing] | None] = lambda _, __: None,
) -> Hunt:
    """A hunt in Hypothesis' loop, without its database and without shrinking.

    ``draw_pair`` gives two arguments in one storage, where the generator has any.
    """

    @st.composite
    def arguments(draw: DrawFn, planted: Planted) -> list[Thing]:
        source = Drawn(draw)
        wanted = wants(source, planted)
        if _may_meet(planted, wanted) and source.integer(0, 1):
            pair = draw_pair(draw, wanted[0])
            if pair is not None:
                return pair
        return _alike(source, planted, wanted, [as_wanted(draw_one(draw, w), w) for w in wanted])

    def hunt(planted: Planted, function: Callable[..., object], *, seed: int, examples: int) -> str | None:
        seen: list[str] = []

        def check(drawn: list[Thing]) -> None:
            found = _judged(planted, function, drawn)
            if found is not None:
                seen.append(found)
                raise BrokenError(found)

        run_hypothesis(arguments(planted), check, seed=seed, examples=examples)
        return seen[0] if seen else None

    return hunt


def run_hypothesis(strategy: st.SearchStrategy[T], check: Callable[[T], None], *, seed: int, examples: int) -> None:
    """Examples until ``check`` raises."""
    settings = hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    test: Any = hypothesis.seed(seed)(settings(hypothesis.given(strategy)(check)))
    with suppress(BrokenError, hypothesis.errors.FlakyFailure):  # a bug that reads what lies there is not steady
        test()


def _alike(source: Source, planted: Planted, wanted: Sequence[Want], drawn: list[Thing]) -> list[Thing]:
    """One tensor twice, now and then, where arguments may share memory."""
    if _may_meet(planted, wanted) and source.integer(0, 1):
        drawn[1] = drawn[0]
    return drawn


def _may_meet(planted: Planted, wanted: Sequence[Want]) -> bool:
    return "alias-ok" in planted.contract and wanted[0].shape == wanted[1].shape


def _judged(planted: Planted, function: Callable[..., object], arguments: list[Thing]) -> str | None:
    try:
        return broken(function, planted.contract, arguments)
    except NotJudgedError:
        return None
