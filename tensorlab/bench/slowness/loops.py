"""A Python loop over elements or rows: what one turn does, done to the whole at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.bench.slowness.agreeing import agrees
from tensorlab.bench.slowness.programs import Ref, filled, refs
from tensorlab.bench.slowness.rewrites import Way, copied
from tensorlab.bench.slowness.words import plain_name
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.slowness.programs import Program, Step

LEAST = 8
"""Turns from which on it is called a loop."""
PICKS = frozenset({"aten.select.int", "aten.unbind.int"})
REDUCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "": lambda whole: whole,
    ".sum()": lambda whole: whole.sum(),
    ".sum(0)": lambda whole: whole.sum(0),
    ".prod()": lambda whole: whole.prod(),
    ".amax()": lambda whole: whole.amax(),
    ".amin()": lambda whole: whole.amin(),
    ".mean()": lambda whole: whole.mean(),
}
MOST_STEPS = 6
"""Of a turn."""


class Turn(NamedTuple):
    """The first turn of a loop, for the whole tensors instead of their first elements."""

    sources: dict[int, int]
    """Of the first element or row, the tensor that it was taken from."""
    steps: tuple[Step, ...]
    """Those that need nothing else."""
    often: int


def without_loop(program: Program, result: object) -> Way | None:
    """The whole at once, where that gives the result; None where no loop is seen, or nothing gives it."""
    turn = _first_turn(program)
    if turn is None:
        return None
    expected = _stacked(result)
    values = dict(program.outside)
    for place in range(min(len(turn.steps), MOST_STEPS) + 1):
        for word, reduce in REDUCTIONS.items():
            found = _tried(turn, values, place, reduce)
            if found is not None and agrees(_like(found, expected), expected):
                return _way(program, turn, place, word, result)
    return None


def _way(program: Program, turn: Turn, place: int, word: str, result: object) -> Way:
    names = [plain_name(str(step.func)) for step in turn.steps[:place]]
    body = f"{', '.join(names)} of the whole" if names else "of the whole"
    how = f"{body}{f', then {word}' if word else ''}, instead of {counted(turn.often, 'turn')} of a Python loop"

    def make() -> Callable[[], Any]:
        values = copied(program.outside)
        reduce = REDUCTIONS[word]
        back = _way_back(result)
        return lambda: back(reduce(_whole(turn, values, place)))

    return Way("no Python loop", how, make)


def _first_turn(program: Program) -> Turn | None:
    """Elements 0 along axis 0 of tensors that the call did not make, and what is done to them alone."""
    sources: dict[int, int] = {}
    taken: Counter[int] = Counter()
    for step in program.steps:
        source = step.args[0].number if step.args and isinstance(step.args[0], Ref) else -1
        if str(step.func) not in PICKS or source not in program.outside:
            continue
        numbers = refs(step.gave)
        along, index = (*step.args[1:3], 0, 0)[:2] if str(step.func) == "aten.select.int" else (0, 0)
        taken[source] += len(numbers)
        if along == 0 and index == 0 and numbers:
            sources.setdefault(numbers[0], source)
    chosen = {number: source for number, source in sources.items() if taken[source] >= LEAST}
    if not chosen:
        return None
    known, steps = {*chosen}, []
    for step in program.steps:
        given = step.given
        alone = type(step.gave) is Ref and given and set(given) <= known | set(program.outside)
        if alone and set(given) & known and str(step.func) not in PICKS:
            steps.append(step)
            known.add(step.gave.number)
    return Turn(chosen, tuple(steps), max(taken.values()))


def _tried(
    turn: Turn, values: dict[int, Any], place: int, reduce: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor | None:
    try:
        return reduce(_whole(turn, values, place))
    except Exception:  # noqa: BLE001 - operators of one element may refuse the whole: then it is no suggestion
        return None


def _whole(turn: Turn, outside: dict[int, Any], place: int) -> torch.Tensor:
    """After that many steps of the turn."""
    values = {**outside, **{number: outside[source] for number, source in turn.sources.items()}}
    found = values[next(iter(turn.sources))]
    for step in turn.steps[:place]:
        found = values[step.gave.number] = step.func(*filled(step.args, values), **filled(step.kwargs, values))
    assert isinstance(found, torch.Tensor)
    return found


def _stacked(result: object) -> object:
    """Rows in a list as one tensor; numbers as one too."""
    if isinstance(result, (list, tuple)) and result and all(isinstance(one, torch.Tensor) for one in result):
        shapes = {tuple(one.shape) for one in result}
        return torch.stack(list(result)) if len(shapes) == 1 else result
    if isinstance(result, (list, tuple)) and result and all(type(one) in {int, float} for one in result):
        return torch.tensor(result, dtype=torch.float64)
    return torch.tensor(result, dtype=torch.float64) if type(result) in {int, float} else result


def _like(found: torch.Tensor, expected: object) -> torch.Tensor:
    """Numbers were compared in float64: what was added up in Python was."""
    return found.double() if isinstance(expected, torch.Tensor) and expected.dtype == torch.float64 else found


def _way_back(result: object) -> Callable[[torch.Tensor], Any]:
    """From one tensor to what the call gave."""
    if isinstance(result, (list, tuple)):
        kind = type(result)
        if all(isinstance(one, torch.Tensor) for one in result):
            return lambda whole: kind(whole.unbind())
        return lambda whole: kind(whole.tolist())
    return (lambda whole: whole.item()) if type(result) in {int, float} else (lambda whole: whole)
