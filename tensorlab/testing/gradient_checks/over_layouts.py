"""The same gradients where inputs and grad_output lie otherwise: transposed, with gaps, with an offset, expanded."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.testing.gradient_checks.comparing import entries
from tensorlab.testing.gradient_checks.jacobians import by_backward, numbers, outputs_of, places, pulled_back, units
from tensorlab.testing.gradient_checks.record import Compared, OverLayouts
from tensorlab.testing.laying import classes_for, lay_out
from tensorlab.testing.placing import place
from tensorlab.testing.source import Seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tensorlab.testing.gradient_checks.jacobians import Matrix
    from tensorlab.testing.gradient_checks.record import GradientEntry, Place, Tolerance
    from tensorlab.testing.placing import Placed
    from tensorlab.testing.record import Laid, LayoutClass

_SHARING = frozenset({"stride 0", "overlapping"})
"""Classes of layouts that cannot hold any numbers: elements share memory."""
_WORDS = {
    "stride 0": "expanded",
    "gaps": "with gaps",
    "offset": "with an offset",
    "contiguous offset": "contiguous with an offset",
    "odd ones": "with an odd stride on an axis of size 1",
    "channels_last slice": "a slice of channels_last",
    "conj": "conjugated by a bit",
    "neg": "negated by a bit",
    "dtype view": "a view of another dtype",
}
"""Classes of layouts that are no adjectives."""
_DRAWS = 2
"""Layouts of each class."""


class Moved(NamedTuple):
    """Which layouts one combination has; an absent one is as it was given."""

    inputs: dict[int, LayoutClass]
    grads: LayoutClass | None
    seed: int


class Problem(NamedTuple):
    """What is checked: the function, its inputs, which are differentiated, and the Jacobian that is right."""

    fn: Callable[..., Any]
    inputs: Sequence[Any]
    positions: Sequence[int]
    numeric: Matrix


def over_layouts(problem: Problem, tolerance: Tolerance) -> OverLayouts:
    """Backward for other layouts of each input alone, of grad_output alone, and of all together.

    A combination that the function or its backward refuses is counted in a note: it gives no wrong number.

    >>> from tensorlab.testing.gradient_checks.record import Tolerance
    >>> x = torch.tensor([[1.0, 2.0]], dtype=torch.float64, requires_grad=True)
    >>> jacobian = torch.diag(torch.tensor([2.0, 4.0], dtype=torch.float64))
    >>> found = over_layouts(Problem(torch.square, [x], [0], jacobian), Tolerance(1e-6, 1e-5, 1e-3, 0.0))
    >>> found.combinations > 10, found.compared.wrong
    (True, 0)
    """
    parts: list[Compared] = []
    refused: dict[str, int] = {}
    for moved in _combinations(problem):
        try:
            parts.append(_one(problem, moved, tolerance))
        except UnsupportedError as error:
            refused[error.message] = refused.get(error.message, 0) + 1
    worst = sorted(dict.fromkeys(e for part in parts for e in part.worst if e.wrong), key=_plainness)
    failures = dict.fromkeys(words for part in parts for words in part.failures)
    every = Compared(
        count=sum(part.count for part in parts),
        wrong=sum(part.wrong for part in parts),
        largest=max((part.largest for part in parts), default=0.0),
        worst=tuple(worst[:10]),
        failures=tuple(failures),
    )
    notes = tuple(f"{count} other layouts refused: {words}" for words, count in refused.items())
    return OverLayouts(compared=every, combinations=len(parts), notes=notes)


def _plainness(entry: GradientEntry) -> tuple[bool, bool, bool, float]:
    """Numbers before NaN, one other layout before several, a transposed one before any other, then large errors."""
    several, permuted = " and where " in entry.layout, " is permuted" in entry.layout
    return not isfinite(entry.error), several, not permuted, -entry.error


def _combinations(problem: Problem) -> Iterator[Moved]:
    outputs = outputs_of(problem.fn, problem.inputs)
    kept = {at: _able(problem.inputs[at], sharing=False) for at in problem.positions}
    grads = tuple(dict.fromkeys(name for out in outputs for name in _able(out, sharing=True)))
    for seed in range(_DRAWS):
        yield from (Moved({at: name}, None, seed) for at, names in kept.items() for name in names)
        yield from (Moved({}, name, seed) for name in grads)
        for name in dict.fromkeys(name for names in kept.values() for name in names):
            every = {at: name for at, names in kept.items() if name in names}
            yield Moved(every, name if name in grads else None, seed)


def _able(value: torch.Tensor, *, sharing: bool) -> tuple[LayoutClass, ...]:
    kind = dtype(str(value.dtype).removeprefix("torch."))
    able = classes_for(tuple(value.shape), kind)
    return tuple(name for name in able if name != "contiguous" and (sharing or name not in _SHARING))


def _laid(value: torch.Tensor, wanted: LayoutClass | None, seed: int) -> Laid | None:
    if wanted is None:
        return None
    laid = lay_out(Seeded(seed), tuple(value.shape), dtype(str(value.dtype).removeprefix("torch.")), wanted)
    return None if laid is None or (laid.classes & _SHARING and wanted not in _SHARING) else laid


def _one(problem: Problem, moved: Moved, tolerance: Tolerance) -> Compared:
    given = list(problem.inputs)
    words = []
    for at, wanted in moved.inputs.items():
        laid = _laid(given[at], wanted, moved.seed)
        if laid is not None:
            given[at] = place(laid, given[at]).thing.requires_grad_()
            words.append(f"where input {at} is {_words(laid, wanted)}")
    outputs = outputs_of(problem.fn, given)
    checked = [given[at] for at in problem.positions]
    laid_grads = [_laid(out, moved.grads, moved.seed) for out in outputs]
    words += [f"where grad_output is {_words(laid, moved.grads)}" for laid in laid_grads[:1] if laid and moved.grads]
    layout = " and ".join(words)
    columns = places([(at, given[at]) for at in problem.positions])
    if moved.grads in _SHARING:
        rows, expected, failures = _weighted(outputs, checked, laid_grads, problem.numeric)
        names: list[Place] = [(at, (), "") for at, laid in enumerate(laid_grads) if laid]
    else:
        rows, failures = _picked(outputs, checked, laid_grads)
        expected, names = problem.numeric, places(list(enumerate(outputs)))
    found = entries(rows, expected, (names, columns), tolerance, layout=layout)
    return Compared(*found, failures)


def _words(laid: Laid, wanted: LayoutClass) -> str:
    strides = tuple(stride // laid.dtype.itemsize for stride in laid.layout.strides)
    return f"{_WORDS.get(wanted, wanted)} (strides {strides})"


def _picked(
    outputs: Sequence[torch.Tensor], checked: Sequence[torch.Tensor], layouts: Sequence[Laid | None]
) -> tuple[Matrix, tuple[str, ...]]:
    """The Jacobian, each ``grad_output`` in its layout."""
    made: list[Placed] = []
    by_shape = {(out.shape, out.dtype): laid for out, laid in zip(outputs, layouts, strict=True)}

    def lay(unit: torch.Tensor) -> torch.Tensor:
        laid = by_shape[unit.shape, unit.dtype]
        if laid is None:
            return unit
        made.append(place(laid, unit))
        given: torch.Tensor = made[-1].thing
        return given

    return by_backward(outputs, checked, lay), _written(made)


def _weighted(
    outputs: Sequence[torch.Tensor],
    checked: Sequence[torch.Tensor],
    layouts: Sequence[Laid | None],
    numeric: Matrix,
) -> tuple[Matrix, Matrix, tuple[str, ...]]:
    """For each output the gradient of its elements' sum, weighted by a ``grad_output`` whose elements share memory."""
    made: list[Placed] = []
    rows, expected, begin = [], [], 0
    for out, laid in zip(outputs, layouts, strict=True):
        height = sum(1 for _ in units(out))
        if laid is not None and out.requires_grad:
            ramp = torch.arange(1, 1 + out.numel(), dtype=torch.float64).reshape(out.shape)
            made.append(place(laid, ramp))
            rows.append(torch.cat([numbers(one).double() for one in pulled_back([out], checked, [made[-1].thing])]))
            expected.append(numbers(made[-1].thing).double() @ numeric[begin : begin + height])
        begin += height
    empty = numeric[:0]
    failures = _written(made)
    return (torch.stack(rows) if rows else empty, torch.stack(expected) if expected else empty, failures)


def _written(made: Sequence[Placed]) -> tuple[str, ...]:
    """A sentence where backward wrote what it was given."""
    changed = any((one.now() != one.untouched).any() for one in made)
    return ("backward writes into the memory of grad_output",) if changed else ()
