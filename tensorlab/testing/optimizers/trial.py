"""One optimizer, one parameter: a run with other layouts beside the same run with contiguous ones."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.layout.address import in_elements
from tensorlab.testing.calling import contiguous
from tensorlab.testing.comparing import difference
from tensorlab.testing.placing import fill, place
from tensorlab.testing.record import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.layout.dtype import DType
    from tensorlab.testing.placing import Placed
    from tensorlab.testing.record import Case, Laid, VerdictWord


class Optimized(NamedTuple):
    """What is tested: an optimizer, its options, and how many steps it makes."""

    make: Callable[..., Any]
    """The class, or a function of parameters and options."""
    options: Mapping[str, Any]
    steps: int
    state: Mapping[str, Any]
    """What the optimizer keeps for a parameter: what has the parameter's shape is a name, all else a value."""

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of the state's tensors that have the shape of the parameter."""
        return tuple(name for name, value in self.state.items() if value is None)

    @property
    def roles(self) -> tuple[str, ...]:
        """What the arguments of a case are."""
        return ("parameter", "gradient", *(f"state {name!r}" for name in self.kept))


class Refusal(Exception):  # noqa: N818 - no error: an optimizer may refuse what it is given
    """What an optimizer raised."""


class Untested(Exception):  # noqa: N818 - nothing is wrong: there is nothing to compare with
    """What an optimizer raised with contiguous tensors."""


def optimized(
    make: Callable[..., Any], options: Mapping[str, Any], steps: int, kind: DType, shape: tuple[int, ...] = (2, 2)
) -> Optimized:
    """The optimizer with the names of what it keeps, found by one step.

    Raises:
        Refusal: It makes no step with a contiguous parameter.

    >>> from tensorlab.layout.dtype import dtype
    >>> optimized(torch.optim.AdamW, {}, 1, dtype("float32")).kept
    ('exp_avg', 'exp_avg_sq')
    """
    bare = Optimized(make, options, 1, {})
    values = torch.as_tensor(fill(shape, kind, pattern="signed")).to(getattr(torch, kind.name))
    holder = _run(bare, [values.clone(), values])
    state = {
        name: None if isinstance(value, torch.Tensor) and value.shape == shape and shape else value
        for name, value in next(iter(holder.state.values()), {}).items()
    }
    return Optimized(make, options, steps, {name: state[name] for name in state if _loadable(state[name])})


def _loadable(value: object) -> bool:
    """Whether a checkpoint can be made of it for a parameter of any shape."""
    return value is None or isinstance(value, int | float) or (isinstance(value, torch.Tensor) and value.ndim == 0)


def _run(subject: Optimized, things: Sequence[torch.Tensor]) -> Any:  # noqa: ANN401 - an optimizer
    """Steps with these tensors, in place."""
    parameter, gradient, *loaded = things
    try:
        parameter.grad = gradient
        found = subject.make([parameter], **subject.options)
        if loaded:
            found.load_state_dict({**found.state_dict(), "state": {0: checkpoint(subject, loaded)}})
        closure = ((parameter.detach() * gradient).sum,) if _needs_closure(found) else ()
        for _ in range(subject.steps):
            found.step(*closure)
    except Exception as error:
        lines = str(error).splitlines() or [""]
        raise Refusal(f"{type(error).__name__}: {lines[0]}") from error
    return found


def checkpoint(subject: Optimized, loaded: Sequence[torch.Tensor]) -> dict[str, Any]:
    """What is loaded for the parameter."""
    left = iter(loaded)
    plain = {name: value.clone() if isinstance(value, torch.Tensor) else value for name, value in subject.state.items()}
    return {name: next(left) if value is None else value for name, value in plain.items()}


def _needs_closure(found: Any) -> bool:  # noqa: ANN401 - an optimizer
    given = signature(found.step).parameters.get("closure")
    return given is not None and given.default is Parameter.empty


def placed_for(case: Case) -> tuple[Placed, ...]:
    """The arguments in memory: the parameter counts up, the gradient changes signs, the state is positive.

    The poison around them is a number: NaN stays NaN when it is written, so that nobody would see it.

    >>> from tensorlab.testing.record import Case
    >>> placed_for(Case(arguments=()))
    ()
    """
    return tuple(place(laid, _values(laid, position), poison="huge") for position, laid in enumerate(case.arguments))


def _values(laid: Laid, position: int) -> Any:  # noqa: ANN401 - an array
    pattern: Any = "signed" if position == 1 else "ramp"
    return fill(laid.layout.shape, laid.dtype, pattern=pattern)


def judged(subject: Optimized, case: Case) -> tuple[Finding, ...]:
    """The promises that a case breaks, one finding a verdict.

    Raises:
        Refusal: The optimizer takes contiguous tensors, and not these.
        Untested: It does not take contiguous ones either.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.optimizers.drawing import optimizer_cases
    >>> kind = dtype("float32")
    >>> sgd = optimized(torch.optim.SGD, {}, 1, kind)
    >>> {judged(sgd, case) for case in optimizer_cases(kind, 0, examples=50, seed=0)}
    {()}
    """
    placed = placed_for(case)
    things = [one.thing for one in placed]
    plain = [contiguous(thing) for thing in things]
    try:
        expected = _run(subject, plain)
    except Refusal as refusal:
        raise Untested(str(refusal)) from refusal
    got = _run(subject, things)
    wrong = _wrong(subject, case, (things[0], got), (plain[0], expected))
    return (*wrong, *_written(subject, case, placed))


def _wrong(subject: Optimized, case: Case, got: tuple[Any, Any], expected: tuple[Any, Any]) -> tuple[Finding, ...]:
    found = difference(got[0], expected[0], where="the parameter")
    if found is None:
        states: list[object] = [next(iter(one.state.values()), {}) for one in (got[1], expected[1])]
        found = difference(states[0], states[1], where="the state")
    return () if found is None else (_finding("SILENT-WRONG", subject, case, str(found)),)


def _written(subject: Optimized, case: Case, placed: Sequence[Placed]) -> tuple[Finding, ...]:
    """What was written that belongs to no element, or to the gradient: the first argument for each."""
    found: dict[VerdictWord, Finding] = {}
    for position, one in enumerate(placed):
        elements, others = one.written()
        role = subject.roles[position]
        if len(others) and "STRAY-WRITE" not in found:
            words = f"bytes outside the elements of the {role} were written, the first at {others[0]}"
            found["STRAY-WRITE"] = _finding("STRAY-WRITE", subject, case, words)
        if len(elements) and position == 1:
            words = "elements of the gradient were written"
            found["MUTATED"] = _finding("MUTATED", subject, case, words)
    return tuple(found.values())


def _finding(verdict: VerdictWord, subject: Optimized, case: Case, words: str) -> Finding:
    steps = f"after {subject.steps} step{'s' if subject.steps > 1 else ''}"
    where = "; ".join(
        f"{role} with strides {_strides(laid)}" for role, laid in zip(subject.roles, case.arguments, strict=False)
    )
    return Finding(verdict=verdict, contract="in-place", case=case, message=f"{words} {steps} ({where})")


def _strides(laid: Laid) -> str:
    found = in_elements(laid.layout)
    return f"{laid.layout.strides} B" if found is None else str(found[1])
